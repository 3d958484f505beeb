"""A firm stops its treatment at night and is found and visited; another was under repair, had said so, and nobody comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.instants import SHANGHAI
from tests.doors import stories
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import ordered, served
from tests.doors.test_pages import examine

PHONE, DESK = 390, 1440
NIGHT, REPAIR = "夜里停风机铸造厂", "换炉衬铸造厂"


@pytest.fixture(scope="module")
def factories(chromium_path: Path) -> Iterator[Site]:
    """Two firms; the night is over and yesterday has gone through the rules."""
    with served("build_power", working=True) as made:
        ordered(made, "watches", "run", "--mechanism", "power_watch", "--watch", "r1_treatment_off")
        yield made


@pytest.fixture
def look(factories: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(factories, chromium)


def at_the_board(person: Browsing, what: str) -> None:
    """Open a check from the page of the meters, as soon as it stands there."""
    person.go("/warnings/power/")
    row = person.page.locator("section#waiting a.title", has_text=what)
    for _ in range(40):
        if row.count():
            break
        person.page.wait_for_timeout(500)
        person.page.reload()
    with person.page.expect_navigation():
        row.first.click()


def day(after: int = 0) -> str:
    return (datetime.now(SHANGHAI) + timedelta(days=after)).date().isoformat()


def test_a_firm_that_stops_its_treatment_at_night_is_found_and_visited(look: Callable[..., Browsing]) -> None:
    monitor, officer = look("jiance", DESK), look("huanjian", PHONE)
    at_the_board(monitor, NIGHT)
    monitor.sees("产污用电", "没有报备", "连着16个点")
    monitor.choose("派给执法人员", {"去看什么": "除尘风机"})
    monitor.sees("已办")
    at_the_board(officer, NIGHT)
    officer.choose("签收、去现场")
    found = {
        "到现场的日子": day(),
        "执法人员一（证件）": "环健",
        "执法人员二（证件）": "蓝田",
        "现场看到的": "除尘风机停着，电炉在熔炼",
        "治污设备现在开着": "否",
        "要改什么": "风机和电炉联锁",
        "哪天以前改好": day(1),
    }
    officer.choose("属实、当场责令改正", found)
    officer.sees("企业改正")
    officer.choose("改好了", {"改得怎么样": "装了联锁，停一个全停"})
    at_the_board(monitor, NIGHT)
    monitor.choose("正常了、关闭", {"复核看到的": "曲线正常"})
    monitor.sees("属实、已经改正")


def test_a_declared_repair_raises_nothing(look: Callable[..., Browsing]) -> None:
    monitor = look("jiance", PHONE)
    monitor.go("/warnings/power/")
    examine(monitor, "power-board")
    monitor.page.locator("section#declared a.title", has_text=REPAIR).first.wait_for()
    assert not monitor.page.locator("section#waiting a.title", has_text=REPAIR).count()
    monitor.go("/warnings/alerts/?state=covered")
    monitor.sees(REPAIR)
    # and for tomorrow it is typed in for a firm that telephones
    monitor.go("/warnings/power/")
    monitor.follow("登记：用电异常报备")
    told = {
        "哪一家": REPAIR,
        "种类": "设备调试",
        "这段时间还生产吗": "否",
        "从哪天": day(1),
        "几点为止": "20:00",
        "到哪天": day(2),
        "什么事": "新风机试运行",
    }
    stories.write(monitor, told)
    monitor.page.locator("main [name$='from_at']").select_option("08:00")
    monitor.press("存下")
    monitor.sees(f"{REPAIR}：设备调试")
