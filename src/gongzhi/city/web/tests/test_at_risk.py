"""A household after a hospital bill: the signal is looked at once, it is published without a name, listed, helped and lifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import world
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import watching
from gongzhi.city.mechanisms.overviews import at_risk
from gongzhi.city.mechanisms.tests.at_risk_city import build_at_risk_village, choose, looked_at, signal
from gongzhi.city.people.models import User
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area
from gongzhi.engine import cases as engine
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
MONDAY = parse_instant("2024-10-14 09:00")
DAY = date(2024, 10, 14)
BOARD, PUBLISHED = "/warnings/households/", "/warnings/published/"


@pytest.fixture
def village(cast: Any) -> Iterator[Area]:
    with clock.frozen(MONDAY):
        yield build_at_risk_village()
    world.forget()


def watched(day: date) -> None:
    """The night's run, and what follows from it."""
    watching.run(day, day)
    react_to_all()


def at(day: date) -> Any:
    """Nine o'clock of a later day; what was due by then has happened."""
    later = clock.frozen(MONDAY + (day - DAY))
    later.__enter__()
    cases.tick_cases()
    react_to_all()
    return later


def node(row: Case) -> str:
    """The step where it stands."""
    row.refresh_from_db()
    return engine.load_case(row.state).flow.tokens[0].node


def raised() -> Case:
    signal("S1", 41000, DAY - timedelta(days=1))
    watched(DAY - timedelta(days=1))
    return Case.objects.get(type="monitoring")


def test_a_hospital_bill_is_looked_at_once(village: Area) -> None:
    signal("S0", 19999, DAY - timedelta(days=1), house="SF-2")
    row = raised()
    assert row.state["data"]["household"] == "SF-1"
    assert "医疗保障局" in row.state["data"]["explain"]
    watched(DAY - timedelta(days=1))  # the run of the same day again
    signal("S2", 90, DAY - timedelta(days=1), kind="失业")
    watched(DAY - timedelta(days=1))  # another signal of the same household joins the case
    assert Case.objects.filter(type="monitoring").count() == 1
    assert {(each.watch, each.case) for each in Alert.objects.all()} == {
        ("self_paid", row.pk),
        ("job_loss", row.pk),
    }
    assert Record.objects.get(register="risk_signals", key="S1").state == "looking"


def test_wrong_data_of_a_department_count_against_the_watch(village: Area) -> None:
    row = raised()
    told = {"went_on": "2024-10-14", "household_says": "是同名的人", "false_why": "部门数据有误"}
    choose("hecun", row, "visit", "unreal", {**told, "told_why": "医保登记的是同名的人"})
    alert = Alert.objects.get()
    assert (alert.state, alert.reason) == ("false", "部门数据有误")
    assert Record.objects.get(register="risk_signals", key="S1").state == "done"


def test_it_is_published_without_name_reason_or_numbers(village: Area, browser: Callable[..., Any]) -> None:
    row = raised()
    looked_at(row, DAY)
    page = browser().get(PUBLISHED).content.decode()
    assert "SF-1" in page and "边缘易致贫户" in page and "10月19日" in page
    for closed in ("陈大山", "自付", "医疗", "41000", "7400", "欠亲戚"):
        assert closed not in page
    later = at(DAY + timedelta(days=6))
    try:
        assert "SF-1" not in browser().get(PUBLISHED).content.decode()
        assert node(row) == "town"
    finally:
        later.__exit__(None, None, None)


def test_a_neighbour_objects_and_stays_unknown(village: Area, browser: Callable[..., Any]) -> None:
    row = raised()
    looked_at(row, DAY)
    User.objects.create(username="neighbour", name="邻居甲")
    client, address = browser("neighbour"), reverse("web:at_risk_object", args=[row.pk])
    assert browser().post(address, {"words": "x"}).status_code == 302  # signed out: to the login
    assert "异议收到了" in client.post(address, {"words": "他家有铺面"}, follow=True).content.decode()
    assert node(row) == "recheck"
    assert "邻居甲" not in browser("shi").get(reverse("web:case", args=[row.pk])).content.decode()
    assert "不在公示" in client.post(address, {"words": "再说一遍"}, follow=True).content.decode()
    choose("shi", row, "recheck", "stands", {"ruling": "铺面是租的"})
    assert [each.household for each in at_risk.published()] == ["SF-1"]  # the same publication, not a new one
    assert at_risk.published()[0].until == DAY + timedelta(days=5)


