"""Where this room gets case types from: whoever knows the installed mechanisms registers itself here.

The cases room stands below the mechanisms room and imports nothing of it; the running floor calls ``register``
when Django starts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.engine.cases.casetypes import CaseType


class CaseTypeSource(Protocol):
    """Somebody who has compiled case types at hand."""

    def case_type(self, mechanism: str, version: str, type_id: str) -> CaseType | None:
        """The compiled case type of an installed version; ``None`` where there is none. Must be fast: it caches."""

    def active_version(self, mechanism: str) -> str:
        """The version under which new cases are opened; empty where the mechanism is not installed."""

    def version_for(self, mechanism: str, area_path: str, at: datetime | None = None) -> str:
        """The version under which a case of this place is opened at the instant (now): that of the nearest area in which one is
        being tried, else the active one; empty where the mechanism is not installed."""

    def case_types(self) -> list[tuple[str, str, str]]:
        """(mechanism, version, type id) of everything under which new cases may be opened."""

    def withdrawn_types(self) -> list[tuple[str, str, str]]:
        """The same of what was withdrawn, in its last version: its cases are still there, and still not for everybody."""


_sources: list[CaseTypeSource] = []


def register(source: CaseTypeSource) -> None:
    """Ask this source too; the last registered is asked first. The same one twice is one."""
    if source not in _sources:
        _sources.insert(0, source)


def unregister(source: CaseTypeSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def case_type(mechanism: str, version: str, type_id: str) -> CaseType:
    """The compiled case type that a case runs on. Raises NoSuchCaseType."""
    for source in _sources:
        found = source.case_type(mechanism, version, type_id)
        if found is not None:
            return found
    raise NoSuchCaseType(mechanism=mechanism, version=version, type=type_id)


def current(mechanism: str, type_id: str, place: str = "", at: datetime | None = None) -> CaseType:
    """The case type under which a new case is opened now, or at another instant; ``place`` is the path of the area where it
    lies: some areas may be trying another version. Raises NoSuchCaseType."""
    for source in _sources:
        version = source.version_for(mechanism, place, at)
        if version:
            return case_type(mechanism, version, type_id)
    raise NoSuchCaseType(mechanism=mechanism, version="", type=type_id)


def closed_to(role: str) -> list[tuple[str, str]]:
    """(mechanism, type id) of the case types whose cases are kept from this role."""
    return [(mechanism, each.id) for mechanism, _, each in _all_types() if each.is_closed_to(role)]


def confined() -> frozenset[tuple[str, str]]:
    """(mechanism, type id) of the case types whose cases exist for one post only."""
    return frozenset((mechanism, each.id) for mechanism, _, each in _all_types() if each.confined is not None)


def confined_to(role: str) -> list[tuple[str, str]]:
    """Those whose cases exist for this role."""
    return [
        (mechanism, each.id)
        for mechanism, _, each in _all_types()
        if each.confined is not None and role in each.read_by
    ]


def kept() -> list[tuple[str, str]]:
    """(mechanism, type id) of the case types that only some roles read: what is told to everybody leaves their cases out."""
    return [(mechanism, each.id) for mechanism, _, each in _all_types() if each.read_by]


def offered() -> list[tuple[str, str, CaseType]]:
    """(mechanism, version, case type) of everything that may be opened today."""
    return [
        (mechanism, version, case_type(mechanism, version, type_id))
        for source in _sources
        for mechanism, version, type_id in source.case_types()
    ]


def _all_types() -> list[tuple[str, str, CaseType]]:
    """(mechanism, version, case type) of what is offered and of what was withdrawn."""
    return offered() + [
        (mechanism, version, case_type(mechanism, version, type_id))
        for source in _sources
        for mechanism, version, type_id in source.withdrawn_types()
    ]
