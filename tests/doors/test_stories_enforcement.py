"""Bread past its date at the night market: evidence by those who know food, the fine by those who police the street."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

STALL = f"老周面包摊{secrets.token_hex(2)}"
WHAT = f"{STALL}卖过期面包"
CASE = f"流动摊点经营过期食品：{STALL}"
TOLD = {
    "什么事": WHAT,
    "领域": "食品安全",
    "职能部门": "市场监督管理局",
    "牵头单位": "城管执法局",
    "在哪里": "金湖夜市十二号摊",
    "发现的日子": stories.today(),
    "线索": "群众反映面包发霉，标签上的日子过了三天。",
}
PACKED = {"证据从哪里来": "现场拍的货架和进货票", "专业认定": "过期三天，属于经营超过保质期的食品"}
ACTED = {
    "哪天行动": stories.today(),
    "现场情况": "查到过期面包十二袋",
    "涉嫌什么违法行为": "流动摊点经营过期食品",
    "涉及哪家": STALL,
    "当事人 ": "个体工商户",
    "当事人电话": "13872008001",
    "当事人地址": "金湖夜市十二号摊",
    "违法行为终了的日子": stories.today(),
}
PRESENT = (
    {"office": "城管执法局", "name": "程管", "part": "牵头"},
    {"office": "市场监督管理局", "name": "铁平", "part": "认定"},
)
FOUND = {
    "执法人员一（证件）": "程管",
    "执法人员二（证件）": "严格",
    "主动出示了执法证": "是",
    "查明的事实": "过期面包十二袋，标签没有改过",
    "已经改正": "是",
    "危害后果": "一般",
    "案情疑难复杂": "是",
    "处理建议": "处罚",
    "建议的处罚种类": ["罚款"],
    "建议罚款": "2000",
    "理由和裁量": "货值小、主动下架",
}
RECORD = ({"name": "现场笔录", "kind": "勘验笔录或现场笔录"}, {"name": "证据包", "kind": "物证"})
MEETING = tuple({"name": name, "opinion": "同意"} for name in ("钱伟", "周强", "吴涛"))


def at_the_board(person: Browsing, what: str) -> None:
    """Open the case from the page of enforcement, as soon as it stands there."""
    person.go("/order/enforcement/")
    row = person.page.locator("section#running a.title", has_text=what)
    for _ in range(40):
        if row.count():
            break
        person.page.wait_for_timeout(500)
        person.page.reload()
    with person.page.expect_navigation():
        row.first.click()


def act(person: Browsing, what: str, choice: str, values: dict[str, Any] | None = None) -> None:
    at_the_board(person, what)
    person.choose(choice, values)
    person.sees("已办")


def lines(person: Browsing, choice: str, field: str, rows: tuple[dict[str, str], ...]) -> None:
    """Write rows into a table of a choice's form."""
    form = person.open_choice(choice)
    for number, row in enumerate(rows):
        for column, value in row.items():
            cell = form.locator(f"[name$='{field}.{number}.{column}']")
            if cell.evaluate("node => node.tagName") == "SELECT":
                cell.select_option(label=value)
            else:
                cell.fill(value)


def test_a_joint_food_safety_action_from_lead_to_published_decision(
    walk: Callable[..., Browsing], tmp_path: Path
) -> None:
    finder, second = walk("zhifa", DESK), walk("zhifa2", DESK)
    bureau, colleague = walk("zhifa3", DESK), walk("zhifa4", PHONE)
    finder.go("/order/enforcement/")
    finder.follow("登记：联合执法")
    stories.write(finder, TOLD)
    finder.press("存下")
    act(bureau, WHAT, "联合执法", {"谁做什么": "市场监管局取证，城管局处罚", "哪天行动": stories.today()})
    packed(finder, second, tmp_path)
    taken_over(bureau, tmp_path)
    at_the_board(bureau, WHAT)
    lines(bureau, "立案处罚", "present", PRESENT)
    bureau.choose("立案处罚", ACTED)
    bureau.sees("已办")
    code = punished(bureau, colleague, walk)
    paid(bureau, code, walk)
    clerk = walk("xiongwei", DESK)
    at_the_board(clerk, WHAT)
    stories.offered(clerk, "收到结果、写明后续监管")
    clerk.sees("处罚、执行完毕")
    clerk.choose("收到结果、写明后续监管", {"后续怎么管": "每月回访一次"})
    stories.ended(clerk, "办完、接着监管")


