"""A mechanism that was read: plain, immutable, complete."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from gongzhi.engine.assemblies import Rules
from gongzhi.engine.benefits.examples import BenefitScenarioSpec
from gongzhi.engine.benefits.spec import ProgrammeSpec
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.mechanisms.assemblies import AssemblySpec
from gongzhi.engine.mechanisms.boards import BoardSpec
from gongzhi.engine.mechanisms.bundles import BundleSpec
from gongzhi.engine.mechanisms.clusters import ClusterSpec
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec
from gongzhi.engine.mechanisms.documents import Document
from gongzhi.engine.mechanisms.ledgers import LedgerSpec
from gongzhi.engine.mechanisms.routines import RoutineSpec
from gongzhi.engine.mechanisms.schema import (
    ManifestSpec,
    MeasureSpec,
    ReactionSpec,
    RegisterSpec,
    ScenarioSpec,
    ScorecardSpec,
)
from gongzhi.engine.tables import Table
from gongzhi.engine.watches.feeds import FeedSpec
from gongzhi.engine.watches.spec import WatchScenarioSpec, WatchSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One example and where it stands."""

    spec: ScenarioSpec
    file: str
    line: int

    @property
    def name(self) -> str:
        """The sentence that a clerk would say."""
        return self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example of something that is no case, and where it stands."""

    #: programme, watch
    kind: str
    spec: BenefitScenarioSpec | WatchScenarioSpec
    file: str
    line: int

    @property
    def name(self) -> str:
        """The sentence that a clerk would say."""
        return self.spec.name


@dataclass(frozen=True, kw_only=True)
class Mechanism:
    """Everything that a mechanism's folder says.

    ``files`` holds the bytes that were read (path -> content), so that a mechanism can be packed, compared and
    installed without the folder; ``digest`` is their SHA-256 in order of path.
    """

    manifest: ManifestSpec
    case_types: Mapping[str, CaseTypeSpec]
    registers: Mapping[str, RegisterSpec] = field(default_factory=dict)
    #: one-thing bundles by id; the case type of the same id is what runs
    bundles: Mapping[str, BundleSpec] = field(default_factory=dict)
    #: screens by id
    boards: Mapping[str, BoardSpec] = field(default_factory=dict)
    #: appraisal schemes by id
    scorecards: Mapping[str, ScorecardSpec] = field(default_factory=dict)
    #: kinds of meetings by id
    assemblies: Mapping[str, AssemblySpec] = field(default_factory=dict)
    tables: Mapping[str, Table]
    measures: tuple[MeasureSpec, ...]
    reactions: tuple[ReactionSpec, ...]
    #: when many reports of one thing become one project
    clusters: tuple[ClusterSpec, ...] = ()
    #: recurring duties
    routines: tuple[RoutineSpec, ...] = ()
    comparisons: Mapping[str, ComparisonSpec] = field(default_factory=dict)
    #: benefits by id
    programmes: Mapping[str, ProgrammeSpec] = field(default_factory=dict)
    #: kinds of books by id
    ledgers: Mapping[str, LedgerSpec] = field(default_factory=dict)
    #: what comes in from outside, by id
    feeds: Mapping[str, FeedSpec] = field(default_factory=dict)
    #: rules that raise alerts, by id
    watches: Mapping[str, WatchSpec] = field(default_factory=dict)
    documents: Mapping[str, Document]
    #: language -> Chinese text -> translation
    strings: Mapping[str, Mapping[str, str]]
    #: examples of cases
    scenarios: tuple[Scenario, ...]
    #: examples of other things: programmes, watches
    examples: tuple[Example, ...] = ()
    readme: str
    changelog: str
    digest: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def meeting_rules(self) -> dict[str, Rules]:
        """Kind of meeting -> its rules, for the case types whose steps ask for one."""
        return {id_: spec.rules() for id_, spec in self.assemblies.items()}

    @property
    def id(self) -> str:
        """The id, which is the name of the folder."""
        return self.manifest.id

    @property
    def title(self) -> str:
        """The Chinese title."""
        return self.manifest.title

    @property
    def version(self) -> str:
        """The semantic version."""
        return self.manifest.version

    @property
    def covers(self) -> tuple[str, ...]:
        """Ids of the inventory that the mechanism carries."""
        return self.manifest.covers

    @property
    def roles(self) -> Mapping[str, str]:
        """Role -> Chinese title."""
        return self.manifest.roles

    def text(self, chinese: str, language: str = "zh") -> str:
        """A Chinese text of the mechanism in another language; the Chinese itself where none is given."""
        return self.strings.get(language, {}).get(chinese, chinese)


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over paths and contents in order of path: the same folder has the same digest everywhere."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
    return total.hexdigest()


__all__ = ["Example", "Mechanism", "Scenario", "digest_of"]
