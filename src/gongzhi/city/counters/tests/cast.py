"""The cast of the counters.

黄婷 and 田野 sit at windows of the hall of 大冶, 云姐 and 雷哥 at video seats, 钱主任 leads the hall, 胡网格 walks 金湖, and 何磊 of
教育局 has nothing to do with any of it: he is always locked out. 王秀英 has no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.city.counters import actions
from gongzhi.city.counters.models import Line, Seat, Window
from gongzhi.city.counters.points import Point
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.people.models import User
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant

#: a Monday morning in the hall
MONDAY = parse_instant("2024-10-14 09:30")
COUNTY, JINHU, SHANGFENG = "420281000000", "420281001000", "420281001201"
HALL = "hall"
POINTS = {
    HALL: Point(
        key=HALL,
        title="大冶市政务服务大厅",
        place="大冶市新冶大道",
        hours="周一至周五 08:30-17:30",
        office="hall",
        items=("社保", "医保", "居住证明"),
    ),
    "xwh": Point(key="xwh", title="新屋湾家门口服务站", place="新屋湾", hours="每天 08:00-18:00"),
}


class KnownPoints:
    """The register of service points, as the records room would offer it."""

    def point(self, key: str) -> Point | None:
        return POINTS.get(key)

    def points(self, text: str) -> list[Point]:
        return [each for each in POINTS.values() if text in each.title]


@dataclass(frozen=True)
class Cast:
    """Each by the name by which colleagues call them; and the places where they sit."""

    wang: Standing
    huang: Standing
    tian: Standing
    yun: Standing
    lei: Standing
    qian: Standing
    hu: Standing
    he: Standing
    hall: Any
    line: Any
    fast: Any
    first: Any
    second: Any
    seat: Any
    other_seat: Any


ROLES = {
    "huang": ("黄婷", "window_clerk", "hall"),
    "tian": ("田野", "window_clerk", "hall"),
    "yun": ("云姐", "seat", "hall"),
    "lei": ("雷哥", "seat", "hall"),
    "qian": ("钱主任", "leader", "hall"),
    "he": ("何磊", "officer", "jyj"),
}


def build_hall() -> Cast:
    """Areas, offices, posts, two lines, two windows, two seats; also used by tests that commit for real."""
    areas: dict[str, Any] = {}
    for code, name, level, parent in (
        (COUNTY, "大冶市", "county", ""),
        (JINHU, "金湖街道", "town", COUNTY),
        (SHANGFENG, "上冯村", "village", JINHU),
    ):
        above = areas.get(parent)
        path = paths.next_child(above.path if above else "", [])
        areas[code] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, parent=above, path=path
        )
    offices: dict[str, Any] = {}
    for code, name, area in (
        ("hall", "政务服务中心", COUNTY),
        ("jyj", "教育局", COUNTY),
        ("jinhu", "金湖街道办", JINHU),
    ):
        path = paths.next_child("", [office.path for office in offices.values()])
        offices[code] = Office.objects.create(
            code=code,
            name=name,
            short_name=name,
            kind="hall",
            area=areas[area],
            path=path,
            is_backstop=code == "hall",
        )
    people: dict[str, Any] = {}
    for key, (name, role, office) in ROLES.items():
        user = User.objects.create(username=key, name=name)
        Post.objects.create(user=user, role=role, office=offices[office])
        people[key] = territory.standing(territory.posts_of(user)[0])
    walker = User.objects.create(username="hu", name="胡网格")
    Post.objects.create(user=walker, role="grid_worker", area=areas[JINHU])
    people["hu"] = territory.standing(territory.posts_of(walker)[0])
    leader, hall = people["qian"], offices["hall"]
    line = actions.add_line(leader, HALL, "A", "综合受理", hall, items=["居住证明", "社保"], hourly=2)
    fast = actions.add_line(leader, HALL, "B", "简单快办", hall, items=["打印证明"])
    places: dict[str, Line | Window | Seat] = {
        "line": line,
        "fast": fast,
        "first": actions.add_window(leader, HALL, 1, "综合窗口", hall, [line, fast]),
        "second": actions.add_window(leader, HALL, 2, "综合窗口", hall, [line]),
        "seat": actions.add_seat(leader, hall, "云端一号", skills=["社保", "医保"]),
        "other_seat": actions.add_seat(leader, hall, "云端二号"),
    }
    return Cast(wang=resident(""), hall=hall, **people, **places)
