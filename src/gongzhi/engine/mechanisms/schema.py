"""The grammar of every other file of a mechanism's folder, as pydantic models (case types: ``engine.cases.spec``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    RootModel,
    StrictBool,
    StrictInt,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gongzhi.engine.benefits.examples import BenefitScenarioSpec
from gongzhi.engine.benefits.spec import GrantSpec, ProgrammeSpec, StopSpec
from gongzhi.engine.cases.spec import CaseRef, CaseTypeSpec, Feel, Id, Names, Spec, Title
from gongzhi.engine.mechanisms.adapt_points import AdaptSpec
from gongzhi.engine.mechanisms.areas import AreaDeedSpec
from gongzhi.engine.mechanisms.assemblies import AssemblySpec
from gongzhi.engine.mechanisms.boards import BoardSpec
from gongzhi.engine.mechanisms.bundles import BundleSpec
from gongzhi.engine.mechanisms.clusters import ClustersSpec
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec
from gongzhi.engine.mechanisms.ledgers import CloseSpec, LedgersSpec, PostSpec, ReverseSpec
from gongzhi.engine.mechanisms.offices import OfficeDeedSpec
from gongzhi.engine.mechanisms.routines import RoutinesSpec
from gongzhi.engine.mechanisms.scorecards import ScorecardSpec
from gongzhi.engine.registers.spec import RegisterSpec
from gongzhi.engine.watches.feeds import FeedsSpec
from gongzhi.engine.watches.spec import JudgeSpec, RuleDeedSpec, WatchScenarioSpec, WatchSpec


class OriginSpec(Spec):
    """Where and when the mechanism was first run."""

    area: str
    #: division code of the National Bureau of Statistics
    code: Annotated[str, Field(pattern=r"^\d{6}(\d{3}){0,2}$")] = ""
    year: StrictInt


class ManifestSpec(Spec):
    """``mechanism.yaml``."""

    id: Id
    title: Title
    summary: str = ""
    #: semantic version: a change that running cases can't follow raises the first number. Behind ``+`` whose adaptation it is:
    #: ``1.1.0+420700.2`` is the second adaptation of 1.1.0 by 鄂州
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+(\+[0-9a-z]+(\.[0-9a-z]+)*)?$", max_length=32)]
    origin: OriginSpec | None = None
    #: ids of the inventory that the mechanism carries
    covers: tuple[Annotated[str, Field(pattern=r"^\d{3}$")], ...] = ()
    #: other mechanisms that must be installed
    needs: Names = ()
    #: other mechanisms whose small registers its conditions look through where they are installed; elsewhere nothing is in them
    may_read: Names = ()
    contacts: tuple[str, ...] = ()
    #: laws, standards and documents that it rests on
    basis: tuple[str, ...] = ()
    #: decision table -> its Chinese name
    tables: Mapping[Id, Title] = Field(default_factory=dict)
    #: role -> its Chinese name
    roles: Annotated[Mapping[Id, Title], Field(min_length=1)]
    #: what a city that takes it over must look at and may change
    adapt: tuple[AdaptSpec, ...] = ()


class MeasureSpec(Spec):
    """One row of ``measures.yaml``: an indicator that is computed from facts; nobody fills it in.

    Expressions see one case of the type at a time; ``measuring.view`` lists the names.
    """

    id: Id
    title: Title
    case: Id
    #: rate: numerator ÷ denominator; count: cases in the numerator; median, mean, percentile: of ``value``
    kind: Literal["rate", "count", "median", "mean", "percentile"]
    #: FEEL: which cases count at all (empty: all)
    denominator: Feel = ""
    #: FEEL: which of them are hits
    numerator: Feel = ""
    #: FEEL: the number of a case
    value: Feel = ""
    percentile: Annotated[StrictInt, Field(gt=0, lt=100)] | None = None
    #: FEEL: which cases are left out; they are counted and shown beside the figure
    exclude: Feel = ""
    unit: str = "%"
    better: Literal["higher", "lower"] = "higher"
    #: the formula in words, for the person who reads the figure
    formula: Title
    #: another measure that says how much of the whole was asked
    coverage: str = ""
    #: where the figure comes from; there is deliberately no way to type one in
    source: Literal["facts"] = "facts"

    @model_validator(mode="after")
    def _says_what_is_counted(self) -> MeasureSpec:
        if self.kind in ("rate", "count") and not self.numerator:
            raise PydanticCustomError("measure", "rate 和 count 要写 numerator（什么算达到）")
        if self.kind in ("median", "mean", "percentile") and not self.value:
            raise PydanticCustomError("measure", "median、mean、percentile 要写 value（取什么数）")
        if (self.kind == "percentile") != (self.percentile is not None):
            raise PydanticCustomError("measure", "percentile 与 kind: percentile 一起写")
        return self


class MeasuresSpec(RootModel[tuple[MeasureSpec, ...]]):
    """``measures.yaml``: a list."""


def _clauses(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _movements(value: Any) -> Any:
    return (value,) if isinstance(value, Mapping | PostSpec) else value


class OnSpec(Spec):
    """Which fact of which case type (or programme, or watch) a reaction waits for; what is left out matches everything."""

    #: a case type of this mechanism, ``mechanism.type`` of another, or ``any`` for every case type of the city
    case: CaseRef | Literal[""] = ""
    #: instead of a case type: a programme of this mechanism, whose facts are granted, stopped, paid, returned, review_due, overpaid
    programme: Id | Literal[""] = ""
    #: instead of a case type: a watch of this mechanism that raised an alert which no declaration covers
    watch: Id | Literal[""] = ""
    #: opened, chosen, alerted, fired, ended, or a kind of common action; none for a watch
    fact: str = ""
    step: str = ""
    choice: str = ""
    #: of an alert: which clock, and which light it turned to
    clock: str = ""
    light: Literal["", "yellow", "red"] = ""
    #: of a timer: what it emits
    emits: str = ""
    #: of ``ended``: which ends
    ends: Names = ()

    @model_validator(mode="after")
    def _of_one_thing(self) -> OnSpec:
        if sum(map(bool, (self.case, self.programme, self.watch))) != 1:
            words = "on 应写 case（哪个事项）、programme（哪个待遇项目）、watch（哪条预警规则）中的一个"
            raise PydanticCustomError("on", words)
        if bool(self.fact) == bool(self.watch):
            raise PydanticCustomError(
                "on", "on 写 case 或 programme 时要写 fact（什么事实），写 watch 时不写"
            )
        return self


class LearnSpec(Spec):
    """A ruling to be written into the city's duty directory: matters of this category, in this town, go there."""

    #: FEEL: the category, from the general to the special, joined by ``·``
    category: Feel
    #: field that holds the office
    office: Id
    #: field that holds the words of the ruling
    basis: Id


