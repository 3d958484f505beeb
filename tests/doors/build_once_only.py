"""Run in a process of its own: a department that wants forms, the keeper of forms, a grid worker, in GONGZHI_HOME."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import django

MECHANISMS = ("people_places", "once_only_forms")
#: username, name, role, office
STAFF = (("huangnong", "黄农", "officer", "hbj"), ("xushen", "徐审", "form_keeper", "center"))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases.tests.cast import JINHU, build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import create_account
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Area, Office

    call_command("migrate", verbosity=0)
    build_city()
    for mechanism in MECHANISMS:
        install(str(files("gongzhi.mechanisms") / mechanism), by=SYSTEM)
    library.active()  # its roles become known
    for username, name, role, office in STAFF:
        user = create_account(SYSTEM, username=username, name=name, password=PASSWORD)
        territory.appoint(SYSTEM, user, role, office=Office.objects.get(code=office), title=name)
    user = create_account(SYSTEM, username="yuwang", name="余旺", password=PASSWORD)
    town = Area.objects.get(code=JINHU)
    territory.appoint(
        SYSTEM, user, "grid_worker", office=Office.objects.get(code="gov"), area=town, title="网格员"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
