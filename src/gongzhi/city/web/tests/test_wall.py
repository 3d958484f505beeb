"""Walls: who may look, that every figure opens to as many rows as it says, and that a million cases cost what ten do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import gongzhi.mechanisms

pytestmark = pytest.mark.django_db

DAYE = Path(gongzhi.mechanisms.__path__[0]) / "daye_minqing"
BOARDS = ("county", "appeals")
#: who -> whether boards open for them
SEES = {
    "li": 200,
    "chen": 200,
    "zhou": 403,
    "zhao": 200,
    "sun": 403,
    "hu": 403,
    "wu": 200,
    "qian": 200,
    "ma": 200,
}


@pytest.fixture
def city(cast: Any) -> Iterator[Any]:
    """The cast with the first mechanism and some matters in every state."""
    from gongzhi.city.cases.queries import present
    from gongzhi.city.cases.tests.cast import LEISHAN, dispatched, reported, solved
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.territory import shapes

    install(DAYE, by=SYSTEM)
    solved(cast, reported(cast).case)
    for _number in range(3):
        dispatched(cast, reported(cast).case)
    dispatched(cast, reported(cast).case, lead="hbj")
    reported(cast, place={"text": "雷山", "area": LEISHAN})
    reported(cast, place={"text": "不知道哪里"})
    present.forget_all()
    shapes.forget()
    yield cast
    present.forget_all()
    shapes.forget()


@pytest.mark.parametrize("who", SEES)
def test_it_opens_for_those_who_oversee_something(
    browser: Callable[..., Client], city: Any, who: str
) -> None:
    client = browser(who)
    for address in (
        "/wall/", "/wall/county/", "/wall/county/state/", "/wall/county/ticket/", "/wall/county/map/",
        "/wall/appeals/satisfied/measure/",
    ):  # fmt: skip
        assert client.get(address).status_code == SEES[who], address


def test_it_asks_strangers_to_sign_in_and_knows_no_other_boards(
    browser: Callable[..., Client], city: Any
) -> None:
    assert browser().get("/wall/county/").status_code == 302
    for address in (
        "/wall/nothing/",
        "/wall/nothing/state/",
        "/wall/county/nothing/",
        "/wall/county/map/measure/",
    ):
        assert browser("wu").get(address).status_code == 404, address


def links(page: str) -> list[tuple[str, str, int | None]]:
    """(address, ``rows`` or ``tasks``, how many) of every link of a page's main part."""
    found = []
    for tag in re.findall(r"<a [^>]*>", page[page.index("<main") :]):
        address = re.search(r'href="([^"]*)"', tag)
        told = re.search(r'data-(rows|tasks)="(\d+)"', tag)
        if address and address[1].startswith("/"):
            found.append((unescape(address[1]), told[1] if told else "", int(told[2]) if told else None))
    return found


@pytest.mark.parametrize("who", ["wu", "qian", "zhao"])
def test_every_tile_opens_to_as_many_rows_as_it_says(
    browser: Callable[..., Client], city: Any, who: str
) -> None:
    from gongzhi.city.mechanisms import screens

    client = browser(who)
    pages = [f"/wall/{name}/" for name in BOARDS]
    pages += [f"/wall/{each.name}/{tile.id}/" for each in screens.screens() for tile in each.spec.tiles]
    figures = 0
    known: dict[str, Any] = {}
    for page in pages:
        shown = client.get(page)
        assert shown.status_code == 200, page
        for address, kind, value in links(shown.content.decode()):
            if address not in known:
                known[address] = client.get(address)
            answer = known[address]
            assert answer.status_code == 200, f"{page}: {address}"
            if kind == "rows":
                figures += 1
                assert answer.context["count"] == value, f"{page}: {address}"
            elif kind == "tasks":
                assert len(answer.context["rows"]) == value, f"{page}: {address}"
    assert figures > 40


def test_every_tile_says_how_over_what_time_and_out_of_what(
    browser: Callable[..., Client], city: Any
) -> None:
    from gongzhi.city.mechanisms import screens

    client = browser("wu")
    for each in screens.screens():
        for tile in each.spec.tiles:
            page = unescape(client.get(f"/wall/{each.name}/{tile.id}/").content.decode())
            assert tile.formula in page and tile.denominator in page and "算多久" in page


def test_its_counts_are_those_of_the_lists_of_every_post(city: Any) -> None:
    from gongzhi.city.cases import queries
    from gongzhi.city.cases.queries import CaseFilter, present

    for name in ("li", "chen", "zhao", "wu", "qian", "ma"):
        by = getattr(city, name)
        _at, groups = present.present(by)
        for light in present.LIGHTS:
            assert present.total(groups, light) == queries.count(by, CaseFilter(light=light)), (name, light)
        assert present.total(groups, "opened") == queries.count(by, CaseFilter(state="all")), name


def test_a_leader_sees_what_their_office_leads_and_nothing_else(
    browser: Callable[..., Client], city: Any
) -> None:
    from gongzhi.city.cases.queries import present

    assert present.total(present.present(city.qian)[1], "open") == 3  # the fourth is the other department's
    assert present.total(present.present(city.wu)[1], "open") == 6
    assert present.total(present.present(city.wu, "daye_minqing")[1], "open") == 0


