"""The grid worker's telephone: three taps, a network that dies in the middle, another person on the same phone, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.doors import steps
from tests.doors.conftest import browsers
from tests.doors.people import Browsing, Site
from tests.doors.serving import served
from tests.doors.test_pages import examine

PHONE, NARROW = 390, 360
NUMBER = re.compile(r"编号 ((?:CG|MQ)\d+|[0-9A-Z-]{11,})")
#: what a browser says when there is no network, and nothing else
NO_NETWORK = [r"ERR_INTERNET_DISCONNECTED", r"ERR_FAILED", r"Failed to load resource"]

#: the city gets the first report, and its answer never arrives
LOSE = """() => {
  const sent = window.fetch;
  window.fetch = async (address, how) => {
    const answer = await sent(address, how);
    if (how?.method !== "POST" || window.lost) return answer;
    window.lost = (await answer.json()).number;
    throw new TypeError("the network is gone");
  };
}"""


@pytest.fixture(scope="module")
def grid_site(chromium_path: Path) -> Iterator[Site]:
    with served("build_grid") as made:
        yield made


@pytest.fixture
def phone(grid_site: Site, chromium: Any) -> Iterator[Callable[..., Browsing]]:
    yield from browsers(grid_site, chromium)


def arrive(phone: Callable[..., Browsing], width: int = PHONE, **more: Any) -> Browsing:
    """余旺 at the form of a report, scripts running."""
    worker = phone("yuwang", width, **more)
    worker.go("/grid/report/")
    expect(worker.page.locator("body")).to_have_attribute("data-ready", "1")
    return worker


def tap(page: Page, kind: str) -> None:
    page.locator(".gridkinds label", has_text=kind).click()


def send(page: Page) -> None:
    page.get_by_role("button", name="发出去").click()


def numbers(page: Page) -> list[str]:
    return NUMBER.findall(page.locator("#drafts").inner_text())


def open_matters(worker: Browsing) -> list[str]:
    """What is open in the unit, as its page shows it."""
    worker.go("/grid/")
    worker.follow("上冯村一单元")
    return worker.page.locator(".gridlist strong").all_inner_texts()


def test_a_report_takes_three_taps_and_the_pages_fit_a_small_phone(
    phone: Callable[..., Browsing], tmp_path: Path
) -> None:
    worker = phone("yuwang", NARROW)
    page = worker.page
    worker.go("/start/")
    worker.sees("今天", "今天没有到日子的走访", "上冯村一单元")
    examine(worker, "grid-home")
    worker.follow("上报")
    expect(page.locator("body")).to_have_attribute("data-ready", "1")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main .button, main button, main select, main .gridkinds label, main summary')]
        .filter(node => node.offsetParent && node.getBoundingClientRect().height < 48).map(node => node.outerHTML.slice(0, 90))"""
    )
    assert not small
    page.locator('input[capture="environment"]').set_input_files(steps.photo(tmp_path))  # 1: the camera
    expect(page.locator(".gridshots img")).to_have_count(1)
    tap(page, "路灯不亮")  # 2
    send(page)  # 3
    expect(page.locator("#said")).to_contain_text("已经报上去了，编号 ")
    examine(worker, "grid-reported")
    worker.press("大字版")
    examine(worker, "grid-large")
    page.get_by_role("link", name="看这件事").first.click()
    worker.sees("路灯", "上冯村一单元")
    worker.go("/grid/self/")
    expect(page.locator("body")).to_have_attribute("data-ready", "1")
    page.get_by_role("button", name="清走垃圾").click()
    page.get_by_role("button", name=re.compile("撤销")).click()
    expect(page.locator("#said")).to_contain_text("已撤销，没有记")
    examine(worker, "grid-self")


