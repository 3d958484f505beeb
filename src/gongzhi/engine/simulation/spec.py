"""The assumptions of a simulation as a file says them (YAML): who comes, who is there, how long it takes, what is chosen.

Everything that is left out is taken from history where there is one, else assumed, and the result says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.calendars import Hours
from gongzhi.engine.cases.spec import Id, Spec
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.simulation.laws import Chance

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, le=100_000)]
Text = Annotated[str, Field(max_length=600)]
#: ``step.choice``
ChoiceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
#: role, or role in one office: ``officer``, ``officer@城管局``
StaffName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(@.{1,60})?$")]


def _refusing(read: Callable[[Any], object]) -> Callable[[Any], Any]:
    """A validator that lets through what ``read`` can read, and refuses the rest in its words."""

    def check(value: Any) -> Any:
        try:
            read(value)
        except GongzhiError as error:
            raise PydanticCustomError("unreadable", "{why}", {"why": str(error)}) from error
        return value

    return check


SpanText = Annotated[str, AfterValidator(_refusing(parse_span))]
InstantText = Annotated[str, AfterValidator(_refusing(parse_instant))]
HoursText = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_refusing(Hours.read))]


class ArrivalSpec(Spec):
    """How many cases come, in one of several ways."""

    #: Poisson arrivals in working time
    per_working_hour: Rate | None = None
    per_working_day: Rate | None = None
    #: one every so many working minutes, like a clock
    every: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    #: mean number for each hour of Monday to Sunday (seven rows of 24), Poisson within the hour
    by_hour: Annotated[tuple[tuple[Rate, ...], ...], Field(min_length=7, max_length=7)] | None = None
    #: instants at which cases came, to be lived through again (the first falls on the first day)
    at: Annotated[tuple[InstantText, ...], Field(min_length=1, max_length=200_000)] | None = None
    #: so many times as many
    times: Annotated[float, Field(gt=0, le=1000)] = 1.0
    because: Text = ""

    @model_validator(mode="after")
    def _is_one_way(self) -> ArrivalSpec:
        ways = [self.per_working_hour, self.per_working_day, self.every, self.by_hour, self.at]
        if sum(way is not None for way in ways) != 1:
            raise PydanticCustomError(
                "arrivals", "来件只写一种：per_working_hour、per_working_day、every、by_hour 或 at"
            )
        if self.by_hour is not None and any(len(row) != 24 for row in self.by_hour):
            raise PydanticCustomError("arrivals", "by_hour 每天写 24 个数")
        if self.at is not None and self.times != 1.0:
            raise PydanticCustomError("arrivals", "照原样重演的来件不能乘倍数")
        return self


class ShiftSpec(Spec):
    """Some people with hours of their own."""

    people: Annotated[StrictInt, Field(ge=1, le=2000)]
    hours: HoursText | None = None
    #: 1 is Monday; empty: the working days of the calendar
    weekdays: tuple[Annotated[StrictInt, Field(ge=1, le=7)], ...] = ()


class StaffSpec(Spec):
    """The people of a role, in every office or in one."""

    people: Annotated[StrictInt, Field(ge=0, le=2000)] | None = None
    #: ``office``: working days and hours; ``always``: around the clock
    calendar: Literal["office", "always"] = "office"
    hours: HoursText | None = None
    weekdays: tuple[Annotated[StrictInt, Field(ge=1, le=7)], ...] = ()
    #: instead of ``people``: groups with hours of their own
    shifts: tuple[ShiftSpec, ...] = ()
    #: minutes of a working day that other duties take
    other_minutes: Annotated[float, Field(ge=0, le=1380)] = 0
    #: money per hour of work
    cost_per_hour: Annotated[float, Field(ge=0, le=100_000)] = 0
    because: Text = ""

    @model_validator(mode="after")
    def _says_people(self) -> StaffSpec:
        if (self.people is None) == (not self.shifts):
            raise PydanticCustomError("staff", "应写 people(几个人)或 shifts(几班)中的一个")
        return self


def _people(value: object) -> object:
    number = isinstance(value, int) and not isinstance(value, bool)
    return {"people": value} if number else value


class TimeSpec(Spec):
    """How long a step takes: ``work`` of somebody, and what passes afterwards without anybody."""

    #: working minutes of whoever does it
    work: Chance | None = None
    #: time that passes without anybody's work
    wait: Chance | None = None
    wait_in: Literal["minutes", "hours", "days", "working minutes", "working hours"] = "hours"
    because: Text = ""

    @model_validator(mode="after")
    def _says_something(self) -> TimeSpec:
        if self.work is None and self.wait is None:
            raise PydanticCustomError("times", "应写 work(办理分钟)或 wait(等待)")
        return self


class RoundSpec(Spec):
    """A choice that is taken ``times`` times before another one is."""

    again: ChoiceName
    done: ChoiceName
    times: Annotated[StrictInt, Field(ge=1, le=1000)]
    #: scope whose office goes on to the next one each time
    moves: Id | Literal[""] = ""


class VariantSpec(Spec):
    """What is different in a variant; what it doesn't say stays."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    case_type: Id | Literal[""] = ""
    arrivals: ArrivalSpec | None = None
    staff: Mapping[StaffName, Annotated[StaffSpec, BeforeValidator(_people)]] = Field(default_factory=dict)
    #: people more (or, negative, fewer) than before
    more: Mapping[StaffName, Annotated[StrictInt, Field(ge=-2000, le=2000)]] = Field(default_factory=dict)
    offices: Mapping[Id, Mapping[str, Rate]] = Field(default_factory=dict)
    times: Mapping[Id, TimeSpec] = Field(default_factory=dict)
    routes: Mapping[Id, Mapping[Id, Rate]] = Field(default_factory=dict)
    counts: Mapping[Id, Chance] = Field(default_factory=dict)
    rounds: tuple[RoundSpec, ...] | None = None
    needed: Mapping[Id, Share] = Field(default_factory=dict)
    limits: Mapping[Id, SpanText] = Field(default_factory=dict)
    promise: Annotated[str, Field(max_length=60)] | None = None
    because: Text = ""


