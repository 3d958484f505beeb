"""Rivers, networks, clean production and green indicators: what everybody reads, what only posts read, and where figures open."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, resident
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.overviews import green, waters
from gongzhi.city.records import actions as records
from gongzhi.city.territory.models import Area
from gongzhi.city.web.tests.counting import spent

NEEDED = ("river_chiefs", "seven_networks", "green_indicators", "clean_production", "waste_exchange")
TOWN, BUREAU = "jhj", "cgj"
SECRET = "桥下第三个排口是我家看见的"


def put(register, key, **values):
    records.put(register, key, values, by=SYSTEM, because="试验")


@pytest.fixture
def waterside(cast):
    with clock.frozen(MONDAY):
        for name in NEEDED:
            mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
        library.LIBRARY.registers()
        area = Area.objects.filter(level="village").first() or Area.objects.order_by("-path").first()
        common = {"area": area.code, "office": BUREAU}
        reach = common | {
            "river": "港西河",
            "kind": "河流",
            "level": "村级",
            "chief": "村书记 何村",
            "upper": BUREAU,
        }
        put("river_reaches", "HD1", title="港西河上段", last_patrol="2024-10-10", **reach)
        put("river_reaches", "HD2", title="港西河下段", last_patrol="2024-09-01", **reach)
        for key, network, covered in (
            ("W1", "供水", "通了"),
            ("W2", "燃气", "没通"),
            ("W3", "公交", "用别的办法"),
        ):
            put("network_status", key, title=f"港西村{network}", area=area.code, network=network, provider=BUREAU, covered=covered)  # fmt: skip
        put("water_sections", "S1", title="港口断面", river="港西河", water="河流", target=3, **common)
        put("audit_firms", "QY1", title="某铜业", reason="有毒有害", last_accepted="2019-11-01", **common)
        for key, side, firm, park in (
            ("G1", "有余料", "某电厂", "罗桥园区"),
            ("X1", "要原料", "某砖厂", "罗桥园区"),
            ("X2", "要原料", "远处砖厂", ""),
        ):
            put("waste_listings", key, title=f"{side}：粉煤灰", side=side, firm=firm, park=park, waste="粉煤灰", waste_class="一般固废", monthly=10)  # fmt: skip
        yield cast, area


PUBLIC = (
    "/green/rivers/",
    "/green/rivers/HD1/",
    "/welfare/coverage/",
    "/welfare/coverage/W1/",
    "/green/indicators/",
    "/green/indicators/S1/",
)


@pytest.mark.django_db
def test_everybody_reads_rivers_networks_and_sections_without_an_account(waterside, client, browser):
    actions.open_case(
        "river_chiefs",
        "water_issue",
        {"reach": "HD1", "kind": "污水直排", "text": SECRET},
        by=resident("guest:1"),
    )
    react_to_all()
    pages = {}
    for address in PUBLIC:
        answer = client.get(address)
        assert answer.status_code == 200, address
        pages[address] = answer.content.decode()
        assert SECRET not in pages[address]
    rivers = pages["/green/rivers/"]
    # looked at in September, due every seven days: it stands before the one that was looked at last Thursday
    assert rivers.index("港西河下段") < rivers.index("港西河上段") and "该看了" in rivers
    assert "污水直排" in pages["/green/rivers/HD1/"] and "河长办定谁改" in pages["/green/rivers/HD1/"]
    assert "没通" in pages["/welfare/coverage/"] and "港口断面" in pages["/green/indicators/"]
    assert client.get("/green/rivers/NONE/").status_code == 404

    counts_only_what_somebody_saw()
    finds_the_taker_in_its_own_park_first()
    assert client.get("/green/production/").status_code == 302
    page = browser("chen").get("/green/production/").content.decode()
    # accepted on 1 November 2019, five years are over in less than a month
    assert "某铜业" in page and "半年内到期" in page and "某砖厂" in page
    costs_as_much_for_many_as_for_few(client, waterside[1])


def counts_only_what_somebody_saw():
    found = {each.network: each for each in waters.shares()}
    assert (found["供水"].covered, found["供水"].total, found["供水"].percent) == (1, 1, 100)
    assert (found["公交"].covered, found["公交"].instead, found["公交"].percent) == (0, 1, 0)
    assert found["道路"].total == 0 and found["道路"].percent == 0


def finds_the_taker_in_its_own_park_first():
    found = green.pairs(green.listings())
    assert [(each.offer.key, each.want.key, each.loop) for each in found] == [
        ("G1", "X1", "中循环（园区内）"),
        ("G1", "X2", "大循环（社会上）"),
    ]


@pytest.mark.parametrize(
    ("value", "points"), [(-1.0, 0.0), (0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (2.0, 1.0), (None, 0.0)]
)
def test_points_of_an_indicator_lie_on_a_line_between_worst_and_best(value, points):
    row = green.figures.Row(
        id="x", title="", shown="", interval="", n=1, excluded=0, formula="", value=value, unit="%", cases=(), hits=()
    )  # fmt: skip
    part = green.Part(
        mechanism="m", measure="x", title="", formula="", weight=1.0, worst=0.0, best=1.0, figure=row, missing=""
    )  # fmt: skip
    assert green.points_of(part) == points


def costs_as_much_for_many_as_for_few(client, area):
    before = {address: spent(client, address) for address in PUBLIC}
    for number in range(9):
        put("river_reaches", f"HD9{number}", title=f"第{number}段", area=area.code, office=BUREAU, upper=BUREAU, river="港西河", kind="河流", level="村级", chief="何村")  # fmt: skip
        put("network_status", f"W9{number}", title=f"格{number}", area=area.code, network="邮路", provider=BUREAU, covered="没通")  # fmt: skip
    for address in PUBLIC:
        assert spent(client, address) <= before[address] + 1, address


def part_of(value: float, weight: float) -> green.Part:
    row = green.figures.Row(
        id="x", title="", shown="", interval="", n=9, excluded=0, formula="", value=value, unit="%", cases=(), hits=()
    )  # fmt: skip
    return green.Part(
        mechanism="m", measure="x", title="", formula="", weight=weight, worst=0.0, best=1.0, figure=row, missing=""
    )  # fmt: skip


def test_what_has_no_figure_leaves_its_weight_to_the_others_up_to_half(monkeypatch):
    span = type("Span", (), {"low": 0.8, "high": 1.2})
    monkeypatch.setattr(green, "scheme", lambda: type("Card", (), {"green": span}))
    # 40 of 70 weights at full points, 30 at half: 0.8 + 0.4 x (40 + 15) / 70
    assert green.coefficient([part_of(1.0, 40), part_of(0.5, 30)]) == pytest.approx(0.8 + 0.4 * 55 / 70)
    assert green.coefficient([part_of(0.0, 50)]) == pytest.approx(0.8)
    assert green.coefficient([part_of(1.0, 49)]) is None
