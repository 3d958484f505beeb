"""The door of the meters: checks that wait, declarations and orders that hold, and what the rules were worth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.alerts.models import Alert
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.overviews import power
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
RULES = 7


@pytest.fixture
def monitor(cast):
    with clock.frozen(MONDAY):
        for name in ("penalties", "power_watch"):
            install(FOLDERS / name, by=SYSTEM)
        gov = Office.objects.get(code="gov")
        user = User.objects.create_user("jiance", name="简测")
        post = Post.objects.create(
            user=user, role="monitor", office=Office.objects.get(code="hbj"), area=gov.area
        )
        world.forget()
        firm = {
            "code": "Q1",
            "name": "大江铸造",
            "industry": "铸造",
            "area": gov.area.code,
            "office": "hbj",
        }
        records.put("power_firms", "Q1", firm, by=SYSTEM, because="试验")
        yield territory_queries.standing(post)


def declare(by, **more):
    form = {
        "firm": "Q1",
        "kind": "停产检修",
        "producing": False,
        "from_on": (MONDAY + timedelta(days=1)).date().isoformat(),
        "from_at": "08:00",
        "until_on": (MONDAY + timedelta(days=3)).date().isoformat(),
        "until_at": "20:00",
        "reason": "换炉衬",
        **more,
    }
    return actions.open_case("power_watch", "declaration", form, by=by, at=MONDAY)


def alert(by, state: str, number: int, watch: str = "r1_treatment_off"):
    at = MONDAY - timedelta(days=number)
    Alert.objects.create(
        mechanism="power_watch",
        watch=watch,
        title="产污开着、治污停着",
        kind="off_while_on",
        version="1.0.0",
        digest="0" * 64,
        subject="L1",
        area_path=by.area_path,
        since=at,
        until=at + timedelta(hours=2),
        says="两个小时没有治污",
        state=state,
        raised_at=at,
        read_by="|monitor|leader|",
    )


def test_a_check_that_waits_is_there_with_what_was_seen(monitor, browser):
    form = {
        "firm": "Q1",
        "rule": "R1",
        "rule_title": "产污开着、治污停着",
        "window_from": "2024-10-13 22:00",
        "window_to": "2024-10-14 06:00",
        "says": "一夜没有开治污",
    }
    with clock.frozen(MONDAY):
        receipt = actions.open_case("power_watch", "alert_check", form, by=monitor, at=MONDAY)
        page = browser("jiance").get("/warnings/power/").content.decode()
        [found] = power.waiting(monitor)
    assert str(found.row.pk) == receipt.case
    assert found.role == "monitor"
    assert "一夜没有开治污" in page and "派发" in page and str(receipt.case) in page


def test_what_was_declared_beforehand_counts_at_once_and_is_gone_when_over(monitor, browser):
    with clock.frozen(MONDAY):
        declare(monitor)
        react_to_all()
        [held] = power.holding(monitor, power.DECLARATIONS)
        assert not held.begun
        assert held.row.data["rules"] == "R1、R2、R3、R7"
        assert "大江铸造：停产检修" in browser("jiance").get("/warnings/power/").content.decode()
    with clock.frozen(MONDAY + timedelta(days=2)):
        assert power.holding(monitor, power.DECLARATIONS)[0].begun
    with clock.frozen(MONDAY + timedelta(days=4)):
        assert power.holding(monitor, power.DECLARATIONS) == []


def test_a_rule_shows_its_precision_and_alerts_of_others_stay_hidden(monitor, browser):
    for number, state in enumerate(("true", "true", "true", "false", "covered", "open"), 1):
        alert(monitor, state, number)
    alert(monitor, "true", 40)  # longer ago than is shown
    with clock.frozen(MONDAY):
        rules = {each.watch: each for each in power.rules(monitor)}
        page = browser("jiance").get("/warnings/power/").content.decode()
    assert len(rules) == RULES
    assert (rules["r1_treatment_off"].raised, rules["r1_treatment_off"].precision) == (6, 75.0)
    assert rules["r2_weak_treatment"].precision is None
    assert "75.0%" in page
    Alert.objects.update(read_by="|leader|")
    with clock.frozen(MONDAY):
        assert all(each.raised == 0 for each in power.rules(monitor))


def test_whoever_may_not_see_alerts_does_not_get_in(monitor, browser):
    assert browser("jiance").get("/warnings/power/").status_code == 200
    assert browser().get("/warnings/power/").status_code in (302, 403, 404)


def test_a_city_without_the_mechanism_says_so(cast, browser):
    gov = Office.objects.get(code="gov")
    user = User.objects.create_user("jiance", name="简测")
    Post.objects.create(user=user, role="monitor", office=gov, area=gov.area)
    assert "没有安装用电监测机制" in browser("jiance").get("/warnings/power/").content.decode()
