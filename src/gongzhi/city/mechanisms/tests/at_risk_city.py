"""上冯村 with a household that had a hospital bill: a village, a town, the bureau in charge, a line, and signals to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import COUNTY, JINHU
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as places
from gongzhi.city.territory.models import Area, Office, Post

VILLAGE, FAR = "420281001201", "420281001202"
#: code, kind, area, office above
HOUSES = (
    ("town", "town", JINHU, "gov"),
    ("village", "village", VILLAGE, "town"),
    ("far", "village", FAR, "town"),
    ("nyj", "department", COUNTY, "gov"),
)
#: login -> name, role, office
PEOPLE = {
    "hecun": ("何村", "officer", "village"),
    "shi": ("石镇", "officer", "town"),
    "yuan": ("元镇", "officer", "town"),
    "fan": ("范平", "welfare_clerk", "nyj"),
    "xian": ("县长", "leader", "gov"),
    "hu2": ("胡村", "officer", "far"),
    "wangge": ("王格", "grid_worker", "village"),
}
VISIT = {
    "household_says": "手术做完了，还欠亲戚两万",
    "living_together": 4,
    "wages": "18000",
    "business": "9000",
    "property": "0",
    "transfers": "2600",
    "own_pay": "41000",
    "was_poor": False,
    "hardship": True,
    "coping": "要帮一部分",
    "school_ok": True,
    "medical_ok": False,
    "housing_ok": True,
    "water_ok": True,
}
MEETING = {"entitled": 24, "present": 20, "agree": 18, "against": 2, "abstain": 0}
PERSONS = {"persons": 24, "persons_present": 20}


def build_at_risk_village() -> Area:
    """Everything but a signal."""
    for name in ("people_places", "village_assembly", "households_at_risk"):
        install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
    library.LIBRARY.registers()
    town = Area.objects.get(code=JINHU)
    made = territory.add_area(SYSTEM, code=VILLAGE, name="上冯村", level="village", parent=town)
    territory.add_area(SYSTEM, code=FAR, name="下湖村", level="village", parent=town)
    for code, kind, area, above in HOUSES:
        parent = Office.objects.get(code=above)
        taken = Office.objects.filter(parent=parent).values_list("path", flat=True)
        Office.objects.create(
            code=code,
            name=f"{code}办公室",
            short_name=code,
            kind=kind,
            area=Area.objects.get(code=area),
            parent=parent,
            path=paths.next_child(parent.path, list(taken)),
        )
    for login, (name, role, office) in PEOPLE.items():
        user = User.objects.create(username=login, name=name)
        Post.objects.create(user=user, role=role, office=Office.objects.get(code=office))
    world.forget()
    for number in ("SF-1", "SF-2", "SF-3", "SF-4"):
        house = {"head": "陈大山", "unit": VILLAGE, "source": "village", "members": 4}
        records.put("households", number, house, by=SYSTEM)
    line = {"title": "2024年监测线", "line": "8000", "steady_days": 180, "valid_from": "2020-01-01"}
    records.put("monitor_lines", "L1", {**line, "basis": "省里的文件", "office": "nyj"}, by=SYSTEM)
    return made


def signal(code: str, figure: int, day: date, *, house: str = "SF-1", kind: str = "自付医疗费用高") -> None:
    """A line of a department's list."""
    told = {"house": house, "area": VILLAGE, "kind": kind, "figure": figure, "happened_on": day.isoformat()}
    records.put("risk_signals", code, {**told, "source": "nyj"}, by=SYSTEM)


def who(login: str) -> Standing:
    """Somebody in their post."""
    held = Post.objects.select_related("user", "office__area", "area")
    return places.standing(held.get(user__username=login))


def choose(login: str, row: Case, step: str, choice: str, values: Mapping[str, Any] | None = None) -> None:
    """One choice, and what follows from it."""
    cases.choose(row.pk, step, choice, values or {}, by=who(login))
    react_to_all()


def looked_at(row: Case, day: date) -> None:
    """Visited, consented, compared, deliberated and put up, all on one day."""
    told = day.isoformat()
    choose("hecun", row, "visit", "real", {**VISIT, "went_on": told})
    choose("hecun", row, "consent", "agreed", {"signed_on": told, "agreed_how": "本人签字"})
    choose("fan", row, "compare", "done", {"compared": [{"office": "医疗保障局", "result": "一致"}]})
    cases.choose(row.pk, "deliberate", "held", {**MEETING, **PERSONS}, by=SYSTEM)
    choose("hecun", row, "post", "posted")


__all__ = ["FAR", "MEETING", "PERSONS", "VILLAGE", "VISIT", "build_at_risk_village", "choose", "looked_at", "signal", "who"]  # fmt: skip
