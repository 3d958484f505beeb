"""Three in the morning: an emergency from the first report to the final one, by keyboard; and a shift handed over by phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site, fill
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def duty_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_duty") as made:
        yield made


@pytest.fixture
def watch(duty_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    """``watch("zhou")`` is 周敏 at the duty desk."""
    yield from browsers(duty_site, chromium)


def test_an_emergency_from_first_to_final_report(watch, shot_name):
    zhou = watch("zhou")
    zhou.go("/duty/")
    zhou.sees("吴刚", "铜绿山路口积水")
    examine(zhou, shot_name)
    with zhou.page.expect_navigation():
        zhou.page.keyboard.press("e")
    page = zhou.page
    told = {
        "一句话": "大箕铺镇民房起火",
        "事件性质": "事故灾难",
        "谁报来的": "119指挥中心",
        "事发时间": "凌晨两点四十",
        "事发地点": "水南湾",
        "现在的情况": "三间民房起火，有人被困",
        "失踪人数": "3",
    }
    for label, value in told.items():
        fill(page.locator("main"), label, value)
    zhou.press("登记")
    case = page.url
    zhou.go("/duty/")
    zhou.sees("大箕铺镇民房起火", "电话报告")
    expect(page.locator("time[data-due]").first).to_have_text(re.compile(r"^00:5\d:\d\d$"))
    zhou.go(case)
    zhou.choose("已电话报告", {"电话报给了谁": "带班领导石书记"})
    first = {
        "影响范围": "三户十一人",
        "趋势": "明火已控制",
        "领导到位": "石书记到场",
        "已采取的措施": "三车十五人",
    }
    zhou.choose("发首报", first)
    zhou.choose(
        "发续报", {"现在的情况": "全部找到", "失踪人数": "0", "趋势": "已扑灭", "已采取的措施": "送医"}
    )
    zhou.choose("处置完了、转终报")
    final = {
        "现在的情况": "处置完毕",
        "损失": "房屋三间",
        "原因": "电动车充电短路",
        "教训和改进": "排查室内充电",
    }
    zhou.choose("报终报、请带班领导签发", final)
    shi = watch("shi")
    shi.go(case)
    shi.choose("签发")
    shi.sees("已终报", "首报", "续报", "终报")


def test_a_shift_is_handed_over_on_a_phone(watch, shot_name):
    wu = watch("wu", 390)
    wu.go("/duty/")
    wu.follow("去交班")
    wu.page.get_by_label("还要交代什么").fill("路口每半小时看一次")
    wu.press("签字交班")
    wu.sees("仍由您负责")
    zhou = watch("zhou", 390)
    zhou.go("/duty/")
    examine(zhou, shot_name)
    zhou.follow("去接班")
    zhou.sees("铜绿山路口积水", "路口每半小时看一次")
    zhou.press("签字接班")
    zhou.sees("从现在起由您负责")
    zhou.go("/duty/")
    expect(zhou.page.locator(".who")).to_contain_text("周敏")
    zhou.page.get_by_label("怎样了结的").fill("水已排干")
    zhou.press("了结")
    zhou.sees("已了结")
