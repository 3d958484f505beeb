"""A mechanism's indicators over the cases that a post may see. Computed from facts; nobody types one in."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.cases.sight import visible
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.library import Held
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import Fact
from gongzhi.engine.mechanisms import Figure, figure, view

PERIOD = timedelta(days=90)
#: cases of one answer; beyond it the newest count and the answer says so
MOST = 10_000
CHUNK = 400
#: for how long the same question gets the same answer
FRESH = 300.0
#: kinds of facts that a view needs
NEEDED = ("chosen", "alerted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One indicator, ready to be shown; ``cases`` are the ids behind it, so that it opens to its rows."""

    id: str
    title: str
    shown: str
    interval: str
    n: int
    excluded: int
    formula: str
    value: float | None
    unit: str
    cases: tuple[str, ...]
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All indicators of a mechanism over the cases opened in a period."""

    since: datetime
    until: datetime
    cases: int
    #: not all cases of the period were counted
    cut: bool
    rows: tuple[Row, ...]


_answers: dict[tuple[str, ...], tuple[float, Measured]] = {}


def measured(
    by: Standing, mechanism: str, *, since: datetime | None = None, until: datetime | None = None
) -> Measured:
    """The measures of the active version over the cases of its types opened in the period (90 days by default).

    Raises NotAllowed, NotInstalled. The answer is kept for five minutes per post and period.
    """
    check(by, "measure.read")
    held = library.one(mechanism)
    asked_until = until or clock.now()
    start = since or asked_until - PERIOD
    key = (by.role, by.office_path, by.area_path, by.mechanism, held.mechanism.digest, str(since), str(until))
    known = _answers.get(key)
    if known is not None and time.monotonic() - known[0] < FRESH:
        return known[1]
    found = _measure(by, held, start, asked_until)
    if len(_answers) > 200:
        _answers.clear()
    _answers[key] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Compute anew (tests)."""
    _answers.clear()


def _measure(by: Standing, held: Held, since: datetime, until: datetime) -> Measured:
    rows = visible(by, "measure.read").filter(
        mechanism=held.mechanism.id, opened_at__gte=since, opened_at__lte=until, merged_into=None
    )
    newest = list(rows.order_by("-opened_at", "-id").only("id", "type", "version", "state")[: MOST + 1])
    counted = newest[:MOST]
    views: dict[str, list[dict[str, Any]]] = {}
    ids: dict[str, list[str]] = {}
    for start in range(0, len(counted), CHUNK):
        for row, made in _views(held, counted[start : start + CHUNK], until):
            views.setdefault(row.type, []).append(made)
            ids.setdefault(row.type, []).append(str(row.pk))
    return Measured(
        since=since,
        until=until,
        cases=len(counted),
        cut=len(newest) > MOST,
        rows=tuple(
            _row(figure(measure, views.get(measure.case, [])), ids.get(measure.case, []))
            for measure in held.mechanism.measures
        ),
    )


def _views(held: Held, rows: list[Case], at: datetime) -> Iterable[tuple[Case, dict[str, Any]]]:
    """Cases of one chunk with what their measures see; one query for their facts."""
    wanted = {subject("case", row.pk): row for row in rows}
    facts: dict[str, list[Fact]] = {}
    entries = Entry.objects.filter(subject__in=list(wanted), kind__in=NEEDED).order_by("subject", "seq")
    # everything that a fact is made of: a column left out here would be a query for each entry
    for entry in entries.defer("prev_hash", "hash"):
        facts.setdefault(entry.subject, []).append(entry.fact())
    for key, row in wanted.items():
        case_type = held.case_types.get(row.type)
        if case_type is None:
            continue  # a type that the active version no longer has
        state = engine.load_case({**row.state, "data": _plain(row.state["data"])})
        yield row, view(case_type, state, facts.get(key, ()), at)


def viewed(rows: Iterable[Case], at: datetime) -> Iterator[tuple[Case, dict[str, Any]]]:
    """Cases, each as the measures of its own version see it at the instant; rows need ``mechanism``, ``type``, ``version`` and
    ``state``. One query for the facts of every ``CHUNK`` cases; a case of a version that is gone is left out."""
    for chunk in batched(rows, CHUNK):
        by_version: dict[tuple[str, str], list[Case]] = {}
        for row in chunk:
            by_version.setdefault((row.mechanism, row.version), []).append(row)
        for key, found in by_version.items():
            held = library.LIBRARY.version(*key)
            if held is not None:
                yield from _views(held, found, at)


def batched(rows: Iterable[Case], size: int) -> Iterator[list[Case]]:
    """The rows in lists of so many."""
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: None if is_mark(value) else value for name, value in data.items()}


def _row(found: Figure, ids: list[str]) -> Row:
    measure = found.measure
    percent = measure.unit == "%" and found.rate is not None
    value = found.value
    shown = "—" if value is None else f"{value * 100:.1f}%" if percent else f"{value:g}{measure.unit}"
    if not percent and value is not None:
        shown = f"{round(value, 2):g} {measure.unit}"
    interval = ""
    if found.rate is not None and found.rate.n:
        interval = f"{found.rate.low * 100:.1f}% – {found.rate.high * 100:.1f}%"
    return Row(
        id=measure.id,
        title=measure.title,
        shown=shown,
        interval=interval,
        n=found.n,
        excluded=len(found.excluded),
        formula=measure.formula,
        value=value,
        unit=measure.unit,
        cases=tuple(ids[place] for place in found.rows),
        hits=tuple(ids[place] for place in found.hits),
    )
