"""One appeal all the way round: who may do what when, and what happens when two do it at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import KeyReused, NoSuchCase, StaleTask
from gongzhi.city.cases.models import Case, Request, Task
from gongzhi.city.cases.tests.cast import FORM, dispatched, replied, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Post
from gongzhi.engine.cases.errors import (
    BadValues,
    CaseEnded,
    NotUnderstood,
    NotYours,
    SeparationOfDuties,
    TakenByAnother,
    UsedUp,
)

pytestmark = pytest.mark.django_db


def test_it_goes_all_the_way_round(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    row = Case.objects.get(pk=receipt.case)
    assert (row.ended, row.light(monday)) == ("solved", "none")
    assert not Task.objects.filter(case=row).exists()
    kinds = list(
        Entry.objects.filter(subject=f"case:{row.pk}").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds.count("chosen") == 5 and kinds[0] == "opened"


def test_it_gives_each_step_to_its_office(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case, helpers=["hbj"])
    held = {(task.step, task.office_id) for task in Task.objects.filter(case=receipt.case)}
    assert held == {("handle", "cgj"), ("help", "hbj")}
    row = Case.objects.get(pk=receipt.case)
    assert (row.lead_id, row.category, row.kind) == ("cgj", "市政设施", "求助")


def test_it_sets_both_clocks(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    row = Case.objects.get(pk=receipt.case)
    # five and ten working days after Monday the 14th, 18:00
    assert clock.timezone.localtime(row.unit_due).strftime("%m-%d %H:%M") == "10-21 18:00"
    assert clock.timezone.localtime(row.citizen_due).strftime("%m-%d %H:%M") == "10-28 18:00"
    assert row.due == row.unit_due
    assert row.light(monday) == "green" and row.light(row.unit_due + timedelta(seconds=1)) == "red"


def test_it_locks_out_who_has_nothing_to_do_with_it(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    with pytest.raises(NoSuchCase):
        actions.choose(receipt.case, "handle", "reply", {"result": "解决", "reply": "好"}, by=cast.he)
    with pytest.raises(NoSuchCase):
        queries.case_page(cast.he, receipt.case)


def test_it_refuses_another_role(cast, monday):
    receipt = reported(cast)
    with pytest.raises(NotYours):
        actions.choose(receipt.case, "register", "dispatch", {"category": "市政设施"}, by=cast.chen)
    assert Case.objects.get(pk=receipt.case).length == 1


def test_it_refuses_an_auditor_to_act(cast, monday):
    receipt = reported(cast)
    with pytest.raises(NotAllowed):
        actions.act(receipt.case, "note", {"text": "看过"}, by=cast.ma)


def test_it_separates_duties(cast, monday):
    from dataclasses import replace

    receipt = reported(cast)
    dispatched(cast, receipt.case)
    replied(cast, receipt.case)
    reviewer_too = replace(cast.zhao, person=cast.zhou.person)
    with pytest.raises(SeparationOfDuties):
        actions.choose(receipt.case, "review", "pass", by=reviewer_too)


def test_it_names_who_was_faster(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    seen = Case.objects.get(pk=receipt.case).length
    replied(cast, receipt.case)
    with pytest.raises(StaleTask) as caught:
        actions.choose(
            receipt.case, "handle", "reply", {"result": "解释", "reply": "x"}, by=cast.liu, seen=seen
        )
    assert caught.value.data["who"] == "周强" and "反馈" in caught.value.data["what"]


def test_it_lets_a_note_in_between_pass(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    seen = Case.objects.get(pk=receipt.case).length
    actions.act(receipt.case, "note", {"text": "居民又来电"}, by=cast.li)
    done = actions.choose(
        receipt.case, "handle", "reply", {"result": "解决", "reply": "修好"}, by=cast.zhou, seen=seen
    )
    assert done.length == seen + 2


def test_it_answers_a_repeated_request_once(cast, monday):
    first = actions.open_case("mini", "appeal", FORM, by=cast.li, key="k1")
    second = actions.open_case("mini", "appeal", FORM, by=cast.li, key="k1")
    assert first.case == second.case and Case.objects.count() == 1
    with pytest.raises(KeyReused):
        actions.open_case("mini", "appeal", {**FORM, "subject": "别的"}, by=cast.li, key="k1")
    other = actions.open_case("mini", "appeal", FORM, by=cast.hu, key="k1")
    assert other.case != first.case and Request.objects.count() == 2


def test_it_answers_a_double_click_after_the_task_is_gone(cast, monday):
    receipt = reported(cast)
    values = {"category": "市政设施"}
    first = actions.choose(receipt.case, "register", "dispatch", values, by=cast.li, key="click")
    second = actions.choose(receipt.case, "register", "dispatch", values, by=cast.li, key="click")
    assert first == second


def test_it_tells_all_that_is_wrong_with_a_form(cast, monday):
    with pytest.raises(BadValues) as caught:
        actions.open_case("mini", "appeal", {"subject": "", "text": "", "phone": "abc"}, by=cast.li)
    assert set(caught.value.data["fields"]) == {"subject", "text", "phone"}
    assert not Case.objects.exists() and not Entry.objects.exists()


def test_it_hands_over_to_nobody_who_could_not_do_it(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    task = Task.objects.get(case=receipt.case)
    for person in ("user:999999", cast.zheng.person, cast.sun.person, "李四", "user:" + "9" * 5000, ""):
        with pytest.raises(NotUnderstood):
            actions.act(receipt.case, "hand_over", {"person": person}, by=cast.zhou, task=task.token)
    Post.objects.filter(user=User.objects.get(username="liu")).update(ends=date(2024, 10, 1))
    with pytest.raises(NotUnderstood):
        actions.act(receipt.case, "hand_over", {"person": cast.liu.person}, by=cast.zhou, task=task.token)
    assert Task.objects.get(case=receipt.case).person == ""


def test_it_hands_over_within_the_office(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    task = Task.objects.get(case=receipt.case)
    actions.act(receipt.case, "hand_over", {"person": cast.liu.person}, by=cast.zhou, task=task.token)
    assert [row.case_id for row in queries.my_tasks(cast.zhou).rows] == []
    assert [str(row.case_id) for row in queries.my_tasks(cast.liu, mine=True).rows] == [receipt.case]
    with pytest.raises(TakenByAnother):
        replied(cast, receipt.case)


def test_it_returns_a_case_only_once(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    actions.choose(receipt.case, "handle", "return", by=cast.zhou)
    actions.choose(receipt.case, "dispatch", "send", {"lead": "cgj"}, by=cast.chen)
    with pytest.raises(UsedUp):
        actions.choose(receipt.case, "handle", "return", by=cast.zhou)


def test_it_extends_the_clock_when_that_is_granted(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    before = Case.objects.get(pk=receipt.case).unit_due
    actions.choose(receipt.case, "handle", "extend", {"days": 2}, by=cast.zhou)
    assert Task.objects.filter(case=receipt.case, side=True, role="dispatcher").count() == 1
    actions.choose(receipt.case, "approve", "grant", by=cast.chen)
    row = Case.objects.get(pk=receipt.case)
    assert row.unit_due == before + timedelta(days=2)
    assert Task.objects.get(case=row).due == row.unit_due


def test_it_asks_the_reporter_and_goes_on_when_answered(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    actions.act(receipt.case, "ask", {"text": "是哪一盏灯?"}, by=cast.zhou)
    seen = queries.tracking(receipt.tracking_code)
    assert seen.question == "是哪一盏灯?" and [pause.reason for pause in seen.pauses] == ["等反映人回答"]
    actions.act(receipt.case, "answer", {"text": "井边那盏"}, by=cast.wang)
    assert queries.tracking(receipt.tracking_code).question == ""


def test_it_does_nothing_to_an_ended_case(cast, monday):
    receipt = reported(cast)
    solved(cast, receipt.case)
    with pytest.raises(CaseEnded):
        actions.act(receipt.case, "urge", {"text": "快"}, by=cast.wang)
    actions.act(receipt.case, "note", {"text": "谢谢"}, by=cast.wang)


def test_it_goes_on_after_an_unsatisfied_call(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    for _ in range(2):
        replied(cast, receipt.case)
        actions.choose(receipt.case, "review", "pass", by=cast.zhao)
        last = actions.choose(receipt.case, "callback", "unsatisfied", {"solved": False}, by=cast.sun)
    assert last.ended == "unsolved"


def test_it_corrects_by_a_new_fact(cast, monday):
    receipt = reported(cast)
    actions.act(receipt.case, "correct", {"subject": "村口水管漏水", "reason": "话务员听错"}, by=cast.li)
    row = Case.objects.get(pk=receipt.case)
    assert row.subject == "村口水管漏水"
    first = Entry.objects.get(subject=f"case:{row.pk}", kind="opened")
    assert first.data["values"]["subject"] == "村口路灯不亮"
    found = queries.cases(cast.li, queries.CaseFilter(text="漏水")).rows
    assert [each.pk for each in found] == [row.pk]
