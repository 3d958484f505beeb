"""A department that asks again for the identity number is refused where it asks; what it asks anew is on the account."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.instants import SHANGHAI
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

WIDE, PHONE = 1440, 390
TITLE = "油菜种植面积统计表"


@pytest.fixture(scope="module")
def forms_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_once_only", working=True) as made:
        yield made


@pytest.fixture
def desk(forms_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(forms_site, chromium)


def write(officer: Browsing, cell: str) -> None:
    page, today = officer.page, datetime.datetime.now(SHANGHAI).date()
    page.locator("main details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    page.get_by_label("表名").fill(TITLE)
    page.get_by_label("谁要的").select_option(label="环保局")
    page.get_by_label("拿去做什么").fill("发种粮补贴")
    page.get_by_label("要表的依据").fill("农业法第八十七条")
    page.locator("label", has_text="网格员").first.click()
    page.get_by_label("多久填一次").select_option("每月")
    page.get_by_label("填一次几分钟").fill("30")
    page.locator('[name="cells.0.title"]').fill(cell)
    page.get_by_label("起填日期").fill(today.isoformat())
    page.get_by_label("停填日期").fill((today + datetime.timedelta(days=100)).isoformat())


def test_a_form_that_asks_again_for_the_identity_number_is_refused(desk: Callable[..., Browsing]) -> None:
    officer = desk("huangnong", WIDE, expected=["status of 409"])
    officer.go("/desk/intake/once_only_forms/form_demand/")
    write(officer, "身份证号码（必填）")
    officer.page.locator("main form button.main").last.click()
    officer.sees("居民登记簿里已有，直接用，不再要基层填")
    # what was typed is still there: only the cell is put right
    assert officer.page.get_by_label("表名").input_value() == TITLE
    officer.page.locator('[name="cells.0.title"]').fill("油菜亩数")
    officer.page.locator("main form button.main").last.click()
    officer.sees(TITLE)
    keeper = desk("xushen", WIDE)
    keeper.go("/desk/")
    keeper.follow(TITLE)
    keeper.sees("准填")
    worker = desk("yuwang", PHONE)
    worker.go("/burden/")
    worker.sees("负担账", "没有算进来的")
    examine(worker, "burden")
