"""What a mechanism does by itself: each occurrence once, also when killed or missed; honest about weeks with nothing in them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case, CaseLink
from gongzhi.city.cases.tests.cast import dispatched, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import bulletins, library, pressing, queries, routines
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Notice, RoutineRun
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office, Post
from gongzhi.city.territory.queries import standing
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.routines import Occurrence

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
#: both databases know a Friday at five and the Monday after the next at half past eight
FRIDAY, MEETING = "2024-10-18 17:00", "2024-10-21 08:30"


@pytest.fixture
def mayor(cast):
    """The leader of the whole city."""
    user = User.objects.create(username="mayor", name="市长")
    post = Post.objects.create(user=user, role="leader", office=Office.objects.get(code="gov"))
    return standing(post)


@pytest.fixture
def house(cast, mayor, monday, files):
    install(files, by=SYSTEM)
    install(FOLDERS / "dispatch_meeting", by=SYSTEM)
    return cast


def at(text):
    return clock.frozen(parse_instant(text))


def runs(**wanted):
    return list(RoutineRun.objects.filter(**wanted).order_by("due_at", "id"))


def spec_of(name):
    held = library.one("dispatch_meeting")
    return held, next(each for each in held.mechanism.routines if each.id == name)


def test_it_says_honestly_that_nothing_happened(house):
    """A bulletin over a week with no data: plain words, zero counts, and no rate over nothing."""
    with at(FRIDAY):
        routines.run_due()
    (run,) = runs(routine="weekly_bulletin")
    assert run.result == "bulletin"
    assert run.said == "这一周没有新登记的事，也没有办结的事；到期末没有在办的事。没有什么要通报的。"
    assert [each["shown"] for each in run.data["figures"]] == ["0"] * 5
    assert "这一周没有新登记" in run.body and "None" not in run.body and "＿" not in run.body
    assert run.number == "通报〔2024〕1号"


def test_it_counts_the_week_from_rows_alone(house):
    solved(house, reported(house).case)
    reported(house)
    with at("2024-10-18 16:00"):
        reported(house)
    with at(FRIDAY):
        routines.run_due()
    (run,) = runs(routine="weekly_bulletin")
    shown = {each["title"]: each["shown"] for each in run.data["figures"]}
    assert shown == {"新登记": "3", "办结": "1", "在办": "2", "其中红灯": "1", "其中黄灯": shown["其中黄灯"]}
    for figure in run.data["figures"]:
        assert figure["formula"] and figure["period"] and figure["of"]
    assert "新登记 3 件，办结 1 件" in run.said
    # every row of the agenda leads to its case
    assert {Case.objects.get(pk=row["id"]).subject for row in run.data["agenda"]} == {"村口路灯不亮"}


def test_it_comes_once_however_often_the_clock_ticks(house):
    for moment in (FRIDAY, "2024-10-18 17:05", "2024-10-20 09:00"):
        with at(moment):
            routines.run_due()
    assert len(runs(routine="weekly_bulletin")) == 1
    held, spec = spec_of("weekly_bulletin")
    with at(FRIDAY):
        again = Occurrence(at=parse_instant(FRIDAY), nominal=date(2024, 10, 18))
        assert routines.carry_out(held, spec, again) is None
    assert len(runs(routine="weekly_bulletin")) == 1


def test_it_does_it_again_when_it_was_killed_in_the_middle(house, monkeypatch):
    """The row, the number, the paper and the notices come together or not at all."""
    reported(house)

    def die(*_args, **_named):
        raise SystemExit("killed")

    with monkeypatch.context() as patched, at("2024-10-25 17:00"):
        patched.setattr(routines, "_tell", die)
        with pytest.raises(SystemExit):
            routines.run_missing(*spec_of("weekly_bulletin"))
    assert not RoutineRun.objects.exists() and not Notice.objects.filter(run__isnull=False).exists()
    with at("2024-10-25 17:05"):
        routines.run_due()
    made = runs(routine="weekly_bulletin")
    assert [each.number for each in made] == ["通报〔2024〕1号", "通报〔2024〕2号"]
    assert [each.occurrence for each in made] == [date(2024, 10, 18), date(2024, 10, 25)]


def test_it_leaves_no_half_a_meeting_when_killed(house, monkeypatch):
    dispatched(house, reported(house).case)
    link = actions.link

    def die(*_args, **_named):
        raise SystemExit("killed")

    with monkeypatch.context() as patched, at("2024-11-11 08:30"):
        patched.setattr(actions, "link", die)
        with pytest.raises(SystemExit):
            routines.run_missing(*spec_of("fortnightly_meeting"))
    assert not Case.objects.filter(mechanism="dispatch_meeting").exists()
    assert actions.link is link
    with at("2024-11-11 08:35"):
        routines.run_due()
        routines.run_due()
    assert Case.objects.filter(mechanism="dispatch_meeting", type="meeting").count() == 1


def test_it_makes_up_for_what_was_missed_and_dates_it_properly(house):
    """The server was down for three weeks: three bulletins, each for its own week; one meeting, the other only noted."""
    dispatched(house, reported(house).case)
    with at("2024-11-12 09:00"):
        routines.run_due()
    weekly = runs(routine="weekly_bulletin")
    assert [(str(each.occurrence), each.late) for each in weekly] == [
        ("2024-10-18", True),
        ("2024-10-25", True),
        ("2024-11-01", True),
        ("2024-11-08", True),
    ]
    assert [each.data["figures"][0]["shown"] for each in weekly] == ["1", "0", "0", "0"]
    assert "补出于2024年11月12日" in weekly[0].body and "2024年10月18日" in weekly[0].body
    meetings = runs(routine="fortnightly_meeting")
    assert [each.result for each in meetings] == ["missed", "opened"]
    assert Case.objects.filter(mechanism="dispatch_meeting", type="meeting").count() == 1


def test_it_calls_no_meeting_without_an_agenda(house):
    with at("2024-10-21 08:30"):
        routines.run_due()
    with at("2024-10-28 08:30"):
        routines.run_due()
    (run,) = runs(routine="fortnightly_meeting")
    assert (run.result, run.case_id) == ("nothing", None)
    assert run.said == "没有红灯、黄灯的事，也没有卡住的事，这次不用开。"
    assert not Case.objects.filter(mechanism="dispatch_meeting").exists()
    assert not Notice.objects.filter(reaction="fortnightly_meeting").exists()


def test_it_lets_the_meeting_produce_its_tasks(house, mayor):
    """The fortnightly meeting: the agenda lists itself, what is decided becomes a task for the office, and another checks it."""
    case = reported(house).case
    dispatched(house, case)
    with at("2024-10-28 08:30"):
        routines.run_due()
        (run,) = runs(routine="fortnightly_meeting")
        assert run.result == "opened"
        meeting = run.case
        data = meeting.state["data"]
        assert [row["what"] for row in data["agenda"]] == ["村口路灯不亮"]
        assert data["agenda"][0]["light"] == "红" and data["attendees"] == ["cgj"]
        assert CaseLink.objects.filter(source=meeting, target=case, kind="agenda").exists()
        plan = {"held_on": "2024-10-29", "held_at": "15:00", "place": "三楼", "chair": "副市长"}
        actions.choose(meeting.pk, "convene", "call", {**plan, "attendees": ["cgj"]}, by=house.wu)
        react_to_all()
        assert Notice.objects.filter(case=meeting, reaction="tell_attendees", role="officer", office="cgj")
    with at("2024-10-29 16:00"):
        task = {"task": "换灯", "office": "cgj", "due": "2024-11-01", "proof": "夜里的照片"}
        other = {"task": "查线路", "office": "hbj", "due": "2024-11-05", "proof": "记录"}
        told = {"decisions": [task, other], "minutes": "两件事都定了。"}
        actions.choose(meeting.pk, "hold", "decided", told, by=house.wu)
        actions.choose(meeting.pk, "sign", "sign_tasks", {}, by=mayor)
        react_to_all()
        tasks = Case.objects.filter(mechanism="dispatch_meeting", type="meeting_task").order_by("lead")
        assert [(each.subject, each.lead_id) for each in tasks] == [("换灯", "cgj"), ("查线路", "hbj")]
        mine = tasks.get(lead="cgj")
        actions.choose(mine.pk, "receive", "accept", {}, by=house.zhou)
        actions.choose(mine.pk, "carry_out", "report", {"done_text": "换好了"}, by=house.zhou)
        with pytest.raises(GongzhiError):  # who did it doesn't check it
            actions.choose(mine.pk, "check", "pass", {"check_note": "好"}, by=house.zhou)
        actions.choose(mine.pk, "check", "pass", {"check_note": "去看过"}, by=house.wu)
        react_to_all()
    mine.refresh_from_db()
    meeting.refresh_from_db()
    assert mine.ended == "done" and meeting.ended == ""
    assert meeting.state["data"]["results"] == "1：办完"


def test_it_tells_leaders_and_offices_in_the_system(house):
    dispatched(house, reported(house).case)
    with at("2024-11-01 17:00"):
        routines.run_due()
        told = Notice.objects.filter(run__routine="weekly_bulletin", run__occurrence=date(2024, 11, 1))
        assert {(each.role, each.office) for each in told} >= {("officer", "cgj"), ("leader", "gov")}
        assert all(each.case_id is None for each in told)
        assert any(each.run_id for each in queries.notices(house.zhou))
        assert not [each for each in queries.notices(house.he) if each.run_id]


def test_it_knows_what_is_stuck_between_offices(house):
    """A helper's open task makes the case one of two offices, before any light turns."""
    case = reported(house).case
    dispatched(house, case, helpers=["hbj"])
    (view,) = pressing.views(clock.now())
    assert view["number"] and view["offices"] == ["cgj", "hbj"]
    assert view["blocked"] and view["block"] == "等环保局"
    actions.act(case, "supervise", {"text": "限期办"}, by=SYSTEM)
    (view,) = pressing.views(clock.now())
    assert view["supervised"] and "已立项督办" in view["block"]


