"""A nurse comes to somebody who can't walk; a gate without a guard is filled; the pages of care tell nothing about the ill."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.instants import SHANGHAI
from tests.doors.build_care import GATES
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site, fill
from tests.doors.serving import served
from tests.doors.test_pages import examine

PATIENT, NEED = "钱多多", "伤口要换药"


@pytest.fixture(scope="module")
def care(chromium_path: Path) -> Iterator[Site]:
    with served("build_care") as made:
        yield made


@pytest.fixture
def look(care: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(care, chromium)


def task(who: Browsing, step: str) -> None:
    """Open the newest task of that step."""
    who.go("/desk/")
    with who.page.expect_navigation():
        who.page.locator("table tr", has_text=step).locator("a.title").first.click()


def test_a_nurse_comes_after_the_patient_agreed_to_day_and_price(
    look: Callable[..., Browsing], width: int
) -> None:
    today = datetime.now(SHANGHAI).date().isoformat()
    villager = look("", width)
    villager.go("/welfare/care/")
    examine(villager, "care")
    with villager.page.expect_navigation():
        villager.page.locator("a.bigdoor", has_text="请医生上门").click()
    form = villager.page.locator("main form").first
    told = {"请哪个团队": "金湖家庭医生团队", "要做什么": "换药拆线", "为什么来不了": "卧床", "给谁看": PATIENT, "联系电话": "13907230001", "上门地址": "金湖街道", "现在怎么样": NEED, "本人或监护人同意上门": "是"}  # fmt: skip
    for label, value in told.items():
        fill(form, label, value)
    villager.press("提交")
    villager.sees("查询码")
    doctor = look("ws-doctor", width)
    doctor.go("/welfare/care/")
    doctor.sees("上门看病")
    doctor.sees_not(PATIENT, NEED, "换药拆线")
    task(doctor, "看合不合适上门")
    doctor.choose("合适、定哪天去", {"哪天去": today, "上午还是下午": "下午"})
    code = doctor.answer_to("查询码").split()[0]
    villager.go(f"/t/{code}/")
    villager.sees("30")  # the price, before anybody comes
    villager.follow("同意、来吧")
    villager.press("同意、来吧")
    nurse = look("ws-nurse", width)
    task(nurse, "上门")
    nurse.choose("去过了", {"哪天去的": today, "做了什么": "换了药", "接下来": "不用再来"})
    villager.go(f"/t/{code}/")
    villager.follow("评一句")
    form = villager.page.locator("main form").first
    fill(form, "满意不满意", "满意")
    fill(form, "问题解决了没有", "是")
    villager.press("评一句")
    villager.sees("去过了")


def test_a_gate_without_a_guard_is_filled_and_the_school_has_a_look(
    look: Callable[..., Browsing], width: int
) -> None:
    code, title = GATES[width]
    parent = look("", width)
    parent.go("/welfare/services/")
    parent.sees("中小学校园保安", "98.3%")
    parent.follow("这个岗没有人")
    form = parent.page.locator("main form").first
    form.get_by_label("哪个岗").select_option(value=code)
    fill(form, "什么时候看到空着", "早上七点二十")
    parent.press("提交")
    parent.go("/welfare/services/")
    parent.sees(title, "正在补")
    examine(parent, "services")
    guards = look("ba-contractor", width)
    task(guards, title)
    guards.choose("补上了", {"怎么补的": "另派了人"})
    school = look("sz-officer", width)
    task(school, title)
    school.choose("补上了", {"看到的": "有人了"})
    parent.go("/welfare/services/")
    parent.sees_not("正在补")
    parent.follow("中小学校园保安")
    examine(parent, "service-contract")
    parent.go("/welfare/seats/")
    parent.sees("观山路公厕", "过了说好的日子", "门锁着")
    examine(parent, "seats")
