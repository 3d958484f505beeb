"""How the room's actions write to the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases.model import Fact


def record(actor: Standing, kind: str, thing: str, key: object, at: datetime, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of ``thing:key`` (``sealed_paper`` or ``seal``)."""
    append(subject(thing, key), [Fact(kind=kind, at=at, by=actor, data=data)])
