"""A topic with its tasks, from the sheet of the reform office to the check by somebody else, who sends it back once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

CHIEF, DOER, CHECKER = "jiangtao", "zhouqiang", "zhenghe"
HEAD = ("任务代码", "任务", "级别", "上级任务", "牵头单位", "责任人", "完成期限", "问题", "专题", "分管领导")


@pytest.fixture(scope="module")
def reform_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_reform") as made:
        yield made


@pytest.fixture
def look(reform_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(reform_site, chromium)


def sheet(folder: Path, name: str, owner: str) -> Path:
    """Two tasks, one above the other."""
    due = date.today() + timedelta(days=60)  # noqa: DTZ011
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(HEAD)
    lamps = "路灯坏了没人修"
    page.append(("L1", "全城路灯三天修好", "领导小组", "", "城管执法局", "周强", due, lamps, "ZT1", "柳青山"))
    page.append(("L2", "灯杆编上号", "办公室", "L1", "城管执法局", owner, due, "", "ZT1", ""))
    path = folder / name
    book.save(path)
    return path


def test_a_topic_goes_from_its_sheet_to_a_check_that_sends_it_back_once(
    look: Callable[..., Browsing], tmp_path: Path
) -> None:
    chief = look(CHIEF)
    chief.expected.append("422")
    chief.page.goto("/reform/")
    chief.page.get_by_role("link", name="改革任务").first.click()
    chief.page.get_by_role("link", name="导入任务表").click()
    for name, owner, said in (("错.xlsx", "周强、吴涛", "责任人只写一位"), ("对.xlsx", "吴涛", "新收2件")):
        chief.page.locator("#file").set_input_files(sheet(tmp_path, name, owner))
        chief.page.get_by_role("button", name="导入", exact=True).click()
        expect(chief.page.get_by_text(said).first).to_be_visible()
    chief.page.get_by_text("路灯三天修好").first.click()
    chief.page.get_by_role("link", name="看这个专题的全部任务").click()
    expect(chief.page.locator("td.d1")).to_contain_text("灯杆编上号")

    doer, checker = look(DOER), look(CHECKER)
    doer.page.goto("/reform/tasks/list/?show=mine")
    doer.page.get_by_role("link", name="全城路灯三天修好").click()
    case = doer.page.url
    doer.choose("签收")
    for said, verdict in (("修了八成", "没有做成、退回"), ("全部三天修好", "核过、做成了")):
        doer.page.goto(case)
        doer.choose("做完了、请第三方核", {"做成什么样": said})
        doer.sees("已办")
        checker.page.goto(case)
        checker.choose(verdict, {"怎么核的": "随机抽点到现场看", "核到什么": said})
        checker.sees("已办")
        chief.page.goto("/reform/tasks/topics/ZT1/")
        back = chief.page.get_by_text("核验退回过")
        expect(back).to_have_count(1 if verdict.startswith("没有") else 0)
    expect(chief.page.locator("tr", has_text="全城路灯三天修好")).to_contain_text("核验通过")


def test_its_pages_are_in_order_on_a_phone_and_at_a_desk(look: Callable[..., Browsing], width: int) -> None:
    chief = look(CHIEF, width)
    for name in ("", "list/", "matrix/", "problems/", "import/", "topics/ZT1/"):
        chief.page.goto(f"/reform/tasks/{name}")
        examine(chief, f"reform-tasks-{name.replace('/', '-')}{width}")
