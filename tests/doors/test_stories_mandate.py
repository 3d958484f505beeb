"""By written mandate: signed with a finger at the door, used, run out, closed, signed anew, gone on with."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import PHONE

NAME, NUMBER = "陈大娘", "13872007001"


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
    proxy = walk("yushan", PHONE, expected=[r"status of 403", r"status of 404"])
    proxy.go("/desk/mandates/")
    proxy.sees("不在期限内", "政务服务办件")
    stories.look(proxy, "mandate-over")
    proxy.follow("高龄津贴申请")
    proxy.sees("委托", "到期")
    stories.look(proxy, "mandate-closed")
    proxy.go("/desk/mandates/new/")
    expect(proxy.page.get_by_label("查询码")).to_be_visible()
