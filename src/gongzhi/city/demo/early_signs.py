"""Early signs in the demo: a fortnight's nights of the watches over the city's own appeals, disputes and hazards; the duty room
has looked into some of what they saw."""

from __future__ import annotations

import random
from datetime import timedelta

from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.demo.staffing import Staff
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library, watching
from gongzhi.city.territory.models import Area, Office

MECHANISM = "early_signs"
#: nights that are computed, back from yesterday
NIGHTS = 14
#: what the duty room found in the first signs: one root, known already, not a sign; the others wait
FOUND = (
    ("root", {"cause": "同一年建的老楼，外墙、屋面、楼道一起老化"}),
    ("known", {"known_case": "", "note": "专班已经在办"}),
    ("nothing", {"not_why": "宣传活动带来的", "note": "热线宣传周，咨询多了"}),
)
#: hazards of one town in its last days: the same old houses
HAZARDS = ("老旧楼外墙开裂", "老旧楼屋面渗水", "老旧楼阳台松动", "老旧楼楼道电线裸露")
TOWN = "金湖街道"


def fill_early_signs(*, seed: int = 5) -> int:
    """Run the nights as far as the mechanism is installed; gives how many signs were seen."""
    if MECHANISM not in library.LIBRARY.active_versions():
        return 0
    _hazards()
    mine = [each for each in watching.known() if each.held.mechanism.id == MECHANISM]
    last = clock.today() - timedelta(days=1)
    watching.run(last - timedelta(days=NIGHTS - 1), last, only=mine)
    react_to_all()
    staff = Staff(random.Random(seed))
    waiting = Case.objects.filter(mechanism=MECHANISM, type="sign", ended="").order_by("opened_at", "id")
    for row, (choice, told) in zip(waiting[: len(FOUND)], FOUND, strict=False):
        task = row.tasks.get(step="look")
        office = task.office.code if task.office else ""
        values = dict(told)
        if choice == "known":
            values["known_case"] = str(_another(row) or "MQ")
        if choice == "root":
            values["lead"] = Office.objects.get(short_name="住建局").code
        by = staff.holder("duty_officer", office, "值班长")
        actions.choose(row.pk, "look", choice, values, by=by)
        react_to_all()
    return Alert.objects.filter(mechanism=MECHANISM).count()


def _hazards() -> None:
    """Four hazards on four days, reported in the town."""
    area = Area.objects.filter(short_name=TOWN).first()
    if area is None:
        return
    now = clock.now()
    for number, subject in enumerate(HAZARDS):
        told = {"subject": subject, "source": "房屋建筑", "area": area.code, "text": "巡查时看到的"}
        with clock.frozen(now - timedelta(days=len(HAZARDS) - number)):
            actions.open_case("risk_control", "hazard", told, by=SYSTEM)
    react_to_all()


def _another(row: Case) -> str | None:
    """Number of a matter of the same place that is being dealt with."""
    open_ones = Case.objects.filter(paths.within(row.area_path, "area_path"), ended="", number__isnull=False)
    return (
        open_ones.exclude(mechanism=MECHANISM).order_by("-opened_at").values_list("number", flat=True).first()
    )


__all__ = ["fill_early_signs"]
