"""Cases with the cases that they called, and those with theirs, of many at once: a constant number of queries.

Who holds what and for how long is read off tasks and facts. A clock that would not have been taken for consent is told as
what it was: silence past the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gongzhi.city.cases import catalogue
from gongzhi.city.cases.actions.writing import NOT_FOLDED
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.world import office_name
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import subject
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.mechanisms.parts import Part, laid_out
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType

LEVELS = 2


@dataclass(slots=True)
class Grown:
    """A case with its type and state, what it called, and its open tasks."""

    row: Case
    case_type: CaseType
    state: engine.Case
    links: list[Child] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    below: list[Grown] = field(default_factory=list)

    def all(self) -> list[Grown]:
        """This one and everything below it."""
        return [self, *(each for child in self.below for each in child.all())]

    def parts(self, at: datetime) -> list[tuple[Part, list[Part]]]:
        """Its parts, each with the parts of that part."""
        tasks = [task for child in self.below for task in child.tasks]
        known = {child.row.pk: child for child in self.below}
        found = laid_out(self.case_type, self.state, self.links, tasks, at)
        return [
            (part, [each for each, _deeper in known[part.case.pk].parts(at)])
            if part.case is not None and part.case.pk in known
            else (part, [])
            for part in found
        ]


def grow(rows: Iterable[Case]) -> list[Grown]:
    """The cases with everything below them, ``LEVELS`` deep. One query per level, one for all open tasks."""
    roots = [_grown(row) for row in rows]
    every = {each.row.pk: each for each in roots}
    level = roots
    for _ in range(LEVELS):
        if not level:
            break
        links = Child.objects.filter(parent__in=[each.row.pk for each in level], token__isnull=False)
        level = []
        for link in links.select_related("case").order_by("id"):
            if link.case_id in every:
                above, below = every[link.parent_id], every[link.case_id]
                below.row = link.case
            else:
                above, below = every[link.parent_id], _grown(link.case)
                every[link.case_id] = below
                level.append(below)
            above.links.append(link)
            above.below.append(below)
    for task in Task.objects.filter(case__in=list(every)).select_related("office"):
        every[task.case_id].tasks.append(task)
    return roots


def _grown(row: Case) -> Grown:
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    return Grown(row, case_type, engine.load_case(row.state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One task that an office had: from when to when (to now, while it is open), and by when it should have been done."""

    office: str
    title: str
    since: datetime
    until: datetime
    due: datetime | None
    is_open: bool
    #: the day came and nobody had said anything
    silent: bool

    @property
    def days(self) -> int:
        """Calendar days, begun ones not counted."""
        return (self.until - self.since).days

    @property
    def late(self) -> bool:
        """Whether it took longer than it might."""
        return self.silent or (self.due is not None and self.until > self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """An office with what it had of a project."""

    office: str
    held: tuple[Held, ...]

    @property
    def name(self) -> str:
        """Its short name."""
        return office_name(self.office)

    @property
    def days(self) -> int:
        """Calendar days of all its tasks together."""
        return sum(each.days for each in self.held)

    @property
    def longest(self) -> int:
        """Calendar days of the longest one."""
        return max((each.days for each in self.held), default=0)

    @property
    def late(self) -> int:
        """How many took longer than they might."""
        return sum(each.late for each in self.held)

    @property
    def silent(self) -> int:
        """On how many the day came without a word."""
        return sum(each.silent for each in self.held)

    @property
    def open(self) -> tuple[Held, ...]:
        """What it has now."""
        return tuple(each for each in self.held if each.is_open)


def open_blockers(cases: Sequence[Grown], at: datetime) -> list[Blocker]:
    """Who has something now, the longest first; from the open tasks alone. No query."""
    held = [
        Held(
            office=task.office_id or "",
            title=each.case_type.step_title(task.step),
            since=task.opened_at,
            until=max(at, task.opened_at),
            due=task.due,
            is_open=True,
            silent=False,
        )
        for each in cases
        for task in each.tasks
        if task.role != "resident" and task.office_id
    ]
    return _by_office(held)


def all_blockers(cases: Sequence[Grown], at: datetime) -> list[Blocker]:
    """Who had what and for how long, from the first day on, the longest first. One query: the facts of all the cases."""
    by_subject = {subject("case", each.row.pk): each for each in cases}
    facts: dict[str, list[Entry]] = {}
    entries = Entry.objects.filter(subject__in=list(by_subject)).exclude(kind__in=NOT_FOLDED)
    for entry in entries.order_by("subject", "seq"):
        facts.setdefault(entry.subject, []).append(entry)
    held = [each for key, own in facts.items() for each in _replayed(by_subject[key], own, at)]
    return _by_office(held)


def _replayed(grown: Grown, entries: Sequence[Entry], at: datetime) -> list[Held]:
    """Every task of offices, with the time for which it stood open: the facts are folded in once more."""
    state: engine.Case | None = None
    open_: dict[int, engine.Task] = {}
    found = []
    for entry in entries:
        state = engine.apply(grown.case_type, state, entry.fact())
        now = {task.id: task for task in state.tasks}
        for id_ in open_.keys() - now.keys():
            found.append(_held(grown, open_[id_], entry.at, silent=entry.kind == "fired"))
        open_ = now
    found += [_held(grown, task, at) for task in open_.values()]
    return [each for each in found if each.office]


def _held(grown: Grown, task: engine.Task, until: datetime, *, silent: bool | None = None) -> Held:
    return Held(
        office="" if task.role == "resident" else task.office,
        title=grown.case_type.step_title(task.step),
        since=task.opened_at,
        until=max(until, task.opened_at),
        due=task.due,
        is_open=silent is None,
        silent=bool(silent),
    )


def _by_office(held: Iterable[Held]) -> list[Blocker]:
    found: dict[str, list[Held]] = {}
    for each in held:
        found.setdefault(each.office, []).append(each)
    made = [Blocker(office=office, held=tuple(own)) for office, own in found.items()]
    return sorted(made, key=lambda each: (-each.longest, -each.days, each.office))


def readable(cases: Iterable[Grown], seen: Any) -> frozenset[UUID]:
    """Which of the cases a person may open, of ``seen`` (``sight.visible``). One query."""
    return frozenset(
        seen.filter(pk__in=[each.row.pk for each in cases]).order_by().values_list("pk", flat=True)
    )
