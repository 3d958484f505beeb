"""Run in a process of its own: one village, its grid workers, and the mechanisms of the grid in GONGZHI_HOME."""

from __future__ import annotations

import os
import sys
from importlib.resources import files

import django

MECHANISMS = ("daye_minqing", "city_events", "people_places", "grid_round")
#: 余旺 and 陈萍 share a telephone in 上冯村
WORKERS = (("yuwang", "余旺"), ("chenping", "陈萍"))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.cases.tests.cast import JINHU, build_city
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.kernel import paths
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.people.actions import create_account
    from gongzhi.city.territory import actions as territory
    from gongzhi.city.territory.models import Area, Office

    call_command("migrate", verbosity=0)
    build_city()
    for mechanism in MECHANISMS:
        install(str(files("gongzhi.mechanisms") / mechanism), by=SYSTEM)
    town, county = Area.objects.get(code=JINHU), Office.objects.get(code="gov")
    path = paths.next_child(town.path, [])
    unit = Area.objects.create(
        code=f"{JINHU}-01", name="上冯村一单元", short_name="一单元", level="unit", parent=town, path=path
    )
    taken = list(Office.objects.filter(parent=county).values_list("path", flat=True))
    office = Office.objects.create(
        code="shangfeng", name="上冯村委会", short_name="上冯村", kind="village", area=town, parent=county,
        path=paths.next_child(county.path, taken),
    )  # fmt: skip
    for username, name in WORKERS:
        user = create_account(SYSTEM, username=username, name=name, password=PASSWORD)
        territory.appoint(SYSTEM, user, "grid_worker", office=office, area=unit, title="网格员")
    return 0


if __name__ == "__main__":
    sys.exit(main())
