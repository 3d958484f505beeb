"""An instrument is booked, used, billed and rated; the same part of a day is not given away twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from gongzhi.engine.instants import SHANGHAI
from tests.doors.build_instruments import INSTRUMENTS
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site, fill
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def lab(chromium_path: Path) -> Iterator[Site]:
    with served("build_instruments") as made:
        yield made


@pytest.fixture
def look(lab: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(lab, chromium)


def test_an_instrument_is_booked_once_used_billed_and_rated(
    look: Callable[..., Browsing], width: int
) -> None:
    code, title = INSTRUMENTS[width]
    tomorrow = (datetime.now(SHANGHAI) + timedelta(days=1)).date().isoformat()

    def book(who: Browsing) -> None:
        who.go("/report/instrument_sharing/booking/")
        form = who.page.locator("main form").first
        form.get_by_label(re.compile("^约哪台")).select_option(value=code)
        for label, value in {"哪天用": tomorrow, "哪一段": "下午", "用户": "企业", "测什么": "断口"}.items():
            fill(form, label, value)
        who.press("提交")

    firm = look("", width)
    book(firm)
    firm.sees("查询码")
    # what is refused is answered with a status of its own
    second = look("", width, expected=["status of 4"])
    book(second)
    second.sees("这台仪器这一段已经有人约了")
    second.go(f"/reform/instruments/?week={tomorrow}")
    card = second.page.locator("section.instrument", has_text=title)
    expect(card.locator("td.booked", has_text="约出去了")).not_to_have_count(0)
    second.sees_not("王秀英")
    examine(second, "instruments")
    keeper = look("lab-keeper", width)
    keeper.go("/desk/")
    keeper.page.locator("table tr", has_text="使用").filter(has_text=title).locator("a.title").first.click()
    keeper.choose("用完了、记小时", {"用了几小时": "3.5"})
    officer = look("lab-officer", width)
    officer.go("/desk/")
    officer.page.locator("table tr", has_text=title).locator("a.title").first.click()
    officer.choose("出账单")
    officer.sees("1166.55")
    officer.choose("收到了", {"票据号": "P001"})
    officer.sees("用的人评")
    code_of_booking = officer.answer_to("查询码").split()[0]
    user = look("", width)
    user.go(f"/t/{code_of_booking}/")
    user.follow("评一句")
    fill(user.page.locator("main form").first, "问题解决了没有", "是")
    user.press("评一句")
    user.sees("用过了")
