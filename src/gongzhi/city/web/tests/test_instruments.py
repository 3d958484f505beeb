"""The calendar of instruments for everybody: free, booked, closed, past; never who; in a constant number of queries."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library
from gongzhi.city.records import actions as records
from gongzhi.engine.cases.errors import AlreadyOne

pytestmark = pytest.mark.django_db
ADDRESS = "/reform/instruments/?week=2024-10-16"
FORM = {"instrument": "YQ1", "slot_day": "2024-10-16", "slot": "上午", "user_kind": "企业", "test": "断口"}


@pytest.fixture
def lab(cast):
    with clock.frozen(MONDAY):
        mechanisms.install(Path(gongzhi.mechanisms.__path__[0]) / "instrument_sharing", by=SYSTEM)
        library.LIBRARY.registers()
        shut = {"closed_from": "2024-10-17", "closed_to": "2024-10-18"}
        told = {"title": "扫描电镜", "manager": "cgj", "price_hour": "300.00"}
        records.put("instruments", "YQ1", {**told, **shut}, by=SYSTEM, because="试验")
        yield cast


def booked(cast, **more):
    reporter = UUID(cast.wang.person.removeprefix("resident:"))
    return actions.open_case(
        "instrument_sharing", "booking", {**FORM, **more}, by=cast.wang, reporter=reporter
    )


def cells(client) -> list[str]:
    text = client.get(ADDRESS).content.decode()
    return [each.split('"')[0] for each in text.split('<td class="')[1:]]


def test_it_shows_free_booked_shut_and_nobody(lab, client):
    # three parts of seven days: Monday is today, Thursday and Friday are maintenance, the weekend is closed
    assert (
        cells(client)
        == ["free"] * 3 + ["closed"] * 4 + ["free"] * 3 + ["closed"] * 4 + ["free"] * 3 + ["closed"] * 4
    )
    booked(lab)
    assert cells(client)[2] == "booked" and cells(client).count("booked") == 1
    page = client.get(ADDRESS).content.decode()
    assert "扫描电镜" in page and "王秀英" not in page and "断口" not in page


def test_it_gives_a_part_of_a_day_to_one_only_and_back_when_it_is_cancelled(lab, client):
    first = booked(lab)
    with pytest.raises(AlreadyOne, match="已经有人约了"):
        booked(lab)
    booked(lab, slot="下午")
    actions.act(first.case, "withdraw", {"reason": "样品没备好"}, by=lab.wang)
    assert cells(client).count("booked") == 1
    booked(lab)
    assert cells(client).count("booked") == 2


def test_it_costs_the_same_with_many_instruments_and_bookings(lab, client):
    client.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        client.get(ADDRESS)
    for number in range(2, 8):
        told = {"title": f"仪器{number}", "manager": "cgj", "price_hour": "10.00"}
        records.put("instruments", f"YQ{number}", told, by=SYSTEM, because="试验")
        booked(lab, instrument=f"YQ{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(ADDRESS)
    assert len(many) == len(few)


def test_it_says_so_where_nothing_is_shared(cast, client):
    assert "没有安装共享仪器的机制" in client.get("/reform/instruments/").content.decode()
