"""Numbers without a gap for short transactions: the count is locked, and taken back together with what it counted."""

from __future__ import annotations

from datetime import date

from gongzhi.city.counters.models import DayCount


def next_number(series: str, day: date) -> int:
    """The next number of a series on a day, inside the caller's transaction. Whoever asks for the same series waits
    until that transaction ends; so call it late."""
    count = locked_count(series, day)
    count.last += 1
    count.save(update_fields=["last"])
    return count.last


def locked_count(series: str, day: date) -> DayCount:
    """The row of the count under lock, made when it is not there."""
    held = DayCount.objects.select_for_update().filter(series=series, day=day).first()
    if held is None:
        DayCount.objects.bulk_create([DayCount(series=series, day=day)], ignore_conflicts=True)
        held = DayCount.objects.select_for_update().get(series=series, day=day)
    return held
