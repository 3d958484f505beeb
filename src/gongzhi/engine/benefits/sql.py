"""FEEL of programmes to SQL of DuckDB, typed: numbers stay decimals, null stays null, what can't be said is refused (NotInSql).

    equality         ``is not distinct from``: in FEEL ``null = null`` is true
    and, or, <, in   three-valued as in SQL
    /                exact to ten places, cut off (an amount that comes to half a cent by it may differ by one cent); null for a division by zero
    dates            ``turns`` of 29 February is 1 March of other years, as ``months.turns``

The plain evaluation in Python (``programme.assess``) is the measure of truth; a differential test holds both together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from gongzhi.engine.benefits.errors import NotInSql
from gongzhi.engine.expressions.literals import string
from gongzhi.engine.expressions.parsing import parse
from gongzhi.engine.expressions.tokens import KnownNames

#: places behind the point that a division keeps, and the most that a product does
PLACES = 10
NUMBER, TEXT, BOOLEAN, DATE, NULL = "number", "text", "boolean", "date", "null"
_OPERATORS = {"EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_TYPES = {TEXT: "VARCHAR", BOOLEAN: "BOOLEAN", DATE: "DATE"}


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its type; ``scale`` is how many places a number has."""

    kind: str
    text: str
    scale: int = 0


Scope = Mapping[str, Sql]


def literal(value: Any) -> Sql:
    """A value as SQL writes it."""
    if value is None:
        return Sql(NULL, "NULL")
    if isinstance(value, bool):
        return Sql(BOOLEAN, "TRUE" if value else "FALSE")
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        scale = max(-int(number.as_tuple().exponent), 0)
        return Sql(NUMBER, f"CAST('{number:f}' AS DECIMAL(38,{scale}))", scale)
    if type(value) is date:
        return Sql(DATE, f"DATE '{value.isoformat()}'")
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        return Sql(TEXT, f"'{quoted}'")
    raise NotInSql(text=str(value), what="值")


def to_sql(text: str, scope: Scope) -> Sql:
    """A FEEL expression as SQL over the names of the scope. Raises NotInSql."""
    return _Writer(text, scope).node(parse(text, _known(scope)))


def test_to_sql(text: str, value: Sql, scope: Scope) -> str:
    """The unary tests of one cell as a condition on a value; null counts as no. Raises NotInSql."""
    made = _Writer(text, {**scope, "?": value}).cell(parse(text, _known(scope), unary=True), value)
    return f"coalesce({made}, FALSE)"


def _known(scope: Scope) -> KnownNames:
    return KnownNames([*scope, "?"])


