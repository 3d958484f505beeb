"""A grid worker's idea, a plan that is locked before the start, and a result in plain words that another person decides on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def trying_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_pilots") as made:
        yield made


@pytest.fixture
def enter(trying_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(trying_site, chromium)


def test_an_idea_becomes_a_plan_that_a_second_person_approves(enter: Callable[..., Browsing]) -> None:
    """The grid worker writes it on a phone; 林晓 plans the trial in four towns against four; 江涛 approves."""
    walker = enter("geyan", 390)
    walker.go("/desk/intake/micro_reforms/idea/")
    page = walker.page
    page.get_by_label("一句话说清是什么办法").fill("报修先问灯杆编号")
    page.get_by_label("哪个单位的").select_option(label="金湖街道")
    page.get_by_label("谁想出来的").fill("葛燕")
    page.get_by_role("radio", name="是").first.check()
    page.get_by_label("原来难在哪里").fill("找不到是哪盏灯")
    page.get_by_label("现在怎么做").fill("登记的时候先问编号")
    with page.expect_navigation():
        page.locator("form#report button.main").first.click()
    walker.sees("报修先问灯杆编号")

    writer = enter("linxiao", 1440)
    writer.go("/reform/")
    writer.page.locator("main").get_by_role("link", name="试点").first.click()
    writer.follow("拟一个试点")
    writer.page.get_by_role("radio", name="小民情 1.1.0").check()
    writer.press("下一步")
    examine(writer, "pilot-form-1440")
    page = writer.page
    page.get_by_label("名称").fill("先问编号四镇试点")
    page.get_by_label("看 平均等多久").check()
    page.get_by_label("为主 平均等多久").check()
    page.get_by_label("差多少才算要紧 平均等多久").fill("4")
    page.get_by_role("radio", name="抽签").check()
    for number, row in enumerate(page.locator(".places tbody tr").all()[:8]):
        row.get_by_role("radio").nth(number % 2).check()
    starts = date.today() + timedelta(days=3)  # noqa: DTZ011 - the city's own day, give or take one
    page.get_by_label("开始", exact=True).fill(starts.isoformat())
    page.get_by_label("最后一天", exact=True).fill((starts + timedelta(weeks=8)).isoformat())
    writer.press("存稿")
    writer.sees("还差这些", "提前停")
    writer.follow("改方案")
    page.get_by_label("什么情况下提前停").fill("三件投诉就停")
    writer.press("存稿")
    writer.press("公布方案（从此锁定）")
    writer.sees("方案已公布", "种子")
    examine(writer, "pilot-declared-1440")

    chief = enter("jiangtao", 390)
    chief.go(writer.page.url)
    examine(chief, "pilot-declared-390")
    chief.press("批准")
    chief.sees("已批准")


def test_a_result_is_told_in_plain_words_and_decided_by_another(enter: Callable[..., Browsing]) -> None:
    """The trend with its start line, the interval in a sentence, every figure opens to its cases; then it is promoted."""
    writer = enter("linxiao", 1440)
    writer.go("/reform/pilots/")
    examine(writer, "pilots-1440")
    writer.follow("三天答复试点")
    writer.press("算结果")
    writer.go(writer.page.url)
    live = writer.page.locator("#live")
    expect(live).to_contain_text("置信区间")
    expect(live.locator("figure svg").first).to_be_visible()
    expect(live.locator("article").first).to_contain_text("有效")
    examine(writer, "pilot-result-1440")
    live.get_by_text("各地各期，点开就是那几件").first.click()
    live.locator("td a").first.click()
    writer.sees("登记的。")
    chief = enter("jiangtao", 390)
    chief.go("/reform/pilots/")
    chief.follow("三天答复试点")
    examine(chief, "pilot-result-390")
    chief.page.get_by_role("radio", name="推广").check()
    chief.page.get_by_label("理由").fill("等得少了，没有投诉")
    chief.press("定下来")
    chief.sees("成效依据", "推广")
