"""What the passing of time causes, a batch at a time."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongzhi.city.cases import rows
from gongzhi.city.cases.actions.callbacks import release_callbacks
from gongzhi.city.cases.actions.writing import decide, hold, write
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.engine.cases import Tick
from gongzhi.engine.errors import GongzhiError

BATCH = 200

log = logging.getLogger(__name__)


def tick_cases(at: datetime | None = None, *, most: int = 5000) -> dict[str, int]:
    """Fire the timers that are due, report lights that turned yellow or red, number what waits for a number.

    Each case is its own short transaction; one that fails is logged and looked at again at the next tick. Gives
    counts: ``ticked``, ``failed``, ``numbered``, ``released``.
    """
    at = at or clock.now()
    counts = {"ticked": 0, "failed": 0, "numbered": number_all(), "released": release_callbacks(at)}
    failed: set[UUID] = set()
    while counts["ticked"] < most:
        awake = Case.every.filter(wake_at__lte=at).exclude(pk__in=failed).order_by("wake_at", "id")
        batch = list(awake.values_list("id", flat=True)[:BATCH])
        if not batch:
            break
        for case_id in batch:
            try:
                tick_case(case_id, at)
                counts["ticked"] += 1
            except GongzhiError:
                log.exception("case %s could not be ticked", case_id)
                failed.add(case_id)
                counts["failed"] += 1
    return counts


def tick_case(case_id: UUID, at: datetime) -> None:
    """One case: what is due by ``at``; its next waking time is set anew even where nothing was."""
    with transaction.atomic():
        held = hold(case_id, SYSTEM)
        if held.row.wake_at is None or held.row.wake_at > at:
            return  # another process was faster
        write(held, decide(held, Tick(), at=at, by=SYSTEM), at=at)
        if held.row.wake_at is not None and held.row.wake_at <= at:
            # nothing was due after all (a condition had changed): set the next waking time all the same
            held.row.wake_at = rows.times(held.case_type, held.state, at)[2]
            held.row.save(update_fields=["wake_at"])
