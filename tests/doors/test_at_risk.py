"""After a hospital bill: the signal brings the village clerk to the door; another household is listed and helped; a third is lifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.instants import SHANGHAI
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

PHONE, DESK = 390, 1440
BOARD = "/warnings/households/"


@pytest.fixture(scope="module")
def village(chromium_path: Path) -> Iterator[Site]:
    with served("build_at_risk", working=True) as made:
        yield made


@pytest.fixture
def look(village: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(village, chromium)


def task(person: Browsing, subject: str) -> None:
    person.go("/desk/")
    person.follow(subject)


def test_after_a_hospital_bill_visited_listed_helped_lifted(look: Callable[..., Browsing]) -> None:
    clerk = look("hecun", PHONE)
    clerk.go(BOARD)
    clerk.sees("SF-1", "入户核查", "部门信息预警", "自付医疗费用高")
    examine(clerk, "at-risk-board")
    task(clerk, "监测识别：SF-1")
    today = f"{datetime.now(SHANGHAI):%Y-%m-%d}"
    visit = {"哪天去的": today, "这一户怎么说": "手术做完了，还欠亲戚两万", "实际一起生活几口人": "4"}
    visit |= {"一年工资": "18000", "一年经营净收入": "9000", "一年财产收入": "0", "一年转移收入": "2600"}
    visit |= {"一年合规自付支出": "41000", "自己应不应付得过来": "要帮一部分"}
    sound = dict.fromkeys(("上学有保障", "住房安全", "饮水安全", "支出骤增"), "是")
    clerk.choose("有难处、问问同不同意比对", visit | sound | {"看病有保障": "否", "原来是脱贫户": "否"})
    clerk.sees("承诺授权")

    town = look("shi", DESK)
    task(town, "监测识别：SF-2")
    town.choose("审核通过")
    chief = look("xian", DESK)
    task(chief, "监测识别：SF-2")
    chief.choose("列为监测对象")
    bureau = look("fan", DESK)
    bureau.go(BOARD)
    bureau.sees("监测帮扶中", "SF-3")
    examine(bureau, "at-risk-board-bureau")
    bureau.go(f"{BOARD}h/SF-3/")
    bureau.sees("29600", "41000", "人均7400", "两个数并排看", "医疗救助", "村里何主任")
    examine(bureau, "at-risk-house")

    anybody = look("", PHONE)
    anybody.go("/warnings/published/")
    anybody.sees("SF-4", "边缘易致贫户", "4口人", "二十四点为止")
    anybody.sees_not("医疗", "41000", "陈大山")
    examine(anybody, "at-risk-published")

    task(clerk, "帮扶：SF-3")
    steady = {"现在一起生活几口人": "4", "近一年家庭纯收入": "40000", "最近十二个月自己出的合规支出": "3000"}
    yes = (
        "上学有保障",
        "看病有保障",
        "住房安全",
        "饮水安全",
        "原来的风险没有了",
        "没有新的风险",
        "告诉过这一户",
    )
    clerk.choose("稳了、提请解除", steady | dict.fromkeys(yes, "是"))
    second = look("yuan", DESK)
    task(second, "帮扶：SF-3")
    second.choose("属实")
    task(chief, "帮扶：SF-3")
    chief.choose("解除")
    chief.sees("风险已消除")
