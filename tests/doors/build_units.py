"""Run in a process of its own: two villages, each with a plan of its units that waits for the vote of the meeting."""

from __future__ import annotations

import os
import sys
from datetime import date
from importlib.resources import files

import django

#: one village for each width of the browser
VILLAGES = {390: ("420281001201", "上冯村"), 1440: ("420281001202", "株林村")}
PLAN = {
    "suits_here": "依三个湾的老地界",
    "right_size": "每个单元一百多户",
    "willing": "逐户问过",
    "self_governing": "一个湾好议事",
    "easy_to_run": "一个网格员管得过来",
    "body": "户代表会议",
    "units": [
        {"name": "湾里", "households": 120, "boundary": "东到水塘", "setting": "农村"},
        {"name": "塘边", "households": 198, "boundary": "西到公路", "setting": "城市"},
    ],
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases import actions
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.models import User
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory import queries

    call_command("migrate", verbosity=0)
    install(str(files("gongzhi.mechanisms") / "self_units"), by=SYSTEM)
    library.LIBRARY.registers()
    county = territory.add_area(SYSTEM, code="420281000000", name="大冶市", level="county")
    town = territory.add_area(SYSTEM, code="420281001000", name="金湖街道", level="town", parent=county)
    gov = territory.add_office(SYSTEM, code="gov", name="市政府", kind="government", area=county)

    def clerk(code: str, name: str, area: object, role: str = "officer") -> object:
        office = territory.add_office(SYSTEM, code=code, name=name, kind="office", area=area, parent=gov)  # type: ignore[arg-type]
        user = User.objects.create_user(code, password=PASSWORD, name=name)
        return territory.appoint(SYSTEM, user, role, office=office, starts=date(2024, 1, 1))

    clerk("jinhu", "金湖街道", town)
    clerk("shgz", "社会工作部", county, "unit_registrar")
    for width, (code, name) in VILLAGES.items():
        village = territory.add_area(SYSTEM, code=code, name=name, level="village", parent=town)
        clerk(f"cun{width}", f"{name}委会", village)
        about = {"code": code, "name": name, "setting": "农村", "households": 318, "office": f"cun{width}"}
        records.create(SYSTEM, "villages", {**about, "town_office": "jinhu"})
        by = queries.standing(queries.posts_of(User.objects.get(username=f"cun{width}"))[0])
        case = actions.open_case("self_units", "unit_split", {"village": code, "why": "村大人多"}, by=by)
        actions.choose(case.case, "prepare", "convene", PLAN, by=by)
    return 0


if __name__ == "__main__":
    sys.exit(main())
