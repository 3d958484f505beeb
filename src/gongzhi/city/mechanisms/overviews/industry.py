"""Industry chains: chief, firms, gaps, the eight artefacts with their editions, open problems by light, and what firms say.

Registers and case types are those of ``chain_chiefs``; issues of ``breakfast_meetings`` count where their firm is on a
chain. What is public of the registers everybody with ``reform.read`` sees; of cases each post sees its own, and the
figures say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import may, visible
from gongzhi.city.cases.world import office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine

CHAINS, FIRMS, GAPS, CLUSTERS, ARTEFACTS = (
    "industry_chains",
    "chain_firms",
    "chain_gaps",
    "chain_clusters",
    "chain_artefacts",
)
#: (mechanism, case type) of what firms raise
RAISED = (("chain_chiefs", "chain_problem"), ("breakfast_meetings", "issue"))
#: the eight, two by two: two maps, two banks, two pools, two reports
KINDS = ("全景图", "招商路线图", "客商资源库", "招商项目库", "人才池", "资金池", "分析报告", "招商报告")
LIGHTS = ("red", "yellow", "green", "none")
#: ends that say what the firm said
SAID = ("solved", "explained", "unsolved", "unrated")
TIERS = ("世界级", "国家级", "区域级", "培育中")
#: an edition older than this is said to be old
OLD = timedelta(days=365)
#: problems of the last two years that are looked at; beyond it the page says so
PERIOD, MOST = timedelta(days=730), 5000
#: fewer marks than this make no mean: one firm's mark would be seen
FEWEST_MARKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One of the eight: the edition in use, and those before it."""

    kind: str
    current: Record | None
    #: the newest first
    earlier: tuple[Record, ...]
    old: bool


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What firms said of problems that ended, as far as the post sees them."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SAID, 0))
    marks: list[Decimal] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """Problems that ended with a word of the firm, or without one."""
        return sum(self.counts.values())

    @property
    def share(self) -> Decimal | None:
        """Per cent of them that firms call solved; None without any."""
        return (
            (Decimal(100) * self.counts["solved"] / self.ended).quantize(Decimal(1)) if self.ended else None
        )

    @property
    def mean(self) -> Decimal | None:
        """Mean mark; None below ``FEWEST_MARKS``."""
        enough = len(self.marks) >= FEWEST_MARKS
        return (sum(self.marks, Decimal(0)) / len(self.marks)).quantize(Decimal("0.1")) if enough else None


@dataclass(slots=True, kw_only=True)
class Workspace:
    """One chain as its page shows it."""

    row: Record
    chief_office: str
    chain_office: str
    firms: list[Record] = field(default_factory=list)
    gaps: list[Record] = field(default_factory=list)
    clusters: list[Record] = field(default_factory=list)
    artefacts: list[Artefact] = field(default_factory=list)
    #: light -> open problems, the pressing ones first
    problems: dict[str, list[Case]] = field(default_factory=lambda: {light: [] for light in LIGHTS})
    verdicts: Verdicts = field(default_factory=Verdicts)

    @property
    def open_gaps(self) -> list[Record]:
        """Gaps that nobody has filled."""
        return [gap for gap in self.gaps if gap.state != "filled"]

    @property
    def present(self) -> int:
        """How many of the eight have an edition in use."""
        return sum(each.current is not None for each in self.artefacts)

    @property
    def missing(self) -> list[str]:
        """Kinds without an edition in use."""
        return [each.kind for each in self.artefacts if each.current is None]

    @property
    def running(self) -> int:
        """Open problems."""
        return sum(map(len, self.problems.values()))


def chains(by: Standing) -> tuple[list[Workspace], bool]:
    """Every chain in its order of code, and whether there were more problems than were looked at.

    A query for each of five registers and one for the problems. Right ``reform.read``; raises NoSuchRegister where no
    installed mechanism keeps chains.
    """
    check(by, "reform.read")
    made = {row.key: _workspace(row) for row in _public(CHAINS)}
    return list(made.values()), _fill(by, made)


def chain(by: Standing, key: str) -> tuple[Workspace, bool]:
    """One chain. Raises NoSuchRecord, NoSuchRegister, NotAllowed."""
    check(by, "reform.read")
    row = next((each for each in _public(CHAINS) if each.key == key), None)
    if row is None:
        raise NoSuchRecord(which=key)
    made = {key: _workspace(row)}
    return made[key], _fill(by, made)