class RecordDeedSpec(Spec):
    """A change of a record in a register, made by the system because of a fact; a missing record is created."""

    #: id of the register
    register_: Id = Field(alias="register")
    #: FEEL: the key of the record
    key: Feel
    #: column -> FEEL
    set_: Mapping[Id, Feel] = Field(default_factory=dict, alias="set")
    #: move of the register's lifecycle, done after the values are set
    move: str = ""
    #: whether a record that is not there is created; otherwise nothing is done
    create: StrictBool = True


class DoSpec(Spec):
    """What a reaction does: exactly one of notify, open, issue, command, learn, record, area, office, post, reverse, close,
    grant, stop, judge, suspend, resume.

    Expressions see the fields of the case, ``fact`` (what the journal says of the fact: of a rating its stars and channel)
    ``case`` (number, type, title, mechanism, lead, opened_on) and ``today`` (the day of the fact).
    """

    #: recipients, ``role @ scope``, ``holder`` (who has the task) or ``reporter``; ``@ on_duty`` is who holds the general duty
    #: room now, ``@ item`` who has the task that the fact is about
    notify: Annotated[
        tuple[str, ...], BeforeValidator(_clauses, json_schema_input_type=str | tuple[str, ...])
    ] = ()
    #: the message, with ``{{ name }}`` for values
    text: str = ""
    #: the recipients are called by every channel, one after the other, until somebody has read it (``@ on_duty`` always is)
    urgent: StrictBool = False
    #: case type to open, ``mechanism.type`` for another mechanism's
    open: str = ""
    #: fields of the case to open -> FEEL over our data
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: document to issue
    issue: str = ""
    #: common action on the same case, by the system
    command: Literal["", "note", "urge", "supervise", "link"] = ""
    #: field of kind ``case``: the common action is on the case that it names
    of: Id | Literal[""] = ""
    #: a ruling that the duty directory learns from
    learn: LearnSpec | None = None
    #: a record to create or change
    record: RecordDeedSpec | None = None
    #: areas to split or merge
    area: AreaDeedSpec | None = None
    #: offices to set up, merge or subordinate
    office: OfficeDeedSpec | None = None
    #: movements in ledgers, made together or not at all
    post: Annotated[
        tuple[PostSpec, ...],
        BeforeValidator(_movements, json_schema_input_type=PostSpec | tuple[PostSpec, ...]),
    ] = ()
    #: postings to be reversed
    reverse: ReverseSpec | None = None
    #: the season of a ledger to be closed
    close: CloseSpec | None = None
    #: a benefit to be given
    grant: GrantSpec | None = None
    #: a benefit to be ended
    stop: StopSpec | None = None
    #: what came of the alerts that the case is about
    judge: JudgeSpec | None = None
    #: a watch that raises no alerts any more
    suspend: RuleDeedSpec | None = None
    #: a suspended watch that raises alerts again
    resume: RuleDeedSpec | None = None

    @model_validator(mode="after")
    def _one_deed(self) -> DoSpec:
        made = (
            self.record,
            self.area,
            self.office,
            self.post,
            self.reverse,
            self.close,
            self.grant,
            self.stop,
            self.judge,
            self.suspend,
            self.resume,
        )
        deeds = (self.notify, self.open, self.issue, self.command, self.learn, *made)
        if sum(map(bool, deeds)) != 1:
            raise PydanticCustomError(
                "deed",
                "应只写 notify、open、issue、command、learn、record、area、office、post、reverse、close、grant、stop、judge、suspend、resume 中的一个",
            )
        if self.of and not self.command:
            raise PydanticCustomError("deed", "of 只与 command 一起写")
        if self.notify and not self.text:
            raise PydanticCustomError("deed", "通知要写 text（说什么）")
        return self


