"""The cast, and the little city in which they live.

王秀英 is the villager who reports, 李敏 takes the call, 陈刚 dispatches, 周强 of 城管局 does the work, 郑环 of 环保局 helps,
赵兰 reviews, 孙悦 calls back, 钱局 leads 城管局, 吴值班 has the duty room, 马审计 reads, 胡网格 walks 金湖, and 何磊 of 教育局
has nothing to do with any of it: he is always locked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from gongzhi.city.cases import actions, numbering, world
from gongzhi.city.cases.actions import Receipt
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import Resident, User
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.cases import CaseType
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms.loader import load
from gongzhi.engine.mechanisms.running import compile_all

MINI = Path(__file__).parent / "mini"
#: a Monday with a working week around it
MONDAY = parse_instant("2024-10-14 09:00")

COUNTY, JINHU, LEISHAN = "420281000000", "420281001000", "420281002000"
AREAS = (
    (COUNTY, "大冶市", "county", ""),
    (JINHU, "金湖街道", "town", COUNTY),
    (LEISHAN, "雷山镇", "town", COUNTY),
)
OFFICES = (
    ("gov", "大冶市政府", "government", ""),
    ("center", "民情通中心", "centre", "gov"),
    ("cgj", "城管局", "department", "gov"),
    ("cgj-sz", "市政科", "section", "cgj"),
    ("hbj", "环保局", "department", "gov"),
    ("jyj", "教育局", "department", "gov"),
)


@lru_cache(maxsize=1)
def mini_types() -> dict[str, CaseType]:
    return compile_all(load(MINI))


class MiniSource:
    """The test mechanism, as the mechanisms room would offer it."""

    def case_type(self, mechanism: str, version: str, type_id: str) -> CaseType | None:
        return mini_types().get(type_id) if mechanism == "mini" and version == "1.0.0" else None

    def active_version(self, mechanism: str) -> str:
        return "1.0.0" if mechanism == "mini" else ""

    def version_for(self, mechanism: str, area_path: str, at: object = None) -> str:
        return self.active_version(mechanism)

    def case_types(self) -> list[tuple[str, str, str]]:
        return [("mini", "1.0.0", "appeal"), ("mini", "1.0.0", "check")]

    def withdrawn_types(self) -> list[tuple[str, str, str]]:
        return []


@dataclass(frozen=True)
class Cast:
    """Each by the name by which colleagues call them."""

    wang: Standing
    li: Standing
    chen: Standing
    zhou: Standing
    liu: Standing
    zheng: Standing
    zhao: Standing
    sun: Standing
    qian: Standing
    wu: Standing
    ma: Standing
    hu: Standing
    he: Standing


ROLES = {
    "li": ("李敏", "hotline_agent", "center"),
    "chen": ("陈刚", "dispatcher", "center"),
    "zhou": ("周强", "officer", "cgj"),
    "liu": ("刘洋", "officer", "cgj"),
    "zheng": ("郑环", "officer", "hbj"),
    "zhao": ("赵兰", "reviewer", "center"),
    "sun": ("孙悦", "caller", "center"),
    "qian": ("钱局", "leader", "cgj"),
    "wu": ("吴值班", "duty_officer", "center"),
    "ma": ("马审计", "auditor", "gov"),
    "he": ("何磊", "officer", "jyj"),
}


def build_city() -> Cast:
    """Areas, offices, accounts and posts; also used by tests that commit for real."""
    areas: dict[str, Any] = {}
    for code, name, level, parent in AREAS:
        above = areas.get(parent)
        taken = [area.path for area in areas.values() if area.parent == above]
        path = paths.next_child(above.path if above else "", taken)
        areas[code] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, parent=above, path=path
        )
    offices: dict[str, Any] = {}
    for code, name, kind, parent in OFFICES:
        above = offices.get(parent)
        taken = [office.path for office in offices.values() if office.parent == above]
        path = paths.next_child(above.path if above else "", taken)
        offices[code] = Office.objects.create(
            code=code, name=name, short_name=name, kind=kind, area=areas[COUNTY], parent=above, path=path
        )
    people = {}
    for key, (name, role, office) in ROLES.items():
        user = User.objects.create(username=key, name=name)
        Post.objects.create(user=user, role=role, office=offices[office])
        people[key] = Standing(
            person=user.person,
            role=role,
            name=name,
            office=office,
            office_path=offices[office].path,
            area=COUNTY,
            area_path=areas[COUNTY].path,
        )
    walker = User.objects.create(username="hu", name="胡网格")
    Post.objects.create(user=walker, role="grid_worker", area=areas[JINHU])
    people["hu"] = Standing(
        person=walker.person, role="grid_worker", name="胡网格", area=JINHU, area_path=areas[JINHU].path
    )
    villager = Resident.objects.create(name="王秀英")
    people["wang"] = Standing(person=villager.person, role="resident")
    world.forget()
    numbering.forget()
    return Cast(**people)


FORM = {
    "subject": "村口路灯不亮",
    "text": "金湖街道上冯村口的路灯已经三天不亮,晚上老人出门看不见路。",
    "place": {"text": "上冯村口", "area": JINHU, "lon": 114.97, "lat": 30.10},
    "phone": "13800138000",
}


def reported(cast: Cast, **more: Any) -> Receipt:
    """王秀英 reports by herself."""
    reporter = UUID(cast.wang.person.removeprefix("resident:"))
    return actions.open_case("mini", "appeal", {**FORM, **more}, by=cast.wang, reporter=reporter)


def dispatched(cast: Cast, case: str, lead: str = "cgj", **more: Any) -> None:
    """李敏 takes it on, 陈刚 sends it out."""
    actions.choose(case, "register", "dispatch", {"category": "市政设施", "kind": "求助"}, by=cast.li)
    actions.choose(case, "dispatch", "send", {"lead": lead, **more}, by=cast.chen)


def replied(cast: Cast, case: str) -> None:
    """周强 does it and says so."""
    actions.choose(case, "handle", "reply", {"result": "解决", "reply": "灯已修好"}, by=cast.zhou)


def solved(cast: Cast, case: str) -> None:
    """All the way round, from a case just reported."""
    dispatched(cast, case)
    replied(cast, case)
    actions.choose(case, "review", "pass", by=cast.zhao)
    actions.choose(case, "callback", "satisfied", {"solved": True}, by=cast.sun)
