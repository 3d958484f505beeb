"""A small demo city served by a real server, and browsers that complain about everything that goes wrong in them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.people import Browsing, Site
from tests.doors.serving import served

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: a phone and a desk
WIDTHS = {"phone": 390, "desk": 1440}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(chromium_path: Path) -> Iterator[Site]:
    """The city, served on a free port of loopback until the session ends.

    GONGZHI_SITE=http://127.0.0.1:8000 walks through a demo that runs already instead.
    """
    if running := os.environ.get("GONGZHI_SITE"):
        yield Site(address=running.rstrip("/"))
        return
    with served("build_city") as made:
        yield made


@pytest.fixture(scope="session")
def story_site(chromium_path: Path) -> Iterator[Site]:
    """The city of the stories of doing things for people and firms: their mechanisms, offices, accounts, records and seals.

    GONGZHI_STORIES=http://127.0.0.1:8000 uses one that was built by ``build_stories`` and runs already.
    """
    if running := os.environ.get("GONGZHI_STORIES"):
        yield Site(address=running.rstrip("/"))
        return
    with served("build_stories", working=True) as made:
        yield made


@pytest.fixture(scope="session")
def playing() -> Iterator[Any]:
    """The one driver of a session: a second beside it is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playing: Any, chromium_path: Path) -> Iterator[Any]:
    browser = playing.chromium.launch(executable_path=chromium_path, args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture(params=WIDTHS, ids=str)
def width(request: pytest.FixtureRequest) -> int:
    """At 390 and at 1440 px."""
    return WIDTHS[request.param]


@pytest.fixture
def browse(site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """``browse("limin", width)`` is 李敏 at her own browser, signed in; ``browse("", width)`` is a villager.

    At the end of the test, whatever a browser complained about fails it.
    """
    yield from browsers(site, chromium)


@pytest.fixture
def walk(story_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """The same in the city of the stories: ``walk("zhumin", 1440)`` is 朱敏 in her hut, ``walk("", 390)`` a resident."""
    yield from browsers(story_site, chromium)


def browsers(site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """Opens browsers at the site; closes them and fails on their complaints."""
    opened: list[Browsing] = []

    def make(username: str = "", width: int = 1440, **more: Any) -> Browsing:
        browsing = Browsing(site, chromium, width, **more)
        opened.append(browsing)
        if username:
            browsing.sign_in(username)
        return browsing

    yield make
    complaints = [complaint for browsing in opened for complaint in browsing.complaints]
    for browsing in opened:
        browsing.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def shot_name(request: pytest.FixtureRequest) -> str:
    """A file name for this test's pictures."""
    return re.sub(r"\W+", "-", request.node.name).strip("-")
