"""``routines.yaml``: recurring duties. A bulletin that is made from the city's own rows, or a case that is opened when there is
something to open it for; nobody fills anything in.

The city hands over one view per case (``VIEW``); which of them come up, whether anything is opened and with what, is decided
here by the file's own FEEL. An empty agenda is an answer: it is told, and no meeting comes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, RootModel, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Spec, Title
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.routines import Days, Quiet, Routine

#: what an agenda may ask of a case -> what it is, for the reference and for the person who reads an agenda
VIEW: Mapping[str, str] = {
    "number": "编号",
    "type": "机制.事项",
    "mechanism": "机制",
    "title": "事项",
    "subject": "标题",
    "lead": "牵头单位的代码",
    "lead_name": "牵头单位",
    "area_name": "地方",
    "step": "办到哪一步",
    "light": "灯号：green、yellow、red、none",
    "light_name": "灯号：绿、黄、红",
    "due_on": "最近的时限",
    "days_late": "超期几天",
    "days_open": "在办几天",
    "opened_on": "登记日期",
    "offices": "牵头、协办和手上有活的单位的代码",
    "office_names": "这些单位的名称",
    "blocked": "有没有卡住：要等别的单位、停表，或已立项督办",
    "block": "卡在哪里",
    "paused": "是否停表",
    "supervised": "是否已督办",
    "waits_for": "在等的单位",
}
#: what the conditions and values of a routine may name beside its parts
NAMES = frozenset({"agenda", "offices", "today", "since", "until"})
#: rows of one part of an agenda; beyond it the paper says how many more there are
MOST_ROWS = 200


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


Cases = Annotated[
    tuple[CaseRef, ...], BeforeValidator(_many, json_schema_input_type=CaseRef | tuple[CaseRef, ...])
]
Day = Annotated[date, BeforeValidator(_date)]


class QuietSpec(Spec):
    """Days on which a routine rests, the last one included."""

    #: first day
    from_: Day = Field(alias="from")
    #: last day
    until: Day
    #: why: for the person who asks where the bulletin is
    because: Title


class AgendaSpec(Spec):
    """One part of an agenda: which cases come up, by what the system knows of them."""

    id: Id
    title: Title
    #: case types, ``mechanism.type`` for another mechanism's; ``any`` for every case type of the city
    from_: Cases = Field(default=("any",), alias="from")
    #: FEEL over one case (light, blocked, block, days_late, offices …)
    where: Feel
    #: FEEL that gives words: what has to be decided about it
    ask: Feel = ""


class OverSpec(Spec):
    """The period that a bulletin looks back on."""

    #: natural days before the day of the bulletin
    days: Annotated[StrictInt, Field(ge=1, le=400)]


class BulletinSpec(Spec):
    """A paper that is made from rows and facts alone."""

    #: the document that is filled; its head names this routine
    document: Id
    #: the period, back from the day of the bulletin
    over: OverSpec
    #: case types that are counted; ``any`` for every one
    of: Cases = ("any",)
    #: indicators of this mechanism, ``mechanism.measure`` for another's
    measures: tuple[CaseRef, ...] = ()


class RoutineSpec(Spec):
    """One row of ``routines.yaml``."""

    id: Id
    title: Title
    #: RFC 5545 recurrence by days: ``FREQ=WEEKLY;BYDAY=FR``
    every: str
    #: time of day
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    #: first day that may count; intervals are counted from it
    starts: Day
    #: on a day off: as_is, next_working_day, previous_working_day or skip
    days: Days = Days.AS_IS
    #: days on which it rests
    quiet: tuple[QuietSpec, ...] = ()
    #: what comes up, part by part
    agenda: tuple[AgendaSpec, ...] = ()
    #: FEEL over ``agenda``, its parts, ``offices`` and ``today``: only then anything is made; otherwise it is noted that there was no need
    when: Feel = ""
    #: the paper to fill; or
    bulletin: BulletinSpec | None = None
    #: case type of this mechanism to open, or ``mechanism.type``
    open: str = ""
    #: fields of the case to open -> FEEL over the same names
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: who is told, in the system: ``role @ county``, or ``role @ offices`` for the offices that the agenda is about
    tell: Annotated[
        tuple[str, ...], BeforeValidator(_many, json_schema_input_type=str | tuple[str, ...])
    ] = ()

    @model_validator(mode="after")
    def _one_deed(self) -> RoutineSpec:
        if (self.bulletin is None) == (not self.open):
            raise PydanticCustomError("routine", "应写 bulletin（出通报）或 open（开一件事）中的一个")
        if self.with_ and not self.open:
            raise PydanticCustomError("routine", "with 只与 open 一起写")
        return self

    @property
    def routine(self) -> Routine:
        """As the engine of recurrences takes it."""
        quiet = tuple(Quiet(since=each.from_, until=each.until, because=each.because) for each in self.quiet)
        return Routine(
            every=self.every,
            starts=self.starts,
            at=time.fromisoformat(self.at),
            days=self.days,
            quiet=quiet,
        )


class RoutinesSpec(RootModel[tuple[RoutineSpec, ...]]):
    """``routines.yaml``: a list."""


View = Mapping[str, Any]


def agenda_of(spec: RoutineSpec, views: Iterable[View]) -> dict[str, list[dict[str, Any]]]:
    """Part -> the cases that come up in it, each with what has to be decided; in the order of ``views``.

    A part sees the case types that it names. Raises what its expressions raise (the linter has compiled them before).
    """
    rows = list(views)
    return {part.id: [_row(part, view) for view in rows if _comes_up(part, view)] for part in spec.agenda}


def union(parts: Mapping[str, Sequence[View]]) -> list[View]:
    """The whole agenda: every case once, under the first part in which it came up."""
    found: dict[Any, View] = {}
    for rows in parts.values():
        for row in rows:
            found.setdefault(row["number"], row)
    return list(found.values())


def known_names(
    parts: Mapping[str, Sequence[View]], *, today: date, since: date, until: date
) -> dict[str, Any]:
    """What ``when`` and ``with`` of a routine see."""
    agenda = union(parts)
    offices = list(dict.fromkeys(office for row in agenda for office in row["offices"]))
    return {
        **parts,
        "agenda": agenda,
        "offices": offices,
        "today": today,
        "since": since,
        "until": until,
    }


def is_called_for(spec: RoutineSpec, names: Mapping[str, Any]) -> bool:
    """Whether anything is made at all this time."""
    return not spec.when or compile_expression(spec.when).evaluate(names) is True


def values_of(spec: RoutineSpec, names: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the case to open, as FEEL gives them; nulls are left out."""
    found = {name: compile_expression(text).evaluate(names) for name, text in spec.with_.items()}
    return {name: value for name, value in found.items() if value is not None}


def _comes_up(part: AgendaSpec, view: View) -> bool:
    here = "any" in part.from_ or view["type"] in part.from_
    return here and compile_expression(part.where).evaluate(view) is True


def _row(part: AgendaSpec, view: View) -> dict[str, Any]:
    asked = compile_expression(part.ask).evaluate(view) if part.ask else None
    return {**view, "part": part.title, "ask": asked if isinstance(asked, str) else ""}


__all__ = [
    "MOST_ROWS",
    "NAMES",
    "VIEW",
    "AgendaSpec",
    "BulletinSpec",
    "OverSpec",
    "QuietSpec",
    "RoutineSpec",
    "RoutinesSpec",
    "agenda_of",
    "is_called_for",
    "known_names",
    "union",
    "values_of",
]