def _public(register_id: str) -> list[Record]:
    declared = catalogue.known(register_id)
    if declared is None:
        if register_id == CHAINS:
            raise NoSuchRegister(register=register_id)
        return []
    rows = Record.objects.filter(register=register_id, state__in=sorted(declared.register.public))
    return list(rows.order_by("key"))


def _workspace(row: Record) -> Workspace:
    offices = (office_name(str(row.data.get(each) or "")) for each in ("chief_office", "chain_office"))
    chief, office = offices
    return Workspace(row=row, chief_office=chief, chain_office=office)


def _fill(by: Standing, made: Mapping[str, Workspace]) -> bool:
    today = clock.today()
    on_chain: dict[str, str] = {}
    for row in _public(FIRMS):
        if (space := made.get(_of(row))) and row.state == "listed":
            space.firms.append(row)
            on_chain[row.key] = space.row.key
    for register, name in ((GAPS, "gaps"), (CLUSTERS, "clusters")):
        for row in _public(register):
            if space := made.get(_of(row)):
                getattr(space, name).append(row)
    for space in made.values():
        space.clusters.sort(key=_tier)
        space.gaps.sort(key=lambda gap: (gap.state == "filled", str(gap.data.get("found_on") or "")))
    editions = _public(ARTEFACTS)
    for space in made.values():
        own = [row for row in editions if _of(row) == space.row.key]
        space.artefacts = [_artefact(kind, own, today) for kind in KINDS]
    return _raise(by, made, on_chain)


def _of(row: Record) -> str:
    return str(row.data.get("chain") or "")


def _tier(row: Record) -> int:
    tier = str(row.data.get("tier") or "")
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def _artefact(kind: str, rows: Sequence[Record], today: date) -> Artefact:
    mine = [row for row in rows if row.data.get("kind") == kind]
    mine.sort(key=lambda row: Decimal(str(row.data.get("version") or 0)), reverse=True)
    current = next((row for row in mine if row.state == "current"), None)
    written = str(current.data.get("written_on") or "") if current else ""
    return Artefact(
        kind=kind,
        current=current,
        earlier=tuple(row for row in mine if row is not current),
        old=bool(written) and written <= (today - OLD).isoformat(),
    )


def _raise(by: Standing, made: Mapping[str, Workspace], on_chain: Mapping[str, str]) -> bool:
    """Put the problems that the post may see into their chains."""
    now = clock.now()
    kinds = Q()
    for mechanism, type_id in RAISED:
        kinds |= Q(mechanism=mechanism, type=type_id)
    recent = Q(ended_at=None) | Q(opened_at__gte=now - PERIOD)
    rows = Case.objects.filter(kinds & recent, confidential=False).select_related("lead")
    found = list(rows.order_by("due", "id")[: MOST + 1])
    listed = set(visible(by, rows=rows).values_list("pk", flat=True))
    for row in found[:MOST]:
        if row.pk not in listed and not _has_part(by, row):
            continue
        data = row.state.get("data", {})
        key = str(data.get("on_chain") or on_chain.get(str(data.get("firm") or ""), ""))
        if (space := made.get(key)) is None:
            continue
        if row.ended_at is None:
            space.problems[row.light(now)].append(row)
        else:
            _hear(space.verdicts, row.ended, data)
    return len(found) > MOST


def _has_part(by: Standing, row: Case) -> bool:
    """Whether the post reads a case that its lists leave to the office in charge: the chain office that sent it on."""
    return may(by, "case.read", row, engine.load_case(row.state))


def _hear(verdicts: Verdicts, ended: str, data: Mapping[str, Any]) -> None:
    if ended not in verdicts.counts:
        return
    verdicts.counts[ended] += 1
    score = data.get("score")
    if isinstance(score, int | float | str) and str(score).replace(".", "", 1).isdigit():
        verdicts.marks.append(Decimal(str(score)))


def totals(spaces: Iterable[Workspace]) -> dict[str, int]:
    """What all chains have together: open problems by light, gaps open, artefacts missing."""
    spaces = list(spaces)
    made = {light: sum(len(each.problems[light]) for each in spaces) for light in LIGHTS}
    made["gaps"] = sum(len(each.open_gaps) for each in spaces)
    made["missing"] = sum(len(each.missing) for each in spaces)
    return made
