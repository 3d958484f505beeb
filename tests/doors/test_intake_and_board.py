"""What is seen while writing, what is typed without a mouse, and what the duty room sees move."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.doors import steps
from tests.doors.people import Browsing
from tests.doors.test_pages import examine


def test_it_shows_what_neighbours_reported_while_writing(browse: Callable[..., Browsing], width: int) -> None:
    neighbour = browse("", width)
    subject = f"村口路灯坏了三盏{uuid4().hex[:6]}"
    # nothing is shown to neighbours before the hotline has sorted it
    steps.accept(browse("limin", 1440), steps.report(neighbour, subject, name="邻居"))
    villager = browse("", width)
    villager.go("/report/")
    steps.write_report(villager, "村口路灯不亮")
    villager.page.get_by_label("联系电话").press("Tab")
    expect(villager.page.locator("#nearby")).to_contain_text("附近有人反映过类似的事")
    expect(villager.page.locator("#nearby")).to_contain_text(subject)
    examine(villager, "report-nearby")


def test_it_takes_a_call_by_keyboard_alone(browse: Callable[..., Browsing]) -> None:
    agent = browse("limin", 1440)
    page, keys = agent.page, agent.page.keyboard
    with page.expect_navigation():
        keys.press("n")
    page.wait_for_url("**/desk/intake/daye_minqing/appeal/")
    expect(page.get_by_label("标题")).to_be_focused()
    subject = f"路灯夜里不亮{uuid4().hex[:6]}"
    keys.insert_text(subject)
    keys.press("Tab")
    keys.insert_text("来电人说马叫社区牌坊边的路灯三天不亮。")
    keys.press("Tab")
    keys.insert_text("马叫社区牌坊")
    with page.expect_navigation():
        keys.press("Enter")
    agent.sees(subject, "现在要您做：受理登记")
    examine(agent, "intake-saved")
    keys.press("1")
    form = agent.open_choice("转派单")
    expect(form).to_have_attribute("open", "")
    assert form.evaluate("node => node.contains(document.activeElement)")


def test_the_board_moves_by_itself(browse: Callable[..., Browsing], width: int) -> None:
    duty = browse("hanlei", width)
    duty.page.clock.install()
    duty.go("/command/")
    tile = duty.page.locator("a.tile", has_text="今日受理")
    before = int(tile.locator(".figure").inner_text())
    subject = f"村口路灯不亮{uuid4().hex[:6]}"
    steps.report(browse("", width), subject)
    duty.page.clock.fast_forward(31_000)
    expect(tile.locator(".figure")).to_have_text(str(before + 1))
    examine(duty, "board-moved")
    with duty.page.expect_navigation():
        tile.click()
    duty.sees(f"符合条件的有{before + 1}件", subject)
    duty.sees("只列出您的岗位看得到的")


@pytest.mark.parametrize("tile", ["已超期", "快到期", "正常"])
def test_every_light_opens_to_as_many_rows_as_it_says(browse: Callable[..., Browsing], tile: str) -> None:
    duty = browse("hanlei", 1440)
    duty.go("/command/")
    found = duty.page.locator("a.tile", has_text=tile).first
    number = int(found.locator(".figure").inner_text())
    with duty.page.expect_navigation():
        found.click()
    said = re.search(r"符合条件的有(\d+)件", duty.page.locator("main").inner_text())
    assert said and int(said[1]) == number


def test_every_measure_opens_to_its_formula_and_rows(browse: Callable[..., Browsing]) -> None:
    duty = browse("hanlei", 1440)
    duty.go("/command/measures/daye_minqing/")
    duty.sees("算法", "置信区间")
    with duty.page.expect_navigation():
        duty.page.locator("main table a").first.click()
    examine(duty, "measure-rows")
    assert duty.page.locator("tbody tr").count() > 0


def test_a_double_click_reports_once(browse: Callable[..., Browsing], width: int) -> None:
    villager = browse("", width)
    subject = f"双击也只报一次{uuid4().hex[:6]}"
    villager.go("/report/")
    steps.write_report(villager, subject)
    villager.page.get_by_role("button", name="提交", exact=True).dblclick()
    villager.page.wait_for_url("**/t/**")
    villager.sees("收到了，马上有人看")
    duty = browse("hanlei", 1440)
    duty.go(f"/desk/cases/?state=all&text={subject}")
    duty.sees("符合条件的有1件")
