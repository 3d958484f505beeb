"""Scenarios of programmes (``programme:`` in ``scenarios/*.yaml``): one person, what the programme says, and months of payment.

    match      what the nightly match would do
    grant      a case's decision: with {from, until, amount}
    stop       with {from: first day without, reason}
    run        the payment run of ``month``; expects paid, back, owes
    returned   the bank gave back what the run of ``month`` paid
    recovered  with {month, amount}: money that came back from the person
    change     with {parameter, from, value}: a parameter is set
    record     with {register, key, set}: a register says something else

A line acts at its ``at``, or a day after the line before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gongzhi.engine.benefits.errors import HasItAlready, HasNone, NotEntitled, Overlapping
from gongzhi.engine.benefits.paying import Basis, Entitled, Line, basis_of, line_of, owed_until
from gongzhi.engine.benefits.programme import Assessment, Programme, facts_of, reckon
from gongzhi.engine.benefits.spec import Day, ValueSpec
from gongzhi.engine.cases.spec import Id, Spec
from gongzhi.engine.errors import GongzhiError

ASSESSED = ("entitled", "because", "amount", "starts", "ends", "row", "has")
PAID = ("paid", "back", "owes", "because", "has")
#: a register's rows as FEEL computes: (register, key -> columns) -> rows
Read = Any


class BenefitActSpec(Spec):
    """One line of such a scenario."""

    do: Literal["match", "grant", "stop", "run", "returned", "recovered", "change", "record", ""] = ""
    at: Annotated[Day | None, Field()] = None
    #: of a run: ``2024-03``
    month: Annotated[str, Field(pattern=r"^(\d{4}-\d{2})?$")] = ""
    with_: Mapping[str, Any] = Field(default_factory=dict, alias="with")
    #: code of the error with which it must be refused
    refused: str = ""
    expect: Mapping[str, Any] = Field(default_factory=dict)


class BenefitWorldSpec(Spec):
    """What the registers say, and what else the person has."""

    records: Mapping[Id, Mapping[str, Mapping[str, Any]]] = Field(default_factory=dict)
    #: programmes that the person has: ``mechanism.programme``
    has: tuple[str, ...] = ()


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


class BenefitScenarioSpec(Spec):
    """One example; the name is a sentence that a clerk would say."""

    name: Annotated[str, Field(min_length=6, max_length=200)]
    programme: Id
    covers: tuple[Annotated[str, Field(pattern=r"^\d{3}$")], ...] = ()
    at: Day
    #: key of the person in the people register
    person: Annotated[str, BeforeValidator(_text)]
    world: BenefitWorldSpec = BenefitWorldSpec()
    expect: Mapping[str, Any] = Field(default_factory=dict)
    steps: tuple[BenefitActSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What came out differently: 0 is the opening line."""

    line: int
    what: str
    expected: str
    actual: str


