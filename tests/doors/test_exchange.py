"""鄂州 takes a mechanism over in the browser: 秦芳 hands the package in and fills in what is different here, 卢山 trusts the city it
comes from and installs; then the next version, and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from gongzhi.city.exchange.tests.lamp import HUANGSHI, PUBLIC, TABLE, package, version
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

OFFICER, CHIEF = "qinfang", "lushan"
DOOR = "/reform/packages/"


@pytest.fixture(scope="module")
def other_city(chromium_path: Path) -> Iterator[Site]:
    with served("build_exchange", city="鄂州市") as made:
        yield made


@pytest.fixture
def ezhou(other_city: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(other_city, chromium)


def hand_in(officer: Browsing, content: bytes) -> None:
    officer.go(DOOR)
    file = {"name": "lamp.gongzhi", "mimeType": "application/octet-stream", "buffer": content}
    officer.page.get_by_label("移交包（.gongzhi）").set_input_files(file)  # type: ignore[arg-type]
    officer.press("拆开看看")


def test_a_mechanism_is_taken_over_upgraded_and_rolled_back(ezhou: Callable[..., Browsing]) -> None:
    officer, chief = ezhou(OFFICER), ezhou(CHIEF, 390)
    hand_in(officer, package(city=HUANGSHI))
    address = officer.page.url.removeprefix(officer.site.address)
    officer.sees(
        "签名完好，密钥还不认识", "大冶市 1.0.0", "黄石市 1.1.0", "412件", "没有看出效果", "由1.0.0升到1.1.0"
    )
    chief.go(address)
    chief.page.get_by_label("对方报来的公钥").fill(PUBLIC)
    chief.page.get_by_label("怎样核对的：和谁、哪一天、用什么方式").fill("今天上午与对方改革办电话核对")
    chief.press("信任这把密钥")
    chief.sees("签名可信")
    officer.go(address)
    limits = officer.page.locator("fieldset", has=officer.page.locator("legend", has_text="修灯时限"))
    limits.get_by_label("第2行第2格").fill("7 working days")
    officer.press("记下来，按本地参数跑情景")
    officer.sees("2个里有1个与预期不同", "2024年10月23日")
    officer.page.get_by_role("checkbox").first.check()
    officer.press("记下，重跑")
    officer.sees("全部通过", "1.1.0+420700.1")
    officer.press("试跑")
    officer.sees("上个月的 3 件", "到期更晚")
    examine(officer, "exchange-import")
    officer.press("提交复核")
    officer.sees("要由另一位有安装权的人来装")
    chief.go(address)
    chief.sees("修灯时限", "接受了的新结果")
    examine(chief, "exchange-install")
    chief.press("安装")
    chief.sees("已安装1.1.0+420700.1")

    # the source sharpens the other limit: ours is carried over, only its result is looked at anew
    hand_in(
        officer,
        package(version("1.2.0", tables_limits_csv=TABLE.replace("倒了,1 working day", "倒了,4 hours"))),
    )
    expect(limits.get_by_label("第1行第2格")).to_have_value("4 hours")
    expect(limits.get_by_label("第2行第2格")).to_have_value("7 working days")
    officer.press("记下来，按本地参数跑情景")
    officer.page.get_by_role("checkbox").first.check()
    officer.press("记下，重跑")
    officer.press("提交复核")
    chief.go(officer.page.url.removeprefix(officer.site.address))
    chief.press("安装")
    chief.follow("看版本，或回到前一版")
    row = chief.page.get_by_role("row").filter(has_text="1.1.0+420700.1")
    with chief.page.expect_navigation():
        row.get_by_role("link", name="看换过去会怎样").click()
    chief.sees("tables.limits[1]", "4 hours")
    examine(chief, "exchange-versions")
    chief.press("回到 1.1.0+420700.1 这一版")
    chief.sees("现行版本是1.1.0+420700.1")


def test_the_front_page_holds_on_a_phone_and_without_scripts(
    ezhou: Callable[..., Browsing], width: int
) -> None:
    officer = ezhou(OFFICER, width, javascript=width > 500)
    officer.go(DOOR)
    officer.sees("拆开看看", "本市的密钥", "下载移交包")
    if officer.javascript:
        examine(officer, "exchange")
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="下载移交包").first.click()
    assert download.value.suggested_filename.endswith(".gongzhi")
