"""A village of the demo that governs itself: its chair and supervisor, households with accounts, points, projects, meetings.

All of it goes through the ordinary actions. Everything happens in the first unit of the first village of 金湖街道, where
the grid worker of the demonstration works too; what is open today waits for the people who are named in ``people.csv``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongzhi.city.assemblies import actions as assemblies
from gongzhi.city.assemblies.models import Topic
from gongzhi.city.cases import actions
from gongzhi.city.cases.actions.ticking import tick_case
from gongzhi.city.cases.models import Case
from gongzhi.city.demo.staffing import Staff
from gongzhi.city.demo.village_property import fill_property
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import households, library, rolls
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Level, Office, Post
from gongzhi.engine import cases as engine
from gongzhi.engine.instants import SHANGHAI

Tell = Callable[[str, int, int], None]
CHAIR, SUPERVISOR, RESIDENTS = "lizhang", "jianwei", ("cunmin", "cunmin2")
POINTS, PROJECTS, APPRAISAL = "household_points", "five_together", "council_appraisal"
#: code, what, points, how often in a season
RULES = (
    ("JFGZ01", "门前屋后打扫干净", 5, 12),
    ("JFGZ02", "出工修路修塘", 10, 10),
    ("JFGZ03", "照看独居老人", 8, 24),
    ("JFGZ04", "红白喜事从简", 20, 2),
)
#: number of goods, what, price, how many, what they cost together
GOODS = (("XZ01", "洗衣液", 10, 40, "480.00"), ("XZ02", "垃圾桶", 15, 20, "360.00"))
#: household in the list, rule, days ago; the last of them wait for somebody
CLAIMS = (
    (0, 0, 30), (0, 1, 24), (0, 2, 17), (1, 0, 30), (1, 3, 21), (2, 1, 24), (3, 1, 24), (4, 0, 19), (5, 2, 16), (6, 0, 15),
)  # fmt: skip
WAITING = ((1, 2, 1), (2, 0, 1), (0, 0, 0))
PEN = {
    "subject": "散养土鸡建圈舍",
    "kind": "产业养殖",
    "text": "家家散养，路上塘边都是鸡粪；圈到一处，卖得出、也干净。",
}
PEN_PLAN: Mapping[str, Any] = {
    "plan": "湾后荒坡建六个圈舍，一户一个，轮流管，粪肥还田。",
    "pieces": 6,
    "measure": "个",
    "cost": "18000.00",
    "village_pays": "6000.00",
    "sharing": "平均出资",
    "day_rate": "120.00",
}
LAMP = {"subject": "湾口装六盏路灯", "kind": "道路水利", "text": "晚上老人孩子进出看不见路。"}
LAMP_PLAN: Mapping[str, Any] = {
    "plan": "湾口到晒场装六盏太阳能灯，村里出一半。",
    "pieces": 6,
    "measure": "盏",
    "cost": "4800.00",
    "village_pays": "2400.00",
    "sharing": "平均出资",
    "day_rate": "120.00",
}


class Village:
    """Who and where: found by the accounts of the demonstration."""

    def __init__(self, now: datetime, chance: random.Random) -> None:
        self.now, self.staff = now, Staff(chance)
        self.chair = _standing(CHAIR, "council_chair")
        self.supervisor = _standing(SUPERVISOR, "village_supervisor")
        self.office = Office.objects.select_related("area", "parent").get(code=self.chair.office)
        assert self.office.area is not None and self.office.parent is not None, "a village lies in a town"
        self.village, self.town = self.office.area, self.office.parent
        self.unit = next(iter(queries.areas_in(self.village, Level.UNIT).order_by("path")), self.village)
        self.homes = [each.number for each in households.households_in(self.unit.path)]

    def at(self, days: float, hour: int = 10) -> datetime:
        """Some days ago in office hours, never after now."""
        then = (self.now - timedelta(days=days)).astimezone(SHANGHAI)
        return min(then.replace(hour=hour, minute=20), self.now - timedelta(minutes=5))

    def open(self, mechanism: str, kind: str, form: dict[str, Any], by: Standing, at: datetime) -> UUID:
        with clock.frozen(at):
            receipt = actions.open_case(mechanism, kind, form, by=by, channel="web", at=at)
            react_to_all()
        return UUID(receipt.case)

    def take(
        self,
        case: UUID,
        step: str,
        choice: str,
        at: datetime,
        values: Mapping[str, Any] | None = None,
        by: Standing | None = None,
    ) -> None:
        """A choice by whoever has the task."""
        tick_case(case, at)
        row = Case.every.get(pk=case)
        task = next(each for each in engine.load_case(row.state).tasks if each.step == step)
        who = by or self.staff.holder(task.role, task.office, task.role)
        with clock.frozen(at):
            actions.choose(case, step, choice, dict(values or {}), by=who)
            react_to_all()


def fill_village(tell: Tell, *, seed: int = 9) -> int:
    """Fill the village as far as its mechanisms are installed; gives how many cases were opened."""
    if not User.objects.filter(username=CHAIR).exists() or "people_places" not in _installed():
        return 0
    village = Village(clock.now(), random.Random(seed))
    parts = [_join, _points, _projects, _appraise, fill_property]
    made = 0
    for number, part in enumerate(parts, 1):
        made += part(village)
        tell("自治的村", number, len(parts))
    react_to_all()
    return made


def _installed() -> Mapping[str, Any]:
    return library.LIBRARY.active_versions()


def _standing(username: str, role: str) -> Standing:
    posts = Post.objects.select_related("user", "office__area", "area")
    return queries.standing(posts.get(user__username=username, role=role))


def _join(village: Village) -> int:
    """The accounts of residents belong to the first households; the village said so."""
    accounts = User.objects.filter(username__in=RESIDENTS).order_by("username")
    with clock.frozen(village.at(60)):
        for user, number in zip(accounts, village.homes, strict=False):
            households.join(village.chair, number, user.person)
    return 0


def _points(village: Village) -> int:
    """Rules in force, goods on the shelf, points that came in by two checks, and some that wait."""
    if POINTS not in _installed():
        return 0
    common = {"area": village.village.code, "office": village.office.code}
    with clock.frozen(village.at(50)):
        for code, title, points, cap in RULES:
            values = {"code": code, "title": title, "points": points, "cap": cap, "edition": 1}
            values |= common | {
                "town_office": village.town.code,
                "voted_on": village.at(50).date().isoformat(),
            }
            row = records.create(SYSTEM, "points_rules", values, note="村民会议表决、报镇备案")
            records.move(SYSTEM, row.pk, "adopt", expected=None, note="生效")
    cases = [_supply(village, *each) for each in GOODS]
    for home, rule, days in CLAIMS:
        case = _claim(village, home, rule, days)
        village.take(case, "verify_first", "seen", village.at(days - 1))
        village.take(case, "verify_second", "seen", village.at(days - 1, 15), by=village.supervisor)
        village.take(case, "review", "pass", village.at(days - 2))
        with clock.frozen(village.at(days - 6)):
            tick_case(case, clock.now())
            react_to_all()
        cases.append(case)
    for number, (home, rule, days) in enumerate(WAITING):
        case = _claim(village, home, rule, days)
        if number == 0:
            village.take(case, "verify_first", "seen", village.at(days, 11))
        cases.append(case)
    return len(cases)


def _claim(village: Village, home: int, rule: int, days: int) -> UUID:
    at = village.at(days)
    form = {"household": village.homes[home], "rule": RULES[rule][0], "happened_on": at.date().isoformat()}
    return village.open(POINTS, "points_claim", form, village.chair, at)


def _supply(village: Village, item: str, title: str, price: int, count: int, cost: str) -> UUID:
    form = {"village": village.village.code, "item": item, "title": title, "price": price, "count": count}
    form |= {"funded_by": "村集体收入", "cost": cost, "voucher": f"PZ-{item}"}
    case = village.open(POINTS, "goods_supply", form, village.chair, village.at(45))
    village.take(case, "check", "right", village.at(44), {"voucher": f"PZ-{item}"}, by=village.supervisor)
    return case


def _projects(village: Village) -> int:
    """One project that its households voted for and share the cost of; another one that they vote on today."""
    if PROJECTS not in _installed():
        return 0
    pen = _propose(village, PEN, PEN_PLAN, 32)
    topic = _meet(village, pen, called=31, held=26)
    with clock.frozen(village.at(26, 16)):
        for number, home in enumerate(village.homes):
            assemblies.enter_hand(village.chair, topic, home, "against" if number == 9 else "agree")
        assemblies.close_ballot(village.chair, topic)
    with clock.frozen(village.at(15)):
        assemblies.settle_due()
        react_to_all()
    village.take(pen, "collect", "tell_shares", village.at(14))
    lamp = _propose(village, LAMP, LAMP_PLAN, 9)
    topic = _meet(village, lamp, called=8, held=0.5)
    with clock.frozen(village.now - timedelta(minutes=3)):
        for home in village.homes[2:6]:
            assemblies.enter_hand(village.chair, topic, home, "agree")
    return 2


def _propose(village: Village, form: Mapping[str, Any], plan: Mapping[str, Any], days: int) -> UUID:
    case = village.open(
        PROJECTS, "project", {"unit": village.unit.code, **form}, village.chair, village.at(days)
    )
    keepers = [{"house": each, "parts": 1} for each in village.homes[:6]]
    village.take(
        case, "scheme", "propose", village.at(days, 16), {**plan, "keepers": keepers}, by=village.chair
    )
    return case


def _meet(village: Village, case: UUID, *, called: float, held: float) -> int:
    """Call the meeting that the case waits for, let the households come in, open the ballot; gives its topic."""
    topic = Topic.objects.select_related("area").filter(asked_by__contains=str(case)).latest("id")
    starts = village.at(held, 15)
    with clock.frozen(village.at(called)):
        lines = rolls.roll_of(_kind_of(topic), topic.area.path)
        meeting = assemblies.call_meeting(
            village.chair, [topic.pk], lines, starts_at=starts, venue="湾里祠堂门口"
        )
    with clock.frozen(starts + timedelta(minutes=1)):
        for home in village.homes:
            assemblies.sign_in(village.chair, meeting.pk, home)
        assemblies.open_ballot(village.chair, topic.pk)
    return topic.pk


def _kind_of(topic: Topic) -> Any:
    declared = library.one(PROJECTS).mechanism.assemblies
    return declared[topic.kind.rpartition(".")[2]]


def _appraise(village: Village) -> int:
    """The year's appraisal of the council has begun: the supervisor counts the slips."""
    if APPRAISAL not in _installed():
        return 0
    clerk = village.staff.holder("officer", village.town.code, "承办人")
    form = {"unit": village.unit.code, "year": village.now.astimezone(SHANGHAI).year}
    village.open(APPRAISAL, "council_review", form, clerk, village.at(3))
    entries = (
        ("矛盾化解", "两家争水沟", "沟归公用，各出一半修。"),
        ("公共事务", "清了湾口的淤", "十二户出工，一天清完。"),
    )
    for number, (what, subject, detail) in enumerate(entries):
        at = village.at(12 - 8 * number)
        form = {"unit": village.unit.code, "what": what, "subject": subject, "detail": detail}
        case = village.open(
            APPRAISAL, "duty_entry", {**form, "done_on": at.date().isoformat()}, village.chair, at
        )
        if number == 0:
            village.take(case, "confirm", "yes_so", at + timedelta(days=1), by=village.supervisor)
    return 3