@dataclass(slots=True)
class Player:
    """Plays one scenario. ``read`` makes rows of a register as FEEL computes: (register, key, columns) -> row."""

    spec: BenefitScenarioSpec
    programme: Programme
    read: Read
    today: date = date(1900, 1, 1)
    had: Entitled | None = None
    has: set[str] = field(default_factory=set)
    #: month of the run -> its line; gone when the bank returned it
    lines: dict[date, Line] = field(default_factory=dict)
    recovered: dict[date, Decimal] = field(default_factory=dict)
    #: what each month rested on when a run first looked at it
    known: dict[date, Basis] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def play(self) -> list[Difference]:
        """Everything that came out differently."""
        world = self.spec.world
        self.records = {
            register: {key: dict(row) for key, row in rows.items()}
            for register, rows in world.records.items()
        }
        self.has = set(world.has)
        self.today = self.spec.at
        self._compare(0, self.spec.expect)
        for number, act in enumerate(self.spec.steps, 1):
            self.today = act.at or (
                self.today + timedelta(days=1) if act.do not in ("run", "") else self._run_day(act)
            )
            self.told = {}
            try:
                self._do(act)
                refused = ""
            except GongzhiError as error:
                refused = error.code
            if refused != act.refused:
                self.differences.append(Difference(number, "拒绝", act.refused or "办成", refused or "办成"))
                break
            self._compare(number, act.expect)
        return self.differences

    def _run_day(self, act: BenefitActSpec) -> date:
        if act.do != "run":
            return self.today
        return max(self.today, _month(act.month).replace(day=5))

    def _row(self, register: str, key: str) -> dict[str, Any]:
        row = self.records.get(register, {}).get(key, {})
        return {"state": "here", **self.read(register, row), "key": key}

    def _person(self) -> dict[str, Any]:
        return self._row(self.programme.spec.people.register_, self.spec.person)

    def _facts(self, person: Mapping[str, Any]) -> dict[str, Any]:
        reckoned = {
            name: reckon(
                fact, (self._row(fact.register_, key) for key in self.records.get(fact.register_, {}))
            )
            for name, fact in self.programme.spec.facts.items()
        }
        return facts_of(self.programme, person, reckoned)

    def assess(self) -> Assessment:
        """What the programme says of the person now."""
        person = self._person()
        return self.programme.assess(person, self._facts(person), self.today)

    def _do(self, act: BenefitActSpec) -> None:
        done = getattr(self, f"_{act.do}", None) if act.do else None
        if done is not None:
            done(act)

    def _match(self, act: BenefitActSpec) -> None:
        told = self.assess()
        granted = told.entitled and self.programme.spec.proactive and self.had is None and not self._clash()
        if granted and told.starts:
            self.had = Entitled(starts=told.starts, ends=told.ends)
        self.told = {"granted": granted}

    def _clash(self) -> str:
        return clash(self.programme, self.has)

    def _grant(self, act: BenefitActSpec) -> None:
        title = self.programme.spec.title
        if self.had is not None:
            raise HasItAlready(programme=title)
        if other := self._clash():
            raise Overlapping(other=other, programme=title)
        told = self.assess()
        if not told.entitled or told.starts is None:
            raise NotEntitled(programme=title, because=told.because)
        self.had = Entitled(
            starts=_day(act.with_.get("from")) or told.starts,
            ends=_day(act.with_.get("until")) or told.ends,
            amount=Decimal(str(act.with_["amount"])) if "amount" in act.with_ else None,
        )
        self.told = {"granted": True}

    def _stop(self, act: BenefitActSpec) -> None:
        if self.had is None:
            raise HasNone(programme=self.programme.spec.title)
        self.had = self.had.until(_day(act.with_.get("from")) or self.today)

    def _run(self, act: BenefitActSpec) -> None:
        month = _month(act.month)
        if self.had is None:
            self.told = {"paid": Decimal(0), "back": Decimal(0), "owes": Decimal(0), "because": ""}
            return
        person = self._person()
        facts, paid = self._facts(person), self._paid()
        worth = owed_until(self.programme, self.had, month, person, facts, paid, self.known)
        line = self.lines[month] = line_of(worth, paid, month)
        for each in worth:
            self.known.setdefault(each.month, basis_of(self.programme, person, facts))
        self.told = {"paid": line.amount, "back": line.back, "owes": line.owes, "because": line.because}

    def _paid(self) -> dict[date, Decimal]:
        paid: dict[date, Decimal] = {}
        for line in self.lines.values():
            for part in line.parts:
                paid[part.month] = paid.get(part.month, Decimal(0)) + part.amount
        for month, amount in self.recovered.items():
            paid[month] = paid.get(month, Decimal(0)) - amount
        return paid

    def _returned(self, act: BenefitActSpec) -> None:
        self.lines.pop(_month(act.month), None)

    def _recovered(self, act: BenefitActSpec) -> None:
        month = _month(str(act.with_["month"]))
        self.recovered[month] = self.recovered.get(month, Decimal(0)) + Decimal(str(act.with_["amount"]))

    def _change(self, act: BenefitActSpec) -> None:
        made = ValueSpec.model_validate(
            {
                "from": act.with_["from"],
                "value": act.with_["value"],
                "basis": str(act.with_.get("basis", "情景")),
            }
        )
        self.programme = self.programme.with_parameters({str(act.with_["parameter"]): (made,)})

    def _record(self, act: BenefitActSpec) -> None:
        rows = self.records.setdefault(str(act.with_["register"]), {})
        rows.setdefault(str(act.with_["key"]), {}).update(act.with_.get("set", {}))

    def _compare(self, line: int, expect: Mapping[str, Any]) -> None:
        if not expect:
            return
        told = dict(self.told)
        if set(expect) - set(told) - {"has"}:
            found = self.assess()
            told = {name: getattr(found, name, None) for name in ASSESSED} | told
        had = self.had
        told["has"] = had is not None and (had.ends is None or had.ends >= self.today)
        for name, wanted in expect.items():
            for what, expected, actual in _differ(name, wanted, told):
                self.differences.append(Difference(line, what, expected, actual))


def clash(programme: Programme, has: set[str]) -> str:
    """The programme that stands in the way, by its name; empty for none."""
    named = (each if "." in each else f"{programme.mechanism}.{each}" for each in programme.spec.overlaps)
    return next((each for each in named if each in has), "")


def is_known(do: str, name: str) -> bool:
    """Whether a line may expect this."""
    return name in ({"granted", *ASSESSED, *PAID} if do else set(ASSESSED))


def _differ(name: str, wanted: Any, told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    actual = told.get(name)
    if name == "because":
        good = str(wanted) in str(actual or "")
    elif isinstance(actual, Decimal):
        good = wanted is not None and Decimal(str(wanted)) == actual
    elif isinstance(actual, date):
        good = _day(wanted) == actual
    else:
        good = wanted == actual
    if not good:
        yield name, str(wanted), str(actual)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


__all__ = ["BenefitScenarioSpec", "Difference", "Player", "clash", "is_known"]
