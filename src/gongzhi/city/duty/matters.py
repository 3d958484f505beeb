"""Where this room learns which matters of the city it must still see to: whoever knows the cases registers itself here.

A case is only known by its number, as text; nothing of it is kept twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One open matter of a duty room."""

    #: id of the case, for its address
    key: str
    number: str
    title: str
    #: which step is open here, in words
    step: str = ""
    due: datetime | None = None
    light: str = "none"
    since: datetime | None = None


class MatterSource(Protocol):
    """Somebody who knows matters."""

    def open_at(self, office: str, at: datetime) -> Sequence[Matter]:
        """What the duty room of this office (code) must still see to, the most urgent first."""


_sources: list[MatterSource] = []


def register(source: MatterSource) -> None:
    """Ask this source too. The same one twice is one."""
    if source not in _sources:
        _sources.append(source)


def unregister(source: MatterSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def open_at(office: str, at: datetime) -> list[Matter]:
    """What is open, of all sources."""
    return [each for source in _sources for each in source.open_at(office, at)]
