"""上冯村 in the city of the cases room: two households, five posts, one rule, soap on the shelf; and the chair of the next village."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.ledgers.actions import Wanted, post
from gongzhi.city.mechanisms import household_books, library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as places
from gongzhi.city.territory.models import Area, Office, Post

VILLAGE = "420281001201"
#: login -> name, role, office
PEOPLE = {
    "feng": ("冯理", "council_chair", "village"),
    "ge": ("葛网", "grid_worker", "village"),
    "li2": ("李督", "village_supervisor", "village"),
    "bai": ("白办", "officer", "village"),
    "liu2": ("刘街", "officer", "town"),
    "far": ("胡理", "council_chair", "far"),
}


def build_points_village() -> Area:
    """Everything but a claim."""
    for name in ("people_places", "self_units", "household_points"):
        install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
    library.LIBRARY.registers()
    town = Area.objects.get(code=JINHU)
    made = territory.add_area(SYSTEM, code=VILLAGE, name="上冯村", level="village", parent=town)
    far = territory.add_area(SYSTEM, code="420281001202", name="下湖村", level="village", parent=town)
    unit, _other = territory.divide_village(SYSTEM, made, ["湾里", "塘边"], on=date(2024, 1, 1), basis="决议")
    for code, area, above in (("town", town, "gov"), ("village", made, "town"), ("far", far, "town")):
        parent = Office.objects.get(code=above)
        taken = Office.objects.filter(parent=parent).values_list("path", flat=True)
        path = paths.next_child(parent.path, list(taken))
        Office.objects.create(
            code=code,
            name=area.name,
            short_name=area.name,
            kind="village",
            area=area,
            parent=parent,
            path=path,
        )
    for login, (name, role, office) in PEOPLE.items():
        user = User.objects.create(username=login, name=name)
        Post.objects.create(user=user, role=role, office=Office.objects.get(code=office))
    world.forget()
    for number in ("H1", "H2"):
        house = {"head": "陈大山", "unit": unit.code, "source": "village", "members": 1}
        records.put("households", number, house, by=SYSTEM)
    place = {"area": VILLAGE, "office": "village"}
    rule = {"title": "打扫公共场地", "points": 5, "cap": 10, "town_office": "town", **place}
    records.put("points_rules", "R1", rule, move="adopt", by=SYSTEM)
    soap = {"title": "肥皂", "price": 4, "funded_by": "村集体收入", **place}
    records.put("points_goods", "FZ01", soap, by=SYSTEM)
    supply = Wanted(
        ledger=household_books.STOCK,
        source="supplied",
        target="holder",
        target_key="FZ01",
        amount=Decimal(10),
        words="进货",
        area=VILLAGE,
    )
    post(SYSTEM, [supply])
    return made


def who(login: str) -> Standing:
    """Somebody of the village in their post."""
    held = Post.objects.select_related("user", "office__area", "area")
    return places.standing(held.get(user__username=login))


def choose(login: str, row: Case, step: str, choice: str, **values: Any) -> None:
    """One choice, and what follows from it."""
    cases.choose(row.pk, step, choice, values, by=who(login))
    react_to_all()


def claimed(day: date, number: str = "H1") -> Case:
    """The chair reports for a household."""
    row = household_books.claim(
        who("feng"), number, {"rule": "R1", "happened_on": day.isoformat()}, key=f"k{day}"
    )
    react_to_all()
    return row


def published(row: Case) -> None:
    """Two others check it, the village judges it."""
    choose("ge", row, "verify_first", "seen", first_words="干净")
    choose("li2", row, "verify_second", "seen")
    choose("bai", row, "review", "pass")
