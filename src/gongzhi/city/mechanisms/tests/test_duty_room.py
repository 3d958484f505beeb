"""An emergency at three in the morning: whoever is on duty is reached, and what is sent out says nothing that a stranger may not read."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files

import pytest

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import numbering, world
from gongzhi.city.cases.models import Case
from gongzhi.city.duty import actions as duty
from gongzhi.city.duty import queries as watch
from gongzhi.city.duty.models import LogEntry
from gongzhi.city.duty.tests.cast import DAY, JINHU, NIGHT, build_rooms
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Notice, Paper
from gongzhi.city.messages import actions as messages
from gongzhi.city.messages.models import Message, Summons

pytestmark = pytest.mark.django_db
THREE = NIGHT + timedelta(hours=9)
FORM = {
    "subject": "大箕铺镇民房起火",
    "nature": "事故灾难",
    "source": "119指挥中心",
    "happened_at": "凌晨两点四十",
    "place": {"text": "水南湾", "area": JINHU},
    "situation": "三间民房起火，联系人电话13877776666",
    "injured": 2,
    "caller": "张三",
    "caller_phone": "13877776666",
}


@pytest.fixture
def room(db, settings, tmp_path):
    """The general duty room, with the mechanism; text messages fall into a folder."""
    settings.GONGZHI_MESSAGES = (tmp_path / "outbox").as_uri()
    for forget in (world.forget, numbering.forget):
        forget()
    with clock.frozen(DAY):
        cast = build_rooms()
        install(files("gongzhi.mechanisms") / "duty_room", by=SYSTEM)
    yield cast
    for forget in (world.forget, numbering.forget):
        forget()


@pytest.fixture
def night(room):
    """周敏 holds the night shift, 石书记 is in charge."""
    with clock.frozen(DAY):
        _day, shift = room.day_and_night()
    with clock.frozen(NIGHT):
        duty.take_over(room.zhou, shift)
    return shift


def opened(by, type_id="emergency", form=FORM):
    receipt = cases.open_case("duty_room", type_id, dict(form), by=by, channel="phone")
    react_to_all()
    return Case.objects.get(pk=receipt.case)


def told():
    return {(each.person, each.role, each.text) for each in Notice.objects.filter(reaction="call_on_duty")}


def test_it_reaches_who_holds_the_shift(room, night):
    with clock.frozen(THREE):
        opened(room.zhou)
    assert {person for person, _role, _text in told()} == {room.zhou.person, room.shi.person}
    summons = Summons.objects.get(key__contains="call_on_duty")
    first = summons.messages.filter(rung=0).values_list("name", "channel")
    assert sorted(first) == [("周敏", "in_app"), ("周敏", "sms")]
    with clock.frozen(THREE + timedelta(minutes=10)):
        messages.climb_due()
    assert sorted(Message.objects.filter(rung=1).values_list("name", "channel")) == [
        ("石书记", "in_app"),
        ("石书记", "sms"),
    ]


def test_it_reaches_everybody_of_the_role_when_nobody_took_over(room):
    with clock.frozen(THREE):
        opened(room.zhou)
    ((person, role, text),) = told()
    assert (person, role) == ("", "duty_officer") and text.startswith("（现在没有人接班，发给所有值班长）")
    called = Message.objects.filter(summons__key__contains="call_on_duty").values_list("name", flat=True)
    assert set(called) == {"周敏", "吴刚"}


def test_what_leaves_the_house_is_a_number_and_plain_words(room, night, tmp_path):
    with clock.frozen(THREE):
        case = opened(room.zhou)
        messages.deliver_due()
    letters = [json.loads(path.read_text()) for path in (tmp_path / "outbox").glob("*.json")]
    assert letters
    for letter in letters:
        assert "火" not in letter["text"] and "张三" not in letter["text"] and "6666" not in letter["text"]
    # a code opens the case to whoever finds the telephone; the number does not, and follows the commit
    assert not any(case.tracking_code in letter["text"] for letter in letters)
    # nor does what the site says or the journal keeps
    assert not Summons.objects.filter(text__contains="张三").exists()
    assert not Entry.objects.filter(data__icontains="张三").exists()


def test_acting_on_the_case_ends_the_calling(room, night):
    with clock.frozen(THREE):
        case = opened(room.zhou)
        cases.choose(case.pk, "phone", "reported", {"phoned_to": "石书记"}, by=room.zhou)
        react_to_all()
    assert Summons.objects.get(key__contains="call_on_duty").state == "answered"


def test_it_writes_the_log_by_itself_and_prints_each_report(room, night):
    with clock.frozen(THREE):
        case = opened(room.zhou)
        cases.choose(case.pk, "phone", "reported", {"phoned_to": "石书记"}, by=room.zhou)
        sent = {
            "scope": "三户",
            "trend": "已控制",
            "leaders_there": "石书记在现场",
            "measures": "三车十五人",
            "injured": 2,
        }
        cases.choose(case.pk, "first", "send", sent, by=room.zhou)
        more = {"situation": "又送医一人", "trend": "扑灭", "measures": "送医", "injured": 3}
        cases.choose(case.pk, "follow", "send", more, by=room.zhou)
        react_to_all()
    lines = LogEntry.objects.filter(kind="case").order_by("seq").values_list("text", flat=True)
    assert [each.rpartition("：")[2] for each in lines] == [
        "登记",
        "电话报告·已电话报告",
        "书面首报·发首报",
        "续报·发续报",
    ]
    papers = dict(Paper.objects.values_list("document", "body"))
    assert set(papers) == {"flash_report", "first_report", "follow_report"}
    assert "张三" not in "".join(papers.values())
    # the first report says what was known then, the further one both
    assert "3 人" not in papers["first_report"] and "3 人" in papers["follow_report"]
    assert papers["follow_report"].count("首报") >= 1


def test_the_open_step_waits_on_the_desk_and_in_the_handover(room, night):
    with clock.frozen(THREE):
        case = opened(room.zhou)
        items = watch.open_items(room.room, THREE)
    (item,) = [each for each in items if each["what"] == "case"]
    assert item["number"] in (case.number, case.tracking_code) and item["light"] == "green"
    assert item["text"] == "紧急信息 大箕铺镇民房起火 · 电话报告"


def test_an_instruction_writes_its_result_on_the_matter(room, night):
    with clock.frozen(THREE):
        matter = opened(room.zhou)
        name = matter.number or matter.tracking_code
        form = {
            "about": name,
            "by_whom": "石书记",
            "words": "天亮前转移群众",
            "urgency": "特急",
            "offices": ["jinhu"],
        }
        instruction = opened(room.zhou, "instruction", form)
        order = Case.objects.get(type="order")
        assert order.lead_id == "jinhu" and order.subject == "大箕铺镇民房起火"
        cases.choose(order.pk, "receive", "accept", {}, by=room.feng)
        cases.choose(order.pk, "carry_out", "report", {"result": "四十二人已转移"}, by=room.feng)
        cases.choose(order.pk, "check", "pass", {"check_note": "视频点名"}, by=room.wu)
        react_to_all()
        cases.choose(instruction.pk, "close", "report", {"verdict": "属实"}, by=room.wu)
        react_to_all()
    notes = Entry.objects.filter(subject=f"case:{matter.pk}", kind="note").order_by("seq")
    texts = [str(each.data) for each in notes]
    assert len(texts) == 2 and "天亮前转移群众" in texts[0]
    assert "金湖街道办：四十二人已转移" in texts[1] and "属实" in texts[1]


def test_who_is_called_together_is_called_again_and_rung_up(room, night):
    with clock.frozen(THREE):
        form = {"subject": "民房起火", "nature": "事故灾难", "level": "Ⅲ级", "way": "视频"}
        case = opened(room.zhou, "convening", form)
        sent = {"offices": ["jinhu", "jyj"], "chair": "分管副市长", "meet_at": "3:40 视频"}
        cases.choose(case.pk, "call", "send", sent, by=room.zhou)
        react_to_all()
        cases.choose(case.pk, "answer", "online", {}, by=room.feng, task=_token(case, "jinhu"))
        react_to_all()
    first = {each.office.code: each.state for each in Summons.objects.filter(key__contains="call_offices")}
    assert first["jinhu"] == "answered" and first["jyj"] == "open"
    for minutes, reaction in ((11, "call_again"), (21, "ring_them")):
        with clock.frozen(THREE + timedelta(minutes=minutes)):
            cases.tick_cases(clock.now())
            react_to_all()
        assert Summons.objects.filter(key__contains=reaction).count() == 1
    again = Summons.objects.get(key__contains="call_again")
    assert again.office.code == "jyj" and {each.name for each in again.messages.all()} == {"何磊"}
    rung = Summons.objects.get(key__contains="ring_them")
    assert {each.name for each in rung.messages.all()} == {"周敏"}


def _token(case, office):
    return case.tasks.get(step="answer", office_id=office).token
