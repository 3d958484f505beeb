"""A grid worker's idea: recorded, checked, tried in four towns, promoted, adopted elsewhere with the author's name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import numbering
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Notice
from gongzhi.city.pilots import actions, computing, deciding
from gongzhi.city.pilots.tests.building import History, plan
from gongzhi.city.pilots.tests.test_the_way_of_a_pilot import BEFORE, END, LATER, START
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office

pytestmark = pytest.mark.django_db
FOLDER = Path(gongzhi.mechanisms.__path__[0])
IDEA = {
    "subject": "路灯报修先问灯杆编号",
    "lead": "cgj",
    "author": "胡网格",
    "named": True,
    "pain": "找不到是哪盏灯",
    "practice": "登记的时候先问编号",
}
VERDICTS = {"works": "有效", "works_unsure": "有效但大小说不准"}


def who(role, person, office="gov"):
    seat = Office.objects.select_related("area").get(code=office)
    return Standing(
        person=f"user:{person}",
        role=role,
        name=person,
        office=office,
        office_path=seat.path,
        area=seat.area.code,
        area_path=seat.area.path,
    )


@pytest.fixture
def idea(city):
    install(FOLDER / "micro_reforms", by=SYSTEM)
    lin, jiang = who("reform_officer", "lin"), who("reform_chief", "jiang")
    with clock.frozen(BEFORE - timedelta(days=30)):
        made = cases.open_case("micro_reforms", "idea", IDEA, by=city.cast.hu, channel="grid").case
        numbering.number_series(Case.objects.get(pk=made).series_id)
        cases.choose(made, "record", "take", {}, by=lin)
        effect = {"effect_what": "平均等几小时", "better": "越低越好", "before_value": 44, "after_value": 30}
        cases.choose(made, "verify", "proven", {**effect, "how_checked": "看了一个月记录"}, by=city.cast.zhao)
        template = {
            "template_title": "报修先问编号",
            "template_steps": [{"name": "问灯杆编号"}],
            "adapt_notes": "编号规则",
        }
        cases.choose(made, "refine", "done", template, by=lin)
        cases.choose(made, "choose", "pilot", {"way_reason": "先在四个镇试"}, by=jiang)
        react_to_all()
    return Case.objects.get(pk=made), lin, jiang


def test_an_idea_is_tried_promoted_and_adopted_with_its_author(city, idea):
    row, lin, jiang = idea
    kept = Record.objects.get(register="micro_reforms", key=row.number)
    assert kept.state == "recorded"
    history = History(city.li, gain=20, each=1)
    history.weeks(-6, 0)
    with clock.frozen(BEFORE):
        pilot = actions.save_draft(city.lin, plan(), idea=row.number)
        actions.declare(city.lin, pilot.pk)
        actions.approve(city.jiang, pilot.pk)
    with clock.frozen(START):
        actions.start(city.jiang, pilot.pk)
    history.weeks(0, 6)
    with clock.frozen(END):
        actions.end(city.jiang, pilot.pk)
    with clock.frozen(LATER):
        result = computing.ask(city.lin, pilot.pk)
        computing.compute.call(result.pk)
        result.refresh_from_db()
        deciding.decide(city.jiang, pilot.pk, "promoted", "等得少了")
        notes = Entry.objects.filter(subject=f"case:{row.pk}", kind="note")
        assert any("三天答复试点" in str(entry.data) and "置信区间" in str(entry.data) for entry in notes)
        verdict = VERDICTS[result.data["outcomes"][0]["verdict"]]
        told = {"pilot_note": pilot.title, "pilot_verdict": verdict, "pilot_words": "见试点结果"}
        cases.choose(str(row.pk), "trial", "ended", told, by=lin)
        cases.choose(str(row.pk), "confirm", "promote", {}, by=jiang)
        react_to_all()
        kept.refresh_from_db()
        assert (kept.state, kept.data["credit"], kept.data["pilot_verdict"]) == (
            "promoted",
            "胡网格",
            verdict,
        )
        _adopted(city, row.number, lin)


def _adopted(city, number, lin):
    other = who("officer", "wang", "hbj")
    form = {"reform": number, "lead": "hbj", "adopted_on": "2024-10-21", "adapted": "改成井盖编号"}
    case = cases.open_case("micro_reforms", "adoption", form, by=other).case
    cases.choose(case, "use", "works", {"result_words": "快了"}, by=other)
    cases.choose(case, "check", "real", {"seen": "看了登记"}, by=lin)
    react_to_all()
    adoption = Record.objects.get(register="adoptions")
    assert (adoption.data["credit"], adoption.data["reform"], adoption.data["unit"]) == (
        "胡网格",
        number,
        "hbj",
    )
    assert Notice.objects.filter(office="cgj", text__contains="胡网格的“报修先问编号”被").exists()


def test_a_pilot_without_a_known_idea_tells_nobody(city, idea):
    history = History(city.li, each=1)
    history.weeks(-1, 0)
    with clock.frozen(BEFORE):
        pilot = actions.save_draft(city.lin, plan(before=1), idea="没有这一条")
        actions.declare(city.lin, pilot.pk)
        actions.approve(city.jiang, pilot.pk)
    with clock.frozen(START):
        actions.start(city.jiang, pilot.pk)
    with clock.frozen(END):
        actions.end(city.jiang, pilot.pk)
    with clock.frozen(LATER):
        computing.compute.call(computing.ask(city.lin, pilot.pk).pk)
        assert deciding.decide(city.jiang, pilot.pk, "withdrawn", "没有数").decision == "withdrawn"
