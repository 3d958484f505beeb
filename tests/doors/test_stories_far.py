"""Far away and far along: decided in another province, a project in two versions of its mechanism, a deed after one visit, a call."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.doors import stories
from tests.doors.people import Browsing
from tests.doors.stories import DESK, PHONE

HERE, THERE = "株洲市政务服务中心", "萍乡市残联"


def test_what_is_decided_in_another_province_is_handed_in_here(walk: Callable[..., Browsing]) -> None:
    resident, clerk, officer = walk("", PHONE), walk("lizhou", DESK), walk("xiaoping", DESK)
    resident.go("/apply/cross_province/relay_case/")
    stories.write(
        resident,
        {
            "办什么": "残疾人证补办",
            "收件地": HERE,
            "办理地": THERE,
            "姓名": "易师傅",
            "联系电话": "13872008001",
        },
    )
    stories.look(resident, "relay-form")
    code = stories.handed_in(resident)
    clerk.find_case(code)
    form = clerk.open_choice("收下、列清单")
    form.locator("[name$='bundle.0.name']").fill("申请表")
    form.locator("[name$='bundle.0.form']").select_option("原件")
    clerk.choose("收下、列清单", {"怎样核的身份": "读身份证", "怎样送": "邮政快递"})
    clerk.choose("已送出", {"快递单号": "EMS001"})
    stories.follow(resident, code)
    assert THERE in resident.answer_to("谁在办")

    officer.go("/desk/")
    officer.follow("异地代收代办")
    officer.choose("与清单相符")
    officer.choose("受理")
    officer.choose("准予", {"结果说明": "已补发新证"})
    officer.choose("已送出", {"怎样送": "邮政快递", "快递单号": "EMS002"})
    clerk.find_case(code)
    for title in ("去的路", "办理时限", "回的路", "群众等待"):
        expect(clerk.page.locator(".clock").filter(has_text=title)).to_be_visible()
    assert "用了" in stories.clock(clerk, "去的路") and "用了" in stories.clock(clerk, "办理时限")
    assert "还剩" in stories.clock(clerk, "回的路")
    stories.look(clerk, "relay-clocks")
    clerk.choose("办成了、签收", {"谁签收的": "本人"})
    stories.ended(clerk, "办成送达")
    stories.follow(resident, code)
    resident.sees("办成送达", "核身份、清点材料、寄出、收回、当面交付", "已补发新证")
    stories.look(resident, "relay-done")


def test_the_same_project_took_22_days_and_takes_3(walk: Callable[..., Browsing]) -> None:
    leader = walk("zhangwen", DESK)
    for kind, words, waited in (
        ("一家接一家", "用了22个工作日", "用了30日"),
        ("几家同时审", "用了3个工作日", "用了3日"),
    ):
        leader.go("/desk/cases/?state=all")
        leader.page.get_by_label("找", exact=True).fill("新港新材料一期")
        leader.press("查")
        row = leader.page.locator("table tbody tr").filter(has_text=kind)
        with leader.page.expect_navigation():
            row.locator("a.title").click()
        assert words in stories.clock(leader, "审批用时（扣除补材料）")
        assert waited in stories.clock(leader, "企业等待（自然日，不停表）")
        stories.look(leader, f"landing-{words[2:-4]}")
    leader.go("/command/measures/landing_centre/")
    for measure, value in (("老办法审批用时中位数", "22"), ("新办法审批用时中位数", "3")):
        row = leader.page.locator("table tbody tr").filter(has_text=measure)
        expect(row.locator("td").first).to_contain_text(value)
    stories.look(leader, "landing-measures")
    leader.go("/mechanisms/landing_centre/scenarios/")
    leader.sees("老办法一家接一家", "新办法几家同时审")


def test_a_joint_acceptance_ends_with_the_deed(walk: Callable[..., Browsing]) -> None:
    firm, clerk = walk("", PHONE), walk("hujing", DESK)
    firm.go("/apply/completion/joint_acceptance/")
    stories.write(firm, {"项目": "张力科技厂房", "加急": "是", "竣工即开业": "否"})
    code = stories.handed_in(firm)
    clerk.find_case(code)
    clerk.choose(
        "材料齐了、定到场日期",
        {"参加验收的单位": ["自然资源和规划局", "住建局"], "到场日期": stories.today()},
    )
    clerk.sees("已办")
    for username, name in (("dengjun", "自然资源和规划局"), ("zhulin", "住建局")):
        officer = walk(username, DESK)
        stories.do(officer, stories.called(clerk, f"各单位同一天到场验收（{name}）"), "已到场")
        officer.choose("通过", {"意见和依据": "符合要求"})
    stories.look(clerk, "acceptance-parts")
    lead, registry = walk("zhulin", DESK), walk("pengfei", DESK)
    number = stories.number_of(clerk)
    stories.comes_to(lead, number)
    lead.choose("全部通过、出意见书、备案登记同时办", {"联合验收意见书编号": "联验2026-88"})
    lead.choose("备案", {"竣工备案编号": "备2026-88"})
    stories.comes_to(registry, number)
    registry.choose("登簿、制证", {"税费已缴清": "是", "不动产权证号": "鄂2026大冶0088号"})
    stories.offered(clerk, "交不动产权证")
    assert "2.5个工作日" in stories.clock(clerk, "从验收通过到交证")
    clerk.choose("交不动产权证")
    stories.ended(clerk, "竣工即交证")
    for title in ("验收用时（扣除整改）", "从验收通过到交证", "企业等待（自然日，不停表）"):
        assert "用了" in stories.clock(clerk, title)
    stories.look(clerk, "acceptance-deed")
    stories.follow(firm, code)
    firm.sees("鄂2026大冶0088号", "备2026-88")
    stories.look(firm, "acceptance-tracking")


def test_a_call_to_the_seat_is_followed_by_its_code(walk: Callable[..., Browsing]) -> None:
    """The moving pictures are in test_video_desk; here is the matter that the call is."""
    resident, seat = walk("", PHONE), walk("chenxi", DESK)
    resident.go("/apply/cloud_desk/video_service/")
    stories.write(
        resident,
        {
            "办哪方面": "社保",
            "查还是办": "查询",
            "想问想办什么": "养老金发到哪个月了",
            "在哪个点呼叫": "新屋湾红色驿站",
            "姓名": "柯婆婆",
            "回拨电话": "13872009001",
        },
    )
    stories.look(resident, "call-form")
    code = stories.handed_in(resident)
    seat.find_case(code)
    seat.sees("新屋湾")
    form = seat.open_choice("接通")
    form.get_by_label("接通的坐席").select_option(index=1)
    seat.choose("接通", {"同意录像": "是"})
    seat.choose("人证相符", {"怎样核的身份": "点位读身份证"})
    stories.look(seat, "call-handle")
    seat.choose("当场有结果", {"结果": "养老金发到十月，每月十五号到账"})
    stories.follow(resident, code)
    resident.sees("养老金发到十月", "等您")
    stories.look(resident, "call-tracking")
    stories.own_step(resident, "听明白了")
    resident.press("听明白了")
    resident.sees("收到了", "已办好")
