"""Every page of the city, looked at by people who must not find a clue there; and the pages of those who may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gongzhi.city.cases.actions import number_all
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.tests.clue_city import FACT, FORM, SECRETS, clean_city, clue

pytestmark = pytest.mark.django_db
LEAVE_OUT = ("/admin/", "/accounts/", "/account/", "/static/", "/live")


@pytest.fixture
def row(cast: Any) -> Any:
    with clock.frozen(MONDAY):
        clean_city()
        made = clue(cast.hu)
        number_all()
        made.refresh_from_db()
        yield made


def addresses(patterns: Any = None, before: str = "/") -> list[str]:
    """Every address of the city without a variable part."""
    found = []
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            found += addresses(each.url_patterns, path)
        elif isinstance(each, URLPattern) and not re.search(r"[<(\[\\]", path):
            found.append(path.rstrip("$"))
    return sorted({each for each in found if not each.startswith(LEAVE_OUT)})


def told(row: Case, client: Client, address: str, **query: str) -> list[str]:
    """What an answer gives away."""
    answer = client.get(address, query)
    if answer.streaming:
        text = b"".join(answer.streaming_content).decode(errors="replace")
    else:
        text = answer.content.decode(errors="replace")
    marks = [*SECRETS, str(row.pk), row.tracking_code, row.number]
    return [mark for mark in marks if mark in text]


@pytest.mark.parametrize("name", ["", "hu", "ma", "shi", "root"])
def test_it_stands_on_no_page_of_anybody_else(browser, row, name):
    client, found = browser(name), {}
    client.raise_request_exception = False
    pages = addresses()
    assert len(pages) > 80
    for address in pages:
        if given := told(row, client, address):
            found[address] = given
    for address in (f"/desk/cases/{row.pk}/", f"/clean/clues/{row.pk}/"):
        if given := set(told(row, client, address)) - {str(row.pk)}:
            found[address] = given
    assert found == {}


@pytest.mark.parametrize("name", ["hu", "shi"])
def test_no_search_and_no_filter_finds_it(browser, row, name):
    client = browser(name)
    for typed in ("早已搬走", "赵德贵", row.number, row.tracking_code):
        for address in ("/desk/cases/", "/desk/cases.csv"):
            given = set(told(row, client, address, text=typed, q=typed, state="all")) - {typed}
            # the search repeats what was typed, and nothing else
            assert not {each for each in given if each not in typed}, (address, typed)


def test_anybody_submits_without_signing_in_and_follows_by_three_words(browser, row):
    client = browser()
    page = client.get("/clean/clues/new/clue/")
    assert page.status_code == 200 and "不用登录" in page.content.decode()
    sent = {name: {True: "yes", False: "no"}.get(value, value) for name, value in FORM.items()}  # type: ignore[call-overload]
    answer = client.post("/clean/clues/new/clue/", {**sent, "key": "k" * 20})
    code = re.search(r'id="code">([^<]+)<', answer.content.decode())
    assert code and FACT not in answer.content.decode()
    told_ = client.get(f"/t/{code[1].replace(' ', '')}/").content.decode()
    assert "已收到" in told_ and not [word for word in (*SECRETS, "纪委监委", "甄别") if word in told_]
    refused = client.post("/clean/clues/new/clue/", {**sent, "happened_on": "2099-01-01"})
    assert refused.status_code == 422 and Case.every.filter(confined=True).count() == 2


def test_the_post_opens_it_for_a_purpose(browser, row):
    client = browser("ji")
    listed = client.get("/clean/clues/").content.decode()
    assert "受理甄别" in listed and not [word for word in SECRETS if word in listed]
    closed = client.get(f"/clean/clues/{row.pk}/").content.decode()
    assert FACT not in closed and "还没有人打开过" in closed
    assert client.post(f"/clean/clues/{row.pk}/", {"purpose": "好奇"}).status_code == 422
    opened = client.post(f"/clean/clues/{row.pk}/", {"purpose": "受理甄别"})
    assert FACT in opened.content.decode() and "no-store" in opened.headers["Cache-Control"]
    assert "受理甄别" in client.get(f"/clean/clues/{row.pk}/").content.decode()
    desk = client.get(f"/desk/cases/{row.pk}/").content.decode()
    assert not [word for word in SECRETS if word in desk]


@pytest.mark.parametrize("name", ["hu", "ma", "shi", "qing", "root"])
def test_the_lists_of_others_are_empty_or_closed(browser, row, name):
    answer = browser(name).get("/clean/clues/")
    assert answer.status_code in (200, 403)
    assert not told(row, browser(name), "/clean/clues/")
    assert browser(name).post(f"/clean/clues/{row.pk}/", {"purpose": "受理甄别"}).status_code in (403, 404)
