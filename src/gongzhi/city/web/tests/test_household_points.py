"""Points of an old man without a phone: claimed for him, checked by two others, published, booked, exchanged for soap, put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import gongzhi.mechanisms
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.ledgers import checks, queries
from gongzhi.city.ledgers.actions import Wanted, post
from gongzhi.city.ledgers.models import Exchange, Posting
from gongzhi.city.mechanisms import household_books, households, library
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.errors import RecordRefused
from gongzhi.city.records.models import Record
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as places
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
VILLAGE = "420281001201"
MONDAY = parse_instant("2024-10-14 09:00")
ROLES = {
    "feng": ("council_chair", "village"),
    "ge": ("grid_worker", "village"),
    "li2": ("village_supervisor", "village"),
    "bai": ("officer", "village"),
    "liu2": ("officer", "town"),
    "far": ("council_chair", "far"),
}


@pytest.fixture
def village(cast: Any) -> Iterator[Area]:
    """上冯村 with two units and two households, its posts, a rule, and soap on the shelf."""
    with clock.frozen(MONDAY):
        for name in ("people_places", "self_units", "household_points"):
            install(Path(gongzhi.mechanisms.__path__[0]) / name, by=SYSTEM)
        library.LIBRARY.registers()
        town = Area.objects.get(code=JINHU)
        made = territory.add_area(SYSTEM, code=VILLAGE, name="上冯村", level="village", parent=town)
        far = territory.add_area(SYSTEM, code="420281001202", name="下湖村", level="village", parent=town)
        unit, _other = territory.divide_village(
            SYSTEM, made, ["湾里", "塘边"], on=date(2024, 1, 1), basis="决议"
        )
        offices = {}
        for code, area, above in (("town", town, "gov"), ("village", made, "town"), ("far", far, "town")):
            parent = Office.objects.get(code=above)
            path = f"{parent.path}{'00' + str(5 + len(offices))}"
            offices[code] = Office.objects.create(
                code=code, name=code, short_name=code, kind="village", area=area, parent=parent, path=path
            )
        for name, (role, office) in ROLES.items():
            user = User.objects.create(username=name, name=name)
            Post.objects.create(user=user, role=role, office=offices[office])
        world.forget()
        for number in ("H1", "H2"):
            house = {"head": "陈大山", "unit": unit.code, "source": "village", "members": 1}
            records.put("households", number, house, by=SYSTEM)
        place = {"area": VILLAGE, "office": "village"}
        rule = {"title": "打扫公共场地", "points": 5, "cap": 10, "town_office": "town", **place}
        records.put("points_rules", "R1", rule, move="adopt", by=SYSTEM)
        records.put(
            "points_goods",
            "FZ01",
            {"title": "肥皂", "price": 4, "funded_by": "村集体收入", **place},
            by=SYSTEM,
        )
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
        yield made
    world.forget()


def who(name: str) -> Standing:
    return places.standing(
        Post.objects.select_related("user", "office__area", "area").get(user__username=name)
    )


def choose(name: str, row: Case, step: str, choice: str, **values: Any) -> None:
    cases.choose(row.pk, step, choice, values, by=who(name))
    react_to_all()


def claimed(browser: Callable[..., Any], **values: Any) -> Case:
    client = browser("feng")
    sent = {"rule": "R1", "happened_on": "2024-10-13", "key": "k1", **values}
    answer = client.post(reverse("web:points_claim", args=["H1"]), sent, follow=True)
    assert "报上去了" in answer.content.decode(), answer.content.decode()[:3000]
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
    choose("ge", row, "verify_first", "seen", first_words="干净")
    choose("li2", row, "verify_second", "seen")
    choose("bai", row, "review", "pass")
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
        again = client.post(reverse("web:points_exchange", args=["H1"]), {**sent, "key": "more"}, follow=True)
        assert "不够" in again.content.decode()
        assert checks.check_balances(True).ok and checks.check_postings(True).ok
    finally:
        later.__exit__(None, None, None)


def test_who_objects_in_time_stops_the_booking(village: Area, browser: Callable[..., Any]) -> None:
    row = claimed(browser)
    choose("ge", row, "verify_first", "seen")
    choose("li2", row, "verify_second", "seen")
    choose("bai", row, "review", "pass")
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
    choose("ge", row, "verify_first", "seen")
    choose("li2", row, "verify_second", "seen")
    choose("bai", row, "review", "pass")
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
