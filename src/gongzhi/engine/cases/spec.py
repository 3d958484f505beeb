"""The grammar of one case type (``cases/<id>.yaml``) as pydantic models: what a mechanism's author may write.

These models say the *shape* of the file; ``engine.cases.compile_case_type`` gives it a meaning and
``engine.mechanisms`` checks what one file can't say alone (roles, tables, steps that exist). Attribute names are
the keys of the file; keys that Python or pydantic reserves have an underscore behind them (``from_``, ``with_``,
``register_``).
Expressions stay text here, and so do spans of time; both are compiled once, later.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictInt,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

#: lower-case English snake_case, as every id in a mechanism
ID_PATTERN = r"^[a-z][a-z0-9_]*$"
Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=60)]
#: a case type of this mechanism, or ``other_mechanism.type`` of one that it needs
CaseRef = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
Title = Annotated[str, Field(min_length=1, max_length=120)]
#: a field id, with ``?`` behind it where the field may be left empty here whatever its own rule says
Asked = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\??$")]
#: text in FEEL, the expression language of the DMN standard; a bare number or truth value is its own expression
Feel = Annotated[
    str, BeforeValidator(lambda value: _literal(value), json_schema_input_type=str | bool | int | float)
]
#: the id of a step, or ``end.<id of an end>``
Target = Annotated[str, Field(pattern=r"^(end\.)?[a-z][a-z0-9_]*$")]

FIELD_KINDS = (
    "text", "paragraph", "number", "money", "date", "choice", "choices", "yesno", "place", "area", "office", "offices",
    "person", "record", "records", "case", "phone", "identity_number", "credit_code", "files", "table",
)  # fmt: skip
#: ``prefill`` of a field that says in which role the case was opened; nobody types it in
OPENER_ROLE = "opener.role"
#: and who it was: somebody else must look at it
OPENER_PERSON = "opener.person"
PRIVACY_CLASSES = ("public", "internal", "contact", "identity", "health", "clue")

Kind = Literal[
    "text", "paragraph", "number", "money", "date", "choice", "choices", "yesno", "place", "area", "office", "offices",
    "person", "record", "records", "case", "phone", "identity_number", "credit_code", "files", "table",
]  # fmt: skip
Privacy = Literal["public", "internal", "contact", "identity", "health", "clue"]


def _literal(value: Any) -> Any:
    """A YAML number or truth value where an expression is expected is written as FEEL would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _percent(value: Any) -> Any:
    """``20 %``, ``20%`` or ``0.2`` -> Decimal("0.2")."""
    if isinstance(value, str) and value.rstrip().endswith("%"):
        number = value.rstrip().rstrip("%").strip()
        if not number.replace(".", "", 1).isdigit():
            raise PydanticCustomError("share", "应为百分数,例如 20 %")
        return Decimal(number) / 100
    return str(value) if isinstance(value, float) else value


def _share(value: Decimal) -> Decimal:
    if not 0 <= value < 1:
        raise PydanticCustomError("share", "应在 0 % 与 100 % 之间")
    return value


def _form_of(value: Any) -> str:
    """Which of the forms of a limit is meant: text, a table's output, an expression's value, or a clock's."""
    if isinstance(value, str):
        return "span"
    if isinstance(value, TableTake) or (isinstance(value, Mapping) and "table" in value):
        return "table"
    if isinstance(value, ValueLimit) or (isinstance(value, Mapping) and "value" in value):
        return "value"
    return "clock"


def _table_or_text(value: Any) -> str:
    return "text" if isinstance(value, str) else "table"


def _feel_or_table(value: Any) -> str:
    return "table" if isinstance(value, TableTake | Mapping) else "text"


class Spec(BaseModel):
    """The root of all models of a mechanism's files: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True)


class TableTake(Spec):
    """One output of a decision table, decided over the case's data: ``{table: limits, take: promised}``."""

    table: Id
    take: str


class ValueLimit(Spec):
    """A limit that the data say: FEEL that gives a span, ``{value: 'string(promised_days) + " working days"'}``."""

    value: Feel


