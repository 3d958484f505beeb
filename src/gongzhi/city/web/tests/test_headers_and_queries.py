"""What every answer carries, and what it costs."""

from __future__ import annotations

import re

import pytest

from gongzhi.city.cases.tests.cast import dispatched, reported
from gongzhi.city.web.tests.counting import spent

pytestmark = pytest.mark.django_db

ADDRESSES = ("/", "/report/mini/appeal/", "/t/", "/mechanisms/", "/accounts/login/", "/nowhere/")
DESK = ("/desk/", "/desk/cases/", "/command/", "/command/tasks/", "/command/live/")


@pytest.mark.parametrize("address", [*ADDRESSES, *DESK])
def test_every_page_says_what_browsers_may_do_with_it(browser, address):
    answer = browser("wu" if address in DESK else "").get(address)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "'self'" in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    if address in DESK:
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", [*ADDRESSES, *DESK])
def test_no_page_needs_what_the_policy_forbids(browser, address):
    html = browser("wu" if address in DESK else "").get(address).content.decode()
    assert not re.search(r"\son\w+=", html) and not re.search(r'\sstyle="', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html) and "<style" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_it_costs_the_same_with_many_cases_as_with_few(browser, cast):
    """Desk, list, case page and board: at 10 cases and at 200."""
    cases = [reported(cast).case for _ in range(10)]
    dispatched(cast, cases[0])
    pages = {
        "li": ["/desk/"],
        "wu": ["/desk/", "/desk/cases/", "/command/", "/command/tasks/", f"/desk/cases/{cases[0]}/"],
        "zhou": ["/desk/", f"/desk/cases/{cases[0]}/"],
    }
    clients = {name: browser(name) for name in pages}
    few = {(name, page): spent(clients[name], page) for name in pages for page in pages[name]}
    for _ in range(190):
        reported(cast)
    many = {(name, page): spent(clients[name], page) for name in pages for page in pages[name]}
    assert many == few
    assert max(many.values()) <= 25, many


def test_the_page_of_a_villager_costs_little(browser, cast):
    receipt = reported(cast)
    assert spent(browser(), f"/t/{receipt.tracking_code}/") <= 7
    assert spent(browser(), "/") == 0
