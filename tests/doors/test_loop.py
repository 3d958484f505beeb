"""One appeal all the way round, as each of the people whom it passes; after each step the villager looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.doors import steps
from tests.doors.people import Browsing
from tests.doors.test_pages import examine

CENTRE, OFFICE = "民情通中心", "城管执法局"


@pytest.fixture
def subject() -> str:
    """A subject that no other matter has."""
    return f"村口路灯不亮{uuid4().hex[:6]}"


def test_it_goes_all_the_way_round(
    browse: Callable[..., Browsing], width: int, tmp_path: Path, subject: str
) -> None:
    villager = browse("", width)
    code = steps.report(villager, subject, picture=steps.photo(tmp_path))
    examine(villager, "tracking-new")
    steps.expect_holder(villager, code, CENTRE, "受理登记")

    agent = browse("limin", width)
    steps.accept(agent, code)
    steps.expect_holder(villager, code, CENTRE, "派单")

    dispatcher = browse("chengang", width)
    dispatcher.find_case(code)
    dispatcher.open_choice("派出")
    examine(dispatcher, "dispatching")
    steps.send(dispatcher, code)
    steps.expect_holder(villager, code, OFFICE, "签收")
    assert "剩" in villager.answer_to("什么时候办完")

    officer = browse("zhouqiang", width)
    steps.sign(officer, code)
    steps.expect_holder(villager, code, OFFICE, "主办单位办理")

    ask_and_answer(officer, villager, code)

    steps.reply(officer, code)
    steps.expect_holder(villager, code, OFFICE, "单位领导签发")

    leader = browse("qianwei", width)
    steps.issue(leader, code)
    steps.expect_holder(villager, code, CENTRE, "审核")

    reviewer = browse("zhaolan", width)
    steps.passed(reviewer, code)
    steps.expect_holder(villager, code, CENTRE, "回访")

    caller = browse("sunyue" if width == 390 else "heqin", width)
    steps.draw_call(caller, subject)
    caller.sees("当晚恢复照明")
    caller.sees_not("周强", "钱伟", OFFICE)
    examine(caller, "calling")
    steps.content(caller)

    steps.follow(villager, code)
    villager.sees("当晚恢复照明", "这件事办得怎么样")
    assert "已解决" in villager.answer_to("结果")
    examine(villager, "tracking-ended")
    rate(villager)
    villager.sees("谢谢您的评价")
    expect(villager.page.get_by_role("button", name="提交评价")).to_have_count(0)


def ask_and_answer(officer: Browsing, villager: Browsing, code: str) -> None:
    """The officer asks which lamp; the villager answers on the tracking page."""
    officer.say("问反映人", "是牌坊左边还是右边的灯？")
    steps.follow(villager, code)
    villager.sees("办理单位想问您", "是牌坊左边还是右边的灯？", "暂停计时")
    assert "等您回答" in villager.answer_to("谁在办")
    examine(villager, "tracking-question")
    villager.page.get_by_label("您的回答").fill("左边三盏都不亮")
    villager.press("回答")
    villager.sees("收到您的回答")
    villager.sees_not("暂停计时")
    officer.find_case(code)
    officer.sees("左边三盏都不亮")


def rate(villager: Browsing) -> None:
    page = villager.page
    page.get_by_text("非常满意", exact=True).click()
    page.get_by_text("还想多说一点").click()
    page.get_by_label("想说的话").fill("灯亮了，谢谢。")
    villager.press("提交评价")