def test_it_shows_no_words_of_a_confidential_matter(browser: Callable[..., Client], city: Any) -> None:
    from gongzhi.city.cases.models import Case

    Case.objects.filter(ended_at=None).update(confidential=True, subject="举报某某")
    page = browser("wu").get("/wall/county/").content.decode()
    assert "保密事项" in page and "举报某某" not in page


def test_it_says_politely_what_is_not_installed(browser: Callable[..., Client], city: Any) -> None:
    assert "没有安装这项机制" in browser("wu").get("/wall/county/").content.decode()


def test_a_polling_wall_is_told_once_what_did_not_change(browser: Callable[..., Client], city: Any) -> None:
    from gongzhi.city.cases.queries import present
    from gongzhi.city.cases.tests.cast import reported

    client = browser("wu")
    first = client.get("/wall/county/state/")
    assert set(first.json()) == {"at", "tiles", "maps"} and "map" in first.json()["maps"]
    again = client.get("/wall/county/state/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    reported(city)
    present.forget()
    third = client.get("/wall/county/state/", headers={"If-None-Match": first["ETag"]})
    assert third.status_code == 200 and third["ETag"] != first["ETag"]


def test_it_says_when_it_was_counted(city: Any) -> None:
    from datetime import timedelta

    from gongzhi.city.cases.queries import present
    from gongzhi.city.kernel import clock
    from gongzhi.city.mechanisms import screens

    chosen = screens.screen("county")
    assert chosen is not None
    counted = present.counted_at(city.wu)
    later = counted + timedelta(seconds=3)
    assert screens.view(city.wu, chosen, at=later).at == counted
    present.forget()
    with clock.frozen(later):
        assert screens.view(city.wu, chosen).at == later


def test_its_count_reads_each_dimension_once(city: Any) -> None:
    from gongzhi.city.cases.queries import present

    with CaptureQueriesContext(connection) as asked:
        for by in (city.wu, city.li, city.qian, city.zhao):
            present.present(by)
            present.present(by, "mini", "appeal")
    counts = [each["sql"] for each in asked if "COUNT(" in each["sql"]]
    assert len(counts) == 3  # what is open, what came today, what was closed today: for all who look


def test_it_costs_the_same_for_many_as_for_few(browser: Callable[..., Client], city: Any) -> None:
    from gongzhi.city.cases.queries import present
    from gongzhi.city.cases.tests.cast import dispatched, reported

    client = browser("wu")
    client.get("/wall/county/")  # warms what is remembered for good

    def queries() -> int:
        present.forget_all()
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/wall/county/").status_code == 200
        return len(asked)

    few = queries()
    for _number in range(12):
        dispatched(city, reported(city).case)
    assert queries() <= few < 30
    # within the same second nobody counts again
    with CaptureQueriesContext(connection) as asked:
        client.get("/wall/county/state/")
    assert not [each for each in asked if "COUNT(" in each["sql"]]


def test_a_ticket_names_the_post_and_grows_old(
    browser: Callable[..., Client], city: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongzhi.city.territory.models import Post
    from gongzhi.city.web.live import tickets

    client = browser("wu")
    assert client.get("/wall/county/ticket/").json() == {"url": ""}
    settings.GONGZHI_LIVE = ":8001"
    url = urlsplit(client.get("/wall/county/ticket/").json()["url"])
    assert (url.scheme, url.netloc, url.path) == ("http", "testserver:8001", "/live/")
    ticket = parse_qs(url.query)["ticket"][0]
    found = tickets.admit(ticket)
    assert found is not None and found.origin == "http://testserver"
    assert (found.seat.board, found.seat.by.role, found.seat.by.person) == ("county", "duty_officer", "")
    assert tickets.admit(ticket[:-2]) is None and tickets.admit("") is None
    assert tickets.admit(signing.dumps({"p": 1}, salt=tickets.SALT)) is None
    other = signing.dumps({"p": 1, "b": "county", "l": "", "o": ""}, salt="another door")
    assert tickets.admit(other) is None
    monkeypatch.setattr(tickets, "SECONDS", -1)
    assert tickets.admit(ticket) is None
    monkeypatch.undo()
    Post.objects.filter(user__username="wu").update(role="officer")
    assert tickets.admit(ticket) is None


@pytest.mark.parametrize(
    ("told", "source"),
    [("", None), (":8001", "http://testserver:8001"), ("https://live.example.org/live/", "https://live.example.org"), ("/live/", None)],
)  # fmt: skip
def test_the_page_may_listen_to_the_live_process_and_to_nothing_else(
    browser: Callable[..., Client], city: Any, settings: Any, told: str, source: str | None
) -> None:
    settings.GONGZHI_LIVE = told
    policy = browser("wu").get("/wall/county/")["Content-Security-Policy"]
    listed = next((part.split()[1:] for part in policy.split(";") if part.split()[0] == "connect-src"), None)
    assert listed == (["'self'", source] if source else None)