class ReactionSpec(Spec):
    """One row of ``reactions.yaml``: when this fact is written, do that."""

    id: Id
    title: Title
    on: OnSpec
    #: FEEL over the case's data
    when: Feel = ""
    do: DoSpec


class ReactionsSpec(RootModel[tuple[ReactionSpec, ...]]):
    """``reactions.yaml``: a list."""


class StringsSpec(RootModel[Mapping[str, str]]):
    """``strings/<language>.yaml``: each Chinese text of the mechanism -> its translation, as gettext does it."""


class DocumentSpec(Spec):
    """The head of ``documents/<id>.html``, between two lines ``---``."""

    title: Title
    #: case type that it is a paper of
    case: Id | Literal[""] = ""
    #: or the routine that fills it by itself
    routine: Id | Literal[""] = ""
    #: ``step.choice`` after which the paper is issued; empty: on demand
    issued: Annotated[
        tuple[str, ...], BeforeValidator(_clauses, json_schema_input_type=str | tuple[str, ...])
    ] = ()
    #: who keeps the paper
    kept_by: str = ""
    #: field of kind office whose electronic seal it gets, or ``county``; empty: no seal
    seal: Id | Literal[""] = ""
    #: blue: an opinion in a simulated approval, which binds nobody until it is turned formal
    ink: Literal["red", "blue"] = "red"
    #: the blue-stamped document of the same case that this one turns formal; its content must be the same
    turns: Id | Literal[""] = ""
    #: its own gap-free number per office and year, e.g. ``补正〔{yyyy}〕{seq}号``; empty: the case's
    number: str = ""
    #: kind of certificate, for the list of kinds that grassroots bodies may not issue
    kind: str = ""
    #: it is put up for everybody to read: identity, phone, account and health cannot be on it
    public: StrictBool = False
    #: to whom it is addressed: the reporter may fetch it by the tracking code
    to: Literal["", "reporter"] = ""
    #: field that holds the name of the person for whom it is issued
    holder: Id | Literal[""] = ""
    #: private fields that it must print in clear (a certificate names its holder); all others stay hidden on papers
    names: Names = ()
    #: for how many days it is valid, the day of sealing counted; 0: without end
    valid_days: Annotated[StrictInt, Field(ge=0, le=36500)] = 0

    @model_validator(mode="after")
    def _of_one_thing(self) -> DocumentSpec:
        if bool(self.case) == bool(self.routine):
            raise PydanticCustomError(
                "document", "应写 case（哪个事项的文书）或 routine（哪个例行的文书）中的一个"
            )
        return self


