"""``watches/<id>.yaml``: a rule over series and registers that raises alerts; and what a scenario of one says.

    id: treatment_off
    title: 生产在运行，治污没有运行
    kind: off_while_on
    feed: power
    over: {register: links, look: {source: {register: devices, key: row.source}}}
    series: {target: target.meter, source: source.meter}
    with: {points: 4, on_above: source.idle}
    says: "{{ name }} {{ from }}至{{ to }}，治污没有运行"

Attribute names are the keys of the file. Expressions are FEEL over ``row`` (the record), the records that ``look`` found,
and ``today``. ``kinds.KINDS`` says which series and parameters each kind has.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Names, Spec, Title

#: a feed of this mechanism, or ``other_mechanism.feed`` of one that it needs
FeedRef = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Kind = Literal[
    "off_while_on", "stop_order", "silent", "lead_lag", "low_ratio", "night_ratio", "limit_order", "record", "surge",
]  # fmt: skip
#: cases are counted by these of their own columns
By = Literal["area", "category"]
Share = Annotated[Decimal, Field(gt=0, le=1)]


class LookSpec(Spec):
    """A record that the row names: ``{register: devices, key: row.source}``."""

    register_: Id = Field(alias="register")
    #: FEEL: its key
    key: Feel


class OverSpec(Spec):
    """What a watch looks at: the rows of a register, or counts of cases."""

    #: one subject per row of this register
    register_: Id | Literal[""] = Field(default="", alias="register")
    #: FEEL: which rows (empty: all)
    where: Feel = ""
    #: name -> the record that the row names, in order
    look: Mapping[Id, LookSpec] = Field(default_factory=dict)
    #: FEEL: code of the area that the subject lies in (empty: the whole city)
    area: Feel = ""
    #: FEEL: how people call it (empty: its key)
    name: Feel = ""
    #: of ``surge``: cases of these types are counted
    cases: tuple[CaseRef, ...] = ()
    #: of ``surge`` over cases: one count for each of these together
    by: tuple[By, ...] = ("area", "category")
    #: of ``surge`` over cases: areas of this level are counted
    level: Literal["village", "town", "county"] = "town"
    #: of ``surge`` over a register: the date column that says when
    on: Id | Literal[""] = ""
    #: of ``surge`` over a register, FEEL: what is counted together
    category: Feel = ""

    @model_validator(mode="after")
    def _looks_at_one_thing(self) -> OverSpec:
        if bool(self.register_) == bool(self.cases):
            raise PydanticCustomError(
                "over", "over 应写 register（看哪个登记簿）或 cases（数哪些事项）中的一个"
            )
        return self


class PeriodsSpec(Spec):
    """Orders to stop or to limit: when which of them holds for a subject."""

    register_: Id = Field(alias="register")
    #: column of the order -> FEEL over the row; all must be equal
    match: Annotated[Mapping[Id, Feel], Field(min_length=1)]
    #: FEEL over ``order`` (and row and looks): which orders count
    where: Feel = ""
    #: columns of kind date or text with date and time; an empty end is open
    from_: Id = Field(alias="from")
    to: Id
    #: FEEL over ``order``: by what share use must fall; empty: the parameter ``cut``
    cut: Feel = ""


class ReasonsSpec(Spec):
    """Which reasons of a declaration count: ``{column: reason, any: [检修, 停产]}``."""

    column: Id
    any_: Annotated[tuple[Title, ...], Field(min_length=1, alias="any")]


class CoverSpec(Spec):
    """Declarations (报备) that explain what a watch sees."""

    register_: Id = Field(alias="register")
    #: column of the declaration -> FEEL over the row and its looks; all must be equal
    match: Annotated[Mapping[Id, Feel], Field(min_length=1)]
    #: FEEL over ``declared`` (and row and looks): which declarations are in force
    where: Feel = ""
    kinds: ReasonsSpec | None = None
    from_: Id = Field(alias="from")
    to: Id
    #: tolerated at both ends
    slack: str = ""
    #: which part of the window must lie inside
    share: Share = Decimal(1)


class LineSpec(Spec):
    """When a watch is no longer worth people's time: below this precision it is put up for retirement."""

    #: share of true alerts among the judged ones
    precision: Share
    #: weeks looked back
    weeks: Annotated[StrictInt, Field(ge=1, le=52)] = 4
    #: fewer judged alerts say nothing
    least: Annotated[StrictInt, Field(ge=1, le=1000)] = 10
    #: case type of this mechanism that decides on it
    proposes: Id
    #: fields of that case -> FEEL over ``watch``
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")


