"""``programmes/<id>.yaml``: a benefit with its law, conditions, amounts and duration, as pydantic models.

Expressions are FEEL over one person: columns of the people register, facts of other registers, dated parameters. ``NAMES`` and
``FUNCTIONS`` list what may be named beside them. A whole file stands in ``mechanisms/land_losing_farmers``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gongzhi.engine.cases.spec import CaseRef, Feel, Id, Spec, Title

#: what every expression may name beside columns, facts, parameters and values -> what it is
NAMES: Mapping[str, str] = {
    "key": "这个人在人员登记簿里的编号",
    "state": "登记的状态",
    "age": "周岁",
    "born": "出生日期",
    "today": "看哪一天的条件；算某个月发多少时，是那个月的最后一天",
}
#: functions -> what they give
FUNCTIONS: Mapping[str, str] = {
    "turns": "满几岁的那天：turns(60)",
    "this_month": "那个月的第一天：this_month(today)",
    "next_month": "下个月的第一天：next_month(turns(60))",
    "month_end": "那个月的最后一天：month_end(today)",
    "years_between": "两个日期之间满几年：years_between(lost_on, today)",
    "months_between": "两个日期之间满几个月",
}


def _date(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_date)]
Number = Annotated[Decimal, BeforeValidator(_number)]


class PeopleSpec(Spec):
    """The register of persons, and which of its columns say what."""

    register_: Id = Field(default="residents", alias="register")
    born: Id = "born_on"
    area: Id = "unit"
    household: Id | Literal[""] = "household"
    name: Id = "name"
    #: column with the identity number, for comparisons only
    identity: Id | Literal[""] = "identity_number"
    #: states in which nobody is entitled: moved away, dead
    gone: Annotated[tuple[Id, ...], BeforeValidator(_many, json_schema_input_type=Id | tuple[Id, ...])] = (
        "gone",
    )


class FactSpec(Spec):
    """One value per person out of another register."""

    title: Title
    register_: Id = Field(alias="register")
    #: column of that register that names the person (or what ``of`` says)
    by: Id
    #: column of the person that must be equal; ``key`` is the person's own
    of: Id = "key"
    take: Literal["any", "count", "sum", "min", "max", "first"] = "any"
    #: FEEL over ``row``: what is added up or chosen from
    value: Feel = ""
    #: FEEL over ``row``: which rows count (empty: all that are in force)
    where: Feel = ""

    @model_validator(mode="after")
    def _says_what(self) -> FactSpec:
        if (self.take in ("any", "count")) == bool(self.value):
            raise PydanticCustomError("fact", "sum、min、max、first 要写 value（取什么），any 和 count 不写")
        return self


class PayeeSpec(Spec):
    """Where a person's account for payments stands; read when a list goes to the bank, and never before."""

    register_: Id = Field(alias="register")
    #: column that names the person
    by: Id
    #: column with the account
    account: Id


class ValueSpec(Spec):
    """A parameter from one day on; ``null`` ends it."""

    from_: Day = Field(alias="from")
    value: Number | None
    #: the document, with its article
    basis: Title


