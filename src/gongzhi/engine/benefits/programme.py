"""A programme with its tables compiled, and what it says of one person on one day: entitled or not, how much, since when, why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from gongzhi.engine.benefits import months
from gongzhi.engine.benefits.errors import ProgrammeWrong
from gongzhi.engine.benefits.spec import FUNCTIONS, NAMES, FactSpec, ProgrammeSpec, ValueSpec
from gongzhi.engine.expressions import Expression, Function, compile_expression
from gongzhi.engine.expressions.values import from_python, to_python
from gongzhi.engine.tables import Table

CENT = Decimal("0.01")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a programme says of one person on one day."""

    entitled: bool
    #: the words of the row of the table that decided
    because: str
    #: table and its row, 0 where no row was hit
    table: str = ""
    row: int = 0
    #: yuan with two places; None for benefits in kind and where nobody is entitled
    amount: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    #: what was looked at: column, fact, parameter or value -> value
    seen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Programme:
    """A programme ready to be asked. ``name`` is ``mechanism.programme``; ``more`` are parameters that a city has set."""

    spec: ProgrammeSpec
    table: Table
    mechanism: str = ""
    more: Mapping[str, tuple[ValueSpec, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``mechanism.programme``."""
        return f"{self.mechanism}.{self.spec.id}"

    @cached_property
    def values(self) -> tuple[tuple[str, Expression], ...]:
        """Intermediate values, in their order."""
        return tuple((name, compile_expression(text)) for name, text in self.spec.values.items())

    @cached_property
    def parts(self) -> Mapping[str, Expression | None]:
        """amount, starts, ends; None where the programme says nothing."""
        texts = {key: getattr(self.spec, key) for key in ("amount", "starts", "ends")}
        return {key: compile_expression(text) if text else None for key, text in texts.items()}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of the people register that the conditions look at."""
        found = {each.name for each in self.table.inputs if not each.expression}
        for expression in (*(one for _, one in self.values), *filter(None, self.parts.values())):
            found |= expression.names
        outputs = {each.name for each in self.table.outputs}
        known = {*NAMES, *FUNCTIONS, *self.spec.facts, *self.spec.parameters, *self.spec.values, *outputs}
        return tuple(sorted(found - known))

    @cached_property
    def steps(self) -> Mapping[str, tuple[ValueSpec, ...]]:
        """Every parameter's values in order of day: the mechanism's, and those that the city has set over them."""
        made = {}
        for name, spec in self.spec.parameters.items():
            by_day = {each.from_: each for each in (*spec.values, *self.more.get(name, ()))}
            made[name] = tuple(by_day[day] for day in sorted(by_day))
        return made

    def parameter(self, name: str, day: date) -> ValueSpec | None:
        """The value in force on a day, with its basis; None before the first one."""
        found = [each for each in self.steps[name] if each.from_ <= day]
        return found[-1] if found else None

    def with_parameters(self, more: Mapping[str, Iterable[ValueSpec]]) -> Programme:
        """The same programme with further values of parameters (a city's, or a what-if's)."""
        names = {*self.more, *more}
        merged = {name: (*self.more.get(name, ()), *more.get(name, ())) for name in names}
        return Programme(self.spec, self.table, self.mechanism, merged)

    def assess(self, person: Row, facts: Row, today: date) -> Assessment:
        """What the programme says of a person.

        In: the person's columns as FEEL computes (with ``key`` and ``state``), the facts by name, the day of the conditions.
        """
        names = self._names(person, facts, today)
        for name, expression in self.values:
            names[name] = expression.run(names)
        decision = self.table.decide({each: names.get(each) for each in self._inputs})
        found = decision.value if decision.matched and isinstance(decision.value, dict) else {}
        row = decision.because.rows[0] if decision.because.rows else 0
        because = self._words(row)
        seen = {name: to_python(names.get(name)) for name in self._shown}
        entitled = found.get(self.spec.eligibility.take) is True
        if person.get("state") in self.spec.people.gone:
            entitled, because, row = False, "已迁走或去世", 0
        if not entitled:
            return Assessment(entitled=False, because=because, table=self.table.id, row=row, seen=seen)
        names |= {name: from_python(value) for name, value in found.items()}
        starts = self._day("starts", names) or (None if self.spec.starts else months.month_of(today))
        if starts is None:
            because = "算不出从哪天起"
        amount = cents(self._part("amount", names))
        return Assessment(
            entitled=starts is not None,
            because=because,
            table=self.table.id,
            row=row,
            amount=amount if starts is not None else None,
            starts=starts,
            ends=self._day("ends", names),
            seen=seen,
        )

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.table.inputs)

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        looked = {*self.columns, *self._inputs, *self.spec.facts, *self.spec.parameters, *self.spec.values}
        return tuple(sorted(looked - {"today", "born", "key"}))

    @cached_property
    def _notes(self) -> Mapping[int, str]:
        return {rule.number: rule.note for rule in self.table.rules}

    def _words(self, row: int) -> str:
        return self._notes.get(row, "") or "没有一条条件符合"

    def _part(self, key: str, names: Row) -> Any:
        expression = self.parts[key]
        return None if expression is None else to_python(expression.run(names))

    def _day(self, key: str, names: Row) -> date | None:
        found = self._part(key, names)
        return found if type(found) is date else None

    def _names(self, person: Row, facts: Row, today: date) -> dict[str, Any]:
        born = person.get(self.spec.people.born)
        born = born if type(born) is date else None
        age = months.years_between(born, today) if born and born <= today else None
        names = {name: person.get(name) for name in (*self.columns, "key", "state")}
        names |= {"born": born, "age": age, "today": today}
        names |= {name: facts.get(name, default_of(spec)) for name, spec in self.spec.facts.items()}
        for name in self.spec.parameters:
            found = self.parameter(name, today)
            names[name] = found.value if found else None
        return {name: from_python(value) for name, value in names.items()} | functions(born)


def functions(born: date | None) -> dict[str, Function]:
    """What FEEL may call over a person who was born on that day; what is no day gives null."""

    def turns(years: Any) -> Any:
        whole = isinstance(years, Decimal) and years == years.to_integral_value() and 0 <= years <= 150
        return from_python(_within(months.turns, born, int(years))) if born and whole else None

    def over(name: str, of: Callable[..., Any], *parameters: str) -> Function:
        def call(*given: Any) -> Any:
            days = [to_python(each) for each in given]
            return from_python(_within(of, *days)) if all(type(each) is date for each in days) else None

        return Function(parameters, call, name)

    return {
        "turns": Function(("years",), turns, "turns"),
        "this_month": over("this_month", months.month_of, "day"),
        "next_month": over("next_month", lambda day: months.after(months.month_of(day)), "day"),
        "month_end": over("month_end", months.end_of, "day"),
        "years_between": over("years_between", months.years_between, "from", "to"),
        "months_between": over("months_between", months.months_between, "from", "to"),
    }


def _within(of: Callable[..., Any], *given: Any) -> Any:
    """What comes out, or nothing where it lies behind the last year: one wrong day in a register stops nobody else's month."""
    try:
        return of(*given)
    except (ValueError, OverflowError):
        return None


def cents(amount: Any) -> Decimal | None:
    """Yuan rounded half up to cents, never below zero; None for what is no number."""
    if not isinstance(amount, Decimal | int) or isinstance(amount, bool):
        return None
    return max(Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP), Decimal("0.00"))


