"""Reform tasks as a tree: goals, topics, schemes, tasks on four levels, with lights and shares that nobody typed.

A light is the case's own, or the worst of the open parts below it: whoever stands above is as red as the reddest below. A
share counts what was verified by others, by weight; what its doers only say is counted beside it. Read in a constant number
of queries, whatever the number of tasks, and only what this post may list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from gongzhi.city.cases import sight
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office

# what the mechanism calls its case types, registers, steps and ends (reform_tasks)
MECHANISM, TASK, SCHEME, MEETING, POLL = "reform_tasks", "task", "scheme", "commission_meeting", "poll"
GOALS, TOPICS, LEADERS, PROBLEMS = "reform_goals", "reform_topics", "reform_leaders", "reform_problems"
VERIFIED, NOT_COUNTED = "done", ("stopped", "dropped")
AT_CHECK, STUCK = frozenset({"verify", "close"}), "coordinate"
#: step that waits for the people's answers: it has no task of its own
WORDS: Mapping[str, str] = {
    "issue": "等下达",
    "sign": "等签收",
    "rule": "等裁定",
    "carry_out": "推进中",
    "verify": "等第三方核验",
    "close": "等销号",
    "approve_stop": "申请终止",
    "mend": "群众没有认",
    "account": "几次没有做成",
}
ENDS: Mapping[str, str] = {
    "done": "核验通过",
    "undone": "没有做成",
    "stopped": "已终止",
    "dropped": "没有下达",
}
ORDER = ("none", "green", "yellow", "red")
#: tasks of one reading; beyond it the page says so
MOST = 5000
#: topic of tasks that name none
NO_TOPIC = "-"
#: tasks at the top of a topic that an overview shows
TOPS = 12


@dataclass(slots=True, kw_only=True)
class Node:
    """One task as the page shows it."""

    case: Case
    code: str
    level: str
    kind: str
    lead: str
    owner: str
    mine: bool
    due: str
    first_due: str
    #: milestones reached, of how many, and whether one is late
    reached: int
    milestones: int
    milestone_late: bool
    evidence: int
    problem: str
    topic: str
    scheme: str
    leader: str
    weight: int
    parent: str
    state: str
    verified: bool
    #: its doers say that it is done, and nobody has checked it yet
    claimed: bool
    #: it was said to be done and sent back
    sent_back: bool
    blocked: bool
    own_light: str
    children: list[Node] = field(default_factory=list)
    depth: int = 0
    light: str = "none"
    share: Decimal = Decimal(0)
    said: Decimal = Decimal(0)

    @property
    def open(self) -> bool:
        return self.case.ended_at is None

    @property
    def counts(self) -> bool:
        """Whether it is part of a share: what was never handed out or was ended with leave is not."""
        return self.case.ended not in NOT_COUNTED

    @property
    def early(self) -> bool:
        """It is said or even verified to be done while a part below it is not verified."""
        return (
            (self.claimed or self.verified) and self.share < 1 and any(part.counts for part in self.children)
        )

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def said_percent(self) -> int:
        """What would be done if everything were true that its doers say."""
        return int(self.said * 100)

    @property
    def slipped(self) -> int:
        """Days by which the day was put off."""
        if not (self.due and self.first_due):
            return 0
        return max(0, (date.fromisoformat(self.due) - date.fromisoformat(self.first_due)).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some tasks come to; every number opens to its rows."""

    tasks: int
    open: int
    verified: int
    claimed: int
    red: int
    yellow: int
    blocked: int
    without_problem: int
    light: str
    share: Decimal
    said: Decimal

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def said_percent(self) -> int:
        return int(self.said * 100)


@dataclass(slots=True, kw_only=True)
class Scheme:
    """A scheme with the tasks that come from it."""

    case: Case
    light: str
    #: what the people said before it was issued, and from which frame
    supported: str
    roots: list[Node] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Topic:
    """A topic with its schemes and tasks."""

    key: str
    title: str
    values: Mapping[str, Any]
    chief: str
    schemes: list[Scheme] = field(default_factory=list)
    roots: list[Node] = field(default_factory=list)
    total: Sum | None = None

    @property
    def every_root(self) -> list[Node]:
        """Tasks without one above them, those of schemes first."""
        return [*(root for scheme in self.schemes for root in scheme.roots), *self.roots]

    @property
    def tops(self) -> list[Node]:
        """The first tasks at the top, the most pressing before others: what an overview shows."""
        return sorted(self.every_root, key=lambda node: -ORDER.index(node.light))[:TOPS]

    @property
    def lines(self) -> list[Node]:
        """All tasks, each behind the one above it."""
        return list(walk(self.every_root))


@dataclass(slots=True, kw_only=True)
class Goal:
    """A goal with the goals and topics below it."""

    key: str
    title: str
    document: str
    goals: list[Goal] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    depth: int = 0