class PersonSpec(Spec):
    """Who acts in a scenario, where the role alone does not say it."""

    person: str = ""
    role: Id
    office: str = ""
    area: str = ""


def _acting(value: Any) -> Any:
    return {"role": value} if isinstance(value, str) else value


By = Annotated[PersonSpec, BeforeValidator(_acting, json_schema_input_type=Id | PersonSpec)]


class ActSpec(Spec):
    """One line of a scenario: something is done, happens, or time passes; and what is then expected."""

    #: ``step.choice``, or a common action (note, ask, answer, urge, …)
    do: str = ""
    #: a fact from elsewhere that happens
    fact: str = ""
    #: only time passes: timers fire and lights change
    tick: StrictBool = False
    by: By | None = None
    #: when; absent: a minute after the line before. ``+2 working days`` counts from the line before
    at: str = ""
    with_: Mapping[str, Any] = Field(default_factory=dict, alias="with")
    #: which of several open tasks of the step: its number, or the item (office) of its branch
    task: StrictInt | str | None = None
    #: code of the error with which the engine must refuse
    refused: str = ""
    expect: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_act(self) -> ActSpec:
        if sum(map(bool, (self.do, self.fact, self.tick))) > 1:
            raise PydanticCustomError("act", "一行只写 do、fact、tick 中的一个")
        if not (self.do or self.fact or self.tick or self.expect):
            raise PydanticCustomError("act", "应写 do、fact、tick 或 expect")
        if self.refused and not (self.do or self.fact):
            raise PydanticCustomError("act", "refused 要与 do 一起写")
        return self


class WorldSpec(Spec):
    """The city around a scenario, where its offices matter."""

    #: office -> the office above it
    parents: Mapping[str, str] = Field(default_factory=dict)
    #: role -> office on the county level
    county_offices: Mapping[str, str] = Field(default_factory=dict)
    #: area -> office that answers for it
    area_offices: Mapping[str, str] = Field(default_factory=dict)
    #: register -> key -> the values of a record, as far as the scenario needs them
    records: Mapping[str, Mapping[str, Mapping[str, Any]]] = Field(default_factory=dict)
    #: number -> what that other case says of itself (``engine.cases.world.MATTER``)
    cases: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    #: office -> ``{kind: town, area: 金湖街道}``, where that matters
    offices: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    #: ``register/key/area`` -> how many cases of the year name the record there
    named: Mapping[str, int] = Field(default_factory=dict)
    #: person -> number of the household that the account belongs to
    homes: Mapping[str, str] = Field(default_factory=dict)
    #: ``ledger/key of the holder``, or ``ledger/account/area``, -> what is there; ``ledger/key#tag`` -> how often it was posted
    balances: Mapping[str, StrictInt | float | str] = Field(default_factory=dict)
    #: SHA-256 of a file -> what its stored content hashes to now, where somebody has changed it
    digests: Mapping[str, str] = Field(default_factory=dict)
    #: ``person/mechanism.programme`` -> true (has it), or what the person would get: {entitled, amount, because, starts, has}
    benefits: Mapping[str, StrictBool | Mapping[str, Any]] = Field(default_factory=dict)
    #: columns that the city's registers hold beside those of this mechanism and of what it needs
    known_cells: tuple[Mapping[str, str], ...] = ()
    #: cases that were opened before: values of their fields, with ``at`` if not at the scenario's own instant
    taken: tuple[Mapping[str, Any], ...] = ()


