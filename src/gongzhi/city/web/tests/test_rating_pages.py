"""Rating on pages: without scripts, once, by no member of staff; published with coverage, and opening to its rows."""

from __future__ import annotations

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case, Rating
from gongzhi.city.cases.queries import ratings
from gongzhi.city.cases.tests.cast import reported, solved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def afresh():
    ratings.forget()
    yield
    ratings.forget()


@pytest.fixture
def code(cast) -> str:
    """A matter that is done and waits for its verdict."""
    receipt = reported(cast)
    solved(cast, receipt.case)
    return receipt.tracking_code


def test_it_takes_grade_channel_and_dimensions(browser, code):
    page = browser().get(f"/t/{code}/rate/form/?from=qr").content.decode()
    assert all(words in page for words in ("非常不满意", "指南准确", 'value="qr"'))
    sent = {
        "stars": "2",
        "channel": "qr",
        "dimensions": ["guide", "efficiency"],
        "text": "跑了两趟",
        "publishable": "yes",
    }
    browser().post(f"/t/{code}/rate/", sent)
    row = Rating.objects.get()
    assert (row.stars, row.channel, row.dimensions) == (2, "qr", ["efficiency", "guide"])
    assert row.publishable and row.words == "跑了两趟"
    assert "已经评过了" in browser().get(f"/t/{code}/rate/form/").content.decode()


@pytest.mark.parametrize("who", ["li", "zhou", "qian", "wu", "ma"])
def test_it_takes_none_from_whoever_is_signed_in_to_a_post(browser, code, who):
    client = browser(who)
    assert "这里不能评" in client.get(f"/t/{code}/rate/form/").content.decode()
    client.post(f"/t/{code}/rate/", {"stars": "5"})
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"stars": "3", "channel": "fax"}, {"stars": "9"}, {"stars": "3", "dimensions": "skill"}]
)
def test_it_refuses_what_is_on_no_list(browser, code, sent):
    browser().post(f"/t/{code}/rate/", sent)
    assert not Rating.objects.exists()


def test_it_publishes_figures_with_coverage_and_interval(browser, cast, code):
    row = Case.objects.get(tracking_code=code)
    said = "打13800138000没人接"
    actions.rate(row.pk, by=cast.wang, stars=1, words=said, publishable=True)
    solved(cast, reported(cast).case)
    for group in ratings.GROUPS:
        page = browser().get(f"/ratings/?by={group}").content.decode()
        assert all(
            words in page for words in ("50.0%", "0.0%", "79.3%", "不足30件" if group != "item" else "覆盖率")
        )
    assert "没人接" in page and "13800138000" not in page and code not in page
    assert "rows/" not in page  # a villager has figures and verdicts, and no rows to open
    page = browser("zhou").get("/ratings/").content.decode()
    assert "/ratings/rows/?by=office" in page
    rows = browser("zhou").get("/ratings/rows/?by=office&key=cgj").content.decode()
    assert "非常不满意" in rows and "13800138000" not in rows and str(row.pk) not in rows


def test_it_keeps_the_verdict_off_the_case_page_of_the_rated(browser, cast, code):
    row = Case.objects.get(tracking_code=code)
    actions.rate(row.pk, by=cast.wang, stars=1, words="态度差")
    for who, told in (("zhou", False), ("qian", False), ("zhao", False), ("wu", True), ("ma", True)):
        page = browser(who).get(f"/desk/cases/{row.pk}/").content.decode()
        assert ("态度差" in page, "群众评价" in page) == (told, told), who
