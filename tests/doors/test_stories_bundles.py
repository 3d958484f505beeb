"""One thing, done once: a firm opened in a day, and four utilities of which one sends the material back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

FIRM = {"公司类型": "有限责任公司", "要刻章吗": "是", "现在就要报税开票吗": "是", "现在有员工要参保吗": "是"}
FORM = {
    "经办人": "小陈",
    "经办人电话": "13971234567",
    "企业名称": "大冶好味道食品有限公司",
    "住所": "新冶大道18号",
    "经营范围": "食品销售",
    "注册资本": "50",
    "法定代表人或负责人": "陈大明",
    "法定代表人身份证号": "11010519491231002X",
    "要刻哪些章": ["公章", "财务专用章"],
    "办税人员": "陈大明",
    "要开哪种发票": "数电普通发票",
    "几个人参保": "3",
    "在哪家银行开户": "农商银行",
}
CODE = "91350100M000100Y43"
#: who does the rest once the licence is there, and what their result is called
REST = (
    ("sealmaker", "刻章", "印章备案编号"),
    ("taxofficer", "税务", "税务确认编号"),
    ("socialofficer", "社保", "社保登记编号"),
    ("medicalofficer", "医保", "医保登记编号"),
    ("bankclerk", "银行开户", "账户编号"),
)
UTILITIES = {
    "申请人 ": "王秀英",
    "联系电话": "13872001234",
    "装在哪里": "马叫社区牌坊旁边",
    "申请人类型": "个人",
    "用水性质": "居民",
    "用电类别": "居民",
    "要多少千瓦": "8",
    "用气用途": "居民做饭取暖",
    "选哪家运营商": "中国电信",
}
PLAN = {"接入方案": "从楼道表箱接入，不用外线", "要交的钱": "0"}


def test_a_firm_is_opened_in_one_day(walk: Callable[..., Browsing]) -> None:
    resident, clerk = walk("", PHONE), walk("hujing", DESK)
    stories.find(resident, "开办企业")
    resident.follow("开办企业")
    stories.look(resident, "firm-questions")
    stories.write(resident, {**FIRM, "现在开对公账户吗": "是"})
    resident.press("看看要办哪些、带什么")
    resident.sees("营业执照", "刻章", "等营业执照办好就接着办", "材料只交一份，几件事共用")
    stories.write(resident, FORM)
    stories.look(resident, "firm-form")
    code = stories.handed_in(resident)
    clerk.find_case(code)
    clerk.choose("受理并分头办理")

    registrar = walk("registrar", DESK)
    number = stories.called(clerk, "营业执照")
    stories.look(clerk, "firm-blocked")
    expect(stories.part(clerk, "公积金")).to_contain_text("这次不用办")
    assert clerk.answer_to("谁在办") == "市场监督管理局"
    for _username, title, _label in REST:
        expect(stories.part(clerk, title)).to_contain_text("在等“营业执照”")
    stories.do(registrar, number, "准予登记、发照", {"统一社会信用代码": CODE})
    for username, title, label in REST:
        officer = walk(username, DESK)
        number = stories.called(clerk, title)
        stories.do(officer, number, "办好了", {label: f"{title}1号"})
        officer.sees(CODE)  # the result of the first is the input of the others
    stories.follow(resident, code)
    stories.until(resident, "统一出件")
    clerk.find_case(code)
    clerk.choose("一次送达全部结果", {"怎样交给您的": "当面一次领齐"})
    stories.ended(clerk, "已出件")
    assert "1个工作日" in stories.clock(clerk, "一天办结") and "正常" in stories.clock(clerk, "一天办结")
    stories.look(clerk, "firm-done")
    stories.follow(resident, code)
    for title in ("营业执照", *(title for _username, title, _label in REST)):
        expect(stories.part(resident, title)).to_contain_text("办好了")
    resident.sees(CODE, "给您的文书")
    stories.look(resident, "firm-tracking")


def test_a_firm_is_applied_for_without_scripts(walk: Callable[..., Browsing]) -> None:
    resident = walk("", PHONE, javascript=False, expected=stories.REFUSED)
    resident.go("/services/")
    resident.follow("开办企业")
    stories.write(resident, {**FIRM, "现在有员工要参保吗": "否", "现在开对公账户吗": "否"})
    resident.press("看看要办哪些、带什么")
    resident.sees("营业执照", "刻章", "税务")
    resident.sees_not("几个人参保", "在哪家银行开户")
    asked = {name: value for name, value in FORM.items() if name not in ("几个人参保", "在哪家银行开户")}
    stories.write(resident, {**asked, "法定代表人身份证号": "110105194912310021"})
    resident.press("提交申请")
    resident.sees("有1处需要修改")
    stories.look(resident, "firm-mistake")
    stories.write(resident, {"法定代表人身份证号": FORM["法定代表人身份证号"]})
    stories.handed_in(resident)
    stories.look(resident, "firm-handed-in")


def test_one_of_four_sends_it_back_and_the_others_go_on(
    walk: Callable[..., Browsing], tmp_path: Path
) -> None:
    resident, clerk = walk("", PHONE), walk("hujing", DESK)
    stories.find(resident, "水电气网")
    resident.follow("水电气网联合报装")
    stories.write(resident, {"要接什么": ["水", "电", "气", "网"]})
    resident.press("看看要办哪些、带什么")
    resident.sees("4件事用它")
    stories.write(resident, UTILITIES)
    stories.look(resident, "utilities-form")
    code = stories.handed_in(resident)
    clerk.find_case(code)
    clerk.choose("受理并分头办理")
    number = stories.called(clerk, "联合踏勘")
    stories.look(clerk, "utilities-blocked")
    expect(stories.part(clerk, "供水")).to_contain_text("在等“联合踏勘”")
    stories.do(walk("surveyor", DESK), number, "看图纸就够、不用上门", {"踏勘记录": "四家都从楼道接"})

    gas = walk("gasofficer", DESK)
    stories.do(
        gas, stories.called(clerk, "供气"), "缺材料、一次说全退回", {"还要补什么": "请补房产证或者租房合同"}
    )
    for username, title in (("waterofficer", "供水"), ("powerofficer", "供电")):
        officer, number = walk(username, DESK), stories.called(clerk, title)
        stories.do(officer, number, "材料齐、答复方案", PLAN)
        stories.do(officer, number, "已接通", {f"用{title[1]}户号": f"{title}88"})
    stories.follow(resident, code)
    stories.until(resident, "等您：")
    assert "等您" in resident.answer_to("谁在办")
    expect(stories.part(resident, "供气")).to_contain_text("等您")
    expect(stories.part(resident, "供水")).to_contain_text("已接通")
    expect(resident.page.locator("ul.bundle li.yours")).to_have_count(1)
    stories.look(resident, "utilities-yours")
    stories.own_step(resident, "补好了")
    resident.sees("请补房产证或者租房合同")
    resident.page.get_by_label("补交的材料").set_input_files(stories.picture(tmp_path))
    stories.look(resident, "utilities-supplement")
    resident.press("补好了")
    resident.sees("收到了")

    stories.pick(gas, stories.called(clerk, "供气（补正后）"))
    gas.sees("房产证.jpg")
    gas.choose("材料齐、答复方案", PLAN)
    gas.choose("已接通", {"用气户号": "供气88"})
    network, number = walk("networkofficer", DESK), stories.called(clerk, "宽带")
    stories.do(network, number, "材料齐、答复方案", PLAN)
    stories.do(network, number, "已接通", {"宽带账号": "宽带88"})
    stories.offered(clerk, "一次送达全部结果")
    clerk.choose("一次送达全部结果", {"怎样交给您的": "电子"})
    stories.ended(clerk, "已出件")
    stories.follow(resident, code)
    resident.sees("供水88", "供电88", "供气88", "宽带88")
    stories.look(resident, "utilities-done")
