"""A mark: what happened to a clock, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gongzhi.engine.instants import Span

Kind = Literal["start", "pause", "resume", "extend", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that happened to a clock. Marks are facts: appended in order of time, never changed."""

    kind: Kind
    #: aware instant
    at: datetime
    #: why the clock paused (one of the closed list of the case type), or why it was extended
    reason: str = ""
    #: by how much an ``extend`` lengthens the limit; ``None`` for the other kinds
    span: Span | None = None


__all__ = ["Kind", "Mark"]
