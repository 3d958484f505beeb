"""The page of public rental housing: everybody sees the order and the reasons, nobody sees who is behind a number."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.overviews import housing
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area
from gongzhi.city.web.tests.counting import spent

pytestmark = pytest.mark.django_db
PRIVATE = "JM-SECRET"
#: number, tier, its order, points, day of entry
FAMILIES = (
    ("GZ1", "轮候", 2, 80, "2023-10-14"),
    ("GZ2", "轮候", 2, 95, "2024-02-01"),
    ("GZ3", "应保尽保", 1, 40, "2024-03-01"),
    ("GZ4", "轮候", 2, 80, "2024-01-01"),
)


def put(register, key, **values):
    records.put(register, key, values, by=SYSTEM, because="试验")


@pytest.fixture
def city(cast):
    with clock.frozen(MONDAY):
        for name in ("people_places", "housing_support"):
            mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
        library.LIBRARY.registers()
        unit = Area.objects.order_by("-path").first()
        put("residents", PRIVATE, name="钱多多", unit=unit.code, source="cgj")
        for key, tier, order, score, joined in FAMILIES:
            put("housing_queue", key, shown_name=f"{key}某", people=3, rooms="两居", tier=tier, tier_order=order, score=score, joined_on=joined, wait_until="2029-01-01", keeper="cgj", resident=PRIVATE)  # fmt: skip
        put("rental_homes", "F1", estate="安居苑", rooms="两居", rent="300.00", home_area=58, keeper="cgj")
        put("housing_schemes", "P1", title="秋季配租", rooms="两居", home_count=1, intend_until="2024-10-31", seed="P1|2024-11-01|12345", ranking="GZ3 某 第1档；GZ2 某 第2档", keeper="cgj")  # fmt: skip
        yield cast


@pytest.fixture
def page(city, client):
    return client.get("/welfare/housing/?number=GZ1").content.decode()


def test_a_number_tells_its_place_and_who_is_before_it_and_why(page):
    assert "第 <strong>3</strong> 位，一共 4 户" in page
    assert "1 户在前面：低保" in page
    assert "1 户在前面：同一档，分比您高" in page
    assert "1 户和您一样：配租的时候当众抽签" in page
    assert "最晚 2029-01-01 以前安排" in page


def test_the_queue_is_in_the_order_in_which_homes_are_let(city):
    with clock.frozen(MONDAY):
        assert [row.key for row in housing.queue()] == ["GZ3", "GZ2", "GZ1", "GZ4"]
        lines, waiting = housing.lines(housing.queue(), "两居", 1)
        # the same tier and points are the same place until the lots are drawn
        assert ([line.position for line in lines], waiting) == ([1, 2, 3, 3], 4)


def test_it_shows_homes_the_scheme_its_seed_and_the_days_of_the_longest_wait(page):
    assert "安居苑" in page and "300" in page and "秋季配租" in page and "P1|2024-11-01|12345" in page
    assert "GZ2 某 第2档" in page
    # from 14 October 2023 to 14 October 2024, a leap year
    assert "366" in page


def test_nobody_learns_who_is_behind_a_number(page):
    assert PRIVATE not in page and "钱多多" not in page


def test_an_unknown_number_gets_an_answer_and_no_error(city, client):
    for asked in ("NONE", "GZ", "<b>", "x" * 99):
        answer = client.get("/welfare/housing/", {"number": asked, "page": "0", "kind": "四居"})
        assert answer.status_code == 200
        assert "不在轮候" in answer.content.decode() and "<b>" not in answer.content.decode()


def test_who_moved_in_or_left_stands_no_longer_in_the_queue(city):
    with clock.frozen(MONDAY):
        row = Record.objects.get(register="housing_queue", key="GZ3")
        records.move(SYSTEM, row, "house", expected=None)
        assert [row.key for row in housing.queue()] == ["GZ2", "GZ1", "GZ4"]
        found = housing.place(housing.queue(), "GZ1")
    assert found is not None and (found.position, found.by_tier) == (2, 0)


def test_the_page_costs_the_same_for_four_families_and_for_twenty(city, client):
    few = spent(client, "/welfare/housing/")
    for number in range(16):
        put("housing_queue", f"GY{number}", shown_name="某", rooms="两居", tier="轮候", tier_order=2, score=number, joined_on="2024-01-01", keeper="cgj", resident=PRIVATE)  # fmt: skip
    assert spent(client, "/welfare/housing/") == few


def test_without_the_mechanism_the_page_says_so(cast, client):
    assert "没有安装" in client.get("/welfare/housing/").content.decode()
