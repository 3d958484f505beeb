"""Public rental housing in the demo: homes, a queue, a scheme that was drawn last month and one that is open now. All made up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.records import actions as records
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office
from gongzhi.engine.expressions.builtins.lots import draw

BUREAU, QUEUE = "住房和城乡建设局", "housing_queue"
#: estate, room numbers, kind, m², rent
HOMES: Final = (
    ("安居苑", ("1-101", "1-102", "1-203"), "一居", 38, "190.00"),
    ("安居苑", ("2-301", "2-302", "2-402", "2-501"), "两居", 56, "280.00"),
    ("湖畔里", ("3-201", "3-602"), "两居", 58, "300.00"),
    ("湖畔里", ("5-701",), "三居", 72, "380.00"),
)
#: name as published, persons, kind, tier, points, days in the queue
FAMILIES: Final = (
    ("陈某兰", 1, "一居", "应保尽保", 70, 210),
    ("柯某", 1, "一居", "轮候", 85, 480),
    ("冯某生", 1, "一居", "轮候", 60, 300),
    ("王某英", 3, "两居", "轮候", 80, 610),
    ("张某", 2, "两居", "应保尽保", 60, 95),
    ("李某海", 3, "两居", "轮候", 95, 400),
    ("刘某", 2, "两居", "轮候", 80, 320),
    ("周某云", 3, "两居", "轮候", 55, 150),
    ("吴某", 3, "两居", "轮候", 80, 88),
    ("郑某国", 4, "三居", "轮候", 100, 700),
    ("孙某", 5, "三居", "应保尽保", 70, 130),
    ("何某芳", 4, "三居", "轮候", 65, 240),
)
#: of the last scheme: they wait no longer
SERVED: Final = (("赵某", 3, "两居", "轮候", 100, 720), ("钱某贵", 2, "两居", "应保尽保", 75, 260))
#: days since the last draw, days until the open registration ends
DRAWN, OPEN = 34, 12


def fill_housing() -> int:
    """Fill the registers as far as the mechanism is installed; gives how many records were written."""
    office = Office.objects.filter(name__contains=BUREAU).first()
    if catalogue.known(QUEUE) is None or office is None:
        return 0
    today, keeper = clock.today(), {"keeper": office.code}
    made = 0
    for estate, numbers, kind, metres, rent in HOMES:
        for number in numbers:
            home = {"estate": estate, "rooms": kind, "home_area": metres, "rent": rent}
            _put("rental_homes", f"{estate}{number}", home | keeper)
            made += 1
    for place, family in enumerate((*FAMILIES, *SERVED), 1):
        _put(QUEUE, _key(today, place), _row(family, today) | keeper)
    _drawn(today, keeper)
    _put("housing_schemes", "PZ-冬季两居", {"title": "冬季两居配租", "rooms": "两居", "home_count": 4, "intend_until": (today + timedelta(days=OPEN)).isoformat()} | keeper)  # fmt: skip
    return made + len(FAMILIES) + len(SERVED) + 2


def _key(today: date, number: int) -> str:
    return f"GZ{today.year - 1}{number:05}"


def _row(family: tuple[str, int, str, str, int, int], today: date) -> dict[str, Any]:
    name, people, kind, tier, score, days = family
    joined = today - timedelta(days=days)
    told = {"shown_name": name, "people": people, "rooms": kind, "tier": tier, "score": score}
    told |= {"tier_order": 1 if tier == "应保尽保" else 2, "joined_on": joined.isoformat()}
    return told | {"wait_until": joined.replace(year=joined.year + 5, day=1).isoformat(), "way": "实物配租"}


def _drawn(today: date, keeper: dict[str, str]) -> None:
    """The last scheme with its order: anybody can draw it again with the seed."""
    code, day = "PZ-秋季两居", today - timedelta(days=DRAWN)
    seed = f"{code}|{day.isoformat()}|0311172428"
    first = len(FAMILIES) + 1
    rows = {_key(today, first + place): family for place, family in enumerate(SERVED)}
    lots = draw(list(rows), Decimal(len(rows)), seed) or []
    order = sorted(rows, key=lambda key: (rows[key][3] != "应保尽保", -rows[key][4], lots.index(key)))
    ranking = "；".join(
        f"{key} {rows[key][0]} 第{1 if rows[key][3] == '应保尽保' else 2}档 {rows[key][4]}分 抽签第{lots.index(key) + 1}"
        for key in order
    )
    scheme = {"title": "秋季两居配租", "rooms": "两居", "home_count": 2, "intend_until": (day - timedelta(days=3)).isoformat()}  # fmt: skip
    _put("housing_schemes", code, {**scheme, "seed": seed, "ranking": ranking, **keeper})
    _move("housing_schemes", code, "rank")
    _move("housing_schemes", code, "finish")
    for key, home in zip(order, ("安居苑2-301", "湖畔里3-201"), strict=True):
        _move(QUEUE, key, "house")
        _put("rental_homes", home, {"taken_on": (day + timedelta(days=18)).isoformat()})
        _move("rental_homes", home, "let")


def _put(register: str, key: str, values: dict[str, Any]) -> None:
    records.put(register, key, values, by=SYSTEM, because="演示数据")


def _move(register: str, key: str, move: str) -> None:
    row = Record.objects.get(register=register, key=key)
    records.move(SYSTEM, row, move, expected=None, note="演示数据")