class ParameterSpec(Spec):
    """A number that the law sets and changes: never overwritten, dated."""

    title: Title
    unit: Annotated[str, Field(max_length=12)] = ""
    values: Annotated[tuple[ValueSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> ParameterSpec:
        days = [each.from_ for each in self.values]
        if days != sorted(set(days)):
            raise PydanticCustomError("parameter", "values 按日期从早到晚写，同一天只写一个")
        return self


class EligibilitySpec(Spec):
    """The decision table that says who is entitled; the words of the row that was hit are what the person reads."""

    table: Id
    #: its output that is true or false
    take: Id = "entitled"


class ProgrammeSpec(Spec):
    """One benefit."""

    id: Id
    title: Title
    #: law or document with its article
    basis: Title
    #: who gets what, in plain words
    says: Annotated[str, Field(min_length=1, max_length=400)]
    #: who decides and makes the payment list: ``role @ scope``
    provider: Title
    #: words in the name of that office, where several hold the role: 人力资源
    office: Annotated[str, Field(max_length=40)] = ""
    people: PeopleSpec = PeopleSpec()
    facts: Mapping[Id, FactSpec] = Field(default_factory=dict)
    parameters: Mapping[Id, ParameterSpec] = Field(default_factory=dict)
    #: intermediate values, in this order
    values: Mapping[Id, Feel] = Field(default_factory=dict)
    eligibility: EligibilitySpec
    #: FEEL: yuan; left out for benefits in kind
    amount: Feel = ""
    kind: Literal["money", "service"] = "money"
    per: Literal["month", "year", "once"] = "month"
    #: FEEL: the first day; empty: the month in which it is granted
    starts: Feel = ""
    #: FEEL: the last day; empty: without end
    ends: Feel = ""
    review: Literal["yearly", "half_yearly", "none"] = "yearly"
    #: programmes that can't be had together with it
    overlaps: tuple[CaseRef, ...] = ()
    #: where the accounts stand; without it the bank's list has none
    payee: PayeeSpec | None = None
    #: granted without application by the nightly match
    proactive: bool = True

    @model_validator(mode="after")
    def _consistent(self) -> ProgrammeSpec:
        if (self.kind == "money") != bool(self.amount):
            raise PydanticCustomError("programme", "kind: money 要写 amount（发多少），kind: service 不写")
        taken = [*self.facts, *self.parameters, *self.values]
        twice = sorted(
            {each for each in taken if taken.count(each) > 1 or each in NAMES or each in FUNCTIONS}
        )
        if twice:
            raise PydanticCustomError("programme", "名字重了：{names}", {"names": "、".join(twice)})
        return self

    def expressions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every expression over the person, with its key path."""
        for name, text in self.values.items():
            yield ("values", name), text
        for key in ("amount", "starts", "ends"):
            if text := getattr(self, key):
                yield (key,), text

    def row_expressions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every expression over ``row`` of another register, with its key path."""
        for name, fact in self.facts.items():
            for key in ("where", "value"):
                if text := getattr(fact, key):
                    yield ("facts", name, key), text


class GrantSpec(Spec):
    """``do: grant``: a case's decision gives a benefit."""

    #: programme of this mechanism, or ``mechanism.programme``
    programme: CaseRef
    #: FEEL: key of the person in the people register
    person: Feel
    #: FEEL: first day; empty: what the programme says
    from_: Feel = Field(default="", alias="from")
    #: FEEL: last day; empty: what the programme says
    until: Feel = ""
    #: ``amount`` -> FEEL: the amount that the decision fixes, instead of the programme's
    with_: Mapping[Literal["amount"], Feel] = Field(default_factory=dict, alias="with")
    #: fact that the case is told when it is done
    tells: str = ""

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every expression with its key."""
        for key, text in (("person", self.person), ("from", self.from_), ("until", self.until)):
            if text:
                yield key, text
        if text := self.with_.get("amount", ""):
            yield "with", text


class StopSpec(Spec):
    """``do: stop``: a case's decision ends a benefit."""

    programme: CaseRef
    #: FEEL: key of the person in the people register
    person: Feel
    #: FEEL: the first day on which it is not had any more; empty: the day of the fact
    from_: Feel = Field(default="", alias="from")
    #: FEEL: why, in words
    reason: Feel
    #: fact that the case is told when it is done
    tells: str = ""

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every expression with its key."""
        for key, text in (("person", self.person), ("from", self.from_), ("reason", self.reason)):
            if text:
                yield key, text


__all__ = [
    "FUNCTIONS",
    "NAMES",
    "FactSpec",
    "GrantSpec",
    "ParameterSpec",
    "PayeeSpec",
    "PeopleSpec",
    "ProgrammeSpec",
    "StopSpec",
    "ValueSpec",
]
