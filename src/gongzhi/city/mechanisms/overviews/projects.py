"""Where projects stand: stage, two clocks side by side, who holds them up, milestones planned and real.

Nothing of it is typed in: it follows from the project's record and from the cases that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.cases.sight import visible
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.pagination import Page, page
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.mechanisms.overviews.trees import (
    Blocker,
    Grown,
    all_blockers,
    grow,
    open_blockers,
    readable,
)
from gongzhi.city.mechanisms.parts import Part
from gongzhi.city.people.models import User
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine
from gongzhi.engine.instants import SHANGHAI, SpanError
from gongzhi.engine.registers import Register

# What the mechanisms of projects call things (project_approval, land_to_start, completion); another folder that keeps to
# these names is shown by the same pages.
PROJECTS, SURVEYS = "projects", "survey_results"
PROJECT, STAGE, PROMISE, SURVEY_JOB = "project", "stage", "promise", "survey_job"
#: the four stages of 国办发〔2019〕11号, as the stage's field names them; one name may hold two of them
STAGES = ("立项用地规划许可", "工程建设许可", "施工许可", "竣工验收")
#: clocks that stand still while the applicant mends or a special procedure runs, of stage, simulated approval, acceptance
NET_CLOCKS = ("net", "pre_review", "acceptance")
SECRETARY, MILESTONES, STARTED = "secretary", "milestones", "real_start"
#: milestone -> column with its real day
REAL: Mapping[str, str] = {
    "谈判": "real_talk",
    "签约": "real_sign",
    "拿地": "real_land",
    "开工": "real_start",
    "投产": "real_run",
    "纳税": "real_tax",
}
#: whose list holds only their own projects
OWN_ROLE = "secretary"
SIZE = 30
MOST_CASES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The two clocks, never one without the other."""

    #: working days that offices took, pauses left out
    net: Decimal
    #: calendar days that the applicant has waited, everything counted
    waited: int
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One milestone: planned, reached, and by how many days it is late."""

    title: str
    planned: date | None
    real: date | None
    late: int

    @property
    def state(self) -> str:
        """``done``, ``late`` or ``ahead``."""
        return "late" if self.late > 0 else "done" if self.real else "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One project of the list."""

    row: Record
    state: str
    secretary: str
    #: titles of the steps at which it stands
    at: tuple[str, ...]
    clocks: Clocks | None
    blocker: Blocker | None
    milestones: tuple[Milestone, ...]

    @property
    def late(self) -> int:
        """Days of the milestone that is most behind."""
        return max((each.late for each in self.milestones), default=0)

    @property
    def next(self) -> Milestone | None:
        """The first milestone that is not reached."""
        return next((each for each in self.milestones if each.real is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One of the four stages: ahead, running, passed, refused or stopped; with its clocks when it has a case."""

    title: str
    standing: str
    case: Case | None = None
    result: str = ""
    clocks: Clocks | None = None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A paper of the project, with the colour of its seal."""

    paper: Paper
    ink: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey of the project, and in how many cases it was used again."""

    row: Record
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """One project."""

    line: Line
    register: Register
    main: Grown | None
    stages: tuple[StageLine, ...]
    #: what runs beside the stages, and everything else: each part with its own parts
    parts: tuple[tuple[Part, list[Part]], ...]
    blockers: tuple[Blocker, ...]
    papers: tuple[Stamped, ...]
    surveys: tuple[Survey, ...]
    promises: tuple[tuple[Grown, str], ...]
    readable: frozenset[UUID]


def projects(by: Standing, *, after: str = "", at: datetime | None = None) -> tuple[list[Line], str]:
    """One page of the projects that this post may list (a secretary: the own ones), and the cursor of the next.

    A constant number of queries. Raises NoSuchRegister, NotAllowed.
    """
    check(by, "record.list")
    found = catalogue.one(PROJECTS).register
    listed: Page[Record] = page(_mine(by, found), ("key",), cursor=after, size=SIZE)
    at = at or clock.now()
    cases = _cases([row.key for row in listed.rows])
    people = _names(row.data.get(SECRETARY) for row in listed.rows)
    mains = [each for own in cases.values() for each in own[:1]]
    trees = {each.row.pk: each for each in grow(mains)}
    lines = [
        _line(found, row, [trees[each.pk] for each in cases.get(row.key, [])[:1]], people, at)
        for row in listed.rows
    ]
    return lines, listed.after


def project(by: Standing, key: str, *, at: datetime | None = None) -> ProjectPage:
    """One project with everything that belongs to it. Raises NoSuchRegister, NoSuchRecord, NotAllowed.

    A constant number of queries, however many stages, offices and papers it has.
    """
    row = records.one(by, PROJECTS, key)
    check(by, "record.list", row)
    found = catalogue.one(PROJECTS).register
    at = at or clock.now()
    named = _named([key])[key]
    mains = [each for each in named if each.type == PROJECT]
    promises = grow(each for each in named if each.type == PROMISE)
    grown = grow(mains[:1])
    main = grown[0] if grown else None
    every = main.all() if main else []
    line = _line(found, row, grown, _names([row.data.get(SECRETARY)]), at)
    papers = Paper.objects.filter(case__in=[each.row.pk for each in (*every, *promises)])
    return ProjectPage(
        line=line,
        register=found,
        main=main,
        stages=_stages(main, at),
        parts=tuple(main.parts(at)) if main else (),
        blockers=tuple(all_blockers(every, at)),
        papers=tuple(
            Stamped(paper=each, ink=_ink(each)) for each in papers.select_related("case").order_by("id")
        ),
        surveys=_surveys(by, key),
        promises=tuple((each, each.case_type.ends.get(each.state.ended, "")) for each in promises),
        readable=readable((*every, *promises), visible(by, "case.read")),
    )


def _mine(by: Standing, register: Register) -> Any:
    rows = sight.visible(by, register)
    return rows.filter(**{f"data__{SECRETARY}": by.person}) if by.role == OWN_ROLE else rows


def _cases(keys: Sequence[str]) -> dict[str, list[Case]]:
    """Key -> the project's own cases, the newest first. One query."""
    links = CaseRecord.objects.filter(register=PROJECTS, key__in=keys, case__type=PROJECT)
    found: dict[str, list[Case]] = {}
    for link in links.select_related("case").order_by("-case__opened_at", "-case"):
        found.setdefault(link.key, []).append(link.case)
    return found


def _named(keys: Sequence[str]) -> dict[str, list[Case]]:
    """Key -> every case that names the project, the newest first, ``MOST_CASES`` at most. One query."""
    found: dict[str, list[Case]] = {key: [] for key in keys}
    links = CaseRecord.objects.filter(register=PROJECTS, key__in=keys, case__type__in=(PROJECT, PROMISE))
    for link in links.select_related("case").order_by("-case__opened_at", "-case")[:MOST_CASES]:
        found[link.key].append(link.case)
    return found


def _names(persons: Iterable[Any]) -> dict[str, str]:
    """``user:7`` -> name. One query, none without persons."""
    ids = {text.partition(":")[2] for each in persons if (text := str(each or "")).startswith("user:")}
    numbers = [int(each) for each in ids if each.isascii() and each.isdecimal()]
    rows = User.objects.filter(pk__in=numbers) if numbers else ()
    return {each.person: each.get_short_name() for each in rows}


def _line(
    register: Register, row: Record, trees: Sequence[Grown], people: Mapping[str, str], at: datetime
) -> Line:
    every = [each for tree in trees for each in tree.all()]
    blockers = open_blockers(every, at)
    leaves = [each for each in every if each.tasks]
    secretary = str(row.data.get(SECRETARY) or "")
    return Line(
        row=row,
        state=register.states.get(row.state, row.state),
        secretary=people.get(secretary, secretary),
        at=tuple(
            dict.fromkeys(_where(each, task.step) for each in leaves for task in each.tasks if not task.side)
        ),
        clocks=_clocks(trees[0], every, at, row.data.get(STARTED)) if trees else None,
        blocker=blockers[0] if blockers else None,
        milestones=milestones(row.data, at.astimezone(SHANGHAI).date()),
    )


def _where(grown: Grown, step: str) -> str:
    stage = grown.state.data.get("stage")
    title = grown.case_type.step_title(step)
    return f"{stage} · {title}" if isinstance(stage, str) else title


def milestones(data: Mapping[str, Any], today: date) -> tuple[Milestone, ...]:
    """Every milestone that is planned or reached, in their order, with its lateness in calendar days."""
    rows = data.get(MILESTONES)
    planned = {
        str(row.get("step")): _day(row.get("planned")) for row in (rows if isinstance(rows, list) else [])
    }
    found = []
    for title, column in REAL.items():
        plan, real = planned.get(title), _day(data.get(column))
        if plan is None and real is None:
            continue
        late = ((real or today) - plan).days if plan else 0
        found.append(Milestone(title=title, planned=plan, real=real, late=max(late, 0)))
    return tuple(found)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _clocks(root: Grown, every: Iterable[Grown], at: datetime, started: Any = None) -> Clocks:
    """Both clocks of a case and everything below it; the applicant's stops at the start of works, or at the end."""
    net = sum((_elapsed(each, at) for each in every), Decimal(0))
    stop = root.row.ended_at
    begun = _day(started)
    last = stop.astimezone(SHANGHAI).date() if stop else at.astimezone(SHANGHAI).date()
    last = min(last, begun) if begun else last
    since = root.row.opened_at.astimezone(SHANGHAI).date()
    return Clocks(net=net, waited=max((last - since).days, 0), running=stop is None and begun is None)


def _elapsed(grown: Grown, at: datetime) -> Decimal:
    """What its net clock counted; nothing where it has none or has not begun."""
    for name in NET_CLOCKS:
        if name in grown.case_type.clocks:
            try:
                read = engine.reading(grown.case_type, grown.state, name, at)
            except SpanError:
                return Decimal(0)
            return read.elapsed if read else Decimal(0)
    return Decimal(0)


def _stages(main: Grown | None, at: datetime) -> tuple[StageLine, ...]:
    """The four stages; where one case was for two of them, both point to it."""
    own = {
        str(each.state.data.get("stage")): each
        for each in (main.below if main else [])
        if each.row.type == STAGE
    }
    passed = str(main.state.data.get("passed") or "") if main else ""
    made = []
    for title in STAGES:
        grown = own.get(title) or next((each for name, each in own.items() if _holds(name, title)), None)
        if grown is None:
            standing = "passed" if f"-{title}-" in passed else "ahead"
            made.append(StageLine(title=title, standing=standing))
            continue
        ended = grown.state.ended
        standing = "running" if not ended else "passed" if ended == "passed" else "refused"
        below = [task for each in grown.all() for task in each.tasks if task.office]
        made.append(
            StageLine(
                title=title,
                standing=standing,
                case=grown.row,
                result=grown.case_type.ends.get(ended, ""),
                clocks=_clocks(grown, [grown], at),
                holders=tuple(dict.fromkeys(task.office.short_name for task in below if task.office)),
            )
        )
    return tuple(made)


def _holds(name: str, title: str) -> bool:
    return title in name.split("与")


def _surveys(by: Standing, key: str) -> tuple[Survey, ...]:
    """The surveys of a project that this post may list, each with the number of cases beside its own that used it."""
    declared = catalogue.known(SURVEYS)
    if declared is None:
        return ()
    rows = list(
        sight.visible(by, declared.register)
        .filter(links__register=PROJECTS, links__key=key)
        .distinct()
        .order_by("key")[:100]
    )
    used: dict[str, int] = {}
    uses = CaseRecord.objects.filter(register=SURVEYS, key__in=[row.key for row in rows])
    for each in uses.values_list("key", flat=True):
        used[each] = used.get(each, 0) + 1
    return tuple(Survey(row=row, used=used.get(row.key, 0)) for row in rows)


def _ink(paper: Paper) -> str:
    """``blue`` for an opinion given in advance, which has no effect in law; ``red``; empty for a paper without a seal."""
    owner = paper.owner or paper.case.mechanism
    held = library.LIBRARY.version(owner, paper.owner_version or paper.case.version)
    document = held.mechanism.documents.get(paper.document) if held else None
    return str(document.spec.ink) if document is not None and paper.office else ""