def compile_programme(spec: ProgrammeSpec, tables: Mapping[str, Table], mechanism: str = "") -> Programme:
    """A programme of a mechanism. Raises ProgrammeWrong where its table or the table's output is not there."""
    table = tables.get(spec.eligibility.table)
    if table is None:
        raise ProgrammeWrong(programme=spec.title, why=f"没有决策表“{spec.eligibility.table}”")
    if not table.hit_policy.is_single:
        raise ProgrammeWrong(programme=spec.title, why="条件表的命中规则应是 U、A、P 或 F")
    if spec.eligibility.take not in {each.name for each in table.outputs}:
        raise ProgrammeWrong(programme=spec.title, why=f"条件表没有输出“{spec.eligibility.take}”")
    return Programme(spec, table, mechanism)


# — facts of other registers


def default_of(spec: FactSpec) -> Any:
    """What a person without any row has."""
    return {"any": False, "count": 0, "sum": 0}.get(spec.take)


def reckon(spec: FactSpec, rows: Iterable[Row]) -> dict[str, Any]:
    """One fact for everybody: what ``by`` names -> the value. ``rows`` are records as FEEL computes, with key and state."""
    where = compile_expression(spec.where) if spec.where else None
    value = compile_expression(spec.value) if spec.value else None
    found: dict[str, list[Any]] = {}
    for row in rows:
        whose = row.get(spec.by)
        if not whose or (where is not None and where.evaluate({"row": row}) is not True):
            continue
        given = value.evaluate({"row": row}) if value else True
        if given is not None:
            found.setdefault(str(whose), []).append(given)
    return {whose: _taken(spec.take, given) for whose, given in found.items()}


def _taken(take: str, given: Sequence[Any]) -> Any:
    if take == "any":
        return True
    if take == "count":
        return len(given)
    if take == "first":
        return given[0]
    kind = type(given[0])
    alike = [each for each in given if isinstance(each, kind)]
    if take == "sum":
        return sum((each for each in given if isinstance(each, Decimal)), Decimal(0))
    return min(alike) if take == "min" else max(alike)


def facts_of(programme: Programme, person: Row, reckoned: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The facts of one person, out of ``reckon`` of each."""
    made = {}
    for name, spec in programme.spec.facts.items():
        held = reckoned.get(name, {})
        made[name] = held.get(str(person.get(spec.of) or ""), default_of(spec))
    return made


__all__ = [
    "Assessment",
    "Programme",
    "cents",
    "compile_programme",
    "default_of",
    "facts_of",
    "functions",
    "reckon",
]
