"""What the journal says of a case type's past: when cases came, how long each step was open, what was chosen, by whom.

Only pseudonyms leave this module: the engine needs to tell people apart, not to know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import scope
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.territory.models import Area
from gongzhi.engine.simulation import History, Visit, clean

#: how far back, and how many cases at most (the newest): older ways of working say little about tomorrow
DAYS = 180
MOST_CASES = 3_000
_BATCH = 400


def history_of(
    mechanism: str, case_type: str, *, by: Standing = SYSTEM, area: str = "", days: int = DAYS
) -> History:
    """The history of one case type within ``area`` (a code; empty: everywhere), as far as ``by`` may study it."""
    rows = _cases(mechanism, case_type, by, area, days)
    found = list(rows.values_list("pk", "opened_at", "ended_at")[:MOST_CASES])
    people: dict[str, str] = {}
    visits: list[Visit] = []
    for group in _groups([str(pk) for pk, _at, _ended in found]):
        entries = Entry.objects.filter(subject__in=[f"case:{pk}" for pk in group]).order_by("subject", "seq")
        visits += _visits(
            entries.only("subject", "kind", "at", "person", "step", "choice", "task", "data"), people
        )
    hours = ((ended - at).total_seconds() / 3600 for _pk, at, ended in found if ended is not None)
    return clean((at for _pk, at, _ended in found), visits, hours)


def _cases(mechanism: str, case_type: str, by: Standing, area: str, days: int) -> QuerySet[Case]:
    rows = Case.objects.filter(
        mechanism=mechanism,
        type=case_type,
        merged_into__isnull=True,
        opened_at__gte=clock.now() - timedelta(days=days),
    )
    rows = scope(by, "study.run", rows)
    if area:
        row = Area.objects.filter(code=area).first()
        rows = rows.filter(paths.within(row.path, "area_path")) if row else rows.none()
    return rows.order_by("-opened_at", "-pk")


def _groups(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _visits(entries: Any, people: dict[str, str]) -> Iterator[Visit]:
    """Tasks from opening to the fact that closed them; interrupted ones are no visits."""
    subject = ""
    opened: dict[int, tuple[str, datetime]] = {}
    for entry in entries.iterator(chunk_size=2_000):
        if entry.subject != subject:
            subject, opened = entry.subject, {}
        data: Mapping[str, Any] = entry.data or {}
        if entry.task in opened and _completes(entry, data):
            step, at = opened.pop(entry.task)
            actor = people.setdefault(entry.person, f"p{len(people)}") if _is_person(entry) else ""
            yield Visit(subject, step, at, entry.at, entry.choice or "to", actor)
        for task in data.get("opened", ()):
            opened[task[0]] = (task[1], _instant(task[4]) or entry.at)


def _is_person(entry: Entry) -> bool:
    return entry.kind == "chosen" and entry.person not in ("", "system")


def _completes(entry: Entry, data: Mapping[str, Any]) -> bool:
    if entry.kind == "happened":
        return True
    return entry.kind == "chosen" and (entry.task in data.get("closed", ()) or bool(data.get("ended")))


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


__all__ = ["DAYS", "MOST_CASES", "history_of"]
