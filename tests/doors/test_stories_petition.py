"""An old house that nobody calls dangerous: a petition through opinion, review and re-review, and then the same again."""

from __future__ import annotations

from collections.abc import Callable

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE, REFUSED

WHAT = "补缴年限少算三年"
TOLD = {
    "什么事（一句话）": WHAT,
    "事情经过和请求": "一九九六年的工资表在，请求补记三年。",
    "姓名": "赵守田",
    "联系电话": "13872007002",
}
OPINION = {
    "查明的事实": "档案缺三年工资表。",
    "意见": "不予支持、作出解释",
    "处理意见": "凭现有档案不能补记。",
    "依据的法律法规": "社会保险法第五十八条",
}


def at_petitions(person: Browsing, section: str) -> None:
    """Open the matter from the page of petitions, as soon as it stands under this period."""
    person.go("/order/petitions/")
    row = person.page.locator(f"section#{section} a.title", has_text=WHAT)
    for _ in range(40):
        if row.count():
            break
        person.page.wait_for_timeout(500)
        person.page.reload()
    with person.page.expect_navigation():
        row.first.click()


def act(person: Browsing, section: str, choice: str, values: dict[str, object] | None = None) -> None:
    at_petitions(person, section)
    person.choose(choice, values)
    person.sees("已办")


def disagree(resident: Browsing, code: str, choice: str, why: dict[str, str]) -> None:
    """What the reporter does on the page of the tracking code."""
    stories.follow(resident, code)
    stories.until(resident, choice)
    stories.own_step(resident, choice)
    stories.write(resident, why)
    resident.press(choice)


def test_a_petition_goes_through_review_and_re_review_and_is_then_closed(
    walk: Callable[..., Browsing],
) -> None:
    resident, clerk = walk("", PHONE), walk("xinfang", DESK)
    officer, leader, reviewer = walk("hekai", DESK), walk("tangbo", DESK), walk("fucha", DESK)
    resident.go("/report/petitions/petition/")
    stories.write(resident, TOLD)
    stories.look(resident, "petition-told")
    code = stories.handed_in(resident, "提交")
    clerk.go("/order/petitions/")
    stories.until(clerk, WHAT)
    stories.look(clerk, "petition-page")
    act(
        clerk,
        "register",
        "转送有权处理的单位",
        {"有权处理的单位": "人力资源和社会保障局", "转送的要点": "补记年限"},
    )
    act(officer, "receive", "受理、按信访处理", {"书面告知写了什么": "已受理，六十日内答复"})
    stories.look(officer, "petition-officer")
    act(officer, "handle", "拟出处理意见、请审签", {"哪天听的陈述": stories.today(), **OPINION})
    act(leader, "handle", "签发处理意见书")
    act(officer, "handle", "送到了", {"哪天收到的书面答复": stories.today(), "怎么送的": "当面"})
    disagree(resident, code, "不服、请求复查", {"为什么不服": "工资表我有"})
    said = {
        "复查机关": "市政府",
        "复查结果": "维持",
        "复查意见": "程序合法，维持。",
        "复查意见书的文号": "冶复查1号",
    }
    act(reviewer, "review", "作出复查意见", said)
    act(clerk, "review", "送到了", {"哪天收到复查意见": stories.today()})
    disagree(resident, code, "还不服、请求复核", {"为什么还不服": "还是没有看工资表"})
    again(reviewer, walk)
    act(clerk, "rereview", "送到了")
    stories.follow(resident, code)
    stories.until(resident, "复核完毕、同一事实不再受理")
    stories.look(resident, "petition-final")


def again(reviewer: Browsing, walk: Callable[..., Browsing]) -> None:
    """Whoever reviewed may not re-review; the organ above is outside, so its letter is entered."""
    other = walk("fuhe", PHONE)
    at_petitions(other, "rereview")
    stories.look(other, "petition-rereview")
    reviewer.expected += REFUSED
    other.choose(
        "上一级在系统外、照复核意见书登记",
        {"复核机关": "黄石市政府", "复核结果": "维持", "复核意见": "维持。", "复核意见书的文号": "黄复核7号"},
    )
    other.sees("已办")
