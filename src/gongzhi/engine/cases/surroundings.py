"""What conditions and values of a choice may know beside the data of their case: the time, and small registers.

    now, today          the instant and the day (of Shanghai) of the act
    records.<register>  all usable records of a small register, each a context of key, state, columns and derived values
    known_cells         every column of every installed register: what the city holds already
    office_of(code)     what an office is: code, name, kind (town, department, …), area, and line: itself and all above it
    times_named(register, key, area)
                        in how many cases of this year, opened for the area, the record was named
    household_of(person)
                        number of the household that an account belongs to, or null: nobody judges for their own house
    balance(ledger, holder)
                        what the account of a record holds: ``balance("household_points.points", household)``
    times_posted(ledger, holder, tag)
                        how often something of this tag was posted to it in the season that runs
    book_balance(ledger, account, area)
                        what an account of the book holds to which the area belongs
    receives(person, programme)
                        whether a person of the people register has a benefit now: ``receives(farmer, "land_losing_farmers.land_pension")``
    would_get(person, programme)
                        what the registers say that the person would get of it: {entitled, amount, because, starts}, or null
    stored_digest(sha256)
                        what the stored content of a file hashes to now: equal, or it is not what was handed in

Conditions that the flow itself looks at (``calls.when``) know the time only: a case is folded again from its facts,
for ever, without a city beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from gongzhi.engine.cases.values import clock_names
from gongzhi.engine.cases.world import World
from gongzhi.engine.expressions import Expression, Function, from_python
from gongzhi.engine.instants import SHANGHAI

RECORDS, KNOWN_CELLS = "records", "known_cells"
OFFICE_OF, TIMES_NAMED = "office_of", "times_named"
BALANCE, BOOK_BALANCE, TIMES_POSTED = "balance", "book_balance", "times_posted"
HOUSEHOLD_OF = "household_of"
STORED_DIGEST = "stored_digest"
RECEIVES, WOULD_GET = "receives", "would_get"
#: names of the city, for the linter: they may stand wherever ``surroundings`` is asked
NAMES = frozenset(
    {
        RECORDS,
        KNOWN_CELLS,
        OFFICE_OF,
        TIMES_NAMED,
        BALANCE,
        BOOK_BALANCE,
        TIMES_POSTED,
        HOUSEHOLD_OF,
        STORED_DIGEST,
        RECEIVES,
        WOULD_GET,
    }
)
_REGISTER = re.compile(r"\brecords\s*\.\s*([a-z][a-z0-9_]*)")


def registers_in(text: str) -> frozenset[str]:
    """The registers that an expression looks through.

    >>> sorted(registers_in('count(records.lists[a = b]) + count(records . teams)'))
    ['lists', 'teams']
    """
    return frozenset(_REGISTER.findall(text))


def surroundings(expression: Expression, at: datetime, world: World) -> dict[str, Any]:
    """The names that this expression may use beside the data; the city is asked only for what it mentions."""
    names: dict[str, Any] = dict(clock_names(at))
    if RECORDS in expression.names:
        names[RECORDS] = {
            register: [dict(each) for each in world.all_records(register)]
            for register in sorted(registers_in(expression.text))
        }
    if KNOWN_CELLS in expression.names:
        names[KNOWN_CELLS] = [dict(each) for each in world.known_cells()]
    if OFFICE_OF in expression.names:
        names[OFFICE_OF] = Function(("code",), lambda code: _office(world, code), OFFICE_OF)
    if TIMES_NAMED in expression.names:
        year = at.astimezone(SHANGHAI).year

        def count(register: Any, key: Any, area: Any) -> Any:
            named = all(isinstance(each, str) for each in (register, key, area))
            return Decimal(world.times_named(register, key, area, year)) if named else None

        names[TIMES_NAMED] = Function(("register", "key", "area"), count, TIMES_NAMED)
    if HOUSEHOLD_OF in expression.names:
        names[HOUSEHOLD_OF] = Function(
            ("person",),
            lambda person: (world.household_of(person) or None) if isinstance(person, str) else None,
            HOUSEHOLD_OF,
        )
    if BALANCE in expression.names:
        names[BALANCE] = Function(
            ("ledger", "holder"), lambda ledger, of: _balance(world, ledger, of, ""), BALANCE
        )
    if BOOK_BALANCE in expression.names:
        names[BOOK_BALANCE] = Function(
            ("ledger", "account", "area"), lambda *asked: _balance(world, *asked), BOOK_BALANCE
        )
    if TIMES_POSTED in expression.names:
        names[TIMES_POSTED] = Function(
            ("ledger", "holder", "tag"), lambda *asked: _times_posted(world, *asked), TIMES_POSTED
        )
    if expression.names & {RECEIVES, WOULD_GET}:
        names |= _benefits(world)
    if STORED_DIGEST in expression.names:
        names[STORED_DIGEST] = Function(
            ("sha256",), lambda told: world.digest(told) if isinstance(told, str) else None, STORED_DIGEST
        )
    return names


def _benefits(world: World) -> dict[str, Any]:
    """The two questions about benefits; null where they are not asked of words."""

    def receives(*asked: Any) -> Any:
        return world.entitled(*asked) if all(isinstance(each, str) for each in asked) else None

    def would_get(*asked: Any) -> Any:
        found = world.would_get(*asked) if all(isinstance(each, str) for each in asked) else None
        return None if found is None else from_python(dict(found))

    return {
        RECEIVES: Function(("person", "programme"), receives, RECEIVES),
        WOULD_GET: Function(("person", "programme"), would_get, WOULD_GET),
    }


def _times_posted(world: World, *asked: Any) -> Any:
    words = all(isinstance(each, str) for each in asked)
    return Decimal(world.times_posted(*asked)) if words else None


def _balance(world: World, ledger: Any, of: Any, area: Any) -> Any:
    """A balance; null where it is not asked of words."""
    if isinstance(area, Mapping):
        area = area.get("area", "")
    if not all(isinstance(each, str) for each in (ledger, of, area)):
        return None
    return world.balance(ledger, of, area)


def _office(world: World, code: Any) -> Any:
    """An office as FEEL reads it; null for what is no office."""
    found = world.office(code) if isinstance(code, str) and code else None
    return None if found is None else {**found, "line": list(found["line"])}


def around(expressions: Mapping[Any, Expression], at: datetime, world: World) -> dict[str, Any]:
    """The same for all conditions of a form at once."""
    names: dict[str, Any] = dict(clock_names(at))
    for each in expressions.values():
        if each.names & NAMES:
            found = surroundings(each, at, world)
            held = {**names.get(RECORDS, {}), **found.get(RECORDS, {})}
            names |= found | ({RECORDS: held} if held else {})
    return names


__all__ = ["KNOWN_CELLS", "NAMES", "RECORDS", "around", "registers_in", "surroundings"]