@dataclass(slots=True, kw_only=True)
class Reform:
    """The whole as one post sees it."""

    goals: list[Goal]
    topics: list[Topic]
    nodes: list[Node]
    leaders: dict[str, str]
    problems: list[Record]
    total: Sum
    schemes: int
    meetings: int
    #: surveys that are open now
    polls: list[Case]
    cut: bool

    @property
    def by_problem(self) -> dict[str, list[Node]]:
        """Key of a problem -> its tasks."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.problem:
                found.setdefault(node.problem, []).append(node)
        return found


def reform(by: Standing, *, at: datetime | None = None) -> Reform:
    """Everything that this post may see of the reform's tasks. Right ``reform.read``, and for cases those of their lists."""
    check(by, "reform.read")
    at = at or clock.now()
    seen = sight.visible(by).filter(mechanism=MECHANISM, merged_into=None)
    cases = list(seen.filter(type=TASK).order_by("opened_at", "id")[: MOST + 1])
    others = list(
        seen.filter(type__in=(SCHEME, MEETING, POLL)).order_by("opened_at", "id").defer("lead_path")[:MOST]
    )
    nodes = _nodes(cases[:MOST], by, at)
    records = _records()
    leaders = {row.key: row.name for row in records[LEADERS]}
    roots = hang(nodes)
    roll_up(roots)
    topics = _topics(records[TOPICS], [each for each in others if each.type == SCHEME], roots, leaders, at)
    return Reform(
        goals=_goals(records[GOALS], topics),
        topics=topics,
        nodes=nodes,
        leaders=leaders,
        problems=records[PROBLEMS],
        total=total_of(roots),
        schemes=sum(each.type == SCHEME for each in others),
        meetings=sum(each.type == MEETING for each in others),
        polls=[each for each in others if each.type == POLL and each.ended_at is None],
        cut=len(cases) > MOST,
    )


def _nodes(cases: list[Case], by: Standing, at: datetime) -> list[Node]:
    steps = _steps(cases)
    offices = dict(Office.objects.values_list("code", "short_name"))
    owners = {str(case.state["data"].get("owner") or "") for case in cases}
    users = [int(owner[5:]) for owner in owners if owner.startswith("user:") and owner[5:].isdigit()]
    people = {user.person: str(user) for user in User.objects.filter(pk__in=users)}
    made = [_node(case, steps.get(case.pk, frozenset()), offices, people, by, at) for case in cases]
    return sorted(made, key=lambda node: _natural(node.code))


def _natural(code: str) -> list[tuple[int, str]]:
    """Codes as people order them: T2 before T10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", code)]


def _steps(cases: list[Case]) -> dict[UUID, frozenset[str]]:
    """Open steps of each case. One query: the tasks of the mechanism's open cases."""
    known = {case.pk for case in cases if case.ended_at is None}
    rows = Task.objects.filter(case__mechanism=MECHANISM, case__type=TASK, case__ended_at=None).values_list(
        "case_id", "step"
    )
    found: dict[UUID, set[str]] = {}
    for pk, step in rows:
        if pk in known:
            found.setdefault(pk, set()).add(step)
    return {pk: frozenset(held) for pk, held in found.items()}


def _node(
    case: Case,
    steps: frozenset[str],
    offices: Mapping[str, str],
    people: Mapping[str, str],
    by: Standing,
    at: datetime,
) -> Node:
    data = case.state["data"]
    owner = str(data.get("owner") or "")
    milestones = data.get("milestones") or []
    reached = {each.get("what") for each in data.get("reached") or []}
    today = localdate(at).isoformat()
    late = any(each["due"] < today and each["what"] not in reached for each in milestones)
    is_open, said = case.ended_at is None, bool(data.get("claimed_on"))
    waiting = is_open and said and (bool(steps & AT_CHECK) or not steps)
    light = case.light(at)
    return Node(
        case=case,
        code=str(data.get("code") or ""),
        level=str(data.get("level") or ""),
        kind=str(data.get("kind") or ""),
        lead=offices.get(case.lead_id or "", ""),
        owner=people.get(owner, owner),
        mine=owner == by.person,
        due=str(data.get("due_on") or ""),
        first_due=str(data.get("first_due") or ""),
        reached=sum(each["what"] in reached for each in milestones),
        milestones=len(milestones),
        milestone_late=is_open and late,
        evidence=len(data.get("evidence") or []),
        problem=str(data.get("problem") or ""),
        topic=str(data.get("topic") or ""),
        scheme=str(data.get("scheme") or ""),
        leader=str(data.get("leader") or ""),
        weight=int(data.get("weight") or 1),
        parent=str(data.get("parent") or ""),
        state=_state(case, steps, waiting),
        verified=case.ended == VERIFIED,
        claimed=waiting,
        sent_back=is_open and said and not waiting,
        blocked=STUCK in steps,
        # a milestone that is late warns, whatever the day of the whole
        own_light="yellow" if is_open and late and light in ("green", "none") else light,
    )


def _state(case: Case, steps: frozenset[str], waiting: bool) -> str:
    if case.ended_at is not None:
        return ENDS.get(case.ended, case.ended)
    known = [WORDS[step] for step in WORDS if step in steps]
    return known[-1] if known else ("等群众核验" if waiting else "办理中")


