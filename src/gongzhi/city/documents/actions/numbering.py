"""Numbers of papers: without a gap per office and year, because the number and its paper are written together."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from gongzhi.city.documents.models import PaperSeries
from gongzhi.city.journal.errors import NotInTransaction
from gongzhi.engine.instants import SHANGHAI


def next_number(office: str, pattern: str, at: datetime) -> str:
    """The next number of an office by a pattern such as ``补正〔{yyyy}〕{seq}号``.

    Inside the caller's transaction, which also writes the paper: what rolls back has taken no number. The series is locked until
    then. Raises NotInTransaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(subject=f"{office} {pattern}")
    year = at.astimezone(SHANGHAI).year
    PaperSeries.objects.bulk_create(
        [PaperSeries(office=office, pattern=pattern, year=year)], ignore_conflicts=True
    )
    series = PaperSeries.objects.select_for_update().get(office=office, pattern=pattern, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return pattern.format(yyyy=year, seq=series.last)