class _Writer:
    """Writes one tree."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope = text, scope

    def refuse(self, what: str) -> NotInSql:
        return NotInSql(text=self.text, what=f"“{what}”")

    def node(self, tree: Any) -> Sql:
        made = getattr(self, f"on_{tree.data}", None)
        if made is None:
            raise self.refuse(str(tree.data))
        written: Sql = made(tree)
        return written

    # — values

    def on_number(self, tree: Any) -> Sql:
        return literal(Decimal(str(tree.children[0])))

    def on_string(self, tree: Any) -> Sql:
        return literal(self._string(tree.children[0]))

    def on_boolean(self, tree: Any) -> Sql:
        return literal(str(tree.children[0]) == "true")

    def on_null(self, tree: Any) -> Sql:
        return literal(None)

    def on_at_literal(self, tree: Any) -> Sql:
        return self._date(self._string(tree.children[0]))

    def on_name(self, tree: Any) -> Sql:
        name = str(tree.children[0])
        if name not in self.scope:
            raise self.refuse(name)
        return self.scope[name]

    def _string(self, token: Any) -> str:
        text = string(str(token))
        if text is None:
            raise self.refuse(str(token))
        return text

    def _date(self, text: str) -> Sql:
        try:
            return literal(date.fromisoformat(text))
        except ValueError:
            raise self.refuse(text) from None

    # — arithmetic

    def _numbers(self, tree: Any) -> tuple[Sql, Sql]:
        left, right = (self._typed(self.node(each), NUMBER) for each in tree.children)
        return left, right

    def _typed(self, made: Sql, kind: str) -> Sql:
        if made.kind == NULL:
            return Sql(kind, f"CAST(NULL AS {_type(kind, 0)})")
        if made.kind != kind:
            raise self.refuse(f"{made.kind} → {kind}")
        return made

    def on_add(self, tree: Any) -> Sql:
        return self._sum(tree, "+")

    def on_subtract(self, tree: Any) -> Sql:
        return self._sum(tree, "-")

    def _sum(self, tree: Any, sign: str) -> Sql:
        left, right = _aligned(*self._numbers(tree))
        return _decimal(f"({left.text} {sign} {right.text})", left.scale)

    def on_multiply(self, tree: Any) -> Sql:
        left, right = self._numbers(tree)
        return _decimal(f"({left.text} * {right.text})", min(left.scale + right.scale, PLACES))

    def on_divide(self, tree: Any) -> Sql:
        above, below = self._numbers(tree)
        top = f"CAST({above.text} * CAST('1{'0' * above.scale}' AS DECIMAL(38,0)) AS HUGEINT)"
        under = f"CAST({below.text} * CAST('1{'0' * below.scale}' AS DECIMAL(38,0)) AS HUGEINT)"
        whole = (
            f"(({top} * CAST('1{'0' * (below.scale + PLACES)}' AS HUGEINT)) // "
            f"(nullif({under}, 0) * CAST('1{'0' * above.scale}' AS HUGEINT)))"
        )
        return _decimal(
            f"(CAST({whole} AS DECIMAL(38,0)) * CAST('{Decimal(1).scaleb(-PLACES):f}' AS DECIMAL(38,{PLACES})))",
            PLACES,
        )

    def on_negate(self, tree: Any) -> Sql:
        made = self._typed(self.node(tree.children[0]), NUMBER)
        return Sql(NUMBER, f"(-{made.text})", made.scale)

    # — truth

    def on_and_(self, tree: Any) -> Sql:
        return self._logic(tree, "AND")

    def on_or_(self, tree: Any) -> Sql:
        return self._logic(tree, "OR")

    def _logic(self, tree: Any, word: str) -> Sql:
        left, right = (self._typed(self.node(each), BOOLEAN) for each in tree.children)
        return Sql(BOOLEAN, f"({left.text} {word} {right.text})")

    def on_compare(self, tree: Any) -> Sql:
        left, operator, right = tree.children
        return self._compared(self.node(left), operator.type, self.node(right))

    def _compared(self, left: Sql, operator: str, right: Sql) -> Sql:
        sign = _OPERATORS[operator]
        kinds = {left.kind, right.kind} - {NULL}
        if len(kinds) > 1 or (BOOLEAN in kinds and sign not in ("=", "!=")):
            raise self.refuse(f"{left.kind} {sign} {right.kind}")
        if kinds == {NUMBER}:
            left, right = _aligned(left, right)
        if sign == "=":
            return Sql(BOOLEAN, f"({left.text} IS NOT DISTINCT FROM {right.text})")
        if sign == "!=":
            return Sql(BOOLEAN, f"({left.text} IS DISTINCT FROM {right.text})")
        return Sql(BOOLEAN, f"({left.text} {sign} {right.text})")

    def on_between(self, tree: Any) -> Sql:
        value, low, high = (self.node(each) for each in tree.children)
        parts = (self._compared(value, "GE", low).text, self._compared(value, "LE", high).text)
        return Sql(BOOLEAN, f"({parts[0]} AND {parts[1]})")

    def on_if_(self, tree: Any) -> Sql:
        condition = self._typed(self.node(tree.children[0]), BOOLEAN)
        yes, no = self.node(tree.children[1]), self.node(tree.children[2])
        kind = no.kind if yes.kind == NULL else yes.kind
        if kind == NULL:
            return yes
        yes, no = self._typed(yes, kind), self._typed(no, kind)
        if kind == NUMBER:
            yes, no = _aligned(yes, no)
        return Sql(kind, f"(CASE WHEN {condition.text} THEN {yes.text} ELSE {no.text} END)", yes.scale)

    def on_in_(self, tree: Any) -> Sql:
        value = self.node(tree.children[0])
        target = tree.children[1]
        tests = target.children if target.data == "tests" else [target]
        return Sql(BOOLEAN, self._any(tests, value))

    # — tests of cells

    def cell(self, tree: Any, value: Sql) -> str:
        """The tests of a cell."""
        if tree.data == "any_value":
            return "TRUE"
        if tree.data == "none_of":
            return f"(NOT {self._any(tree.children[-1].children, value)})"
        return self._any(tree.children[0].children, value)

    def _any(self, tests: Any, value: Sql) -> str:
        return f"({' OR '.join(self._test(each, value) for each in tests)})"

    def _test(self, tree: Any, value: Sql) -> str:
        if tree.data == "comparison_test":
            operator, other = tree.children
            return self._compared(value, operator.type, self.node(other)).text
        if tree.data == "half_range":
            return self._test(tree.children[0], value)
        if tree.data == "list":
            return self._any(tree.children, value) if tree.children else "FALSE"
        if tree.data == "range":
            opening, low, high, closing = tree.children
            above = "GE" if opening.children[0].type == "RANGE_CLOSED" else "GT"
            below = "LE" if closing.children[0].type == "RANGE_CLOSED_END" else "LT"
            parts = (
                self._compared(value, above, self.node(low)).text,
                self._compared(value, below, self.node(high)).text,
            )
            return f"({parts[0]} AND {parts[1]})"
        if _mentions(tree):
            return self._typed(self.node(tree), BOOLEAN).text
        return self._compared(value, "EQ", self.node(tree)).text

    # — functions

    def on_call(self, tree: Any) -> Sql:
        name = str(tree.children[0].children[0]) if tree.children[0].data == "name" else ""
        made = _CALLS.get(name)
        if made is None:
            raise self.refuse(name or "调用")
        return made(self, tree.children[1:])

    def _not(self, given: Any) -> Sql:
        return Sql(BOOLEAN, f"(NOT {self._typed(self.node(given[0]), BOOLEAN).text})")

    def _least(self, given: Any) -> Sql:
        return self._extreme("least", given)

    def _greatest(self, given: Any) -> Sql:
        return self._extreme("greatest", given)

    def _extreme(self, word: str, given: Any) -> Sql:
        listed = given[0].children if len(given) == 1 and given[0].data == "list" else given
        made = [self.node(each) for each in listed]
        kinds = {each.kind for each in made} - {NULL}
        if len(kinds) != 1:
            raise self.refuse(word)
        kind = kinds.pop()
        made = [self._typed(each, kind) for each in made]
        made = _aligned(*made) if kind == NUMBER else made
        missing = " OR ".join(f"{each.text} IS NULL" for each in made)
        text = f"(CASE WHEN {missing} THEN NULL ELSE {word}({', '.join(each.text for each in made)}) END)"
        return Sql(kind, text, made[0].scale)

    def _abs(self, given: Any) -> Sql:
        made = self._typed(self.node(given[0]), NUMBER)
        return _decimal(f"abs({made.text})", made.scale)

    def _floor(self, given: Any) -> Sql:
        return _decimal(f"floor({self._typed(self.node(given[0]), NUMBER).text})", 0)

    def _ceiling(self, given: Any) -> Sql:
        return _decimal(f"ceil({self._typed(self.node(given[0]), NUMBER).text})", 0)

    def _of_date(self, given: Any) -> Sql:
        if given[0].data != "string":
            raise self.refuse("date(…)")
        return self._date(self._string(given[0].children[0]))

    def _turns(self, given: Any) -> Sql:
        years = self._typed(self.node(given[0]), NUMBER)
        fits = f"{years.text} = floor({years.text}) AND {years.text} BETWEEN 0 AND 150"
        return Sql(
            DATE,
            f"(CASE WHEN {fits} THEN {_years_on(self.scope['born'].text, f'CAST({years.text} AS BIGINT)')} END)",
        )

    def _day(self, given: Any, pattern: str) -> Sql:
        day = self._typed(self.node(given[0]), DATE)
        return Sql(DATE, pattern.format(day=day.text))

    def _this_month(self, given: Any) -> Sql:
        return self._day(given, "CAST(date_trunc('month', {day}) AS DATE)")

    def _next_month(self, given: Any) -> Sql:
        return self._day(given, "(last_day({day}) + 1)")

    def _month_end(self, given: Any) -> Sql:
        return self._day(given, "last_day({day})")

    def _years(self, given: Any) -> Sql:
        first, last = (self._typed(self.node(each), DATE).text for each in given)
        return _decimal(completed_years(first, last), 0)

    def _months(self, given: Any) -> Sql:
        first, last = (self._typed(self.node(each), DATE).text for each in given)
        months = f"((year({last}) - year({first})) * 12 + month({last}) - month({first}))"
        whole = f"(day({last}) >= day({first}) OR {last} = last_day({last}))"
        text = f"(CASE WHEN {last} < {first} THEN 0 WHEN {whole} THEN {months} ELSE {months} - 1 END)"
        return _decimal(_unless_null(text, first, last), 0)


_CALLS: Mapping[str, Callable[[_Writer, Any], Sql]] = {
    "not": _Writer._not,
    "min": _Writer._least,
    "max": _Writer._greatest,
    "abs": _Writer._abs,
    "floor": _Writer._floor,
    "ceiling": _Writer._ceiling,
    "date": _Writer._of_date,
    "turns": _Writer._turns,
    "this_month": _Writer._this_month,
    "next_month": _Writer._next_month,
    "month_end": _Writer._month_end,
    "years_between": _Writer._years,
    "months_between": _Writer._months,
}


def completed_years(first: str, last: str) -> str:
    """``months.years_between`` in SQL; null where a day is missing."""
    years = f"(year({last}) - year({first}))"
    text = (
        f"(CASE WHEN {last} < {first} THEN 0 "
        f"WHEN {_years_on(first, years)} <= {last} THEN {years} ELSE {years} - 1 END)"
    )
    return _unless_null(text, first, last)


def _unless_null(text: str, *parts: str) -> str:
    missing = " OR ".join(f"{each} IS NULL" for each in parts)
    return f"(CASE WHEN {missing} THEN NULL ELSE {text} END)"


def _years_on(day: str, years: str) -> str:
    """The same day some years on; 29 February becomes 1 March: counted from the 28th, no day is impossible."""
    short = f"least(day({day}), 28)"
    return (
        f"(make_date(year({day}) + {years}, month({day}), {short}) + CAST(day({day}) - {short} AS INTEGER))"
    )


def _aligned(*numbers: Sql) -> list[Sql]:
    """Numbers with the same places: where two widths of 38 meet, DuckDB would rather lose the places."""
    scale = max(each.scale for each in numbers)
    return [_decimal("NULL" if each.kind == NULL else each.text, scale) for each in numbers]


def _decimal(text: str, scale: int) -> Sql:
    return Sql(NUMBER, f"CAST({text} AS DECIMAL(38,{scale}))", scale)


def _type(kind: str, scale: int) -> str:
    return _TYPES.get(kind, f"DECIMAL(38,{scale})")


def typed(made: Sql) -> str:
    """The piece with its type said aloud, so that a column of nulls has one."""
    if made.kind == NULL:
        return "CAST(NULL AS VARCHAR)"
    return f"CAST({made.text} AS {_type(made.kind, made.scale)})"


def _mentions(tree: Any) -> bool:
    """Whether the tested value (``?``) is spoken of inside."""
    if isinstance(tree, Token):
        return str(tree) == "?"
    return isinstance(tree, Tree) and any(map(_mentions, tree.children))


__all__ = [
    "BOOLEAN",
    "DATE",
    "NULL",
    "NUMBER",
    "TEXT",
    "Sql",
    "completed_years",
    "literal",
    "test_to_sql",
    "to_sql",
    "typed",
]
