"""By written mandate: signed with a finger at the door, used, run out, closed, signed anew, gone on with."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE


def sign(proxy: Browsing, name: str, phone: str) -> str:
    """Both pages of a mandate; gives its code."""
    page = proxy.page
    proxy.go("/desk/mandates/new/")
    page.get_by_label("要新办的事：哪一类").select_option(label="政务服务办件")
    page.get_by_label("委托人姓名").fill(name)
    page.get_by_label("委托人电话").fill(phone)
    page.get_by_text("当面查看了身份证件").click()
    proxy.press("下一步：读一遍再签名")
    proxy.sees(name, "到期自动作废")
    stories.draw(proxy)
    stories.look(proxy, "mandate-signing")
    proxy.press("他听明白了，已经签名")
    proxy.sees("委托书签好了")
    return str(page.locator("strong.code").inner_text())


def test_she_hands_in_for_a_neighbour_who_signed_with_a_finger(walk: Callable[..., Browsing]) -> None:
    proxy, neighbour = walk("yushan", PHONE), walk("", PHONE)
    sign(proxy, "李大爷", "13872007002")
    proxy.go("/desk/mandates/")
    proxy.follow("凭委托办一件")
    stories.write(proxy, {"办理事项": "老年人优待证", "申请人类型": "个人"})
    stories.look(proxy, "mandate-taking")
    proxy.press("存下并打回执")
    proxy.sees("收件回执", "受委托，不收费")
    code = str(proxy.page.locator("strong.code").inner_text())
    stories.follow(neighbour, code)
    neighbour.sees("老年人优待证")
    neighbour.follow("谁可以替我办、撤销委托")
    neighbour.sees("余珊", "现在可以替您办")


def test_a_mandate_that_ran_out_closes_the_case_until_a_new_one(walk: Callable[..., Browsing]) -> None:
    proxy = walk("yushan", PHONE, expected=[r"status of 403"])
    clerk = walk("hujing", DESK)
    clerk.find_case("高龄津贴申请")
    code = str(clerk.answer_to("查询码")).split()[0]
    address = clerk.page.url
    clerk.choose("一次告知补正", {"需要补正的内容": "户口簿本人页没有拍清楚，请重拍"})
    clerk.sees("已办")

    proxy.go("/desk/mandates/")
    proxy.sees("不在期限内")
    stories.look(proxy, "mandate-over")
    proxy.go("/desk/")
    proxy.sees_not("高龄津贴申请")
    proxy.go(address)
    proxy.sees("这件事您不能再看、也不能再代办", "重新签一份委托书")
    proxy.sees_not("户口簿本人页")
    stories.look(proxy, "mandate-closed")

    proxy.go(f"/desk/mandates/new/?code={code}")
    proxy.page.get_by_text("当面查看了身份证件").click()
    proxy.press("下一步：读一遍再签名")
    stories.draw(proxy)
    proxy.press("他听明白了，已经签名")
    proxy.sees("委托书签好了")
    proxy.go(address)
    proxy.sees("您凭委托书办理", "户口簿本人页没有拍清楚")
    stories.look(proxy, "mandate-renewed")
    proxy.choose("补正好了")
    proxy.sees("已办", "受委托")
    clerk.find_case(code)
    expect(clerk.page.locator("main summary", has_text="不予受理")).to_have_count(1)
