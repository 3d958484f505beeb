"""One service item, from everyday words to the answer: read, printed, applied for, corrected once, refused; and a promise that was false."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

PERSON = {"申请人类型": "个人", "申请人 ": "周小满", "联系电话": "13872006001"}
FIRM = {"申请人类型": "企业", "申请人 ": "金湖劳务公司", "联系电话": "13872006002"}
CODE = "91350100M000100Y43"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_it_is_found_read_printed_applied_for_and_corrected_once(
    walk: Callable[..., Browsing], tmp_path: Path, scripts: bool
) -> None:
    resident, clerk = walk("", PHONE, javascript=scripts), walk("hujing", DESK)
    stories.find(resident, "开饭店")
    stories.look(resident, "item-found")
    resident.follow("食品经营许可")
    resident.sees("多久办完", "5 工作日", "法定 20 工作日", "要带的材料", "场所平面图", "经过哪几步")
    stories.look(resident, "item-guide")
    if scripts:
        printed(resident, tmp_path)
    resident.follow("开始办")
    resident.sees("系统里已有，不用填", "要交的材料")
    stories.write(resident, PERSON)
    stories.look(resident, "item-form")
    code = stories.handed_in(resident)
    clerk.find_case(code)
    said = "一次说全：缺场所平面图；申请书第二页要签名"
    clerk.choose("一次告知补正", {"需要补正的内容": said})
    stories.follow(resident, code)
    resident.sees("等您", said)
    stories.look(resident, "item-correction")
    stories.own_step(resident, "补正好了")
    resident.page.get_by_label("电子材料").set_input_files(stories.picture(tmp_path, "场所平面图"))
    stories.look(resident, "item-supplement")
    resident.press("补正好了")
    resident.sees("收到了")
    clerk.find_case(code)
    clerk.sees("场所平面图.jpg")
    # whoever was told once is not sent away a second time
    expect(clerk.page.locator("main summary", has_text="一次告知补正")).to_have_count(0)
    stories.look(clerk, "item-second-time")
    rows(clerk, "受理", "given", "申请书", "场所平面图")
    stories.take(clerk, "受理")
    clerk.sees("已办")
    stories.follow(resident, code)
    stories.until(resident, "受理", "给您的文书")
    assert "市场监督管理局" in resident.answer_to("谁在办")
    stories.look(resident, "item-accepted")


def printed(resident: Browsing, folder: Path) -> None:
    """What comes out of the printer."""
    path = folder / "指南.pdf"
    resident.page.pdf(path=path, format="A4")
    document = pypdfium2.PdfDocument(path)
    said = re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))
    for words in ("食品经营许可", "要带的材料", "场所平面图", "经过哪几步", "办理地点", "食品安全法", "带齐"):
        assert words in said, (words, said)
    for words in ("开始办", "大字版", "退出"):
        assert words not in said, words
    assert len(document) <= 4


def rows(clerk: Browsing, choice: str, field: str, *names: str) -> None:
    """Write names into the first column of a table of a choice's form."""
    form = clerk.open_choice(choice)
    for number, name in enumerate(names):
        form.locator(f"[name$='{field}.{number}.name']").fill(name)


def test_a_refusal_says_why_and_where_to_go(walk: Callable[..., Browsing]) -> None:
    resident, clerk = walk("", PHONE), walk("hujing", DESK)
    resident.go("/services/ZDZY/")
    resident.follow("开始办")
    stories.write(resident, PERSON)
    code = stories.handed_in(resident)
    clerk.find_case(code)
    clerk.choose(
        "不予受理",
        {
            "不予受理原因": "不属于本机关职权",
            "不予受理依据": "行政许可法第三十二条第一款第二项",
            "告诉申请人的话": "门前这段是省道，由公路部门管，请到大冶公路局窗口办，电话0714-8760000。",
        },
    )
    stories.follow(resident, code)
    resident.sees("不予受理", "不属于本机关职权", "请到大冶公路局窗口办", "行政许可法第三十二条")
    stories.until(resident, "给您的文书")
    stories.look(resident, "item-refused")


def test_a_promise_that_was_false_is_found_out(walk: Callable[..., Browsing]) -> None:
    resident, clerk = walk("", PHONE), walk("hujing", DESK)
    officer, reviewer, leader = (walk(name, DESK) for name in ("hekai", "wenjing", "tangbo"))
    resident.go("/services/RLZY/")
    resident.sees("可以写承诺书代替")
    resident.follow("开始办")
    stories.write(resident, {**FIRM, "统一社会信用代码": CODE})
    code = stories.handed_in(resident)
    clerk.find_case(code)
    number = stories.number_of(clerk)
    rows(clerk, "告知承诺受理", "given", "申请书")
    rows(clerk, "告知承诺受理", "promised", "场所证明")
    clerk.choose("告知承诺受理", {"申请人已签告知承诺书": "是"})
    clerk.sees("已办")
    stories.until(clerk, "告知承诺书")
    stories.look(clerk, "promise-accepted")
    stories.do(officer, number, "提出审查意见", {"审查意见": "材料齐全", "拟办意见": "准予"})
    stories.do(reviewer, number, "同意、报决定")
    stories.do(leader, number, "准予", {"文号或证照编号": "RL2026001"})
    stories.follow(resident, code)
    stories.until(resident, "准予行政许可决定书")

    check = waiting(officer, "承诺事后核查")
    stories.look(officer, "promise-check")
    officer.choose("涉嫌不实", {"核查方式": "现场核查", "核查情况": "登记的地址是一块空地"})
    officer.choose("已听取", {"申请人的陈述申辩": "未陈述"})
    stories.pick(leader, check)
    leader.choose(
        "撤销决定",
        {"处理意见": "承诺不实，撤销许可", "处理依据": "行政许可法第六十九条", "失信程度": "一般失信"},
    )
    stories.ended(leader, "撤销决定")
    stories.until(leader, "撤销行政许可决定书")
    stories.look(leader, "promise-revoked")
    leader.go("/registers/credit_records/")
    stories.until(leader, check)
    leader.follow(check)
    leader.sees(CODE, "一般失信", "承诺不实：登记的地址是一块空地", "信用修复")
    stories.look(leader, "promise-record")


def waiting(clerk: Browsing, title: str) -> str:
    """Open the newest matter of a kind once it waits at the desk; gives its number."""
    clerk.go("/desk/")
    stories.until(clerk, "核查")
    row = clerk.page.locator("table tbody tr").filter(has=clerk.page.locator("td", has_text="核查")).last
    number = str(row.locator(".muted.small").first.inner_text())
    with clerk.page.expect_navigation():
        row.locator("a.title").click()
    clerk.sees(title)
    return number
