"""Appointments: who comes to whom, and when there is room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.counters import actions, queries
from gongzhi.city.counters.actions import Contact
from gongzhi.city.counters.errors import (
    AppointmentMoved,
    BadSlot,
    ContactMissing,
    NoSuchAppointment,
    SlotFull,
    WordsMissing,
)
from gongzhi.city.counters.models import Appointment
from gongzhi.city.counters.tests.cast import COUNTY, SHANGFENG
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.territory.models import Area

pytestmark = pytest.mark.django_db

CONTACT = Contact(name="王秀英", phone="13872001234", place="上冯村三组十二号")


@pytest.fixture
def tuesday(monday):
    return monday.date() + timedelta(days=1)


def visit(cast, tuesday, **more):
    values = {"item": "养老认证", "day": tuesday, "hour": 9, "reason": "immobile"} | more
    area = Area.objects.get(code=values.pop("area", SHANGFENG))
    return actions.ask_visit(cast.wang, area, values.pop("contact", CONTACT), **values)


def test_it_visits_who_can_not_come(cast, tuesday):
    asked = visit(cast, tuesday)
    assert (asked.state, asked.office.code) == ("asked", "jinhu")  # nobody sits in the village itself
    assert queries.appointments(cast.hu) == [asked]
    accepted = actions.accept_visit(cast.hu, asked, day=tuesday, hour=10)
    assert (accepted.hour, accepted.visitor_name) == (10, "胡网格")
    actions.arrive(cast.hu, asked)
    actions.link_appointment(cast.hu, asked, "0199")
    done = actions.close_appointment(cast.hu, asked)
    assert (done.state, done.case) == ("done", "0199")
    assert queries.appointments(cast.hu) == []
    assert queries.appointments(cast.hu, ended=True) == [asked]


def test_it_tells_the_journal_neither_name_nor_address(cast, tuesday):
    visit(cast, tuesday)
    told = str(list(Entry.objects.values_list("data", flat=True)))
    assert "王秀英" not in told and "13872001234" not in told and "三组" not in told


def test_the_county_itself_is_answered_by_the_office_that_takes_everything(cast, tuesday):
    assert visit(cast, tuesday, area=COUNTY).office.code == "hall"


def test_it_is_nothing_to_the_office_of_somebody_else(cast, tuesday):
    asked = visit(cast, tuesday)
    assert queries.appointments(cast.he) == []
    with pytest.raises(NotAllowed):
        actions.accept_visit(cast.he, asked, day=tuesday, hour=9)
    with pytest.raises(NoSuchAppointment):
        queries.appointment_of(cast.he, asked.pk)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"contact": Contact(place="上冯")}, ContactMissing),
        ({"contact": Contact(phone="13872001234")}, WordsMissing),
        ({"item": ""}, WordsMissing),
        ({"reason": ""}, BadSlot),
        ({"hour": 12}, BadSlot),
        ({"hour": 3}, BadSlot),
    ],
)
def test_it_says_what_is_missing(cast, tuesday, more, error):
    with pytest.raises(error):
        visit(cast, tuesday, **more)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    ("days", "hour", "fine"),
    [(0, 9, False), (0, 10, True), (-1, 10, False), (60, 9, True), (61, 9, False)],
)
def test_it_agrees_on_hours_that_are_still_to_come(cast, monday, days, hour, fine):
    day = monday.date() + timedelta(days=days)  # now is 09:30
    if fine:
        assert visit(cast, day, hour=hour).day == day
    else:
        with pytest.raises(BadSlot):
            visit(cast, day, hour=hour)


def test_it_fills_an_hour_of_a_window_and_no_more(cast, tuesday):
    def ask(hour=9):
        return actions.ask_window(cast.wang, cast.line, CONTACT, item="社保", day=tuesday, hour=hour)

    first = ask()
    assert first.state == "accepted"
    assert queries.rooms(cast.line, tuesday)[9] == 1
    ask()
    with pytest.raises(SlotFull):
        ask()
    assert ask(10).hour == 10
    actions.cancel_appointment(cast.wang, first, "不来了")
    assert ask().state == "accepted"
    with pytest.raises(BadSlot):
        actions.ask_window(cast.wang, cast.fast, CONTACT, item="打印", day=tuesday, hour=9)


def test_it_calls_who_has_agreed_on_this_hour_before_those_who_came_later(cast, monday, tuesday):
    agreed = actions.ask_window(cast.wang, cast.line, CONTACT, item="社保", day=tuesday, hour=10)
    with pytest.raises(BadSlot):
        actions.arrive(cast.huang, agreed)  # a day too early
    with clock.frozen(monday + timedelta(days=1, minutes=25)):  # 09:55
        early = actions.take_number(cast.wang, cast.line)
    with clock.frozen(monday + timedelta(days=1, minutes=40)):  # 10:10
        actions.take_number(cast.wang, cast.line)
        arrived = actions.arrive(cast.huang, agreed)
        actions.open_window(cast.huang, cast.first)
        order = []
        for _ in range(2):
            order.append(actions.call_next(cast.huang, cast.first))
            actions.finish(cast.huang, cast.first)
    assert order == [early, arrived.number]


def test_it_is_over_once(cast, tuesday):
    asked = visit(cast, tuesday)
    with pytest.raises(AppointmentMoved):
        actions.close_appointment(cast.hu, asked)
    actions.cancel_appointment(cast.wang, asked, "住院了")
    for again in (
        lambda: actions.cancel_appointment(cast.wang, asked, "住院了"),
        lambda: actions.accept_visit(cast.hu, asked, day=tuesday, hour=9),
    ):
        with pytest.raises(AppointmentMoved):
            again()
    assert queries.appointment_by_code(asked.code).state == "cancelled"
