"""What is added to a sum that is paid late, a share of it for every natural day. Ours, not of the standard."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from ..temporal import Date
from .registry import feel

_CENT = Decimal("0.01")
_MOST = 2_000


@feel("late charge(dues: list, payments: list, rate: number, until: date, pauses?: list)")
def late_charge(
    dues: list[Any], payments: list[Any], rate: Decimal, until: Date, pauses: list[Any] | None = None
) -> Decimal | None:
    """Yuan that have been added up to and with the day ``until`` (Administrative Penalty Law art. 72, 73).

    ``dues``: contexts of ``due`` (last day on which it can be paid without being late) and ``amount``. ``payments``: contexts of
    ``paid_on`` and ``amount``; a day on which something is paid still counts for it. ``pauses``: contexts of ``starts`` and
    ``ends`` (null: still), days that are not counted. Every day adds ``rate`` of what is overdue on it; the whole never exceeds what
    was due. Null where a row lacks its day or amount.
    """
    due, paid = _dated(dues, "due"), _dated(payments, "paid_on")
    still = _stretches(pauses or [], until)
    if due is None or paid is None or still is None or rate < 0 or len(due) + len(paid) + len(still) > _MOST:
        return None
    last = until.number() + 1
    edges = {day + 1 for day, _ in (*due, *paid)} | {edge for stretch in still for edge in stretch}
    edges = {edge for edge in edges if edge < last} | {last}
    added = Decimal(0)
    for start, end in pairwise(sorted(edges)):
        if any(a <= start < b for a, b in still):
            continue
        owed = sum((sum_ for day, sum_ in due if day < start), Decimal(0))
        owed -= sum((sum_ for day, sum_ in paid if day < start), Decimal(0))
        added += max(owed, Decimal(0)) * rate * (end - start)
    return min(added, sum((sum_ for _, sum_ in due), Decimal(0))).quantize(_CENT, ROUND_HALF_UP)


def _dated(rows: list[Any], key: str) -> list[tuple[int, Decimal]] | None:
    found = []
    for row in rows:
        day, amount = (row.get(key), row.get("amount")) if isinstance(row, dict) else (None, None)
        if not isinstance(day, Date) or not isinstance(amount, Decimal) or amount < 0:
            return None
        found.append((day.number(), amount))
    return found


def _stretches(rows: list[Any], until: Date) -> list[tuple[int, int]] | None:
    """First day of each pause and the first day after it."""
    found = []
    for row in rows:
        start = row.get("starts") if isinstance(row, dict) else None
        end = row.get("ends") if isinstance(row, dict) else None
        if not isinstance(start, Date):
            return None
        found.append((start.number(), (end if isinstance(end, Date) else until).number() + 1))
    return found
