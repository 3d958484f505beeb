"""Cases that name other cases, and what there may be only one of at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gongzhi.city.cases import actions, matters
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, CaseClaim
from gongzhi.city.cases.tests.cast import Cast, dispatched, reported
from gongzhi.city.kernel import clock
from gongzhi.engine.cases.errors import AlreadyOne, BadValues
from gongzhi.engine.instants import parse_instant


def check(by: Any, about: str, topic: str = "安全", **more: Any) -> Case:
    receipt = actions.open_case("mini", "check", {"about": about, "topic": topic}, by=by, **more)
    return Case.objects.get(pk=receipt.case)


def sent_out(cast: Cast) -> Case:
    """An appeal that 城管局 leads."""
    receipt = reported(cast, subject="路灯不亮")
    dispatched(cast, receipt.case)
    return Case.objects.get(pk=receipt.case)


@pytest.mark.django_db(transaction=True)
def test_it_takes_over_what_the_other_case_says_and_shows_itself_there(cast: Cast, monday: Any) -> None:
    appeal = sent_out(cast)
    made = check(cast.wu, appeal.number)
    data = made.state["data"]
    assert (made.subject, data["lead"], data["since"]) == ("路灯不亮", "cgj", "2024-10-14")
    assert made.lead_id == "cgj"
    assert [each.pk for each in matters.naming(appeal, cast.wu)] == [made.pk]
    assert matters.naming(appeal, cast.he) == []  # 何磊 may not read the check


@pytest.mark.django_db(transaction=True)
def test_it_says_that_a_number_names_nothing(cast: Cast, monday: Any) -> None:
    with pytest.raises(BadValues) as refused:
        check(cast.wu, "MQ2024999999")
    assert "没有找到编号" in refused.value.data["fields"]["about"]


@pytest.mark.django_db(transaction=True)
def test_it_tells_nothing_of_a_case_that_the_person_may_not_read(cast: Cast, monday: Any) -> None:
    appeal = sent_out(cast)
    with pytest.raises(NoSuchCase):
        check(cast.he, appeal.number)
    assert not Case.objects.filter(type="check").exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_not_fooled_by_full_width_numbers(cast: Cast, monday: Any) -> None:
    number = sent_out(cast).number
    assert number
    wide = "".join(chr(ord(each) + 0xFEE0) for each in number)
    for typed in (wide, f" {number} "):
        with pytest.raises(NoSuchCase):
            check(cast.he, typed)
    assert check(cast.wu, wide).subject == "路灯不亮"


@pytest.mark.django_db(transaction=True)
def test_it_names_a_confidential_case_by_its_kind_only(cast: Cast, monday: Any) -> None:
    appeal = sent_out(cast)
    Case.objects.filter(pk=appeal.pk).update(confidential=True)
    assert matters.matter(appeal.number)["subject"] == "群众诉求"


@pytest.mark.django_db(transaction=True)
def test_it_refuses_the_second_of_a_month_and_takes_the_next_month(cast: Cast, monday: Any) -> None:
    appeal = sent_out(cast)
    first = check(cast.wu, appeal.number)
    actions.choose(first.pk, "look", "done", {"outcome": "好"}, by=officer_of(first, cast))
    with pytest.raises(AlreadyOne) as refused:
        check(cast.wu, appeal.number)
    assert first.number in refused.value.message
    assert Case.objects.filter(type="check").count() == 1
    check(cast.wu, appeal.number, topic="环保")
    with clock.frozen(parse_instant("2024-10-31 23:59")), pytest.raises(AlreadyOne):
        check(cast.wu, appeal.number)
    with clock.frozen(parse_instant("2024-11-01 00:00")):
        check(cast.wu, appeal.number)


@pytest.mark.django_db(transaction=True)
def test_it_gives_back_at_the_end_what_was_claimed_while_open(cast: Cast, monday: Any) -> None:
    appeal = sent_out(cast)
    first = check(cast.wu, appeal.number)
    with clock.frozen(monday + timedelta(days=40)), pytest.raises(AlreadyOne) as refused:
        check(cast.wu, appeal.number)
    assert "还没有办结" in refused.value.message
    actions.choose(first.pk, "look", "done", {"outcome": "好"}, by=officer_of(first, cast))
    assert not CaseClaim.objects.filter(case=first, while_open=True).exists()
    with clock.frozen(monday + timedelta(days=40)):
        check(cast.wu, appeal.number)


def officer_of(case: Case, cast: Cast) -> Any:
    """Somebody who may do the step of the check: an officer where it was opened."""
    task = case.tasks.get()
    return replace(cast.zhou, office=task.office_id, office_path=task.office_path)