def test_two_drafts_outlive_a_dead_network_and_are_sent_exactly_once(phone: Callable[..., Browsing]) -> None:
    worker = arrive(phone, expected=NO_NETWORK)
    page, before = worker.page, len(open_matters(worker))
    worker.go("/grid/report/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    worker.go("/grid/report/")
    expect(page.locator("body")).to_have_attribute("data-ready", "1")
    tap(page, "垃圾成堆")
    worker.context.set_offline(True)
    send(page)
    expect(page.locator("#drafts")).to_contain_text("还没发出去的 1 条")
    # the page itself comes without a network, and knows the draft
    worker.go("/grid/report/")
    expect(page.locator("#nonet")).to_be_visible()
    expect(page.locator("#drafts")).to_contain_text("垃圾成堆")
    tap(page, "井盖缺损")
    send(page)
    expect(page.locator("#drafts")).to_contain_text("还没发出去的 2 条")
    expect(page.locator("#drafts")).to_contain_text("没有网络，有网了自动发")
    examine(worker, "grid-offline")
    worker.context.set_offline(False)
    expect(page.locator("#drafts li", has_text="编号")).to_have_count(2)
    assert len(set(numbers(page))) == 2
    # the same drafts again: nothing is left to send, and the city has two cases more
    worker.go("/grid/report/")
    expect(page.locator("#drafts")).to_contain_text("已发出")
    assert len(open_matters(worker)) == before + 2


def test_an_answer_lost_on_the_way_makes_no_second_case_and_a_refused_draft_can_be_mended(
    phone: Callable[..., Browsing],
) -> None:
    worker = arrive(phone, expected=[*NO_NETWORK, "status of 422"])
    page = worker.page
    before = len(open_matters(worker))
    worker.go("/grid/report/")
    expect(page.locator("body")).to_have_attribute("data-ready", "1")
    page.evaluate(LOSE)
    tap(page, "堵水积水")
    send(page)
    expect(page.locator("#drafts")).to_contain_text("还没发出去的 1 条")
    page.locator("#sendnow").click()
    expect(page.locator("#drafts")).to_contain_text("先前已经报到了，编号还是 ")
    expect(page.locator("#drafts")).to_contain_text(page.evaluate("window.lost"))
    tap(page, "其他")
    send(page)
    expect(page.locator("#drafts")).to_contain_text("选了“其他”，请写一句是什么事")
    page.get_by_role("button", name="改一改").click()
    page.get_by_label("补一句话").fill("桥边栏杆松了")
    send(page)
    expect(page.locator("#said")).to_contain_text("已经报上去了，编号 ")
    found = open_matters(worker)
    assert len(found) == before + 2 and "桥边栏杆松了" in found
    # a draft stays with its writer: whoever signs in next on this telephone sees that there is one, and not what it says
    worker.go("/grid/report/")
    expect(page.locator("body")).to_have_attribute("data-ready", "1")
    tap(page, "其他")
    send(page)
    expect(page.locator("#drafts")).to_contain_text("没收下")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("dialog")).to_contain_text("还有 1 条没发出去")
    with page.expect_navigation():
        page.get_by_role("button", name="留着，退出").click()
    worker.sign_in("chenping")
    worker.go("/grid/report/")
    expect(page.locator("#drafts")).to_contain_text("还有别人没发出去的")
    worker.sees_not("没收下", "改一改")
    assert page.evaluate("gridDrafts.list().then(found => found.length)") == 0


def test_everything_works_without_scripts(phone: Callable[..., Browsing]) -> None:
    worker = phone("yuwang", PHONE, javascript=False, expected=["status of 422"])
    page = worker.page
    worker.go("/grid/report/")
    tap(page, "其他")
    worker.press("发出去")
    worker.sees("选了“其他”，请写一句是什么事")
    page.get_by_label("补一句话").fill("路边有条蛇")
    worker.press("发出去")
    worker.sees("已经报上去了，编号 ")
    worker.go("/grid/self/")
    worker.press("劝离占道")
    worker.sees("已记下：劝离占道")
    worker.press("点错了，撤销")
    worker.sees("已撤销，没有记")
    assert "路边有条蛇" in open_matters(worker)