def test_who_may_not_see_households_sees_none(village: Area, browser: Callable[..., Any]) -> None:
    raised()
    assert "S1" not in browser("hu2").get(BOARD).content.decode()  # the next village
    assert browser("hu2").get(f"{BOARD}h/SF-1/").status_code == 404
    assert "SF-1" in browser("hecun").get(BOARD).content.decode()
    assert "SF-1" not in browser("wangge").get(BOARD).content.decode()  # no post for it
    assert browser().get(BOARD).status_code in (302, 403, 404)


def test_listed_helped_and_lifted(village: Area, browser: Callable[..., Any]) -> None:
    row = raised()
    looked_at(row, DAY)
    later = at(DAY + timedelta(days=7))
    try:
        choose("shi", row, "town", "pass")
        choose("xian", row, "county", "list")
        assert Alert.objects.get().state == "true"
        on_list = Record.objects.get(register="monitored_households")
        assert (on_list.state, on_list.data["category"]) == ("listed", "边缘易致贫户")
        assert str(on_list.data["reason"]).startswith("sealed:")  # why they are listed is health
        page = browser("fan").get(f"{BOARD}h/SF-1/").content.decode()
        found = [each for each in ("29600", "41000", "人均7400") if each not in page]
        assert found == [], page[page.index('id="numbers"') :][:900]
    finally:
        later.__exit__(None, None, None)
    months = at(DAY + timedelta(days=40))
    try:
        watched(DAY + timedelta(days=38))
        watched(DAY + timedelta(days=39))
        late = Case.objects.get(type="unhelped")
        assert "一个月还没有" in browser("fan").get(BOARD).content.decode()
        measure = {"measure_kind": "医疗救助", "measure_what": "二次报销", "measure_office": "nyj"}
        helping = Case.objects.get(type="helping")
        told = {**measure, "contact_helper": "村里何主任", "measure_amount": "12000"}
        choose("shi", helping, "plan", "set", {**told, "measure_from": "2024-11-23"})
        choose("shi", late, "answer", "late", {"why_none": "换人没有交接", "fixed": "二次报销"})
        choose("fan", late, "check", "truly_late", {"note": "属实"})
        assert Alert.objects.get(watch="no_measures").state == "true"
        choose("hecun", helping, "help", "visit", {"went_on": "2024-11-23", "seen": "能干轻活了"})
        ledger = Record.objects.get(register="help_measures")
        choose("hecun", helping, "help", "effect", {"measure": ledger.key, "worked": "见效"})
        page = browser("fan").get(f"{BOARD}h/SF-1/").content.decode()
        assert "医疗救助" in page and "12000" in page and "见效" in page and "村里何主任" in page
    finally:
        months.__exit__(None, None, None)
    year = at(DAY + timedelta(days=200))
    try:
        steady = {"people_now": 4, "income": "40000", "pay_now": "3000"}
        sound = dict.fromkeys(("school_ok", "medical_ok", "housing_ok", "water_ok", "risk_gone"), True)
        steadied = {**steady, **sound, "no_new_risk": True, "told_family": True}
        choose("hecun", helping, "help", "lift", steadied)
        choose("yuan", helping, "lift_town", "pass")
        choose("xian", helping, "lift_county", "lift")
        assert Record.objects.get(register="monitored_households").state == "lifted"
        page = browser("fan").get(f"{BOARD}h/SF-1/").content.decode()
        assert "解除" in page
    finally:
        year.__exit__(None, None, None)
