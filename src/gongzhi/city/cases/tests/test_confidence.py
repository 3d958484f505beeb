"""What the reporter was promised: kept from the handling office when asked, unknown when anonymous, and called back by
somebody who can't know whose work it is."""

from __future__ import annotations

from uuid import UUID

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.queries import CaseFilter
from gongzhi.city.cases.tests.cast import FORM, dispatched, replied, reported
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.people.models import Resident
from gongzhi.engine.forms import HIDDEN

pytestmark = pytest.mark.django_db

NUMBER = "13800138000"


def everything(page) -> str:
    """All that a page could show, as one text."""
    shown = [(each.field.id, each.value, each.sealed) for each in page.values]
    told = [
        (each.who, each.office, each.data, [(value.field.id, value.value) for value in each.values])
        for each in page.history
    ]
    return repr([shown, told, page.state.question, page.holdings, page.links, page.attachments])


@pytest.fixture
def secret(cast, monday):
    receipt = reported(cast, confidential=True, text=f"路灯不亮,我的电话是{NUMBER},请回电")
    dispatched(cast, receipt.case)
    return receipt.case


@pytest.mark.parametrize("who", ["zhou", "qian", "chen", "hu", "zhao", "ma"])
def test_it_keeps_a_confidential_reporter_from(cast, secret, who):
    by = getattr(cast, who)
    page = queries.case_page(by, secret)
    assert NUMBER not in everything(page) and "8000" not in everything(page)
    assert next(each.value for each in page.values if each.field.id == "phone") == HIDDEN
    with pytest.raises(NotAllowed):
        actions.reveal(secret, "phone", by=by, purpose="想知道是谁")


@pytest.mark.parametrize("who", ["li", "sun", "wu", "wang"])
def test_it_lets_those_speak_with_a_confidential_reporter_who_must(cast, secret, who):
    assert actions.reveal(secret, "phone", by=getattr(cast, who), purpose="回访核实") == NUMBER


def test_it_blacks_out_what_a_confidential_reporter_answers(cast, secret):
    actions.act(secret, "ask", {"text": "哪一盏?"}, by=cast.zhou)
    actions.act(secret, "answer", {"text": f"村口那盏,打{NUMBER}"}, by=cast.wang)
    assert NUMBER not in everything(queries.case_page(cast.zhou, secret))
    assert NUMBER in everything(queries.case_page(cast.li, secret))


def test_it_shows_the_handling_office_the_number_only_masked_otherwise(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    page = queries.case_page(cast.zhou, receipt.case)
    assert next(each.value for each in page.values if each.field.id == "phone") == "138****8000"


def test_it_knows_no_resident_behind_an_anonymous_report(cast, monday):
    known = Resident.objects.create(name="李四")
    receipt = actions.open_case(
        "mini", "appeal", {**FORM, "anonymous": True}, by=cast.li, reporter=UUID(str(known.pk))
    )
    row = Case.objects.get(pk=receipt.case)
    assert row.reporter_id is None and str(known.pk) not in row.reported_by


def test_it_never_tells_whoever_calls_back_who_handled_it(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case, helpers=["hbj"])
    steps = (
        lambda: None,
        lambda: replied(cast, receipt.case),
        lambda: actions.choose(receipt.case, "help", "done", {"opinion": "x"}, by=cast.zheng),
        lambda: actions.choose(receipt.case, "review", "pass", by=cast.zhao),
        lambda: actions.choose(receipt.case, "callback", "satisfied", {"solved": True}, by=cast.sun),
    )
    for step in steps:
        step()
        page = queries.case_page(cast.sun, receipt.case)
        for handler in ("cgj", "城管局", "周强", cast.zhou.person + "'"):
            assert handler not in everything(page), (handler, step)
        assert page.handler_hidden and not page.history
        listed = queries.cases(cast.sun, CaseFilter(state="all")).rows
        assert [(row.lead_id, row.lead_path) for row in listed] == [(None, "")]
        assert [row.lead_id for row in queries.by_ids(cast.sun, [receipt.case])] == [None]
        assert {task.case.lead_id for task in queries.my_tasks(cast.sun).rows} <= {None}
    assert queries.cases(cast.zhao, CaseFilter(state="all")).rows[0].lead_id == "cgj"


def test_it_finds_no_cases_by_their_office_for_whoever_calls_back(cast, monday):
    dispatched(cast, reported(cast).case)
    for ask in (
        lambda: queries.cases(cast.sun, CaseFilter(office="cgj")),
        lambda: queries.count(cast.sun, CaseFilter(office="cgj")),
        lambda: queries.office_tasks(cast.sun),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert queries.count(cast.zhao, CaseFilter(office="cgj")) == 1
