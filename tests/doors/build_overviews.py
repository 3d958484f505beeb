"""Run in a process of its own: the small demo city with projects on their way, land of every colour, and powers."""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from importlib.resources import files

from tests.doors import build_city

HOUSES = ("permits", "land_to_start", "project_approval", "completion", "powers", "one_seal")
#: days for which the start of works on a parcel is overdue
OVERDUE = (0, 60, 200, 400, 800)
PLAN = (("签约", 400), ("拿地", 300), ("开工", 200), ("投产", 10), ("纳税", -200))


def main() -> int:
    if failed := build_city.main():
        return failed
    from gongzhi.city.demo import telling
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import actions as records
    from gongzhi.city.records.models import Record
    from gongzhi.city.territory.models import Area

    for name in HOUSES:
        install(str(files("gongzhi.mechanisms") / name), by=SYSTEM)
    telling.Days(now=clock.now(), chance=random.Random(3)).tell_all(lambda what, done, total: None)
    towns = list(Area.objects.filter(level="town").order_by("path")[:5])

    def ago(days: int) -> str:
        return (clock.today() - timedelta(days=days)).isoformat()

    for place, row in enumerate(Record.objects.filter(register="land_parcels").order_by("key")):
        late = OVERDUE[place % len(OVERDUE)]
        values = {
            "town": towns[place % 5].code,
            "real_start": None,
            "agreed_start": ago(late) if late else None,
        }
        records.put("land_parcels", row.key, values, by=SYSTEM, because="演示")
    for row in Record.objects.filter(register="projects"):
        plan = [{"step": step, "planned": ago(days)} for step, days in PLAN]
        records.put(
            "projects", row.key, {"milestones": plan, "real_sign": ago(390)}, by=SYSTEM, because="演示"
        )
    for row in Record.objects.filter(register="service_items").exclude(published=None)[:3]:
        records.put("service_items", row.key, {"visits": 0, "materials": []}, by=SYSTEM, because="演示")
    return 0


if __name__ == "__main__":
    sys.exit(main())
