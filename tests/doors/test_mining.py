"""A reform officer asks what really happened: of the city's own appeals, and of logs from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.doors.people import Browsing
from tests.doors.test_pages import examine

DATA = Path(os.environ.get("GONGZHI_DATA") or Path(__file__).parents[3] / "shared" / "data") / "eventlogs"
ASKED = 30_000


def upload(officer: Browsing, log: Path, model: Path | None = None) -> None:
    officer.go("/reform/mining/")
    officer.page.locator("#file").set_input_files(log)
    if model is not None:
        officer.page.locator("#model").set_input_files(model)
    officer.press("上传并看")


def test_the_citys_own_ways_are_drawn_and_open_to_cases(browse: Callable[..., Browsing]) -> None:
    """The appeals of the demo: ways, the bottleneck in words, numbers on the mechanism's own picture, cases behind a figure."""
    officer = browse("linxiao", 1440)
    officer.go("/reform/")
    officer.follow("过程挖掘")
    officer.page.locator("#of").select_option("daye_minqing.appeal")
    officer.press("开始看")
    page = officer.page
    expect(page.locator("#bottlenecks")).to_contain_text("占全部等待的", timeout=ASKED)
    expect(page.locator("figure.flow svg")).to_be_visible()
    assert int(page.locator("#variants").inner_text()) > 3
    examine(officer, "mining-own-1440")
    page.locator("td a").first.click()
    expect(page.locator("p.what")).to_contain_text("您的岗位看得到")


def test_a_log_of_our_own_making_is_read_on_a_phone(browse: Callable[..., Browsing], tmp_path: Path) -> None:
    """Twelve cases of three ways, one line without a time: everything is told, and nothing sticks out."""
    lines = ["工单编号,环节,时间,部门"]
    for number in range(12):
        day = f"2024-05-{number + 1:02d}"
        lines += [f"A{number},受理,{day} 09:00,中心", f"A{number},派单,{day} 09:30,中心"]
        lines += [f"A{number},办理,{day} 1{number % 3 + 4}:00,城管局"] * (number % 3 > 0)
    log = tmp_path / "工单.csv"
    log.write_text("\n".join([*lines, "A1,回访,,中心"]), encoding="utf-8")
    officer = browse("linxiao", 390)
    upload(officer, log)
    expect(officer.page.locator("#variants")).to_have_text("2", timeout=ASKED)
    expect(officer.page.locator("#bottlenecks")).to_contain_text("从“派单”到“办理”平均等了6.0小时")
    officer.sees("没有时间：1条")
    examine(officer, "mining-log-390")


@pytest.mark.skipif(not DATA.is_dir(), reason="the event logs are not here (GONGZHI_DATA)")
def test_the_dutch_receipts_show_their_116_ways_and_the_bottleneck(browse: Callable[..., Browsing]) -> None:
    """The receipt phase of environmental permits (CoSeLoG), with its model."""
    officer = browse("linxiao", 1440)
    upload(officer, DATA / "receipt_events.csv", DATA / "receipt.bpmn")
    page = officer.page
    expect(page.locator("#variants")).to_have_text("116", timeout=ASKED)
    first = page.locator("#bottlenecks li").first
    expect(first).to_contain_text(
        "从“T05 Print and send confirmation of receipt”到“T06 Determine necessity of stop advice”"
    )
    expect(first).to_contain_text("占全部等待的31%")
    expect(page.locator("#conformance")).to_contain_text("1434件（100%）完全照图走")
    officer.shoot("mining-receipt-1440")
