"""The pages of comparisons, of risk points, and of what a village publishes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import JINHU, MONDAY
from gongzhi.city.comparisons.models import ComparisonRun
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.clue_city import FOLDERS, clean_city
from gongzhi.city.records import actions as records

pytestmark = pytest.mark.django_db
NUMBER, NAME = "11010519491231002X", "王秀英"


@pytest.fixture
def village(cast: Any) -> Any:
    with clock.frozen(MONDAY):
        clean_city()
        install(FOLDERS / "supervision_tap", by=SYSTEM)
        paid = {
            "shown_name": "王某英",
            "kind": "高龄津贴",
            "village": JINHU,
            "amount": "100.00",
            "source": "cgj",
        }
        paid |= {"paid_on": "2024-06-15", "name": NAME, "identity_number": NUMBER}
        records.put("benefit_payments", "GL1", paid, by=SYSTEM, because="试验")
        gone = {"name": NAME, "identity_number": NUMBER, "died_on": "2024-03-01", "source": "cgj"}
        records.put("deceased_people", "Q1", gone, by=SYSTEM, because="试验")
        yield cast


def test_anybody_sees_what_a_village_publishes_and_no_number(browser, village):
    page = browser().get("/village/tap/", {"area": JINHU}).content.decode()
    assert "王某英" in page and "高龄津贴" in page and "100.00" in page
    assert NUMBER not in page and NAME not in page


def test_a_line_is_tapped_and_followed_by_its_code(browser, village):
    client = browser()
    page = client.get("/village/tap/", {"area": JINHU}).content.decode()
    link = re.search(r'href="(/village/tap/new/\?[^"]*key=GL1)"', page)
    assert link
    form = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert 'value="GL1"' in form
    sent = {"area": JINHU, "about_list": "惠民补贴发放名单", "about_key": "GL1", "matter": "名单上的人不该有"}
    answer = client.post("/village/tap/new/", {**sent, "words": "已经去世了", "key": "k1"})
    assert answer.status_code == 302 and answer.url.startswith("/t/")
    row = Case.objects.get(type="tap")
    assert row.subject == "惠民补贴发放名单：名单上的人不该有"
    missing = client.post("/village/tap/new/", {**sent, "key": "k2"})
    assert missing.status_code == 422 and Case.objects.filter(type="tap").count() == 1


def test_the_post_compares_and_everybody_reads_no_small_sum(browser, village):
    client = browser("ji")
    assert "人去世以后还在发的补贴" in client.get("/clean/comparisons/").content.decode()
    address = "/clean/comparisons/supervision_tap/paid_after_death/"
    assert client.post(address, {"purpose": ""}).status_code == 422
    assert client.post(address, {"purpose": "专项整治方案第三条"}).status_code == 302
    run = ComparisonRun.objects.get()
    from gongzhi.city.comparisons.actions import compare_job

    compare_job.func(run.pk)
    page = client.get(address).content.decode()
    assert "GL1" in page and NUMBER not in page and NAME not in page
    told = browser().get("/village/tap/").content.decode()
    assert "不足5" in told and "GL1" not in told
    assert client.get("/clean/comparisons/supervision_tap/nothing/").status_code == 404


@pytest.mark.parametrize("name", ["hu", "ma", "shi", "root"])
@pytest.mark.parametrize(
    "address",
    ["/clean/comparisons/", "/clean/comparisons/supervision_tap/paid_after_death/", "/clean/risks/"],
)
def test_nobody_else_reads_them(browser, village, name, address):
    assert browser(name).get(address).status_code == 403


def test_risk_points_stand_with_their_power(browser, village):
    install(FOLDERS / "permits", by=SYSTEM)
    install(FOLDERS / "integrity_risk", by=SYSTEM)
    values = {
        "title": "现场核查一人前往",
        "power": "XK1",
        "holder": "cgj",
        "grade": "中",
        "guard": "两人核查",
    }
    records.put(
        "risk_rules", "FX1", {**values, "rule": "一人经手多步", "threshold": 3}, by=SYSTEM, because="试验"
    )
    page = browser("ji").get("/clean/risks/").content.decode()
    assert "现场核查一人前往" in page and "两人核查" in page and "一人经手多步" in page