def test_it_writes_down_what_could_not_be_done(house, monkeypatch):
    """A refusal is kept with its reason, and is not tried again every five minutes."""
    dispatched(house, reported(house).case)
    held, spec = spec_of("fortnightly_meeting")
    broken = spec.model_copy(update={"with_": {**spec.with_, "subject": "null"}})
    with at("2024-11-11 08:30"):
        (*_missed, run) = routines.run_missing(held, broken)
        assert run.result == "failed" and run.said.startswith("没有做成：")
        assert not routines.run_missing(held, broken)
    assert not Case.objects.filter(mechanism="dispatch_meeting").exists()
    assert routines.check_routines(full=False).remedy


def test_it_writes_the_journal(house):
    with at(FRIDAY):
        routines.run_due()
    (run,) = runs(routine="weekly_bulletin")
    (entry,) = Entry.objects.filter(subject=f"routine_run:{run.pk}")
    assert entry.kind == "routine_ran" and entry.data["occurrence"] == "2024-10-18"


def test_it_hides_what_is_confidential(house):
    reported(house)
    Case.objects.update(confidential=True)
    (view,) = pressing.views(clock.now() + timedelta(days=30))
    assert view["subject"] == "（保密事项）"
    assert not re.search("路灯", str(bulletins.listing([{**view, "ask": ""}]).rows))
