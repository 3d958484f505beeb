"""Reform tasks from a sheet: the whole file or nothing, and the same file again makes no second task.

Tasks are opened level by level, each with the number of the one above it, in one transaction. A head of the reform office
who imports what has been decided hands it out by that; what a reform officer imports waits for the head.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from gongzhi.city.cases import catalogue, numbering, rows
from gongzhi.city.cases.actions.opening import Fresh, insert, prepare
from gongzhi.city.cases.models import Case, ImportSource
from gongzhi.city.cases.world import WORLD
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.errors import TasksRefused
from gongzhi.city.mechanisms.reform_sheets import (
    COLUMNS,
    MECHANISM,
    PROBLEMS,
    SOURCE,
    TASK,
    Fault,
    Plan,
    Sheet,
    read_tasks,
)
from gongzhi.city.records import actions as records
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, Choose, Open
from gongzhi.engine.errors import GongzhiError

#: faults that one refusal tells; the page lists them all
TOLD = 20
#: who may hand out tasks; what they import is handed out
HANDS_OUT = ("reform_chief",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file."""

    taken: int
    known: int
    #: of those taken: handed out to their offices at once
    handed_out: int
    #: problems that were not on the list before
    problems: int


def import_tasks(stream: BinaryIO, name: str, *, by: Standing, check_only: bool = False) -> Imported:
    """Open every task of the file that is not there yet. Right ``reform.import``.

    Raises BadTaskSheet for a file that is no list, and TasksRefused with every fault: then nothing at all was written.
    """
    check(by, "reform.import", Target(area_path=by.area_path, mechanism=MECHANISM))
    case_type = catalogue.current(MECHANISM, TASK)
    found = read_tasks(stream, name)
    _refuse(found.faults)
    with transaction.atomic():
        handed_out = _write(case_type, found, by)
        if check_only:
            transaction.set_rollback(True)
    return Imported(
        taken=len(found.plans), known=found.known, handed_out=handed_out, problems=len(found.problems)
    )


def _refuse(faults: list[Fault]) -> None:
    if faults:
        more = f"\n……还有{len(faults) - TOLD}处" if len(faults) > TOLD else ""
        listing = "\n".join(map(str, faults[:TOLD])) + more
        raise TasksRefused(count=len(faults), listing=listing, faults=tuple(faults))


def _write(case_type: CaseType, found: Sheet, by: Standing) -> int:
    """Problems first, then the levels from the top; gives how many tasks were handed out."""
    at = clock.now()
    for title, key in found.problems.items():
        values = {"title": title, "source": "自己发现", "found_on": localdate(at).isoformat()}
        records.put(PROBLEMS, key, values, by=SYSTEM, because="随任务表导入")
    numbers = _numbers(plan.parent for plan in found.plans)
    faults: list[Fault] = []
    handed_out = 0
    for level in _levels(found.plans):
        fresh: list[tuple[Plan, Fresh]] = []
        for plan in level:
            form = {**plan.form, **({"parent": numbers[plan.parent]} if plan.parent in numbers else {})}
            try:
                fresh.append((plan, prepare_task(case_type, form, by=by, at=at)))
            except GongzhiError as error:
                faults += _told(plan, error)
        if faults:
            continue  # what else is wrong, before all of it is given up
        handed_out += sum(each.state.length > 1 for _plan, each in fresh)
        numbers |= _open(case_type, fresh, at)
    _refuse(faults)
    return handed_out


def _levels(plans: list[Plan]) -> list[list[Plan]]:
    by_level: dict[str, list[Plan]] = {}
    for plan in plans:
        by_level.setdefault(plan.cells["level"], []).append(plan)
    return list(by_level.values())


def prepare_task(case_type: CaseType, form: dict[str, object], *, by: Standing, at: datetime) -> Fresh:
    """A task that is about to be written; handed out already where whoever imports it may do so and it is not overdue."""
    fresh = prepare(case_type, MECHANISM, Open(form=form, channel="import"), by=by, at=at, reporter=None)
    if by.role not in HANDS_OUT or str(fresh.state.data["due_on"]) <= localdate(at).isoformat():
        return fresh
    facts = engine.decide(
        case_type, fresh.state, Choose(step="issue", choice="issue"), at=at, by=by, world=WORLD
    )
    for fact in facts:
        fresh.state = engine.apply(case_type, fresh.state, replace(fact, by=by))
    fresh.facts += facts
    for column, value in rows.columns(case_type, fresh.state, at).items():
        setattr(fresh.row, column, value)
    return fresh


def _told(plan: Plan, error: GongzhiError) -> list[Fault]:
    """The engine's refusal as faults of the row: one for each field that it names, or one for the row."""
    fields = getattr(error, "fields", None) or error.data.get("fields", {})
    named = {id_: words for id_, words in dict(fields).items() if id_ in COLUMNS}
    if not named:
        return [Fault(sheet=plan.sheet, row=plan.row, column=COLUMNS["subject"][0], why=error.message)]
    return [
        Fault(sheet=plan.sheet, row=plan.row, column=COLUMNS[id_][0], why=str(words))
        for id_, words in named.items()
    ]


def _open(case_type: CaseType, fresh: list[tuple[Plan, Fresh]], at: datetime) -> dict[str, str]:
    """Write a level and number it in the order of the file: the next one names these numbers."""
    # ids of one instant are in no order, and numbers follow ids; a task has no sealed value that hangs on its id
    for (_plan, each), id_ in zip(fresh, sorted(each.row.pk for _plan, each in fresh), strict=True):
        each.row.id = id_
    insert([each for _plan, each in fresh])
    ImportSource.objects.bulk_create(
        [ImportSource(source=SOURCE, source_id=plan.code, case=each.row, said_at=at) for plan, each in fresh]
    )
    series = numbering.series_of(case_type, MECHANISM, at)
    if series is not None:
        numbering.number_series(series)
    return _numbers(plan.code for plan, _each in fresh)


def _numbers(codes: Iterable[str]) -> dict[str, str]:
    """Code of an imported task -> its number."""
    sources = ImportSource.objects.filter(source=SOURCE, source_id__in=[code for code in codes if code])
    known: dict[UUID, str] = dict(sources.values_list("case_id", "source_id"))
    found = Case.objects.filter(pk__in=list(known)).values_list("pk", "number")
    return {known[pk]: number for pk, number in found if number}


__all__ = ["Imported", "import_tasks", "prepare_task"]
