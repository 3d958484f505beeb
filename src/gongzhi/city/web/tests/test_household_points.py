"""Points of an old man without a phone: claimed for him, checked by two others, published, booked, exchanged for soap, put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.ledgers import checks, queries
from gongzhi.city.ledgers.models import Exchange, Posting
from gongzhi.city.mechanisms import household_books, households
from gongzhi.city.mechanisms.tests.points_city import VILLAGE, build_points_village, choose, published, who
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.errors import RecordRefused
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
MONDAY = parse_instant("2024-10-14 09:00")


@pytest.fixture
def village(cast: Any) -> Iterator[Area]:
    with clock.frozen(MONDAY):
        yield build_points_village()
    world.forget()


def claimed(browser: Callable[..., Any], **values: Any) -> Case:
    client = browser("feng")
    sent = {"rule": "R1", "happened_on": "2024-10-13", "key": "k1", **values}
    answer = client.post(reverse("web:points_claim", args=["H1"]), sent, follow=True)
    assert "报上去了" in answer.content.decode()
    react_to_all()
    return Case.objects.get(type="points_claim")


def pass_time(**delta: float) -> Any:
    """Later: what is due fires, and what waits for it is done."""
    later = clock.frozen(clock.now() + timedelta(**delta))
    later.__enter__()
    cases.tick_cases()
    react_to_all()
    return later


def test_an_old_man_without_a_phone_gets_his_soap(village: Area, browser: Callable[..., Any]) -> None:
    client = browser("feng")
    page = client.get(
        reverse("web:points_find"), {"number": "http://x/village/points/houses/H1/"}, follow=True
    )
    assert "H1" in page.content.decode()
    row = claimed(browser, what="扫了祠堂前的场子")
    published(row)
    assert queries.balance(household_books.POINTS, "H1") == 0
    open_to_all = browser().get(reverse("web:points_rules", args=[VILLAGE])).content.decode()
    assert "打扫公共场地" in open_to_all and "陈大山" not in open_to_all
    later = pass_time(days=4)
    try:
        row.refresh_from_db()
        assert row.ended == "posted"
        assert queries.balance(household_books.POINTS, "H1") == 5
        assert queries.book_balance(household_books.POINTS, "issued", VILLAGE) == -5
        sent = {"item": "FZ01", "count": "1", "key": "click"}
        slip = client.post(reverse("web:points_exchange", args=["H1"]), sent, follow=True).content.decode()
        assert "兑换单" in slip and "肥皂×1" in slip
        client.post(reverse("web:points_exchange", args=["H1"]), sent)  # a double tap
        assert Exchange.objects.get().state == "handed"
        assert queries.balance(household_books.POINTS, "H1") == 1
        front = client.get(reverse("web:household_points")).content.decode()
        address = reverse("web:points_book", args=[Posting.objects.get(words="打扫公共场地").book_id])
        assert address in front
        rows = client.get(address).content.decode()
        assert "打扫公共场地" in rows and "兑换 肥皂×1" in rows
        assert browser("far").get(address).status_code == 404
        again = client.post(reverse("web:points_exchange", args=["H1"]), {**sent, "key": "more"}, follow=True)
        assert "不够" in again.content.decode()
        assert checks.check_balances(True).ok and checks.check_postings(True).ok
    finally:
        later.__exit__(None, None, None)


def test_who_objects_in_time_stops_the_booking(village: Area, browser: Callable[..., Any]) -> None:
    row = claimed(browser)
    published(row)
    neighbour = User.objects.create(username="neighbour", name="邻居")
    client = browser("neighbour")
    address = reverse("web:points_object", args=[row.pk])
    client.post(address, {"words": "不是他扫的"})  # of no household here
    assert len(household_books.published(village.path)) == 1
    households.join(who("feng"), "H2", neighbour.person)
    client.post(address, {"words": "不是他扫的"})
    react_to_all()
    assert [each.title for each in household_books.published(village.path)] == []
    later = pass_time(days=10)
    try:
        row.refresh_from_db()
        assert row.ended == "" and not Posting.objects.filter(words="打扫公共场地").exists()
        choose("liu2", row, "recheck", "stands", ruling="问了三户，是他扫的")
        assert queries.balance(household_books.POINTS, "H1") == 5
        late = client.post(address, {"words": "再提一次"}, follow=True)
        assert "不在公示" in late.content.decode()
    finally:
        later.__exit__(None, None, None)


def test_what_was_booked_for_the_wrong_household_is_reversed(
    village: Area, browser: Callable[..., Any]
) -> None:
    row = claimed(browser)
    published(row)
    later = pass_time(days=4)
    try:
        row.refresh_from_db()
        number = row.reference.number if hasattr(row, "reference") else row.number
        receipt = cases.open_case(
            "household_points", "points_reversal", {"claim": number, "why": "记错了户"}, by=who("feng")
        )
        undo = Case.objects.get(pk=receipt.case)
        choose("li2", undo, "look", "wrong", found="同名")
        choose("bai", undo, "decide", "reverse")
        undo.refresh_from_db()
        assert undo.ended == "reversed"
        assert queries.balance(household_books.POINTS, "H1") == 0
        book = browser("feng").get(reverse("web:points_house", args=["H1"])).content.decode()
        assert "已冲正" in book
    finally:
        later.__exit__(None, None, None)


def test_a_household_sees_its_own_book_and_nobody_elses(village: Area, browser: Callable[..., Any]) -> None:
    son = User.objects.create(username="son", name="儿子")
    assert "还没有挂到哪一户" in browser("son").get(reverse("web:household_points")).content.decode()
    browser("feng").post(reverse("web:points_join", args=["H1"]), {"username": "son", "deed": "join"})
    assert households.number_of(son.person) == "H1"
    mine = browser("son").get(reverse("web:household_points")).content.decode()
    assert "H1 户现在有" in mine and "替这一户报" not in mine
    answer = browser("son").post(
        reverse("web:points_claim", args=["H2"]), {"rule": "R1", "happened_on": "2024-10-13"}
    )
    assert answer.status_code == 404
    browser("son").post(
        reverse("web:points_claim", args=["H1"]), {"rule": "R1", "happened_on": "2024-10-13", "key": "s"}
    )
    assert Case.objects.filter(type="points_claim").count() == 1
    assert browser("far").get(reverse("web:points_house", args=["H1"])).status_code == 404


def test_cards_carry_a_code_and_a_number_and_nothing_of_a_person(
    village: Area, browser: Callable[..., Any]
) -> None:
    page = browser("feng").get(reverse("web:points_cards"), {"area": VILLAGE}).content.decode()
    assert page.count("<svg") >= 2 and "H2" in page
    assert "陈大山" not in page
    assert browser("far").get(reverse("web:points_cards"), {"area": VILLAGE}).status_code == 404


def test_a_rule_against_complaints_is_not_even_kept_in_the_register(village: Area) -> None:
    for words, points in (("打12345投诉", -5), ("全年无上访", 20), ("给村里抹黑", -3)):
        rule = {
            "title": words,
            "points": points,
            "cap": 10,
            "area": VILLAGE,
            "office": "village",
            "town_office": "town",
        }
        with pytest.raises(RecordRefused):
            records.put("points_rules", "R9", rule, move="adopt", by=SYSTEM)
    assert not Record.objects.filter(register="points_rules", key="R9").exists()
