"""What a case must be told about the city around it: the engine keeps no map and no staff list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


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
