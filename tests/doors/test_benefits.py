"""A farmer turns sixty and is paid without applying; one number with a benefit twice becomes a suspicion to verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

PHONE, DESK = 390, 1440
PENSION = "/welfare/benefits/land_losing_farmers/land_pension/"


@pytest.fixture(scope="module")
def city(chromium_path: Path) -> Iterator[Site]:
    with served("build_benefits", working=True) as made:
        yield made


@pytest.fixture
def look(city: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(city, chromium)


def awaited(person: Browsing, words: str) -> None:
    """Look again until the worker has done it."""
    for _ in range(60):
        if words in person.page.content():
            return
        person.page.wait_for_timeout(250)
        person.page.reload()
    person.sees(words)


def test_a_farmer_turns_sixty_and_is_paid_without_applying(look: Callable[..., Browsing]) -> None:
    anybody = look("", PHONE)
    anybody.go("/welfare/benefits/")
    anybody.sees("被征地农民生活保障金", "不用申请")
    examine(anybody, "benefits")
    anybody.go(PENSION)
    page = anybody.page
    page.get_by_label("出生日期").fill("1950-02-10")
    page.get_by_label("有被征地的登记").select_option("是")
    page.get_by_label("最早哪天被征").fill("2015-01-10")
    page.get_by_label("征后人均剩多少亩").fill("0.1")
    anybody.press("算一算")
    anybody.sees("够条件：240.00 元一个月", "已经到了年龄")
    examine(anybody, "benefit-check")

    clerk = look("min", DESK)
    clerk.go(PENSION)
    clerk.sees("ZD1", "自动对上")
    clerk.go("/welfare/payments/")
    clerk.page.get_by_label("哪一项待遇").select_option(label="被征地农民生活保障金")
    clerk.press("造册")
    awaited(clerk, "待复核")
    clerk.sees("造册的人不能复核", "ZD1")
    address = clerk.page.url
    leader = look("ren", DESK)
    leader.page.goto(address)
    leader.press("复核通过")
    leader.sees("已复核")
    examine(leader, "payment")
    clerk.go(PENSION)
    clerk.go("/welfare/what-if/?programme=land_losing_farmers.land_pension")
    clerk.page.get_by_label("每月标准（元）").fill("300")
    clerk.press("算一算")
    awaited(clerk, "多领的人")
    clerk.sees("每月标准从240改成300元")
    examine(clerk, "what-if")


def test_a_duplicate_benefit_becomes_a_case_to_verify(look: Callable[..., Browsing]) -> None:
    post = look("ji", DESK)
    post.go("/clean/comparisons/land_losing_farmers/paid_twice/")
    post.page.get_by_label("为什么比、依据哪份文件").fill("待遇专项检查方案第三条")
    post.press("发起比对")
    awaited(post, "对上1条")
    post.follow("一个人领两份待遇")
    post.sees("同一个身份证号在领两份")
    post.sees_not("11010519491231002X")