class ClockDue(Spec):
    """A step that is due when a clock of the case is due: ``{clock: unit}``."""

    clock: Id


#: what a choice sets a field to: FEEL, or the output of a table
Value = Annotated[
    Annotated[Feel, Tag("text")] | Annotated[TableTake, Tag("table")], Discriminator(_feel_or_table)
]
#: a span (``5 working days``), the output of a table, or what an expression gives
Limit = Annotated[
    Annotated[str, Tag("span")] | Annotated[TableTake, Tag("table")] | Annotated[ValueLimit, Tag("value")],
    Discriminator(_form_of),
]
#: a limit, or the due time of a clock
Within = Annotated[
    Annotated[str, Tag("span")]
    | Annotated[TableTake, Tag("table")]
    | Annotated[ValueLimit, Tag("value")]
    | Annotated[ClockDue, Tag("clock")],
    Discriminator(_form_of),
]
#: where a suggestion comes from: ``classifier`` (texts), or the output of a table
Suggestion = Annotated[
    Annotated[Literal["classifier"], Tag("text")] | Annotated[TableTake, Tag("table")],
    Discriminator(_table_or_text),
]
Targets = Annotated[
    tuple[Target, ...], BeforeValidator(_many, json_schema_input_type=Target | tuple[Target, ...])
]
Names = Annotated[tuple[Id, ...], BeforeValidator(_many, json_schema_input_type=Id | tuple[Id, ...])]
#: join and completion rules: every branch, the first, or n of them
Rule = Literal["all", "any"] | Annotated[StrictInt, Field(ge=1)]


class FieldSpec(Spec):
    """One field of a case type's form (``engine.forms.Field``)."""

    id: Id
    title: Title
    kind: Kind
    required: StrictBool = False
    #: longest text, largest number or money, latest date, most files or rows
    max: StrictInt | float | str | None = None
    min: StrictInt | float | str | None = None
    options: tuple[str, ...] = ()
    visible_when: Feel = ""
    valid_when: Feel = ""
    default: Any = None
    privacy: Privacy = "internal"
    #: where the value is taken from so that nobody types it in twice: ``reporter.phone``, ``case.channel``, or a
    #: column of the record that another field names (``item.promised_days``)
    prefill: str = ""
    #: FEEL: when the reporter may read the value on the page of the tracking code; ``true`` for always
    told: Feel = ""
    hint: str = ""
    #: id of the register whose records may be named (kinds ``record`` and ``records``)
    register_: str = Field(default="", alias="register")
    #: columns of a ``table`` field
    columns: tuple[FieldSpec, ...] = ()


class ClockSpec(Spec):
    """A time limit that runs from one mark of the case until another."""

    title: Title
    #: ``opened`` or a mark that a choice makes
    from_: Id = Field(default="opened", alias="from")
    #: ``ended`` or a mark that a choice makes
    until: Id = "ended"
    limit: Limit
    #: the closed list of reasons for which the clock may pause
    pauses: tuple[Id, ...] = ()
    #: date field: the clock runs from that day where what starts it was written down later
    since: Id | Literal[""] = ""
    #: natural days that would end on a rest day end with the next working day (Civil Code art. 203)
    rolls: StrictBool = False
    #: share of the limit that is left when the light turns yellow
    warn: Annotated[
        Decimal, BeforeValidator(_percent, json_schema_input_type=str | float), AfterValidator(_share)
    ] = Decimal("0.2")


class EndWaySpec(Spec):
    """Where a case goes on when the child that it called reached a certain end."""

    #: words at the arrow
    title: Title
    to: Targets


class CallSpec(Spec):
    """Opens a child case of another type and goes on when it has ended."""

    case: CaseRef
    #: FEEL: whether the child is needed at all; where it is not, the step is passed by at once
    when: Feel = ""
    #: fields of the child -> FEEL over our data; ``item`` is the item of an ``each`` branch
    with_: Mapping[Id, Feel] = Field(default_factory=dict, alias="with")
    #: our fields -> FEEL over ``child`` (the values of the child's fields) and ``outcome`` (the end it reached)
    takes: Mapping[Id, Feel] = Field(default_factory=dict)
    to: Targets
    #: end of the child -> where it goes on instead of ``to``: a child that was sent back, for example
    by_end: Mapping[Id, EndWaySpec] = Field(default_factory=dict)


