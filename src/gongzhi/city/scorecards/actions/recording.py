"""How the room's actions write to the journal."""

from __future__ import annotations

from typing import Any

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.scorecards.models import Scheme
from gongzhi.engine.cases.model import Fact


def record(actor: Standing, kind: str, scheme: Scheme, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of the scheme."""
    append(subject("scheme", scheme.pk), [Fact(kind=kind, at=clock.now(), by=actor, data=data)])
