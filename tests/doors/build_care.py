"""Run in a process of its own: a clinic with a home team, a contract with two guarded gates, sites of the six seats."""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from importlib.resources import files

import django

#: one gate for each width of the browser
GATES = {390: ("G1", "三中东门白班"), 1440: ("G2", "三中西门白班")}
MECHANISMS = ("tiered_care", "home_doctor", "elder_care", "purchased_services", "six_seats")
#: who works there: role, office
POSTS = (
    ("doctor", "ws"),
    ("nurse", "ws"),
    ("contractor", "ba"),
    ("officer", "sz"),
    ("officer", "jyj"),
    ("elder_clerk", "jyj"),
)
OFFICES = (("ws", "金湖卫生院"), ("ba", "保安公司"), ("sz", "三中"), ("jyj", "教育局"))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases import actions
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.models import User
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Post
    from gongzhi.city.territory.queries import standing

    call_command("migrate", verbosity=0)
    for name in MECHANISMS:
        install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    library.LIBRARY.registers()
    county = territory.add_area(SYSTEM, code="420281000000", name="大冶市", level="county")
    town = territory.add_area(SYSTEM, code="420281001000", name="金湖街道", level="town", parent=county)
    gov = territory.add_office(SYSTEM, code="gov", name="市政府", kind="government", area=county)
    offices = {}
    for code, name in OFFICES:
        offices[code] = territory.add_office(
            SYSTEM, code=code, name=name, kind="department", area=county, parent=gov
        )
    for role, office in POSTS:
        user = User.objects.create_user(f"{office}-{role}", password=PASSWORD, name=f"{office}{role}")
        territory.appoint(SYSTEM, user, role, office=offices[office], starts=date(2024, 1, 1))
    put_records(clock.today(), town.code)
    contractor = standing(Post.objects.get(role="contractor"))
    last = (clock.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rows = [{"post": title, "need": 60, "filled": 60} for _code, title in GATES.values()]
    form = {"contract": "HT1", "service_month": last, "rows": rows}
    month = actions.open_case("purchased_services", "delivery", form, by=contractor)
    school = standing(Post.objects.get(role="officer", office__code="sz"))
    actions.choose(month.case, "confirm", "seen", {"empty_seen": 2, "happy": "满意"}, by=school)
    buyer = standing(Post.objects.get(role="officer", office__code="jyj"))
    actions.choose(month.case, "reckon", "reckoned", {}, by=buyer)
    return 0


def put_records(today: date, town: str) -> None:
    """What everybody may read: institutions, slots, teams, providers, a contract with its gates, promises and their sites."""
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.records import actions as records

    def put(register: str, key: str, moves: tuple[str, ...] = (), **values: object) -> None:
        records.put(register, key, values, by=SYSTEM, because="试验")
        for each in moves:
            records.put(register, key, {}, by=SYSTEM, move=each)

    def ahead(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    put(
        "clinics",
        "WS",
        title="金湖卫生院",
        level="基层",
        office="ws",
        area=town,
        good_at="常见病、慢病、换药",
    )
    put("clinics", "XY", title="市人民医院", level="二级", office="gov", good_at="内外妇儿", online=True)
    for code, days in (("S1", 2), ("S2", 3)):
        put("consult_slots", code, title="市人民医院影像科", specialty="影像", office="gov", slot_day=ahead(days), slot_part="上午")  # fmt: skip
    put("home_teams", "T1", title="金湖家庭医生团队", office="ws", area=town, days="周一到周五")
    put("care_providers", "P1", title="金湖养老服务中心", modes=["居家上门", "社区日托"], office="ws", area=town, free_beds=6)  # fmt: skip
    put("service_contracts", "HT1", title="中小学校园保安", kind="校园保安", buyer="jyj", supplier="ba", users=["sz"], posts=2, month_pay="12000.00", starts_on=ahead(-100), until=ahead(265))  # fmt: skip
    for code, title in GATES.values():
        put("service_posts", code, title=title, contract="HT1", buyer="jyj", supplier="ba", used_by="sz", area=town, shifts=2)  # fmt: skip
    put("seat_goals", "M1", title="新建公厕", year=today.year, kind="厕位", target=100, lead="jyj")
    put("seat_goals", "M2", title="公办学位", year=today.year, kind="学位", target=1800, lead="jyj")
    seat = {"lead": "jyj", "area": town}
    put("seat_sites", "A", ("built", "accept"), title="观山路公厕", goal="M1", planned=12, finished=12, percent=100, built_on=ahead(-90), opinions=9, usable_share=88, **seat)  # fmt: skip
    put("seat_sites", "B", ("built", "accept", "idle"), title="湖滨公厕", goal="M1", planned=8, finished=8, percent=100, built_on=ahead(-500), year_note="门锁着", **seat)  # fmt: skip
    put(
        "seat_sites",
        "C",
        title="城北学校扩建",
        goal="M2",
        planned=1200,
        percent=60,
        finish_by=ahead(-3),
        **seat,
    )


if __name__ == "__main__":
    sys.exit(main())