def hang(nodes: list[Node]) -> list[Node]:
    """Put each task below the one that it names; gives those without. What names a task that is not to be seen stands on
    its own, and so does whoever would be above himself."""
    by_number = {node.case.number or "": node for node in nodes}
    by_number.pop("", None)
    roots = []
    for node in nodes:
        above = by_number.get(node.parent)
        if above is None or above is node or _ring(node, above, by_number):
            roots.append(node)
        else:
            above.children.append(node)
    return roots


def _ring(node: Node, above: Node, by_number: Mapping[str, Node]) -> bool:
    seen: set[str] = set()
    at: Node | None = above
    while at is not None and at.parent and at.code not in seen:
        seen.add(at.code)
        at = by_number.get(at.parent)
        if at is node:
            return True
    return False


def roll_up(roots: Iterable[Node], depth: int = 0) -> None:
    """Lights and shares from below; depths from above."""
    for node in roots:
        node.depth = depth
        roll_up(node.children, depth + 1)
        node.light = worst([node.own_light, *(child.light for child in node.children)])
        node.share, node.said = _shares(node)


def _shares(node: Node) -> tuple[Decimal, Decimal]:
    """(verified, verified or said to be done): of a task with parts the weighted mean of those that count."""
    parts = [child for child in node.children if child.counts]
    if not parts:
        return Decimal(node.verified), Decimal(node.verified or node.claimed)
    return mean(parts)


def mean(nodes: Iterable[Node]) -> tuple[Decimal, Decimal]:
    """The weighted shares of tasks side by side; nothing where none counts."""
    counted = [node for node in nodes if node.counts]
    whole = sum(node.weight for node in counted)
    if not whole:
        return Decimal(0), Decimal(0)
    done = sum((node.share * node.weight for node in counted), Decimal(0))
    said = sum((node.said * node.weight for node in counted), Decimal(0))
    return done / whole, said / whole


def worst(lights: Iterable[str]) -> str:
    """The most pressing of some lights; none of none."""
    return max(lights, key=ORDER.index, default="none")


def walk(roots: Iterable[Node]) -> Iterator[Node]:
    """Tasks with their parts behind them."""
    for node in roots:
        yield node
        yield from walk(node.children)


def total_of(roots: list[Node]) -> Sum:
    """What tasks and everything below them come to."""
    nodes = list(walk(roots))
    share, said = mean(roots)
    return Sum(
        tasks=len(nodes),
        open=sum(node.open for node in nodes),
        verified=sum(node.verified for node in nodes),
        claimed=sum(node.claimed for node in nodes),
        red=sum(node.open and node.own_light == "red" for node in nodes),
        yellow=sum(node.open and node.own_light == "yellow" for node in nodes),
        blocked=sum(node.blocked for node in nodes),
        without_problem=sum(not node.problem and node.case.ended != "dropped" for node in nodes),
        light=worst(node.light for node in roots),
        share=share,
        said=said,
    )


def _records() -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {GOALS: [], TOPICS: [], LEADERS: [], PROBLEMS: []}
    for row in Record.objects.filter(register__in=list(found)).order_by("register", "key"):
        found[row.register].append(row)
    return found


def _topics(
    rows: list[Record],
    schemes: list[Case],
    roots: list[Node],
    leaders: Mapping[str, str],
    at: datetime,
) -> list[Topic]:
    made = {
        row.key: Topic(
            key=row.key,
            title=row.name,
            values=row.data,
            chief=leaders.get(str(row.data.get("led_by") or ""), str(row.data.get("chief") or "")),
        )
        for row in rows
    }
    rest = Topic(key=NO_TOPIC, title="", values={}, chief="")
    by_number: dict[str, Scheme] = {}
    for case in schemes:
        data = case.state["data"]
        scheme = Scheme(case=case, light=case.light(at), supported=str(data.get("supported") or ""))
        by_number[case.number or str(case.pk)] = scheme
        made.get(str(data.get("topic") or ""), rest).schemes.append(scheme)
    for node in roots:
        if node.scheme in by_number:
            by_number[node.scheme].roots.append(node)
        else:
            made.get(node.topic, rest).roots.append(node)
    found = [*made.values(), *([rest] if rest.schemes or rest.roots else [])]
    for topic in found:
        topic.total = total_of(topic.every_root)
    return found


def _goals(rows: list[Record], topics: list[Topic]) -> list[Goal]:
    """The tree of goals as a list, each behind the one above it; topics without a goal stand in one without a name."""
    made = {
        row.key: Goal(key=row.key, title=row.name, document=str(row.data.get("document") or ""))
        for row in rows
    }
    rest = Goal(key="", title="", document="")
    for topic in topics:
        made.get(str(topic.values.get("goal") or ""), rest).topics.append(topic)
    above = {row.key: str(row.data.get("above") or "") for row in rows}
    tops: list[Goal] = []
    for key, goal in made.items():
        upper = made.get(above[key])
        (tops if upper is None or upper is goal else upper.goals).append(goal)
    return [*_flat(tops, 0), *([rest] if rest.topics else [])]


def _flat(goals: Iterable[Goal], depth: int) -> Iterator[Goal]:
    for goal in goals:
        goal.depth = depth
        yield goal
        yield from _flat(goal.goals, depth + 1)