class WaitSpec(Spec):
    """Goes on when a fact from elsewhere is known."""

    fact: Id
    to: Targets
    #: the fact is a draw by lot: each week the city draws this share of the cases that wait here (at least one)
    draws: (
        Annotated[
            Decimal, BeforeValidator(_percent, json_schema_input_type=str | float), AfterValidator(_share)
        ]
        | None
    ) = None


#: how long after the step opened a timer fires: a span, a table's output, an expression's value, or when a clock is due
After = Within


class TimerSpec(Spec):
    """Does something by itself when time has passed; non-interrupting unless it says otherwise."""

    #: a span since the step was opened, or when a clock of the case is due (it moves with the clock)
    after: After | None = None
    #: or FEEL that gives a date and time
    at: Feel = ""
    #: repeats by this span
    every: str = ""
    #: kind of fact that is written
    emits: str = ""
    #: a mark that clocks may start or stop at
    marks: Id | Literal[""] = ""
    #: ``opening`` dates the mark at the opening of the step instead of the firing of the timer: where the law says
    #: that silence counts from the day of receipt
    since: Literal["", "opening"] = ""
    #: reason for which clocks that had paused go on again: somebody was asked, and their time is over
    resumes: str = ""
    to: Targets = ()
    interrupting: StrictBool = False

    @model_validator(mode="after")
    def _says_when_and_what(self) -> TimerSpec:
        if self.since and not self.marks:
            raise PydanticCustomError("timer", "since 只与 marks 一起写")
        if (self.after is None) == (not self.at):
            raise PydanticCustomError("timer", "应写 after(过多久)或 at(到何时)中的一个")
        if not self.emits and not self.to:
            raise PydanticCustomError("timer", "应写 to(转到哪一步)或 emits(写下什么事实)")
        return self


class ExtendSpec(Spec):
    """Extends a clock of the case by what an expression over the data gives (a number of its own unit, or a span)."""

    clock: Id
    by: Feel


class ChoiceSpec(Spec):
    """One thing that may be chosen in a step: what is asked, where it leads, what it marks."""

    title: str = ""
    asks: tuple[Asked, ...] = ()
    #: several targets fork
    to: Targets = ()
    #: marks that clocks may start or stop at
    marks: Names = ()
    #: FEEL over the data; the choice is offered only while it is true
    when: Feel = ""
    #: what to say where ``when`` is not true: what is missing, in the words of the people who act
    unless: str = Field(default="", max_length=200)
    #: FEEL that gives the words of a refusal, or null: which entry of which list stands against it, and who should act
    objection: Feel = ""
    #: how often the choice may be taken in one case
    at_most: Annotated[StrictInt, Field(ge=1)] | None = None
    #: where the choice leads once it has been taken ``at_most`` times
    then: Targets = ()
    #: only before the step's clock is due
    before_due: StrictBool = False
    #: no desk takes it in the reporter's place, though it may take the others of the step: giving up a right
    personally: StrictBool = False
    #: side steps that open while this one stays open
    opens: Targets = ()
    #: reason for which clocks that list it pause, or go on again
    pauses: str = ""
    resumes: str = ""
    extends: ExtendSpec | None = None
    #: clocks that had stopped and run again: work was sent back, and the time between is not counted. A clock that never
    #: pauses (the citizen's) runs on as if it had not been stopped
    reopens: Names = ()
    #: field -> FEEL over the data, or the output of a table: then nobody can choose otherwise
    sets: Mapping[Id, Value] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _then_needs_at_most(self) -> ChoiceSpec:
        if self.then and self.at_most is None:
            raise PydanticCustomError("then", "then 只与 at_most 一起用")
        return self


