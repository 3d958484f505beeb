"""What a case must be told about the city around it: the engine keeps no map and no staff list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

#: what a case tells another one that names it: ``prefill: about.subject``
MATTER = (
    "number", "subject", "type", "title", "mechanism", "lead", "lead_name", "area", "place", "state", "light", "opened_on",
)  # fmt: skip


class World(Protocol):
    """The city's answers to the questions that a case asks."""

    def office_for(self, role: str, scope: str, value: str) -> str:
        """Code of the office whose ``role`` acts. ``scope`` is ``county``, ``office`` or ``area``; ``value`` is
        the code of the office or area (empty for ``county``). Empty answer: nobody."""

    def is_within(self, office: str, ancestor: str) -> bool:
        """Whether ``office`` is ``ancestor`` or belongs to it."""

    def office_name(self, office: str) -> str:
        """Name to show for the code."""

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """The values of a record that a case may name; ``None`` where there is none (or none in use)."""

    def all_records(self, register: str) -> Sequence[Mapping[str, Any]]:
        """All usable records of a small register, as FEEL computes: ``key``, ``state``, columns and derived values."""

    def known_cells(self) -> Sequence[Mapping[str, str]]:
        """Every column of every register that the city keeps: register, register_title, field, title, kind, privacy."""

    def matter(self, number: str) -> Mapping[str, Any] | None:
        """What another case that this one names says of itself (``MATTER``); ``None`` where there is none."""

    def office(self, code: str) -> Mapping[str, Any] | None:
        """What an office is: ``code``, ``name``, ``kind`` (town, village, department, …), ``area`` and ``line``, the codes of
        itself and of all above it; ``None`` for an unknown code."""

    def household_of(self, person: str) -> str:
        """Number of the household that a person's account belongs to; empty for none."""

    def balance(self, ledger: str, of: str, area: str) -> Decimal:
        """What an account of a ledger (``mechanism.ledger``) holds: of a record (its key, ``area`` empty), or of the book that
        an area belongs to (an account's id); zero where nothing was ever posted."""

    def digest(self, sha256: str) -> str:
        """What the stored content of a file that was received as ``sha256`` hashes to now; empty where it is gone."""

    def times_posted(self, ledger: str, of: str, tag: str) -> int:
        """How often something of this tag was posted to the account of a record in the season that runs."""

    def times_named(self, register: str, key: str, area: str, year: int) -> int:
        """How many cases opened in the year for the area (not below it) name the record; withdrawn ones don't count."""

    def entitled(self, person: str, programme: str) -> bool:
        """Whether the person (a key of the people register) has the benefit ``mechanism.programme`` today."""

    def would_get(self, person: str, programme: str) -> Mapping[str, Any] | None:
        """What the registers say that the person would get of it today: ``entitled``, ``amount``, ``because``, ``starts``; ``None``
        where there is no such person or programme."""


@dataclass(frozen=True, slots=True)
class PlainWorld:
    """A world for scenarios and tests: offices are their own names, one county office per role.

    >>> world = PlainWorld(parents={"市政科": "城管局"})
    >>> world.office_for("officer", "office", "城管局"), world.is_within("市政科", "城管局")
    ('城管局', True)
    """

    #: office -> the office above it
    parents: Mapping[str, str] = field(default_factory=dict)
    #: role -> office on the county level; roles without one sit in ``county``
    county_offices: Mapping[str, str] = field(default_factory=dict)
    #: area -> office that answers for it
    area_offices: Mapping[str, str] = field(default_factory=dict)
    county: str = "县级中心"
    #: register -> key -> the values of its record
    records: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    #: register -> how FEEL reads the values of its records, where that is not as they are stored
    readers: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = field(default_factory=dict)
    #: what the city's registers hold
    cells: Sequence[Mapping[str, str]] = ()
    #: number -> what that case says of itself
    cases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    #: office -> kind and area, where they matter; others are departments
    offices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: ``register/key/area`` -> how many cases of the year name the record there
    named: Mapping[str, int] = field(default_factory=dict)
    #: person -> number of the household
    homes: Mapping[str, str] = field(default_factory=dict)
    #: ``ledger/key``, or ``ledger/account/area``, -> what is there; ``ledger/key#tag`` -> how often it was posted
    balances: Mapping[str, int | float | str] = field(default_factory=dict)
    #: SHA-256 with which a file was received -> what it hashes to now, where that differs
    digests: Mapping[str, str] = field(default_factory=dict)
    #: ``person/mechanism.programme`` -> true (has it), or what the person would get: entitled, amount, because, starts, has
    benefits: Mapping[str, bool | Mapping[str, Any]] = field(default_factory=dict)

    def office_for(self, role: str, scope: str, value: str) -> str:
        if scope == "county":
            return self.county_offices.get(role, self.county)
        if scope == "area":
            return self.area_offices.get(value, value)
        return value

    def is_within(self, office: str, ancestor: str) -> bool:
        seen: set[str] = set()
        while office and office not in seen:
            if office == ancestor:
                return True
            seen.add(office)
            office = self.parents.get(office, "")
        return False

    def office_name(self, office: str) -> str:
        return office

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        return self.records.get(register, {}).get(key)

    def all_records(self, register: str) -> Sequence[Mapping[str, Any]]:
        read = self.readers.get(register, dict)
        held = self.records.get(register, {})
        return [{"state": "active", **read(values), "key": key} for key, values in held.items()]

    def known_cells(self) -> Sequence[Mapping[str, str]]:
        return self.cells

    def matter(self, number: str) -> Mapping[str, Any] | None:
        found = self.cases.get(number)
        return None if found is None else {"number": number, **found}

    def office(self, code: str) -> Mapping[str, Any] | None:
        told = self.offices.get(code, {})
        line, above = [code], self.parents.get(code, "")
        while above and above not in line:
            line.append(above)
            above = self.parents.get(above, "")
        kind, area = told.get("kind", "department"), told.get("area", "")
        return {"code": code, "name": code, "kind": kind, "area": area, "line": line}

    def household_of(self, person: str) -> str:
        return self.homes.get(person, "")

    def balance(self, ledger: str, of: str, area: str) -> Decimal:
        for name in (ledger, ledger.rpartition(".")[2]):
            found = self.balances.get(f"{name}/{of}/{area}" if area else f"{name}/{of}")
            if found is not None:
                return Decimal(str(found))
        return Decimal(0)

    def digest(self, sha256: str) -> str:
        return self.digests.get(sha256, sha256)

    def times_posted(self, ledger: str, of: str, tag: str) -> int:
        return int(self.balance(ledger, f"{of}#{tag}", ""))

    def entitled(self, person: str, programme: str) -> bool:
        found = self.benefits.get(f"{person}/{programme}", False)
        return found is True or (isinstance(found, Mapping) and bool(found.get("has", True)))

    def would_get(self, person: str, programme: str) -> Mapping[str, Any] | None:
        found = self.benefits.get(f"{person}/{programme}")
        if found is None:
            return None
        told = found if isinstance(found, Mapping) else {"entitled": found}
        return {"entitled": True, "amount": None, "because": "", "starts": None, **told}

    def times_named(self, register: str, key: str, area: str, year: int) -> int:
        return self.named.get(f"{register}/{key}/{area}", 0)
