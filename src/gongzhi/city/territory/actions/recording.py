"""How the room's actions write to the journal."""

from __future__ import annotations

from typing import Any

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases.model import Fact


def record(actor: Standing, kind: str, thing: str, key: object, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of ``thing:key``."""
    append(subject(thing, key), [Fact(kind=kind, at=clock.now(), by=actor, data=data)])
