"""What a register says of a key, for case types that name records.

The cases room and the records room stand beside each other; the running floor hands the look-up over when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from gongzhi.city.kernel.references import Standing

Lookup = Callable[[str, str], Mapping[str, Any] | None]


class Shelf(Protocol):
    """Registers as conditions look through them."""

    def all_records(self, register: str) -> Sequence[Mapping[str, Any]]:
        """All usable records of a small register."""

    def known_cells(self) -> Sequence[Mapping[str, str]]:
        """Every column of every register."""


#: whether anybody may read the record of (register, key)
Openness = Callable[[str, str], bool]

#: whether a post may name the record of (register, key): a case takes over what the record says
MayName = Callable[[Standing, str, str], bool]


class Benefits(Protocol):
    """Who has which benefit."""

    def entitled(self, person: str, programme: str) -> bool:
        """Whether the person has it today."""

    def would_get(self, person: str, programme: str) -> Mapping[str, Any] | None:
        """What the person would get of it today."""


#: (ledger, record or account, area) -> what is there
Balance = Callable[[str, str, str], Decimal]

_lookups: list[Lookup] = []
_open: list[Openness] = []
_may_name: list[MayName] = []
_shelves: list[Shelf] = []
_matters: list[Callable[[str], Mapping[str, Any] | None]] = []
_balances: list[Balance] = []
_benefits: list[Benefits] = []
_homes: list[Callable[[str], str]] = []
_counts: list[Callable[[str, str, str], int]] = []


def register(lookup: Lookup) -> None:
    """Ask this look-up: (register, key) -> the values of a record in use, or None. The same one twice is one."""
    if lookup not in _lookups:
        _lookups.append(lookup)


def unregister(lookup: Lookup) -> None:
    """Ask it no more (tests)."""
    _lookups.remove(lookup)


def register_open(is_open: Openness) -> None:
    """Ask this one which records anybody may read. The same one twice is one."""
    if is_open not in _open:
        _open.append(is_open)


def is_open(register_id: str, key: str) -> bool:
    """Whether anybody may read the record; nobody outside where none can say."""
    return any(each(register_id, key) for each in _open)


def register_may_name(may: MayName) -> None:
    """Ask this one who may name which records. The same one twice is one."""
    if may not in _may_name:
        _may_name.append(may)


def may_name(by: Standing, register_id: str, key: str) -> bool:
    """Whether the post may name the record; everybody may where nobody objects."""
    return all(each(by, register_id, key) for each in _may_name)


def record(register_id: str, key: str) -> Mapping[str, Any] | None:
    """The values of the record, or None where nobody knows it."""
    for lookup in _lookups:
        found = lookup(register_id, key)
        if found is not None:
            return found
    return None


def register_shelf(shelf: Shelf) -> None:
    """Look through these registers. The same one twice is one."""
    if shelf not in _shelves:
        _shelves.append(shelf)


def all_records(register_id: str) -> Sequence[Mapping[str, Any]]:
    """All usable records of a small register; none where nobody knows it."""
    return next((found for shelf in _shelves if (found := shelf.all_records(register_id))), ())


def known_cells() -> Sequence[Mapping[str, str]]:
    """Every column of every register of the city."""
    return [cell for shelf in _shelves for cell in shelf.known_cells()]


def register_matter(told: Callable[[str], Mapping[str, Any] | None]) -> None:
    """Ask this one what a case says of itself; the room's own modules build on the world, so it is handed over."""
    if told not in _matters:
        _matters.append(told)


def matter(number: str) -> Mapping[str, Any] | None:
    """What the case with this number says of itself to another that names it."""
    return next((found for told in _matters if (found := told(number)) is not None), None)


def register_balance(told: Balance) -> None:
    """Ask this one what accounts hold. The same one twice is one."""
    if told not in _balances:
        _balances.append(told)


def balance(ledger: str, of: str, area: str) -> Decimal:
    """What an account of a ledger holds; zero where nobody keeps such books."""
    return next((found for told in _balances if (found := told(ledger, of, area))), Decimal(0))


def register_times_posted(told: Callable[[str, str, str], int]) -> None:
    """Ask this one how often something was posted. The same one twice is one."""
    if told not in _counts:
        _counts.append(told)


def times_posted(ledger: str, of: str, tag: str) -> int:
    """How often something of this tag was posted to a record's account in the season that runs."""
    return max((told(ledger, of, tag) for told in _counts), default=0)


def register_benefits(told: Benefits) -> None:
    """Ask this one who has which benefit. The same one twice is one."""
    if told not in _benefits:
        _benefits.append(told)


def entitled(person: str, programme: str) -> bool:
    """Whether a person of the people register has a benefit today."""
    return any(told.entitled(person, programme) for told in _benefits)


def would_get(person: str, programme: str) -> Mapping[str, Any] | None:
    """What the registers say that a person would get of a benefit today."""
    return next((found for told in _benefits if (found := told.would_get(person, programme))), None)


def register_household_of(told: Callable[[str], str]) -> None:
    """Ask this one to which household an account belongs. The same one twice is one."""
    if told not in _homes:
        _homes.append(told)


def household_of(person: str) -> str:
    """Number of the household that a person's account belongs to; empty for none."""
    return next((found for told in _homes if (found := told(person))), "")