class AssemblyStepSpec(Spec):
    """A step that a meeting decides: ``assembly: household_meeting``, or with what stands on the ballot."""

    #: id of the kind of meeting (``assemblies/<id>.yaml``)
    kind: Id
    #: FEEL: what is voted on, in one line; empty: the subject of the case
    topic: Feel = ""
    #: FEEL: the explanation below it
    text: Feel = ""
    #: field that says where: an area, a place or an office; empty: the scope of ``who``
    place: Id | Literal[""] = ""


def _kind_of_meeting(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


#: what a meeting may come to; the first three must be answered, an upheld objection counts as ``failed`` where it is not
OUTCOMES = ("passed", "failed", "no_quorum", "objected")


class StepSpec(Spec):
    """One step: who does it, within what time, and what may be chosen."""

    title: Title
    #: ``role @ scope``; scope is ``county``, a field of kind office or area, ``item``, ``opener`` or ``reporter``
    who: str = ""
    #: field of kind ``person``: who of that role and office does it, alone; a colleague may be handed it
    person: Id | Literal[""] = ""
    within: Within | None = None
    asks: tuple[Asked, ...] = ()
    suggest: Mapping[Id, Suggestion] = Field(default_factory=dict)
    #: a list field; one branch per item
    each: str = ""
    completes: Rule = "all"
    awaits: Rule | None = None
    #: steps whose doers may not act here (separation of duties)
    not_by: Names = ()
    #: a step of the reporter that no desk takes in their place: signing, giving up a right; an agent with a written mandate may
    personally: bool = False
    calls: CallSpec | None = None
    waits_for: WaitSpec | None = None
    #: the meeting that decides; ``who`` calls it, and the choices are what it may come to
    assembly: (
        Annotated[
            AssemblyStepSpec,
            BeforeValidator(_kind_of_meeting, json_schema_input_type=Id | AssemblyStepSpec),
        ]
        | None
    ) = None
    timers: Mapping[Id, TimerSpec] = Field(default_factory=dict)
    choices: Mapping[Id, ChoiceSpec] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _answers_every_outcome(self) -> StepSpec:
        if self.assembly is None:
            return self
        if set(OUTCOMES[:3]) - set(self.choices) or set(self.choices) - set(OUTCOMES):
            raise PydanticCustomError(
                "assembly", "由会议决定的步骤,选项就是 passed、failed、no_quorum(三个都要),可加 objected"
            )
        for choice in self.choices.values():
            asking = choice.asks or choice.when or choice.objection or choice.before_due or choice.opens
            if asking or (choice.at_most is not None and not choice.then) or self.asks:
                raise PydanticCustomError(
                    "assembly",
                    "由会议决定的步骤不填表、不设条件:只写 title、to、marks、sets,at_most 要带 then",
                )
        return self

    @model_validator(mode="after")
    def _is_one_kind(self) -> StepSpec:
        kinds = [bool(self.choices), self.calls is not None, self.waits_for is not None]
        if sum(kinds) != 1:
            raise PydanticCustomError("step", "一个步骤只写 choices、calls、waits_for 中的一种")
        if self.choices and not self.who:
            raise PydanticCustomError("who", "有选项的步骤要写 who(谁来做)")
        if self.personally and performer(self.who)[0] != "resident":
            raise PydanticCustomError("personally", "personally 只写在 who: resident @ reporter 的步骤上")
        return self


class OnlyOneSpec(Spec):
    """No second case with the same values in the same period, or while the first is open."""

    #: fields that are asked when the case is opened
    of: Annotated[Names, Field(min_length=1)]
    #: the period in which there is one, by the day of opening; ``open``: as long as the first one is open
    per: Literal["day", "month", "year", "open"]
    #: what to tell whoever opens the second
    says: Title


class BurdenSpec(Spec):
    """What one case costs people at the grassroots: the burden account adds it up."""

    #: who wants it, or the field that says so
    asker: Title
    #: on what basis, or the field that says so
    basis: Title
    #: role -> minutes that a person of the role spends on one case, or the number field that says so
    minutes: Annotated[Mapping[Id, Annotated[StrictInt, Field(ge=1, le=480)] | Id], Field(min_length=1)]


class ConfinedSpec(Spec):
    """A case type whose cases exist for one post only: what is said in them is opened for a purpose and destroyed in time.

    Source: 纪检监察机关处理检举控告工作规则 (confidentiality, protection of whoever accuses); 信访工作条例 art. 30, 46;
    Personal Information Protection Law art. 19, 47 (the shortest time needed, erase when it is over).
    """

    #: end -> days after it when everything that was said is destroyed; the chain of facts stays and still verifies
    keep: Annotated[Mapping[Id, Annotated[StrictInt, Field(ge=1, le=7300)]], Field(min_length=1)]
    #: what somebody may open the content for; a closed list, so that nobody opens it out of curiosity
    purposes: Annotated[tuple[Title, ...], Field(min_length=1, max_length=12)]


class CaseTypeSpec(Spec):
    """``cases/<id>.yaml``."""

    id: Id
    title: Title
    #: pattern of the reference number, e.g. ``MQ{yyyy}{seq:06}``
    number: str = ""
    opened_by: Names = ()
    #: case types whose cases may be the same matter as one of this type: either may be merged into the other
    same_matter: Annotated[
        tuple[CaseRef, ...], BeforeValidator(_many, json_schema_input_type=CaseRef | tuple[CaseRef, ...])
    ] = ()
    opens_with: tuple[Asked, ...] = ()
    #: FEEL that gives the words with which the opening is refused, or null; ``opener`` has role and office
    objection: Feel = ""
    #: field -> FEEL over the form, or the output of a table, when the case is opened; null leaves what the form says
    sets: Mapping[Id, Value] = Field(default_factory=dict)
    fields: tuple[FieldSpec, ...] = ()
    suggest: Mapping[Id, Suggestion] = Field(default_factory=dict)
    clocks: Mapping[Id, ClockSpec] = Field(default_factory=dict)
    #: reason for which a clock may pause -> its words; ``awaiting_reporter`` has words of its own
    reasons: Mapping[Id, Title] = Field(default_factory=dict)
    #: empty: the first step
    start: str = ""
    steps: Annotated[Mapping[Id, StepSpec], Field(min_length=1)]
    ends: Annotated[Mapping[Id, Title], Field(min_length=1)]
    #: roles that read its cases at all, each as far as its rights reach; beside them only who has a task in the case and its
    #: reporter. Empty: everybody whose rights reach it
    read_by: Names = ()
    #: its cases exist for the roles of ``read_by`` only: no list, search, count, export, figure, notice or program of
    #: anybody else finds them, and whoever submitted one learns nothing but how far it is
    confined: ConfinedSpec | None = None
    #: what there may be only one case of in a period
    only_one: tuple[OnlyOneSpec, ...] = ()
    #: what one case costs people at the grassroots
    burden: BurdenSpec | None = None


def asked(text: str) -> tuple[str, bool]:
    """The field that an ``asks`` entry names, and whether it may be left empty here.

    >>> asked("phone?"), asked("subject")
    (('phone', True), ('subject', False))
    """
    return text.removesuffix("?"), text.endswith("?")


def performer(who: str) -> tuple[str, str]:
    """Role and scope of a step's ``who``; the scope is ``county`` where none is written.

    >>> performer("officer @ lead"), performer("caller")
    (('officer', 'lead'), ('caller', 'county'))
    """
    role, _, scope = who.partition("@")
    return role.strip(), scope.strip() or "county"


__all__ = [
    "FIELD_KINDS",
    "ID_PATTERN",
    "OUTCOMES",
    "PRIVACY_CLASSES",
    "AssemblyStepSpec",
    "BurdenSpec",
    "CallSpec",
    "CaseRef",
    "CaseTypeSpec",
    "ChoiceSpec",
    "ClockDue",
    "ClockSpec",
    "ConfinedSpec",
    "EndWaySpec",
    "ExtendSpec",
    "FieldSpec",
    "OnlyOneSpec",
    "Spec",
    "StepSpec",
    "TableTake",
    "TimerSpec",
    "ValueLimit",
    "WaitSpec",
    "asked",
    "performer",
]
