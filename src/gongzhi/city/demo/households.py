"""Villages with their units as registers know them, and the households of three villages: all of them made up.

Every sum agrees: the households of a village are those of its units, and where households are listed, they are as many.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from gongzhi.city.demo.answers import identity
from gongzhi.city.demo.sentences import GIVEN, SURNAMES, person_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import grid_kit
from gongzhi.city.records import actions, catalogue
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, Level, Office, Post

Write = Callable[[str, dict[str, Any]], None]
#: households are listed in the first village of so many towns, so many in each unit
TOWNS, EACH, CARED = 3, 10, 12
SINCE = timedelta(days=300)
#: the first digits of an identity number: no county has this code, so that a number is lawful and nobody's
NOWHERE = "420299"
GRID_WORKER = "geyan"
#: reason, level, days since the last visit
CARE = (
    ("独居，七十八岁", "每周", 5),
    ("行动不便", "每两周", 12),
    ("独居，爱忘事", "每周", 9),
    ("失能，老伴照顾", "每月", 20),
    ("留守儿童，跟奶奶住", "每两周", 3),
    ("重病，在家休养", "每月", 33),
)


def fill_units() -> int:
    """The lines of villages and units in the registers of ``self_units``; gives how many."""
    if catalogue.known("units") is None or catalogue.known("villages") is None:
        return 0
    chance, made = random.Random(31), 0
    listed = {area.pk for area in _listed()}
    with clock.frozen(clock.now() - SINCE):
        for village in _divided():
            made += _village(village, chance, listed=village.pk in listed)
    return made


def _divided() -> list[Area]:
    """Villages that have units, in the order of the tree."""
    rows = Area.objects.filter(level=Level.VILLAGE, children__level=Level.UNIT).distinct()
    return list(rows.select_related("parent").order_by("path"))


def _listed() -> list[Area]:
    """The villages whose households are listed: the first of the first towns."""
    first: dict[int, Area] = {}
    for village in _divided():
        first.setdefault(village.parent_id or 0, village)
    return list(first.values())[:TOWNS]


def _village(village: Area, chance: random.Random, *, listed: bool) -> int:
    """One village with its units: town streets are urban, other towns rural."""
    town = village.parent
    assert town is not None, "a village lies in a town"
    setting = "城市" if town.name.endswith("街道") else "农村"
    office, above = _office(village), _office(town)
    units = list(queries.areas_in(village, Level.UNIT).order_by("path"))
    counts = [EACH if listed else chance.randint(38, 96) for _ in units]
    common = {"setting": setting, "office": office, "town_office": above}
    today = clock.today()
    values = {
        **common,
        "code": village.code,
        "name": village.short_name,
        "households": sum(counts),
        "as_of": today.isoformat(),
    }
    record = actions.create(SYSTEM, "villages", {**values, "source": "演示底数"}, note="列入")
    for unit, count in zip(units, counts, strict=True):
        roles = _roles(chance, today)
        row = {"code": unit.code, "name": unit.name, "of_village": village.code, "households": count}
        actions.create(
            SYSTEM,
            "units",
            {**common, **row, "village_name": village.short_name, **roles},
            note="划分备案",
        )
    actions.move(SYSTEM, record.pk, "divide", expected=None, note="划成单元")
    return 1 + len(units)


def _roles(chance: random.Random, today: Any) -> dict[str, str]:
    """The four of a unit; now and then nobody advises."""
    held = [
        name for name in ("party", "grid", "council", "adviser") if name != "adviser" or chance.random() > 0.1
    ]
    since, until = today.isoformat(), (today + timedelta(days=3 * 365)).isoformat()
    return {
        f"{name}_{part}": value
        for name in held
        for part, value in (("name", person_name(chance)), ("since", since), ("until", until))
    }


def fill_households() -> int:
    """The households, residents and people who need care of three villages, and who is visited when; gives how many."""
    if catalogue.known("households") is None:
        return 0
    chance, now = random.Random(47), clock.now()
    made = [0]

    def write(register: str, values: dict[str, Any]) -> None:
        actions.create(SYSTEM, register, {k: v for k, v in values.items() if v is not None}, note="登记")
        made[0] += 1

    with clock.frozen(now - SINCE / 2):
        homes = list(_homes(write, chance))
        for number in range(CARED):
            home = homes[number * len(homes) // CARED]
            _cared(write, number, home, now)
    _plan(now)
    return made[0]


def _homes(write: Write, chance: random.Random) -> Iterator[dict[str, str]]:
    number = 0
    for village in _listed():
        office = _office(village)
        for unit in queries.areas_in(village, Level.UNIT).order_by("path"):
            for place in range(1, EACH + 1):
                number += 1
                surname, phone = chance.choice(SURNAMES), chance.random() < 0.6
                home = {"number": f"YS{number:04}", "unit": unit.code, "source": office}
                head = surname + chance.choice(GIVEN)
                address = {"text": f"{unit.name}{place}号", "area": unit.code}
                members = chance.choice((1, 2, 2, 3))
                agreed = clock.today().isoformat() if phone else None
                row = {**home, "head": head, "address": address, "members": members, "agreed_on": agreed}
                row["kind"] = chance.choice(("常住户", "常住户", "常住户", "租住户"))
                row["phone"] = _phone(chance) if phone else None
                write("households", {**row, "registered_on": clock.today().isoformat()})
                _residents(write, home, head, members, chance)
                yield {**home, "head": head}


def _residents(write: Write, home: dict[str, str], head: str, members: int, chance: random.Random) -> None:
    police = Office.objects.filter(code="dy-gaj").values_list("code", flat=True).first() or home["source"]
    relations = ("户主", "配偶", "子女")
    for place, relation in enumerate(relations[:members], 1):
        born = f"{chance.randint(2005, 2018) if relation == '子女' else chance.randint(1945, 1985)}0{chance.randint(1, 9)}{chance.randint(10, 28)}"
        name = head if relation == "户主" else head[0] + chance.choice(GIVEN)
        write(
            "residents",
            {
                "code": f"{home['number']}-{place}",
                "name": name,
                "identity_number": identity(f"{NOWHERE}{born}{chance.randint(1, 999):03}"),
                "born_on": f"{born[:4]}-{born[4:6]}-{born[6:]}",
                "household": home["number"],
                "relation": relation,
                "unit": home["unit"],
                "source": police,
                "registered_on": clock.today().isoformat(),
            },
        )


def _cared(write: Write, number: int, home: dict[str, str], now: datetime) -> None:
    reason, level, ago = CARE[number % len(CARE)]
    write(
        "care_people",
        {
            "code": f"ZL{number + 1:03}",
            "name": home["head"],
            "person": f"{home['number']}-1",
            "household": home["number"],
            "unit": home["unit"],
            "reason": reason,
            "level": level,
            "helper": "村里的邻长",
            "source": home["source"],
            "since": clock.today().isoformat(),
            "visited_on": (now - timedelta(days=ago)).date().isoformat(),
        },
    )


def _plan(now: datetime) -> None:
    """The grid worker of the demonstration has planned the visits some days ago."""
    post = (
        Post.objects.filter(user__username=GRID_WORKER).select_related("user", "office__area", "area").first()
    )
    if post is not None:
        by = queries.standing(post)
        with clock.frozen(now - timedelta(days=1)):
            grid_kit.plan(grid_kit.kit(by.role), by)


def _phone(chance: random.Random) -> str:
    return f"199{chance.randint(0, 99_999_999):08}"


def _office(area: Area) -> str:
    return Office.objects.filter(area=area).order_by("path").values_list("code", flat=True)[0]
