"""The cast, and the little city in which they live.

陈编 edits the catalogue, 周强 of 城管局 has his own office's items, 郑环 of 环保局 only his, 钱局 leads 城管局, 马审计 reads, 于管 is the
administrator, 胡网格 walks 金湖, 王秀英 is a villager, and 何磊 of 教育局 has nothing to do with any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gongzhi.city.kernel import paths, permissions
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import Resident, User
from gongzhi.city.records import actions, places
from gongzhi.city.records.catalogue import Declared
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms.loader import load
from gongzhi.engine.registers import compile_register

HALL = Path(__file__).parent / "hall"
ITEMS, POINTS = "service_items", "points"
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
    ("zwj", "政务服务局", "department", "gov"),
    ("cgj", "城管局", "department", "gov"),
    ("cgj-sz", "市政科", "section", "cgj"),
    ("hbj", "环保局", "department", "gov"),
    ("jyj", "教育局", "department", "gov"),
)
ROLES = {
    "chen": ("陈编", "catalogue_editor", "zwj"),
    "zhou": ("周强", "officer", "cgj"),
    "zheng": ("郑环", "officer", "hbj"),
    "he": ("何磊", "officer", "jyj"),
    "qian": ("钱局", "leader", "cgj"),
    "ma": ("马审计", "auditor", "gov"),
    "yu": ("于管", "admin", "gov"),
}
ITEM = {
    "code": "CG-001",
    "title": "临时占用城市道路审批",
    "aliases": "占道 摆摊 挖路",
    "holder": "cgj",
    "promised_days": 5,
    "contact": "13800138000",
    "materials": [{"name": "申请表", "gap": False}, {"name": "平面图", "gap": True}],
}


@lru_cache(maxsize=1)
def hall_registers() -> dict[str, Declared]:
    mechanism = load(HALL)
    return {
        id_: Declared(
            mechanism="hall",
            register=compile_register(spec, mechanism.tables, version="1.0.0", roles=mechanism.roles),
        )
        for id_, spec in mechanism.registers.items()
    }


class HallSource:
    """The test mechanism, as the mechanisms room would offer it."""

    def registers(self) -> dict[str, Declared]:
        return hall_registers()


@dataclass(frozen=True)
class Cast:
    """Each by the name by which colleagues call them."""

    chen: Standing
    zhou: Standing
    zheng: Standing
    he: Standing
    qian: Standing
    ma: Standing
    yu: Standing
    hu: Standing
    wang: Standing


def build_city() -> Cast:
    """Areas, offices, accounts and posts."""
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
        permissions.declare_role(role, name)
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
    places.forget()
    return Cast(**people)


def drafted(cast: Cast, **more: Any) -> Record:
    """陈编 registers an item of 城管局."""
    return actions.create(cast.chen, ITEMS, {**ITEM, **more})


def published(cast: Cast, **more: Any) -> Record:
    """… and publishes it."""
    return actions.move(cast.chen, drafted(cast, **more), "publish", expected=1)
