"""Rights as data: every action of this room × every role, allowed and refused; and lists, searches, counts and exports
that agree with what may be opened."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from gongzhi.city.cases import actions, importing, queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries import CaseFilter
from gongzhi.city.cases.tests.cast import FORM, LEISHAN, dispatched, reported
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.engine.errors import GongzhiError

pytestmark = pytest.mark.django_db

EVERYBODY = ("wang", "li", "chen", "zhou", "zhao", "sun", "qian", "wu", "ma", "hu", "he")
#: what is tried on a case of 金湖 that 城管局 handles → who may; everybody else is refused
ALLOWED = {
    "open": {"wang", "li", "hu"},
    "read": {"wang", "li", "chen", "zhou", "zhao", "sun", "qian", "wu", "ma", "hu"},
    "list": {"wang", "li", "chen", "zhou", "zhao", "sun", "qian", "wu", "ma", "hu"},
    "search": {"wang", "li", "chen", "zhou", "zhao", "sun", "qian", "wu", "ma", "hu"},
    "count": {"wang", "li", "chen", "zhou", "zhao", "sun", "qian", "wu", "ma", "hu"},
    "export": {"chen", "zhao", "wu", "qian", "ma"},
    "note": {"wang", "li", "hu", "zhou", "wu", "qian"},
    "ask": {"li", "zhou"},
    "urge": {"wang", "li", "hu", "wu", "qian"},
    "supervise": {"wu", "qian"},
    # a grid worker may open such cases, but neither corrects nor ends what others brought
    "correct": {"li"},
    "withdraw": {"wang", "li"},
    "reply": {"zhou"},
    "bulk_reply": {"zhou"},
    "hand_over": {"zhou"},
    "merge": {"li"},
    "cluster": {"li", "chen", "wu"},
    "reveal": {"wang", "li", "chen", "zhou", "sun", "hu", "wu"},
    "board": {"li", "chen", "zhao", "wu", "qian", "ma"},
    "import": {"chen", "wu"},
}


def _export(who, row):
    return row.subject in "".join(queries.export_csv(who, CaseFilter(state="all")))


def _import(who, row):
    text = "id,subject,text\n1,标题,内容\n"
    return importing.import_cases(
        io.BytesIO(text.encode()), "x.csv", mechanism="mini", type_id="appeal", by=who
    ).taken


def _bulk(who, row):
    done = actions.bulk_choose([row.pk], "handle", "reply", {"result": "解决", "reply": "好"}, by=who)
    return done[0].receipt is not None


def _merge(who, row):
    goal = actions.open_case("mini", "appeal", FORM, by=LI[0])
    return actions.merge(row.pk, goal.case, by=who)


LI: list = []
LIU: list = []
TRIED = {
    "open": lambda who, row: actions.open_case("mini", "appeal", FORM, by=who),
    "read": lambda who, row: queries.case_page(who, row.pk),
    "list": lambda who, row: row in queries.cases(who, CaseFilter(area=row.area_id)).rows,
    "search": lambda who, row: row in queries.cases(who, CaseFilter(text="路灯")).rows,
    "count": lambda who, row: queries.count(who, CaseFilter(state="all")) == 1,
    "export": _export,
    "note": lambda who, row: actions.act(row.pk, "note", {"text": "记一笔"}, by=who),
    "ask": lambda who, row: actions.act(row.pk, "ask", {"text": "哪一盏?"}, by=who),
    "urge": lambda who, row: actions.act(row.pk, "urge", {"text": "请快"}, by=who),
    "supervise": lambda who, row: actions.act(row.pk, "supervise", {"text": "限期"}, by=who),
    "correct": lambda who, row: actions.act(row.pk, "correct", {"subject": "x", "reason": "错"}, by=who),
    "withdraw": lambda who, row: actions.act(row.pk, "withdraw", {"text": "好了"}, by=who),
    "reply": lambda who, row: actions.choose(
        row.pk, "handle", "reply", {"result": "解决", "reply": "好"}, by=who
    ),
    "bulk_reply": _bulk,
    "hand_over": lambda who, row: actions.act(
        row.pk, "hand_over", {"person": LIU[0].person}, by=who, task=row.tasks.get().token
    ),
    "merge": _merge,
    "cluster": lambda who, row: actions.make_cluster("热点", [row.pk], by=who),
    "reveal": lambda who, row: actions.reveal(row.pk, "phone", by=who, purpose="约时间上门"),
    "board": lambda who, row: sum(figure.value for figure in queries.board(who).lights) == 1,
    "import": _import,
}


@pytest.mark.parametrize("action", sorted(ALLOWED))
@pytest.mark.parametrize("name", EVERYBODY)
def test_it_lets_exactly_these_people(cast, monday, action, name):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    row, who = Case.objects.get(pk=receipt.case), getattr(cast, name)
    LI[:], LIU[:] = [cast.li], [cast.liu]
    length = row.length
    try:
        done = bool(TRIED[action](who, row))
    except GongzhiError as error:
        assert error.status in (403, 404), error
        done = False
    assert done == (name in ALLOWED[action])
    if not done:
        row.refresh_from_db()
        assert row.length == length, "a refused action changed something"


def test_it_shows_each_town_its_own(cast, monday):
    here = reported(cast)
    there = reported(cast, place={"text": "雷山", "area": LEISHAN})
    assert [str(row.pk) for row in queries.cases(cast.hu).rows] == [here.case]
    assert {str(row.pk) for row in queries.cases(cast.li).rows} == {here.case, there.case}


def test_it_shows_a_post_for_one_mechanism_nothing_of_another(cast, monday):
    receipt = reported(cast)
    elsewhere = replace(cast.li, mechanism="other")
    assert queries.cases(elsewhere).rows == [] and queries.count(elsewhere) == 0
    with pytest.raises(GongzhiError):
        queries.case_page(elsewhere, receipt.case)


def test_it_opens_a_helpers_case_to_the_helper_only(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case, helpers=["hbj"])
    assert queries.case_page(cast.zheng, receipt.case).row.subject == "村口路灯不亮"
    assert [str(task.case_id) for task in queries.my_tasks(cast.zheng).rows] == [receipt.case]
    assert queries.my_tasks(cast.he).rows == []


def test_it_hides_the_handler_from_who_judges(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    actions.choose(receipt.case, "handle", "reply", {"result": "解决", "reply": "修好"}, by=cast.zhou)
    page = queries.case_page(cast.zhao, receipt.case)
    assert page.handler_hidden and "周强" not in repr([event.who for event in page.history])
    assert not queries.case_page(cast.wu, receipt.case).handler_hidden


def test_a_post_for_one_mechanism_reaches_no_other(cast, monday):
    """Opening, importing, calling back, lists and pages: the mechanism of the post limits them all."""
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    actions.choose(receipt.case, "handle", "reply", {"result": "解决", "reply": "好"}, by=cast.zhou)
    actions.choose(receipt.case, "review", "pass", by=cast.zhao)
    for who in (cast.li, cast.zhou, cast.sun, cast.wu, cast.ma):
        other = replace(who, mechanism="another")
        with pytest.raises(NoSuchCase):
            queries.case_page(other, receipt.case)
        assert queries.cases(other, CaseFilter(state="all")).rows == []
        assert queries.count(other, CaseFilter(state="all")) == 0
    with pytest.raises(NotAllowed):
        actions.open_case("mini", "appeal", FORM, by=replace(cast.li, mechanism="another"))
    with pytest.raises(NotAllowed):
        _import(replace(cast.wu, mechanism="another"), None)
    sun = replace(cast.sun, mechanism="another")
    assert queries.waiting_calls(cast.sun) == 1 and queries.waiting_calls(sun) == 0
    assert not actions.draw_callbacks(by=sun).items.exists()
