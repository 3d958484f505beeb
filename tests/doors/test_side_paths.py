"""The paths beside the straight one, at a desk: what goes wrong in offices, and what the villager reads meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.doors import steps
from tests.doors.people import Browsing

CENTRE, OFFICE = "民情通中心", "城管执法局"
DESK = 1440


@pytest.fixture
def subject() -> str:
    return f"村口路灯不亮{uuid4().hex[:6]}"


@pytest.fixture
def people(browse: Callable[..., Browsing]) -> dict[str, Browsing]:
    """Everybody at their desks, signed in when first needed."""

    class Desks(dict[str, Browsing]):
        def __missing__(self, username: str) -> Browsing:
            self[username] = browse(username if username != "villager" else "", DESK)
            return self[username]

    return Desks()


@pytest.fixture
def code(people: dict[str, Browsing], subject: str) -> str:
    return steps.report(people["villager"], subject)


def sent(people: dict[str, Browsing], code: str) -> None:
    steps.accept(people["limin"], code)
    steps.send(people["chengang"], code)


def test_it_settles_a_returned_dispatch_by_a_ruling(people: dict[str, Browsing], code: str) -> None:
    sent(people, code)
    officer = people["zhouqiang"]
    officer.find_case(code)
    officer.choose("退单", {"退单依据": "路灯由供电公司管护，见移交协议"})
    officer.sees("已办")
    steps.expect_holder(people["villager"], code, CENTRE, "退单仲裁")
    arbiter = people["fangyuan"]
    arbiter.find_case(code)
    arbiter.sees("路灯由供电公司管护", "您要独立判断这件事")
    arbiter.choose("驳回退单、强制派单", {"裁定意见": "移交协议尚未生效，仍由城管执法局办理。"})
    arbiter.sees("已办")
    steps.expect_holder(people["villager"], code, OFFICE, "主办单位办理")
    officer.find_case(code)
    officer.sees("移交协议尚未生效")
    # one return only: the choice is not offered again
    expect(officer.page.locator("main summary", has_text="退单")).to_have_count(0)


def test_it_extends_before_the_due_time_with_approval(people: dict[str, Browsing], code: str) -> None:
    sent(people, code)
    steps.sign(people["zhouqiang"], code)
    officer = people["zhouqiang"]
    before = officer.answer_to("最近到期")
    officer.choose("申请延期", {"延期工作日": "3", "延期原因": "灯杆要重新订货"})
    officer.sees("已办", "延期审批")
    duty = people["hanlei"]
    duty.find_case(code)
    duty.sees("灯杆要重新订货")
    duty.choose("同意延期")
    duty.sees("已办")
    officer.find_case(code)
    assert officer.answer_to("最近到期") != before
    steps.expect_holder(people["villager"], code, OFFICE, "主办单位办理")


def test_it_hangs_with_a_cause_and_says_so(people: dict[str, Browsing], code: str) -> None:
    sent(people, code)
    steps.sign(people["zhouqiang"], code)
    villager, officer, duty = people["villager"], people["zhouqiang"], people["hanlei"]
    officer.choose("申请挂账", {"挂账原因类别": "资金", "挂账说明与打算": "列入明年预算，三月前安装。"})
    officer.sees("已办")
    steps.expect_holder(villager, code, OFFICE, "挂账单位领导签字")
    leader = people["qianwei"]
    leader.find_case(code)
    leader.choose("同意报批")
    leader.sees("已办")
    duty.find_case(code)
    duty.choose("批准挂账")
    duty.sees("已办")
    steps.expect_holder(villager, code, OFFICE, "挂账")
    villager.sees("暂停计时", "您等待的时间照算")
    officer.find_case(code)
    officer.choose("销账、恢复办理", {"挂账复查情况": "资金已到位。"})
    officer.sees("已办")
    steps.expect_holder(villager, code, OFFICE, "主办单位办理")
    villager.sees_not("暂停计时")


def test_it_goes_back_when_the_review_finds_it_wanting(people: dict[str, Browsing], code: str) -> None:
    sent(people, code)
    officer, leader, reviewer = people["zhouqiang"], people["qianwei"], people["zhaolan"]
    steps.sign(officer, code)
    steps.reply(officer, code, "已安排。")
    steps.issue(leader, code)
    reviewer.find_case(code)
    reviewer.sees("您要独立判断这件事")
    reviewer.choose("退回重办", {"退回重办原因": "没有写明何时修好，也没有照片。"})
    reviewer.sees("已办")
    steps.expect_holder(people["villager"], code, OFFICE, "主办单位办理")
    officer.find_case(code)
    officer.sees("没有写明何时修好")
    steps.reply(officer, code)
    steps.issue(leader, code)
    steps.passed(reviewer, code)
    steps.expect_holder(people["villager"], code, CENTRE, "回访")


def test_it_is_done_again_when_the_reporter_is_not_satisfied(
    people: dict[str, Browsing], code: str, subject: str
) -> None:
    steps.to_call_back(people, code)
    caller = people["heqin"]
    steps.draw_call(caller, subject)
    caller.choose(
        "群众不认可、二次办理",
        {
            "办理单位联系过您吗": "否",
            "问题解决了吗": "未解决",
            "您满意吗": "不满意",
            "群众原话": "没有人来过，灯还是黑的。",
        },
    )
    caller.sees("这一个回访已记下")
    steps.expect_holder(people["villager"], code, CENTRE, "二次派单")
    dispatcher = people["chengang"]
    dispatcher.find_case(code)
    dispatcher.choose("原单位重办", {"交办要求": "三日内修好并附照片"})
    dispatcher.sees("已办")
    steps.expect_holder(people["villager"], code, OFFICE, "主办单位办理")
    people["zhouqiang"].find_case(code)
    people["zhouqiang"].sees("三日内修好并附照片", "没有人来过")


def test_it_takes_one_rating_only(people: dict[str, Browsing], code: str, subject: str) -> None:
    steps.to_call_back(people, code)
    caller = people["heqin"]
    steps.draw_call(caller, subject)
    steps.content(caller)
    villager = people["villager"]
    steps.follow(villager, code)
    stale = villager.context.new_page()
    stale.goto(villager.page.url)
    rate(villager.page, "非常满意")
    villager.sees("谢谢您的评价")
    rate(stale, "非常不满意")
    expect(stale.locator("main")).to_contain_text("评价")
    expect(stale.locator("main .note.red")).to_have_count(1)
    people["hanlei"].find_case(code)
    people["hanlei"].sees("群众自己的评价", "5 / 5")


def rate(page: object, stars: str) -> None:
    form = page.locator("form", has=page.get_by_role("button", name="提交评价"))  # type: ignore[attr-defined]
    form.get_by_text(stars, exact=True).click()
    with page.expect_navigation():  # type: ignore[attr-defined]
        form.get_by_role("button", name="提交评价").click()


def test_it_asks_other_offices_for_their_opinion(
    people: dict[str, Browsing], code: str, subject: str
) -> None:
    steps.accept(people["limin"], code)
    dispatcher = people["chengang"]
    dispatcher.find_case(code)
    dispatcher.choose("派出", {"协办单位": ["金湖街道"]})
    dispatcher.sees("已办", "协办意见")
    helper = people["liujianguo"]
    helper.go("/desk/?step=help")  # a helper has the task; the list of all matters is the leading office's
    helper.follow(subject)
    helper.choose("提交意见", {"协办意见": "灯杆产权已核实，归市政。"})
    helper.sees("已办")
    steps.sign(people["zhouqiang"], code)
    people["zhouqiang"].sees("灯杆产权已核实")
