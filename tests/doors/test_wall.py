"""The wall, on screens of both sizes and on a phone: what comes in appears by itself, and every place opens its rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served

DUTY, AGENT = "hanlei", "limin"
SCREENS = ((3840, 2160), (1440, 900), (390, 844), (1920, 1080))


@pytest.fixture(scope="module")
def walled_site(chromium_path: Path) -> Iterator[Site]:
    """GONGZHI_WALL=http://127.0.0.1:8000 uses a demo with its live process that runs already."""
    if running := os.environ.get("GONGZHI_WALL"):
        yield Site(address=running.rstrip("/"))
        return
    with served("build_city", live=True) as made:
        yield made


@pytest.fixture
def look(walled_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(walled_site, chromium)


def fits(page: Any) -> bool:
    """Nothing stands out to the right, and on a big screen nothing below."""
    return bool(
        page.evaluate(
            "() => document.documentElement.scrollWidth <= innerWidth + 1"
            " && (innerWidth < 1100 || document.documentElement.scrollHeight <= innerHeight + 1)"
        )
    )


def test_a_new_appeal_appears_on_an_open_wall_by_itself(look: Callable[..., Browsing]) -> None:
    officer = look(DUTY, 1440)
    officer.go("/wall/county/")
    for width, height in SCREENS:
        officer.page.set_viewport_size({"width": width, "height": height})
        assert fits(officer.page), width
        officer.width = width
        officer.shoot("wall")
    expect(officer.page.locator("#live")).to_contain_text("实时")
    officer.page.evaluate("() => { window.sameWall = true; }")
    before = int(officer.page.locator("#tile-opened strong").inner_text())
    villager = look("", 390)
    villager.go("/report/daye_minqing/appeal/")
    villager.page.locator("[name=subject]").fill("墙上看得见的路灯不亮")
    villager.page.locator("[name=text]").fill("村口三天没有灯，老人出门看不见路。")
    villager.page.locator("[name=phone]").fill("13800138000")
    villager.press("提交")
    expect(officer.page.locator("#tile-queue")).to_contain_text("墙上看得见的路灯不亮", timeout=8000)
    expect(officer.page.locator("#tile-opened strong")).to_have_text(str(before + 1))
    assert officer.page.evaluate("() => window.sameWall"), "the page was loaded again"


def test_a_place_on_the_map_and_a_tile_open_their_rows(look: Callable[..., Browsing]) -> None:
    officer = look(DUTY, 1920)
    officer.go("/wall/county/")
    with officer.page.expect_navigation():
        officer.page.locator("#tile-map a.town").first.click()
    assert "/desk/cases/?area=" in officer.page.url
    officer.go("/wall/county/")
    with officer.page.expect_navigation():
        officer.page.locator("#tile-trend .how").click()
    officer.sees("怎么算", "算多久", "在什么里头算")
