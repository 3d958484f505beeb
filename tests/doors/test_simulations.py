"""A leader asks what two more dispatchers would change, and gets an interval."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors.people import Browsing
from tests.doors.test_pages import examine

LEADER = "jiangtao"


def test_it_answers_what_two_more_dispatchers_would_change(
    browse: Callable[..., Browsing], width: int
) -> None:
    """From the reform door to the interval: choose, change one number, run, read; in order for axe at both widths."""
    leader = browse(LEADER, width)
    page = leader.page
    page.goto("/reform/")
    page.get_by_role("link", name="模拟 多两个人会怎样").click()
    page.get_by_role("link", name="算一算").first.click()
    page.get_by_label("事项").select_option(label="群众诉求")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("次观察").first).to_be_attached()
    examine(leader, f"simulation-new-{width}")
    page.get_by_role("group", name="换法1").get_by_label("派单员").fill("2")
    page.get_by_label("承诺多久办结").fill("5个工作日")
    page.get_by_text("怎么算", exact=True).click()
    page.get_by_label("重复几次").fill("6")
    page.get_by_label("量多少天").fill("20")
    page.get_by_role("button", name="开始算").click()
    expect(page.get_by_role("heading", name="会怎样", exact=True)).to_be_visible()
    expect(page.locator(".told li").first).to_have_text(
        re.compile(r"再多2名派单员.*(少|多|看不出差别).*95% 区间 -?[\d.,]+", re.DOTALL)
    )
    expect(page.get_by_role("img").first).to_be_visible()
    examine(leader, f"simulation-{width}")
    if folder := os.environ.get("GONGZHI_SHOTS"):
        page.screenshot(path=f"{folder}/simulation-{width}.png", full_page=True)
    page.goto("/reform/simulations/")
    expect(page.get_by_role("link", name="再多2名派单员会怎样").first).to_be_visible()
