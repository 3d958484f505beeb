"""An old man without a phone: the chair types the number of his card, claims for him, two others check, it is published; soap."""

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


@pytest.fixture(scope="module")
def village(chromium_path: Path) -> Iterator[Site]:
    with served("build_points", working=True) as made:
        yield made


@pytest.fixture
def look(village: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(village, chromium)


def task(person: Browsing, subject: str) -> None:
    person.go("/desk/")
    with person.page.expect_navigation():
        person.page.get_by_role("link", name=subject).first.click()


def test_an_old_man_without_a_phone_claims_by_his_card_and_takes_soap(look: Callable[..., Browsing]) -> None:
    chair = look("feng", PHONE)
    chair.go("/village/points/")
    examine(chair, "points-chair")
    chair.page.get_by_label("户号").fill("H1")
    chair.press("打开这一户")
    chair.sees("H1", "5 分", "打扫公共场地")
    examine(chair, "points-house")
    chair.page.get_by_label("说几句").fill("扫了祠堂前的场子")
    chair.press("报上去")
    chair.sees("报上去了")

    for who, choice in (("ge", "属实"), ("li2", "属实"), ("bai", "通过、公示三天")):
        checks = look(who, DESK)
        task(checks, "打扫公共场地")
        checks.choose(choice)

    anybody = look("", PHONE)
    anybody.go("/village/points/rules/420281001201/")
    anybody.sees("正在公示", "H1 户", "+5 分", "公示到")
    examine(anybody, "points-rules")

    chair.go("/village/points/houses/H1/")
    chair.press("换、当面给")
    chair.sees("兑换单", "肥皂×1", "已领取")
    examine(chair, "points-slip")
    chair.go("/village/points/houses/H1/")
    chair.sees("1 分", "兑换 肥皂×1")
    chair.go("/village/points/cards/?number=H1")
    chair.sees("积分卡", "H1")
    examine(chair, "points-cards")