class ScenarioSpec(Spec):
    """One example with its expected results; the name is a sentence that a clerk would say."""

    name: Annotated[str, Field(min_length=6, max_length=200)]
    case: Id
    #: inventory ids that the example proves; empty: all of the mechanism's
    covers: tuple[Annotated[str, Field(pattern=r"^\d{3}$")], ...] = ()
    calendar: str = "china"
    world: WorldSpec = WorldSpec()
    at: str
    by: By
    channel: str = "web"
    form: Mapping[str, Any] = Field(default_factory=dict)
    #: code of the error with which opening must be refused
    refused: str = ""
    #: what is expected right after opening
    expect: Mapping[str, Any] = Field(default_factory=dict)
    steps: tuple[ActSpec, ...] = ()


def _scenario_of(value: Any) -> str:
    """What a row of ``scenarios/`` is an example of: a case, unless it names something else."""
    if isinstance(value, BenefitScenarioSpec) or (isinstance(value, Mapping) and "programme" in value):
        return "programme"
    if isinstance(value, WatchScenarioSpec) or (isinstance(value, Mapping) and "watch" in value):
        return "watch"
    return "case"


AnyScenario = Annotated[
    Annotated[ScenarioSpec, Tag("case")]
    | Annotated[BenefitScenarioSpec, Tag("programme")]
    | Annotated[WatchScenarioSpec, Tag("watch")],
    Discriminator(_scenario_of),
]


class ScenariosSpec(RootModel[tuple[AnyScenario, ...]]):
    """``scenarios/*.yaml``: a list."""


#: kind of file -> (pattern of its path, model); ``gongzhi schema`` prints the JSON Schema of each
FILE_KINDS: Mapping[str, tuple[str, type[Spec] | type[RootModel[Any]]]] = {
    "mechanism": ("mechanism.yaml", ManifestSpec),
    "case": ("cases/*.yaml", CaseTypeSpec),
    "register": ("registers/*.yaml", RegisterSpec),
    "bundle": ("bundles/*.yaml", BundleSpec),
    "board": ("boards/*.yaml", BoardSpec),
    "measures": ("measures.yaml", MeasuresSpec),
    "scorecard": ("scorecards/*.yaml", ScorecardSpec),
    "comparison": ("comparisons/*.yaml", ComparisonSpec),
    "assembly": ("assemblies/*.yaml", AssemblySpec),
    "reactions": ("reactions.yaml", ReactionsSpec),
    "clusters": ("clusters.yaml", ClustersSpec),
    "ledgers": ("ledgers.yaml", LedgersSpec),
    "feeds": ("feeds.yaml", FeedsSpec),
    "programme": ("programmes/*.yaml", ProgrammeSpec),
    "watch": ("watches/*.yaml", WatchSpec),
    "routines": ("routines.yaml", RoutinesSpec),
    "strings": ("strings/*.yaml", StringsSpec),
    "scenarios": ("scenarios/*.yaml", ScenariosSpec),
    "document": ("documents/*.html", DocumentSpec),
}

__all__ = [
    "FILE_KINDS",
    "ActSpec",
    "AssemblySpec",
    "BoardSpec",
    "CaseTypeSpec",
    "ComparisonSpec",
    "DocumentSpec",
    "ManifestSpec",
    "MeasureSpec",
    "MeasuresSpec",
    "OriginSpec",
    "PersonSpec",
    "ReactionSpec",
    "ReactionsSpec",
    "RegisterSpec",
    "ScenarioSpec",
    "ScenariosSpec",
    "ScorecardSpec",
    "StringsSpec",
    "WorldSpec",
]