def packed(first: Browsing, second: Browsing, folder: Path) -> None:
    """Two photographs, each with its hash; whoever packed them does not countersign."""
    at_the_board(first, WHAT)
    form = first.open_choice("打成证据包")
    form.locator("input[type=file]").set_input_files(
        [stories.picture(folder, "货架"), struck(stories.picture(folder, "进货票"), 400)]
    )
    first.choose("打成证据包", PACKED)
    first.sees("已办", "货架.jpg", "进货票.jpg")
    act(second, WHAT, "核对无误、盖章移交", {"核对意见": "和现场一致"})


def taken_over(bureau: Browsing, folder: Path) -> None:
    """What came on a disc is compared with the list: a changed file is named and nothing is taken over."""
    changed = folder / "disc"
    changed.mkdir()
    bureau.expected.append(r"409 \(Conflict\)")
    at_the_board(bureau, WHAT)
    sent = [folder / "货架.jpg", struck(stories.picture(changed, "进货票"), 700)]
    bureau.open_choice("逐个核对、接收").locator("input[type=file]").set_input_files(sent)
    bureau.choose("逐个核对、接收")
    bureau.sees("不能接收：“进货票.jpg”内容变了")
    bureau.sees_not("“货架.jpg”")
    stories.look(bureau, "joint-changed-file")
    act(bureau, WHAT, "逐个核对、接收")


def struck(path: Path, down: int) -> Path:
    """The same page with a red line across it."""
    with Image.open(path) as sheet:
        ImageDraw.Draw(sheet).line([(60, down), (540, down)], fill="red", width=9)
        sheet.save(path)
    return path


def punished(first: Browsing, second: Browsing, walk: Callable[..., Browsing]) -> str:
    """Filing, two officers, notice, defence, legal review, the heads together, decision, delivery; gives the party's code."""
    leader, reviewer = walk("qianwei", DESK), walk("fazhi2", DESK)
    act(first, CASE, "符合标准、报请立案")
    act(leader, CASE, "批准立案")
    at_the_board(first, CASE)
    lines(first, "调查终结、提出处理建议", "evidence", RECORD)
    first.choose("调查终结、提出处理建议", FOUND)
    first.sees("已办")
    act(second, CASE, "签字、建议处罚")
    stories.look(second, "penalty-countersigned")
    act(leader, CASE, "签发告知书")
    act(first, CASE, "当事人收到了", {"告知书怎么送的": "直接送达"})
    code = first.answer_to("查询码").split()[0]
    party = walk("", PHONE)
    stories.follow(party, code)
    party.sees("查明的事实", "过期面包十二袋")
    stories.look(party, "penalty-defence")
    stories.own_step(party, "陈述、申辩")
    stories.write(party, {"陈述和申辩": "第一次，面包都下架了"})
    party.press("陈述、申辩")
    stories.follow(party, code)
    stories.own_step(party, "没有别的要说、不要听证")
    party.press("没有别的要说、不要听证")
    heavier = {"对陈述申辩和听证意见的复核": "已经下架，从轻", "拟决定的处罚种类": ["罚款"]}
    at_the_board(first, CASE)
    first.choose("报法制审核", {**heavier, "拟决定的罚款": "3000"})
    first.sees("比告知的2000元重")
    act(first, CASE, "报法制审核", {**heavier, "拟决定的罚款": "1500"})
    act(reviewer, CASE, "审核通过、提交集体讨论", {"法制审核意见": "事实清楚、程序合法"})
    at_the_board(leader, CASE)
    lines(leader, "讨论一致", "attendees", MEETING)
    leader.choose("讨论一致", {"集体讨论记录": "一致同意罚款一千五百元"})
    act(leader, CASE, "决定处罚", {"有社会影响、依法公开": "是"})
    return code


def paid(officer: Browsing, code: str, walk: Callable[..., Browsing]) -> None:
    """Delivered, paid at the bank, closed; the decision is there for anybody, without the party's phone."""
    today = stories.today()
    act(
        officer,
        CASE,
        "已送达、等缴款",
        {"决定书怎么送的": "直接送达", "决定书谁签收": "周老板", "收到的日子": today},
    )
    officer.go("/order/enforcement/")
    officer.sees("今天缴要多少")
    stories.look(officer, "enforcement-board")
    act(officer, CASE, "记一笔缴款", {"缴款的日子": today, "缴了多少": "1500", "票据号": "PJ2026001"})
    act(officer, CASE, "缴清了")
    act(officer, CASE, "处罚执行完毕、归档", {"结案报告": "罚款缴清，摊位已经整改"})
    anybody = walk("", PHONE)
    anybody.go("/order/enforcement/decisions/")
    stories.until(anybody, STALL)
    anybody.sees_not("13872008001")
    stories.look(anybody, "penalty-decisions")
    stories.follow(anybody, code)
    stories.until(anybody, "处罚执行完毕")
