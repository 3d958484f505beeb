"""A unit appeals against its score and wins: its cases are taken out, the band changes, version 2 is out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine


@pytest.fixture(scope="module")
def appraised_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_scores") as made:
        yield made


@pytest.fixture
def look(appraised_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(appraised_site, chromium)


def test_a_unit_appeals_against_its_score_and_wins(look: Callable[..., Browsing]) -> None:
    unit = look("zhou", 390)
    unit.go("/reform/")
    unit.follow("考核")
    unit.follow("城管局")
    unit.sees("第2档", "28 ÷ 40")
    examine(unit, "score-unit-390")
    unit.page.get_by_role("row", name="按时反馈率").get_by_role("link", name="申诉").click()
    for box in unit.page.locator("input[type=checkbox][name^=case-]").all()[:10]:
        box.check()
    unit.page.locator("#why").fill("暴雨停电，现场不能施工")
    unit.page.get_by_label("申诉理由").fill("供电公司有停电记录，请剔除。")
    examine(unit, "score-appeal-390")
    unit.press("提出申诉")
    unit.sees("复核中")

    chief = look("wujie", 1440)
    chief.go("/reform/scores/")
    chief.follow("城管局 · 季度考核")
    chief.page.get_by_label("决定和理由").fill("核对了停电记录，十件都在停电期内。")
    examine(chief, "score-decide-1440")
    chief.press("成立、重算")
    chief.sees("第2版已经公布", "第2档 → 第1档")

    unit.page.reload()
    unit.follow("看新的一版")
    unit.sees("第1档", "28 ÷ 30", "剔除10件")
    unit.go("/reform/scores/")
    unit.follow("季度考核")
    unit.follow("看这一类的结果")
    expect(unit.page.locator(".score-chart")).to_be_visible()
    unit.sees_not("第1名", "末位")
    examine(unit, "score-class-390")


def test_another_weight_is_tried_and_nothing_is_kept(look: Callable[..., Browsing]) -> None:
    chief = look("jiang", 1440)
    chief.go("/reform/scores/")
    chief.follow("城管局 · 季度考核")
    chief.sees("末档复核", "40件")
    chief.go("/reform/scores/")
    chief.page.get_by_role("link", name="季度考核", exact=True).click()
    chief.sees("怎么计分")
    examine(chief, "score-standard-1440")
    chief.follow("看这一类的结果")
    chief.follow("改一改权重会怎样")
    chief.page.get_by_label("权重改成 按时反馈率").fill("10")
    chief.press("算一算")
    expect(chief.page.locator("#moved")).to_contain_text("城管局")
    examine(chief, "score-trial-1440")
