"""Without scripts, in large type, in English: the same doors for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.doors import steps
from tests.doors.people import Browsing
from tests.doors.test_pages import MECHANISM, STAFF, VILLAGER, examine
from tests.doors.test_side_paths import DESK

HAN = re.compile(r"[\u4e00-\u9fff]+")
#: words of the frame: what is written by us, not by reporters, offices or a mechanism
FRAME = (
    "header *, footer *, h1, h2, h3, label, legend, button, summary, thead th, dt, .what, .muted, .light, .empty p,"
    " .empty a, .formula, .optional, .need, .note p"
)
#: Latin words that Chinese pages keep: names, file names, units, codes and what a person typed
KEPT_LATIN = re.compile(
    r"English|MQ\d+|ZX\d+|ZF\d+|BPMN|CSV|PDF|README|GB/T|DMN|FEEL|TOTP|P90|Ctrl|daye_minqing|[a-z_]+\.(?:csv|yaml|md)"
    r"|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}|gongzhi \w+|sha256|[a-z]{2,}_[a-z_]+"
)


def test_a_villager_needs_no_scripts(browse: Callable[..., Browsing], width: int, tmp_path: Path) -> None:
    villager = browse("", width, javascript=False)
    subject = f"村口路灯不亮{uuid4().hex[:6]}"
    page = villager.page
    villager.go("/report/")
    steps.write_report(villager, "村口路灯不亮")
    with page.expect_navigation():
        page.get_by_role("button", name="先看附近有没有人反映过").click()
    expect(page.get_by_label("标题")).to_have_value("村口路灯不亮")
    expect(page.locator("#nearby")).not_to_be_empty()
    code = steps.report(villager, subject, picture=steps.photo(tmp_path))
    steps.follow(villager, code)
    villager.sees(subject)
    officials = {
        name: browse(name, DESK) for name in ("limin", "chengang", "zhouqiang", "qianwei", "zhaolan")
    }
    steps.accept(officials["limin"], code)
    steps.send(officials["chengang"], code)
    steps.sign(officials["zhouqiang"], code)
    officials["zhouqiang"].say("问反映人", "哪一盏？")
    steps.follow(villager, code)
    page.get_by_label("您的回答").fill("左边三盏")
    villager.press("回答")
    villager.sees("收到您的回答")
    steps.reply(officials["zhouqiang"], code)
    steps.issue(officials["qianwei"], code)
    steps.passed(officials["zhaolan"], code)
    caller = browse("sunyue", DESK)
    steps.draw_call(caller, subject)
    steps.content(caller)
    steps.follow(villager, code)
    page.get_by_text("非常满意", exact=True).click()
    villager.press("提交评价")
    villager.sees("谢谢您的评价")


def test_the_desk_needs_no_scripts_either(browse: Callable[..., Browsing]) -> None:
    agent = browse("limin", DESK, javascript=False)
    agent.sees("我的待办")
    code = steps.report(browse("", 390), f"村口路灯不亮{uuid4().hex[:6]}")
    steps.accept(agent, code)


def test_large_type_is_larger_and_stays_within_the_screen(
    browse: Callable[..., Browsing], width: int
) -> None:
    villager = browse("", width, expected=["status of 404"])
    villager.go("/")
    size = "getComputedStyle(document.querySelector('main p')).fontSize"
    before = villager.page.evaluate(f"parseFloat({size})")
    villager.press("大字版")
    assert villager.page.evaluate(f"parseFloat({size})") >= 1.3 * before
    for name, address in VILLAGER:
        villager.go(address)
        examine(villager, f"large-{name}")
    villager.go("/")
    villager.press("标准字")
    assert villager.page.evaluate(f"parseFloat({size})") == before


@pytest.mark.parametrize("username", ["", *STAFF])
def test_english_pages_speak_english(browse: Callable[..., Browsing], username: str) -> None:
    """The frame's own words; what reporters, offices and the mechanism wrote may stay Chinese."""
    person = browse(username, DESK, expected=["status of 404"])
    person.go("/")
    person.press("English")
    left: dict[str, list[str]] = {}
    for name, address in STAFF.get(username, VILLAGER):
        person.go(address)
        examine(person, f"english-{name}")
        found = {run for text in words(person) for run in HAN.findall(text) if run not in data_words()}
        if own := sorted(run for run in found if not KEPT_CHINESE.search(run)):
            left[name] = own
    assert not left


@pytest.mark.parametrize("username", ["", *STAFF])
def test_chinese_pages_speak_chinese(browse: Callable[..., Browsing], username: str) -> None:
    person = browse(username, DESK, expected=["status of 404"])
    left: dict[str, list[str]] = {}
    for name, address in STAFF.get(username, VILLAGER):
        if address.startswith((f"{MECHANISM}changes", f"{MECHANISM}measures", f"{MECHANISM}scenarios")):
            continue  # ids of a mechanism's files are shown beside their titles there
        person.go(address)
        found = {KEPT_LATIN.sub("", text) for text in words(person)}
        if own := sorted(text for text in found if re.search(r"[A-Za-z]{2,}", text)):
            left[name] = own
    assert not left


#: names that stay as they are on the ground
KEPT_CHINESE = re.compile(r"中文|大冶|民情通|共治")


def words(browsing: Browsing) -> set[str]:
    """The texts of the page's own elements, line by line; not the prose and examples of a mechanism."""
    texts = browsing.page.locator(FRAME).evaluate_all(
        """nodes => nodes.filter(node => !node.closest('.prose, ol details') && !node.textContent.startsWith('→'))
        .flatMap(node => [...node.childNodes].filter(each => each.nodeType === 3).map(each => each.textContent))"""
    )
    return {line.strip() for text in texts for line in text.splitlines() if line.strip()}


@cache
def data_words() -> str:
    """All that the mechanism and the demo's tables say: data, which stays Chinese."""
    folders = (files("gongzhi.mechanisms") / "daye_minqing", files("gongzhi.city.demo") / "data")
    found = [each for folder in folders for each in Path(str(folder)).rglob("*") if each.is_file()]
    return "".join(each.read_text(encoding="utf-8") for each in found)
