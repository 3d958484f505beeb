"""A clue that only the discipline post can read: from a phone without a name to a purpose, and nothing for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

FACT = "低保名单里有三户早就搬走了还在领"
ACCUSED = "赵德贵"


@pytest.fixture(scope="module")
def clean_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_clean") as made:
        yield made


@pytest.fixture
def look(clean_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(clean_site, chromium)


def submitted(villager: Browsing) -> str:
    """Somebody without an account says what they saw; the code that they are given."""
    page = villager.page
    page.goto("/village/tap/?area=")
    page.get_by_role("link", name="反映干部的不正之风").click()
    page.get_by_label("网格员反映").check()
    page.get_by_label("问题类别").select_option("虚报冒领")
    page.get_by_role("group", name="反映的是不是纪检监察干部").get_by_label("否").check()
    page.get_by_label("反映谁").fill(ACCUSED)
    page.get_by_label("在哪个单位").fill("上冯村")
    page.get_by_label("哪天的事").fill("2024-05-06")
    page.get_by_label("在哪里").first.fill("村委会")
    page.get_by_label("什么事").fill(FACT)
    page.get_by_label("亲眼看到").check()
    examine(villager, "clue-new-390")
    page.get_by_role("button", name="交给纪检岗").click()
    code = page.locator("#code").inner_text().replace(" ", "")
    page.get_by_role("link", name="看看办到哪了").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    examine(villager, "clue-state-390")
    return code


def test_only_the_discipline_post_reads_a_clue(look: Callable[..., Browsing]) -> None:
    """Phone, desk of the post, desks of others; then the phone again."""
    villager = look("", 390)
    code = submitted(villager)
    for name in ("geyan", "zhangwen", "gaoyan"):
        other = look(name, 1440)
        other.page.goto("/desk/cases/?state=all")
        assert FACT not in other.page.content() and "廉政线索" not in other.page.content()
        other.expected.append("403")
        other.page.goto("/clean/clues/")
        assert code not in other.page.content() and "受理甄别" not in other.page.content()
    post = look("jijian", 1440)
    post.page.goto("/clean/")
    post.follow("线索")
    examine(post, "clues-1440")
    post.page.get_by_role("table").get_by_role("link").first.click()
    assert FACT not in post.page.content()
    post.page.get_by_label("受理甄别").check()
    post.page.get_by_role("button", name="打开").click()
    expect(post.page.get_by_text(FACT)).to_be_visible()
    examine(post, "clue-1440")
    post.page.get_by_role("link", name="去办理").click()
    assert FACT not in post.page.content()
    villager.page.goto(f"/t/{code}/")
    assert FACT not in villager.page.content() and "纪委" not in villager.page.locator("main").inner_text()


def test_its_pages_are_in_order(look: Callable[..., Browsing]) -> None:
    """What a village published, the post's comparisons and risk points: for axe and at both widths."""
    for width in (390, 1440):
        post = look("jijian", width)
        for address, name in (
            ("/village/tap/?area=", "tap"),
            ("/clean/comparisons/supervision_tap/paid_after_death/", "comparison"),
            ("/clean/risks/", "risks"),
        ):
            post.page.goto(address)
            if name == "tap":
                post.page.get_by_label("看哪个村").select_option(label="上冯村")
                post.page.get_by_role("button", name="看一看").click()
                expect(post.page.get_by_text("王某英")).to_be_visible()
            examine(post, f"{name}-{width}")