class SimulationSpec(Spec):
    """``simulation.yaml``: all assumptions of one simulation."""

    title: Annotated[str, Field(max_length=120)] = ""
    because: Text = ""
    mechanism: Id | Literal[""] = ""
    case_type: Id | Literal[""] = ""
    #: first day; holidays and make-up days are those of the calendar from there on
    start: date = date(2025, 3, 3)
    #: natural days that are measured, and days before them in which the queues fill
    days: Annotated[StrictInt, Field(ge=1, le=3660)] = 90
    warm_up: Annotated[StrictInt, Field(ge=0, le=3660)] = 28
    #: days after them in which the last measured cases may end; as many as are measured where it isn't said
    patience: Annotated[StrictInt, Field(ge=0, le=3660)] | None = None
    replications: Annotated[StrictInt, Field(ge=2, le=1000)] = 20
    seed: Annotated[StrictInt, Field(ge=0, le=2**32 - 1)] = 1
    hours: HoursText | None = None
    arrivals: ArrivalSpec | None = None
    #: scope (``lead``, ``item``) -> office -> share of the cases
    offices: Mapping[Id, Mapping[str, Rate]] = Field(default_factory=dict)
    staff: Mapping[StaffName, Annotated[StaffSpec, BeforeValidator(_people)]] = Field(default_factory=dict)
    times: Mapping[Id, TimeSpec] = Field(default_factory=dict)
    #: step -> choice -> weight; ``back`` goes back to the step from which the case came
    routes: Mapping[Id, Mapping[Id, Rate]] = Field(default_factory=dict)
    #: step with ``each`` -> how many branches
    counts: Mapping[Id, Chance] = Field(default_factory=dict)
    rounds: tuple[RoundSpec, ...] = ()
    #: step with a conditional call -> share of the cases that need it
    needed: Mapping[Id, Share] = Field(default_factory=dict)
    #: clock -> span, where the case type's isn't constant
    limits: Mapping[Id, SpanText] = Field(default_factory=dict)
    #: the promise: a clock, or a span from opening to end
    promise: Annotated[str, Field(max_length=60)] | None = None
    variants: Annotated[tuple[VariantSpec, ...], Field(max_length=12)] = ()


def merged(base: SimulationSpec, variant: VariantSpec) -> SimulationSpec:
    """The assumptions of a variant: the base with what the variant changes.

    A variant of another case type takes over who comes and when, and nothing that is said of steps and people.
    """
    if variant.case_type and variant.case_type != base.case_type:
        said = ("offices", "staff", "times", "routes", "counts", "needed", "limits")
        emptied: dict[str, object] = {key: {} for key in said}
        base = base.model_copy(update={**emptied, "rounds": (), "promise": None})
    staff = dict(base.staff) | dict(variant.staff)
    for name, more in variant.more.items():
        known = staff.get(name) or staff.get(name.partition("@")[0]) or StaffSpec(people=0)
        people = known.people if known.people is not None else 0
        if known.shifts:
            first = known.shifts[0]
            shifts = (first.model_copy(update={"people": max(first.people + more, 1)}), *known.shifts[1:])
            staff[name] = known.model_copy(update={"shifts": shifts})
        else:
            staff[name] = known.model_copy(update={"people": max(people + more, 0)})
    changed: dict[str, object] = {
        "staff": staff,
        "offices": {**base.offices, **variant.offices},
        "times": {**base.times, **variant.times},
        "routes": {**base.routes, **variant.routes},
        "counts": {**base.counts, **variant.counts},
        "needed": {**base.needed, **variant.needed},
        "limits": {**base.limits, **variant.limits},
        "variants": (),
    }
    for key in ("arrivals", "rounds", "promise"):
        if getattr(variant, key) is not None:
            changed[key] = getattr(variant, key)
    if variant.case_type:
        changed["case_type"] = variant.case_type
    return base.model_copy(update=changed)


__all__ = [
    "ArrivalSpec", "RoundSpec", "ShiftSpec", "SimulationSpec", "StaffSpec", "TimeSpec", "VariantSpec", "merged",
]  # fmt: skip
