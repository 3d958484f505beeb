"""The three lists of a township, and what grid workers may be asked to do: for anybody to read.

The lists are no use in a drawer: whoever is sent a matter looks here, in everyday words, whose it is and by which article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from gongzhi.city.cases import catalogue as case_types
from gongzhi.city.cases.world import WORLD
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries.lists import ORDER, hits

# what the mechanisms call their registers, columns and case types (township_duties, task_admission)
DUTIES, TASKS = "township_duties", "admitted_tasks"
LIST, MINUTES, FREQUENCY, WORKER, UNTIL, FROM = (
    "list",
    "minutes",
    "frequency",
    "worker",
    "valid_until",
    "valid_from",
)
DISPUTE = ("township_duties", "list_dispute")
#: kinds of offices to which nothing is sent that was taken back
GRASSROOTS = ("town", "village")
SIZE = 50
#: admitted tasks that are shown; a page takes no more
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One entry of the lists as the public reads it."""

    key: str
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One admitted kind of task, and whether it may be sent today."""

    key: str
    name: str
    values: Mapping[str, Any]
    #: before its first day, within its dates, or after its last day
    when: str

    @property
    def yearly(self) -> int:
        """Minutes per worker and year at most."""
        return int(
            Decimal(str(self.values.get(MINUTES) or 0)) * Decimal(str(self.values.get(FREQUENCY) or 0))
        )


def is_kept(register: str) -> bool:
    """Whether a mechanism with this register is installed."""
    return catalogue.known(register) is not None


def duties(text: str = "", *, named: str = "", town: str = "", after: str = "") -> tuple[list[Duty], str]:
    """One page of the entries: of one list, as they hold in one township; and the cursor of the next. Two queries.

    Raises NoSuchRegister where no lists are installed.
    """
    found = catalogue.one(DUTIES).register
    rows = _of_town(sight.public(found), town)
    if named:
        rows = rows.filter(**{f"published__data__{LIST}": named})
    listed = (
        hits(rows, found, text, public=True, after=after, size=SIZE)
        if text.strip()
        else page(rows, ORDER, cursor=after, size=SIZE)
    )
    return [_duty(row) for row in listed.rows], listed.after


def counts(town: str = "") -> dict[str, int]:
    """How many entries each list has, in the order of the register's options; one query."""
    found = catalogue.one(DUTIES).register
    told = _of_town(sight.public(found), town).annotate(named=KeyTextTransform(LIST, "published__data"))
    numbers = dict(told.order_by().values_list("named").annotate(n=Count("pk")))
    return {name: numbers.get(name, 0) for name in found.form[LIST].options}


def tasks(*, today: date | None = None) -> list[Task]:
    """Every admitted kind of task, those that hold today first. Raises NoSuchRegister."""
    on = (today or clock.today()).isoformat()
    found = catalogue.one(TASKS).register
    rows = page(sight.public(found), ORDER, size=MOST).rows
    listed = [_task(row, on) for row in rows]
    order = ("now", "later", "over")
    return sorted(listed, key=lambda each: (order.index(each.when), each.key))


def monthly(listed: Iterable[Task]) -> list[tuple[str, Decimal]]:
    """(kind of worker, minutes a month that the tasks of today take at most), in the order of the list."""
    sums: dict[str, Decimal] = {}
    for each in listed:
        if each.when == "now":
            worker = str(each.values.get(WORKER) or "")
            sums[worker] = sums.get(worker, Decimal()) + Decimal(each.yearly) / 12
    return [(worker, minutes.quantize(Decimal("0.1"))) for worker, minutes in sums.items()]


def may_dispute(by: Standing | None) -> bool:
    """Whether this post may say that something was sent down that should not have been: staff of towns and villages."""
    if by is None or not may(by, "case.open"):
        return False
    told = WORLD.office(by.office)
    return (told or {}).get("kind") in GRASSROOTS and any(
        (mechanism, case_type.id) == DISPUTE and by.role in case_type.opened_by
        for mechanism, _version, case_type in case_types.offered()
    )


def _of_town(rows: Any, town: str) -> Any:
    """What holds everywhere, and what holds in this township only."""
    return rows.filter(Q(area__isnull=True) | Q(area_id=town)) if town else rows


def _duty(row: Record) -> Duty:
    told = records.opened_to_all(row)
    return Duty(key=told.key, name=told.name, values=told.values)


def _task(row: Record, on: str) -> Task:
    told = records.opened_to_all(row)
    first, last = str(told.values.get(FROM) or ""), str(told.values.get(UNTIL) or "9999")
    when = "later" if on < first else "over" if on > last else "now"
    return Task(key=told.key, name=told.name, values=told.values, when=when)


__all__: Sequence[str] = (
    "Duty", "Task", "counts", "duties", "is_kept", "may_dispute", "monthly", "tasks",
)  # fmt: skip
