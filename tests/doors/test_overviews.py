"""A form put aside and taken up again; projects, land, powers and what was cut, as an auditor and the public see them."""

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
from tests.doors.test_pages import examine

AUDITOR = "gaoyan"


@pytest.fixture(scope="module")
def busy_site(chromium_path: Path) -> Iterator[Site]:
    """GONGZHI_OVERVIEWS=http://127.0.0.1:8000 uses one that was built by ``build_overviews`` and runs already."""
    if running := os.environ.get("GONGZHI_OVERVIEWS"):
        yield Site(address=running.rstrip("/"))
        return
    with served("build_overviews") as made:
        yield made


@pytest.fixture
def look(busy_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(busy_site, chromium)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_it_takes_up_again_what_was_put_aside(
    look: Callable[..., Browsing], width: int, javascript: bool
) -> None:
    """Half a report on one browser, the code typed into another: every word is there, and it can be sent."""
    first = look("", width, javascript=javascript)
    first.go("/report/daye_minqing/appeal/")
    first.page.locator("[name=subject]").fill("路灯不亮")
    first.page.locator("[name=phone]").fill("13800138000")
    first.press("先存下，回头再填")
    first.sees("存下了，还没有提交")
    code = first.page.locator(".code").inner_text()
    if javascript:
        examine(first, "draft-saved")
    second = look("", width, javascript=javascript)
    second.go("/t/")
    second.page.get_by_label("查询码").fill(code.lower())
    second.press("查进度")
    second.sees("还没有提交")
    expect(second.page.locator("[name=subject]")).to_have_value("路灯不亮")
    expect(second.page.locator("[name=phone]")).to_have_value("13800138000")
    second.page.locator("[name=text]").fill("三天不亮了，老人出门看不见路。")
    second.press("提交")
    second.sees("收到了，马上有人看")


def test_it_shows_projects_land_and_powers(look: Callable[..., Browsing], width: int) -> None:
    auditor = look(AUDITOR, width)
    auditor.go("/projects/")
    auditor.sees("单位净用", "企业等待") if width > 800 else None
    examine(auditor, "projects")
    for place in range(auditor.page.locator("table a.title").count()):
        auditor.go("/projects/")
        with auditor.page.expect_navigation():
            auditor.page.locator("table a.title").nth(place).click()
        auditor.sees("四个阶段", "里程碑")
        examine(auditor, f"project-{place}")
    auditor.go("/land/")
    auditor.sees("红", "橙", "黄", "绿")
    examine(auditor, "land")
    with auditor.page.expect_navigation():
        auditor.page.locator(".map a").first.click(force=True)
    assert "/registers/land_parcels/r/" in auditor.page.url
    for name, address in (
        ("powers-idle", "/powers/idle/"),
        ("year-changes", "/services/changes/?what=visits"),
    ):
        auditor.go(address)
        examine(auditor, name)


def test_it_shows_the_public_who_decides_and_what_was_cut(look: Callable[..., Browsing], width: int) -> None:
    villager = look("", width)
    villager.go("/powers/")
    examine(villager, "powers-public")
    with villager.page.expect_navigation():
        villager.page.locator("table a.title").first.click()
    villager.page.get_by_label("哪里").select_option(index=1)
    villager.press("查")
    villager.sees("决定")
    examine(villager, "power-public")
    villager.go("/services/")
    with villager.page.expect_navigation():
        villager.page.locator(".itemlist a").first.click()
    villager.follow("改了什么")
    examine(villager, "item-changes")
