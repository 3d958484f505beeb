"""Run in a process of its own: two shared instruments, who keeps them, and who bills."""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from importlib.resources import files

import django

#: one instrument for each width of the browser
INSTRUMENTS = {390: ("YQ1", "扫描电镜"), 1440: ("YQ2", "三坐标测量机")}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases import actions
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM, resident
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import remember_resident
    from gongzhi.city.people.models import User
    from gongzhi.city.records import actions as records
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Post
    from gongzhi.city.territory.queries import standing

    call_command("migrate", verbosity=0)
    install(str(files("gongzhi.mechanisms") / "instrument_sharing"), by=SYSTEM)
    library.LIBRARY.registers()
    county = territory.add_area(SYSTEM, code="420281000000", name="大冶市", level="county")
    gov = territory.add_office(SYSTEM, code="gov", name="市政府", kind="government", area=county)
    lab = territory.add_office(SYSTEM, code="lab", name="检测中心", kind="office", area=county, parent=gov)
    for role in ("keeper", "officer"):
        user = User.objects.create_user(f"lab-{role}", password=PASSWORD, name=role)
        territory.appoint(SYSTEM, user, role, office=lab, starts=date(2024, 1, 1))
    before = clock.now() - timedelta(days=3)
    keeper = standing(Post.objects.get(role="keeper"))
    for code, title in INSTRUMENTS.values():
        told = {"title": title, "manager": "lab", "price_hour": "333.30", "weekend": True, "model": "一号"}
        records.put("instruments", code, told, by=SYSTEM, because="试验")
        with clock.frozen(before):
            yesterday = (clock.today() + timedelta(days=2)).isoformat()
            form = {
                "instrument": code,
                "slot_day": yesterday,
                "slot": "上午",
                "user_kind": "企业",
                "test": "断口",
            }
            visitor = remember_resident(phone=f"1390723{code[-1]:0>4}", name="王秀英")
            by = resident(f"resident:{visitor.pk}")
            booked = actions.open_case("instrument_sharing", "booking", form, by=by, reporter=visitor.pk)
            actions.choose(booked.case, "confirm", "confirm", {}, by=keeper)
    return 0


if __name__ == "__main__":
    sys.exit(main())
