"""The cast of the duty room.

总值班室 of 大冶: 周敏 and 吴刚 are its duty officers, 石书记 leads, 金湖 has a duty room of its own with 冯远 (officer) and 程镇长.
何磊 of 教育局 has nothing to do with any of it: he is always locked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gongzhi.city.duty import actions
from gongzhi.city.duty.actions import Seat
from gongzhi.city.duty.models import DutyRoom, Shift
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant

#: an evening before the night shift
EVENING = parse_instant("2024-10-14 17:40")
DAY = parse_instant("2024-10-14 08:00")
NIGHT = parse_instant("2024-10-14 18:00")
MORNING = parse_instant("2024-10-15 08:00")
COUNTY, JINHU = "420281000000", "420281001000"
PEOPLE = {
    "zhou": ("周敏", "duty_officer", "szb", "13871810001"),
    "wu": ("吴刚", "duty_officer", "szb", "13871810002"),
    "shi": ("石书记", "leader", "szf", "13871810003"),
    "ke": ("柯市长", "leader", "szf", "13871810004"),
    "feng": ("冯远", "officer", "jinhu", "13871810005"),
    "cheng": ("程镇长", "leader", "jinhu", "13871810006"),
    "he": ("何磊", "officer", "jyj", "13871810007"),
    "admin": ("管理员", "admin", "szf", ""),
}


@dataclass(frozen=True)
class Cast:
    """Each by the name by which colleagues call them."""

    zhou: Standing
    wu: Standing
    shi: Standing
    ke: Standing
    feng: Standing
    cheng: Standing
    he: Standing
    admin: Standing
    room: DutyRoom
    town: DutyRoom
    users: dict[str, Any]

    def shift(
        self,
        starts: datetime,
        ends: datetime,
        officer: str = "zhou",
        *,
        lead: str = "shi",
        title: str = "夜班",
    ) -> Shift:
        people = [Seat(name="", user=self.users[officer])]
        people += [Seat(name="", part="lead", user=self.users[lead])] if lead else []
        return actions.plan_shift(self.zhou, self.room, title, starts, ends, people)

    def day_and_night(self) -> tuple[Shift, Shift]:
        """吴刚 has the day, 周敏 the night."""
        day = self.shift(DAY, NIGHT, "wu", lead="ke", title="白班")
        return day, self.shift(NIGHT, NIGHT + timedelta(hours=14), "zhou", lead="shi")


def build_rooms() -> Cast:
    """Areas, offices, posts and two rooms; also used by tests that commit for real."""
    areas: dict[str, Any] = {}
    for code, name, level, parent in ((COUNTY, "大冶市", "county", ""), (JINHU, "金湖街道", "town", COUNTY)):
        above = areas.get(parent)
        path = paths.next_child(above.path if above else "", [])
        areas[code] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, parent=above, path=path
        )
    offices: dict[str, Any] = {}
    for code, name, area, parent in (
        ("szf", "大冶市人民政府", COUNTY, ""),
        ("szb", "总值班室", COUNTY, "szf"),
        ("jyj", "教育局", COUNTY, "szf"),
        ("jinhu", "金湖街道办", JINHU, "szf"),
    ):
        above = offices.get(parent)
        siblings = [each.path for each in offices.values() if each.parent_id == (above.pk if above else None)]
        offices[code] = Office.objects.create(
            code=code,
            name=name,
            short_name=name,
            kind="hall",
            area=areas[area],
            parent=above,
            path=paths.next_child(above.path if above else "", siblings),
        )
    people: dict[str, Any] = {}
    users: dict[str, Any] = {}
    for key, (name, role, office, phone) in PEOPLE.items():
        users[key] = User.objects.create(username=key, name=name, phone=phone)
        Post.objects.create(user=users[key], role=role, office=offices[office])
        people[key] = territory.standing(territory.posts_of(users[key])[0])
    room = actions.open_room(
        people["admin"], offices["szb"], "大冶市总值班室", phone="0714-8722222", is_main=True
    )
    town = actions.open_room(people["admin"], offices["jinhu"], "金湖街道值班室")
    return Cast(room=room, town=town, users=users, **people)