class WatchSpec(Spec):
    """``watches/<id>.yaml``."""

    id: Id
    title: Title
    #: the law, standard or document that it rests on
    basis: str = ""
    kind: Kind
    #: series feed that it reads; none for ``record`` and ``surge``
    feed: FeedRef | Literal[""] = ""
    over: OverSpec
    #: FEEL: ids of series, by their part in the kind
    series: Mapping[Id, Feel] = Field(default_factory=dict)
    #: parameters of the kind: numbers, or FEEL that gives one for each subject
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: FEEL: more values that an alert keeps
    also: Mapping[Id, Feel] = Field(default_factory=dict)
    periods: PeriodsSpec | None = None
    covered_by: tuple[CoverSpec, ...] = ()
    #: of ``record``, FEEL: when a row raises an alert
    when: Feel = ""
    #: of ``record``, FEEL: the day of the alert (empty: today)
    at: Feel = ""
    #: of ``record``, FEEL: whose it is (empty: the row's key)
    subject: Feel = ""
    #: what an alert says, with ``{{ name }}`` for values
    says: Title
    line: LineSpec | None = None
    #: roles that may see its alerts, each as far as its rights reach; empty: whoever may see alerts
    read_by: Names = ()

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> WatchSpec:
        if (self.kind in ("record", "surge")) == bool(self.feed):
            raise PydanticCustomError("watch", "record 和 surge 不写 feed，其他种类都要写")
        if (self.kind in ("stop_order", "limit_order")) != (self.periods is not None):
            raise PydanticCustomError("watch", "periods 与 stop_order、limit_order 一起写")
        if (self.kind == "record") != bool(self.when):
            raise PydanticCustomError("watch", "when 与 kind: record 一起写")
        if (self.at or self.subject) and self.kind != "record":
            raise PydanticCustomError("watch", "at、subject 只与 kind: record 一起写")
        if self.over.cases and self.kind != "surge":
            raise PydanticCustomError("watch", "over 里的 cases 只与 kind: surge 一起写")
        if self.kind == "surge" and self.over.register_ and not self.over.on:
            raise PydanticCustomError("watch", "surge 数登记簿时要写 on（哪个日期栏）")
        return self


class JudgeSpec(Spec):
    """``do: {judge: {outcome: false, reason: reason_field}}``: what came of the alerts that this case is about."""

    outcome: StrictBool
    #: FEEL over the case: why
    reason: Feel = ""


class RuleDeedSpec(Spec):
    """``do: {suspend: {watch: rule, reason: basis}}`` and ``resume``: a watch of this mechanism raises no alerts, or does again."""

    #: FEEL: id of the watch
    watch: Feel
    #: FEEL: why
    reason: Feel = ""


class WatchWorldSpec(Spec):
    """What a scenario of a watch needs of the city."""

    #: register -> key -> values of a record
    records: Mapping[str, Mapping[str, Mapping[str, Any]]] = Field(default_factory=dict)


class ExpectedSpec(Spec):
    """What a scenario expects: exactly these alerts, in order of time and subject; of each only the keys that are written."""

    alerts: tuple[Mapping[str, Any], ...] = ()


class WatchScenarioSpec(Spec):
    """One example of a watch; the name is a sentence that a clerk would say."""

    name: Annotated[str, Field(min_length=6, max_length=200)]
    watch: Id
    #: inventory ids that the example proves; empty: all of the mechanism's
    covers: tuple[Annotated[str, Field(pattern=r"^\d{3}$")], ...] = ()
    at: str
    #: local days that are computed; empty: every day of the series
    days: tuple[str, ...] = ()
    #: step of the series; empty: the feed's
    step: str = ""
    world: WatchWorldSpec = WatchWorldSpec()
    #: series -> notation (``notation.read_series``)
    series: Mapping[str, str] = Field(default_factory=dict)
    #: of ``surge``: ``area|category`` -> one number a day
    counts: Mapping[str, str] = Field(default_factory=dict)
    expect: ExpectedSpec


__all__ = [
    "CoverSpec",
    "JudgeSpec",
    "LineSpec",
    "LookSpec",
    "OverSpec",
    "PeriodsSpec",
    "ReasonsSpec",
    "RuleDeedSpec",
    "WatchScenarioSpec",
    "WatchSpec",
]
