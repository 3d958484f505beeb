"""Sealed numbers are shown one by one; each time is a fact."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.duty.actions.recording import record, said
from gongzhi.city.duty.models import LogEntry, Place
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing


@transaction.atomic
def reveal_place(by: Standing, place: Place) -> str:
    """The number of somebody on duty. Right ``duty.reveal``."""
    check(by, "duty.reveal", place)
    record(by, "revealed", place, what="phone", shift=place.shift_id)
    return place.number


@transaction.atomic
def reveal_caller(by: Standing, entry: LogEntry, purpose: str) -> str:
    """The number of whoever rang, with the purpose for which it is needed. Right ``duty.reveal``; WordsMissing."""
    check(by, "duty.reveal", entry)
    record(by, "revealed", entry, what="phone", purpose=said(purpose, "用途", 100))
    return str(entry.phone)
