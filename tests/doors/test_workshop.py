"""A mechanism is edited in the workshop: the text is looked at while it is typed, and a second person releases it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors.people import Browsing
from tests.doors.test_pages import examine


def open_file(writer: Browsing, path: str) -> None:
    if "path=" in writer.page.url or "/changes/" in writer.page.url:
        writer.follow("文件")
    with writer.page.expect_navigation():
        writer.page.locator(f".folders a[href$='path={path}']").click()


def test_a_mechanism_is_edited_and_released_by_a_second_person(browse: Callable[..., Browsing]) -> None:
    """Fork, break it and see where, mend it, change a rule by its cell, ask; the other one reads the change and releases."""
    writer = browse("linxiao", 1440)
    writer.go("/reform/")
    writer.follow("机制工坊")
    writer.page.get_by_label("机制", exact=True).select_option(label="民情通")
    writer.press("起草一版")
    writer.sees("能用", "规则表")
    examine(writer, "workshop-draft-1440")

    open_file(writer, "cases/appeal.yaml")
    text, look = writer.page.locator("#text"), writer.page.locator("#look")
    expect(look.locator("svg").first).to_be_visible()
    good = text.input_value()
    text.fill(good.replace("steps:", "stepps:", 1))
    expect(look).to_contain_text("stepps")
    look.locator("li.error", has_text="stepps").locator("a[data-line]").first.click()
    chosen = "node => node.value.slice(node.selectionStart, node.selectionEnd)"
    assert text.evaluate(chosen) == "stepps:"
    text.fill(good.replace("title: 群众诉求", "title: 群众来电来信", 1))
    expect(look.locator("svg").first).to_be_visible()
    examine(writer, "workshop-file-1440")
    writer.press("保存")
    writer.sees("已保存")

    open_file(writer, "tables/limits.csv")
    cell = writer.page.locator("input[value='5个工作日']").first
    cell.fill("4个工作日")
    examine(writer, "workshop-sheet-1440")
    writer.press("保存")
    open_file(writer, "mechanism.yaml")
    text.fill(re.sub(r"version: \S+", "version: 9.0.0", text.input_value()))
    writer.press("保存")

    writer.follow("情景结果")
    writer.sees("个没有通过")
    writer.follow("改了什么")
    writer.sees("4个工作日")
    examine(writer, "workshop-changes-1440")


def test_it_can_be_read_and_corrected_on_a_phone(browse: Callable[..., Browsing]) -> None:
    """From a new mechanism to its release; two people, the second on a phone."""
    writer = browse("zhoulan", 390)
    writer.go("/reform/workshop/")
    examine(writer, "workshop-390")
    writer.page.get_by_label("名称").fill("楼道堆物清理")
    writer.page.get_by_label(re.compile("英文编号")).fill("clear_stairs")
    writer.press("开始写")
    examine(writer, "workshop-draft-390")
    open_file(writer, "cases/matter.yaml")
    examine(writer, "workshop-file-390")
    open_file(writer, "tables/limits.csv")
    examine(writer, "workshop-sheet-390")
    writer.follow("改了什么")
    writer.page.get_by_label(re.compile("改了什么、为什么改")).fill(
        "新机制：楼道堆物三天清走，先在两个小区用"
    )
    writer.press("送审")
    writer.sees("已送审")
    address = writer.page.url

    chief = browse("jiangtao", 390)
    chief.go(address)
    chief.follow("去复核")
    chief.sees("楼道堆物三天清走")
    chief.page.get_by_label(re.compile("复核意见")).fill("情景都过，可以用")
    examine(chief, "workshop-decide-390")
    chief.press("发布")
    chief.sees("已发布")
    writer.go("/mechanisms/clear_stairs/")
    writer.sees("楼道堆物清理")
