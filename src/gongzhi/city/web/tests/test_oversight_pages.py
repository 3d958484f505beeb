"""The calendar of inspections, the supervision board and the bulletins: what they show, to whom, and what stays hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library, routines
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import RoutineRun
from gongzhi.city.records import actions as records
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
PLAN = {
    "lead": "hbj",
    "topic": "生态环境",
    "month": 11,
    "plan": "看登记簿",
    "scope": "全局",
    "basis": "常务会决定",
    "inspectors": "两人",
}


@pytest.fixture
def oversight(cast):
    library.LIBRARY.clear()
    with clock.frozen(parse_instant("2024-10-14 09:00")):
        for name in ("dispatch_meeting", "supervision"):
            install(FOLDERS / name, by=SYSTEM)
        named = {
            "code": "D01",
            "office": "cgj",
            "scope": "市容环境",
            "basis": "政府〔2024〕1号",
            "named_on": "2024-01-02",
        }
        records.put("designated_offices", "D01", named, by=SYSTEM, because="test")
        yield cast
    library.LIBRARY.clear()


def page(browser, who, address):
    answer = browser(who).get(address)
    return answer.status_code, answer.content.decode()


def test_it_shows_who_is_inspected_when(oversight, browser):
    made = actions.open_case("supervision", "inspection", PLAN, by=oversight.zhou)
    actions.open_case("supervision", "inspection", {**PLAN, "topic": "安全生产"}, by=oversight.zhou)
    status, text = page(browser, "zhou", "/inspections/")
    assert status == 200 and "环保局" in text and "生态环境" in text
    assert "能合并的请合并" in text and "11月" in text and "市容环境" in text
    # an office that has nothing to do with it sees the calendar, and no way in
    status, text = page(browser, "he", "/inspections/")
    assert status == 200 and "生态环境" in text and str(made.case) not in text
    assert page(browser, "he", "/inspections/?year=2023")[1].count("这一年没有安排督查") == 1
    assert page(browser, "he", "/inspections/?year=99999")[0] == 404


def test_it_refuses_the_second_inspection_and_whoever_is_not_named(oversight):
    first = actions.open_case("supervision", "inspection", PLAN, by=oversight.zhou)
    with pytest.raises(GongzhiError) as refused:
        actions.open_case("supervision", "inspection", PLAN, by=oversight.zhou)
    assert refused.value.code == "C017"
    row = Case.objects.get(pk=first.case)
    assert (row.number or row.tracking_code) in refused.value.message
    with pytest.raises(GongzhiError) as refused:
        actions.open_case("supervision", "inspection", {**PLAN, "month": 12}, by=oversight.he)
    assert refused.value.code == "C018" and "第七条" in refused.value.message
    actions.open_case("supervision", "inspection", {**PLAN, "month": 12}, by=oversight.zhou)


def test_it_supervises_a_residents_case_and_says_so_there(oversight, browser, case):
    from gongzhi.city.journal.reactions import react_to_all

    number = "MQ2024000001"
    Case.objects.filter(pk=case).update(number=number)
    form = {"about": number, "source": "热线诉求", "source_text": "反映三次", "urgency": "紧急"}
    item = actions.open_case("supervision", "supervision_item", form, by=oversight.wu).case
    row = Case.objects.get(pk=item)
    assert (row.subject, row.lead_id) == ("村口路灯不亮", "cgj")
    given = {"proposal": "换灯", "lead": "cgj", "urgency": "紧急"}
    actions.choose(item, "propose", "submit", given, by=oversight.wu)
    actions.choose(item, "approve", "approve", {}, by=oversight.qian)
    react_to_all()
    assert "已立项督办" in page(browser, "zhou", f"/desk/cases/{case}/")[1]
    status, text = page(browser, "wu", "/supervision/")
    assert status == 200 and "村口路灯不亮" in text and "签收" in text
    assert "村口路灯不亮" not in page(browser, "he", "/supervision/")[1]


def test_it_shows_the_sheets_by_colour(oversight, browser):
    form = {"subject": "河道垃圾", "lead": "hbj", "color": "蓝", "reason": "过期没有反馈"}
    sheet = actions.open_case("supervision", "sheet", form, by=oversight.wu).case
    actions.choose(sheet, "sign_out", "blue", {}, by=oversight.qian)
    status, text = page(browser, "wu", "/supervision/")
    assert status == 200 and "河道垃圾" in text and "sheet-蓝" in text and "答复蓝单" in text


def test_it_shows_a_bulletin_with_its_figures_and_prints_it(oversight, browser, case):
    with clock.frozen(parse_instant("2024-10-18 17:00")):
        routines.run_due()
        run = RoutineRun.objects.get(routine="weekly_bulletin")
        status, text = page(browser, "zhou", "/bulletins/")
        assert status == 200 and "一周一通报" in text and run.number in text
        status, text = page(browser, "zhou", f"/bulletins/{run.pk}/")
        assert status == 200 and "登记时间在本期内的件数" in text and "新登记 1 件" in text
        answer = browser("zhou").get(f"/bulletins/{run.pk}.pdf")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
        assert page(browser, "zhou", "/bulletins/999999/")[0] == 404
        # a notice without a case leads to the bulletin
        assert f"/bulletins/{run.pk}/" in page(browser, "zhou", "/desk/")[1]


@pytest.mark.parametrize("address", ["/inspections/", "/supervision/", "/bulletins/", "/bulletins/1/"])
def test_it_is_for_staff_and_not_for_whoever_calls_back(oversight, browser, address):
    assert browser().get(address).status_code == 302
    assert browser("sun").get(address).status_code == 403
    assert browser("hu").get(address).status_code == 403
