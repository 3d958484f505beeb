"""The installed versions, compiled once per process and kept at hand. Cases of old versions stay on theirs.

A version never changes once installed, so what was compiled is kept. Which version is active, and that it is still the
folder that was compiled (a restored backup may hold another one), is asked again after ``FRESH`` seconds, so that every
process follows an upgrade without being told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import OperationalError, ProgrammingError

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import declare_role
from gongzhi.city.ledgers import catalogue as ledgers
from gongzhi.city.mechanisms.errors import NotInstalled
from gongzhi.city.mechanisms.models import Installed, Placement
from gongzhi.city.records.catalogue import Declared
from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import CaseType, compile_case_type
from gongzhi.engine.mechanisms import Mechanism, Report, load, run_all, unpack
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.schema import ReactionSpec
from gongzhi.engine.registers import Register, compile_register

FRESH = 5.0


@dataclass(eq=False)
class Held:
    """A mechanism in one version: its folder read, its case types and registers compiled."""

    mechanism: Mechanism
    case_types: Mapping[str, CaseType]
    registers: Mapping[str, Register] = field(default_factory=dict)
    #: of the folder, as it was installed
    digest: str = ""

    @cached_property
    def issued_by_reaction(self) -> frozenset[str]:
        """Papers that reactions issue, under their own conditions."""
        return frozenset(each.do.issue for each in self.mechanism.reactions if each.do.issue)

    @cached_property
    def listening(self) -> tuple[ReactionSpec, ...]:
        """Reactions to cases of other mechanisms."""
        return tuple(
            each for each in self.mechanism.reactions if "." in each.on.case or each.on.case == "any"
        )

    @cached_property
    def report(self) -> Report:
        """Results of its scenarios, run by this very installation when somebody asks."""
        return run_all(self.mechanism)


def hold(mechanism: Mechanism, digest: str = "") -> Held:
    """Compile a mechanism, installed with this digest, for the city; its roles become known to the matrix of rights.

    A year that the State Council has not announced yet counts by its weekends: a due time that is provisional is
    better than none, and ``gongzhi doctor`` says which year is missing.
    """
    for role, title in mechanism.roles.items():
        declare_role(role, title)
    days = calendar("china", unannounced="weekends")
    types = {
        id_: compile_case_type(
            spec,
            mechanism.tables,
            days,
            version=mechanism.version,
            roles=mechanism.roles,
            assemblies=mechanism.meeting_rules,
        )
        for id_, spec in mechanism.case_types.items()
    }
    registers = {
        id_: compile_register(spec, mechanism.tables, version=mechanism.version, roles=mechanism.roles)
        for id_, spec in mechanism.registers.items()
    }
    return Held(mechanism=mechanism, case_types=types, registers=registers, digest=digest)


class Library:
    """What the cases room asks for case types (``cases.catalogue.CaseTypeSource``), and the records room for registers
    (``records.catalogue.RegisterSource``), and the ledgers room for kinds of books (``ledgers.catalogue.LedgerSource``)."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], Held] = {}
        self._active: dict[str, str] = {}
        #: mechanism -> its last version, where none is active any more
        self._withdrawn: dict[str, str] = {}
        #: mechanism -> where other versions run or ran, the nearest area first
        self._placed: dict[str, list[Placement]] = {}
        self._asked_at = float("-inf")
        self._registers: tuple[Mapping[str, str], dict[str, Declared]] | None = None
        self._ledgers: tuple[Mapping[str, str], dict[str, ledgers.Declared]] | None = None
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Ask at once which versions are active, after an installation."""
        self._asked_at = float("-inf")

    def clear(self) -> None:
        """Drop everything that is remembered (tests)."""
        self._held.clear()
        self._active, self._placed = {}, {}
        self._registers = self._ledgers = None
        self.forget()

    def active_versions(self) -> Mapping[str, str]:
        """Mechanism -> the version under which new cases are opened."""
        if time.monotonic() - self._asked_at > FRESH:
            try:
                rows = Installed.objects.order_by("mechanism", "installed_at", "id")
                found = list(rows.values_list("mechanism", "version", "digest", "active"))
                self._active = {mechanism: version for mechanism, version, _digest, active in found if active}
                last = {mechanism: version for mechanism, version, _digest, _active in found}
                self._withdrawn = {one: version for one, version in last.items() if one not in self._active}
                self._drop_others(found)
                self._placed = _by_mechanism(Placement.objects.order_by("-area_path", "-since", "-id"))
            except (OperationalError, ProgrammingError):
                self._active, self._withdrawn, self._placed = (
                    {},
                    {},
                    {},
                )  # before the first migration nothing is installed
            self._asked_at = time.monotonic()
        return self._active

    def _drop_others(self, found: Iterable[tuple[str, str, str, bool]]) -> None:
        for mechanism, version, digest, _active in found:
            held = self._held.get((mechanism, version))
            if held is not None and held.digest != digest:
                del self._held[mechanism, version]
                self._registers = self._ledgers = None

    def version_for(self, mechanism: str, area_path: str, at: datetime | None = None) -> str:
        """See ``CaseTypeSource``: memory only, so that opening a case asks nothing more."""
        active = self.active_version(mechanism)
        placed = self._placed.get(mechanism, ())
        if not (active and placed and area_path):
            return active
        at = at or clock.now()
        for each in placed:
            runs = each.since <= at and (each.until is None or at < each.until)
            if runs and paths.is_within(area_path, each.area_path):
                return each.version
        return active

    def active_version(self, mechanism: str) -> str:
        """See ``CaseTypeSource``."""
        return self.active_versions().get(mechanism, "")

    def version(self, mechanism: str, version: str) -> Held | None:
        """A version, active or not; ``None`` for one that is not installed."""
        key = (mechanism, version)
        if key not in self._held:
            row = (
                Installed.objects.filter(mechanism=mechanism, version=version)
                .only("archive", "digest")
                .first()
            )
            if row is None:
                return None
            with self._lock:
                if key not in self._held:
                    self._held[key] = hold(load(unpack(bytes(row.archive))), row.digest)
        return self._held[key]

    def case_type(self, mechanism: str, version: str, type_id: str) -> CaseType | None:
        """See ``CaseTypeSource``."""
        held = self.version(mechanism, version)
        return held.case_types.get(type_id) if held else None

    def papers_after(self, held: Held, type_id: str, choice: str) -> list[Document]:
        """Papers whose head says that they are issued after this choice, unless a reaction says when instead."""
        return [
            document
            for document in held.mechanism.documents.values()
            if choice in document.spec.issued
            and document.spec.case == type_id
            and document.id not in held.issued_by_reaction
        ]

    def reactions(self, held: Held, type_id: str) -> list[tuple[Held, ReactionSpec]]:
        """What waits for facts of a case type: its own mechanism's reactions, in the version of the case, and those that
        other active mechanisms have to it or to any case, each with the mechanism that declares it."""
        own = [(held, spec) for spec in held.mechanism.reactions if spec.on.case in (type_id, "any")]
        name = f"{held.mechanism.id}.{type_id}"
        return own + [
            (other, spec)
            for other in active()
            if other.mechanism.id != held.mechanism.id
            for spec in other.listening
            if spec.on.case in ("any", name)
        ]

    def case_types(self) -> list[tuple[str, str, str]]:
        """See ``CaseTypeSource``."""
        return [
            (held.mechanism.id, held.mechanism.version, type_id)
            for held in active()
            for type_id in held.case_types
        ]

    def withdrawn_types(self) -> list[tuple[str, str, str]]:
        """See ``CaseTypeSource``."""
        self.active_versions()
        return [
            (mechanism, version, type_id)
            for mechanism, version in self._withdrawn.items()
            for type_id in one(mechanism, version).case_types
        ]

    def registers(self) -> dict[str, Declared]:
        """See ``RegisterSource``: made anew when other versions run. A register that only a version on trial has is open as well."""
        versions = dict(self.active_versions())
        tried = sorted(
            {
                (row.mechanism, row.version)
                for rows in self._placed.values()
                for row in rows
                if row.until is None and row.mechanism in versions
            }
        )
        key = {**versions, "": repr(tried)}
        if self._registers is None or self._registers[0] != key:
            found: dict[str, Declared] = {}
            for held in [*active(), *(one(*each) for each in tried)]:
                for register_id, register in held.registers.items():
                    found.setdefault(register_id, Declared(mechanism=held.mechanism.id, register=register))
            self._registers = (key, found)
        return self._registers[1]

    def ledgers(self) -> dict[str, ledgers.Declared]:
        """See ``LedgerSource``: made anew when other versions run."""
        versions = dict(self.active_versions())
        if self._ledgers is None or self._ledgers[0] != versions:
            declared = (
                ledgers.Declared(mechanism=held.mechanism.id, spec=spec)
                for held in active()
                for spec in held.mechanism.ledgers.values()
            )
            self._ledgers = (versions, {each.name: each for each in declared})
        return self._ledgers[1]


def _by_mechanism(rows: Iterable[Placement]) -> dict[str, list[Placement]]:
    """In their order: of areas within each other the longer path, which is the nearer one, sorts first."""
    found: dict[str, list[Placement]] = {}
    for row in rows:
        found.setdefault(row.mechanism, []).append(row)
    return found


LIBRARY = Library()


def one(mechanism: str, version: str = "") -> Held:
    """A mechanism in its active version, or in the one named. Raises NotInstalled."""
    held = LIBRARY.version(mechanism, version or LIBRARY.active_version(mechanism))
    if held is None:
        raise NotInstalled(mechanism=f"{mechanism} {version}".strip())
    return held


def active() -> list[Held]:
    """Every mechanism under which new cases are opened, in order of id."""
    return [one(mechanism, version) for mechanism, version in sorted(LIBRARY.active_versions().items())]


def titles() -> list[tuple[str, str]]:
    """(id, title) of every active mechanism."""
    return [(held.mechanism.id, held.mechanism.title) for held in active()]


def table_titles(mechanism: str, version: str) -> dict[str, str]:
    """Decision table -> Chinese title, of one version."""
    return {id_: table.title for id_, table in one(mechanism, version).mechanism.tables.items()}
