"""Shifts change hands by two signatures; nobody is ever not responsible."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from gongzhi.city.duty import actions, matters, queries
from gongzhi.city.duty.actions import Seat
from gongzhi.city.duty.errors import (
    NotHandedOver,
    NotOnShift,
    NotResponsible,
    ShiftGone,
    ShiftTaken,
    TooEarly,
)
from gongzhi.city.duty.models import Handover, LogEntry, Shift
from gongzhi.city.duty.tests.cast import DAY, MORNING, NIGHT, build_rooms
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.messages import actions as messages
from gongzhi.city.messages.models import Message, Summons

pytestmark = pytest.mark.django_db


def state(shift):
    return Shift.objects.get(pk=shift.pk).state


@pytest.fixture
def shifts(cast):
    """吴刚 has the day and took it over; 周敏 has the night."""
    with clock.frozen(DAY):
        day, night = cast.day_and_night()
        actions.take_over(cast.wu, day)
    return day, night


class Known:
    """A source of matters, as the running floor would be."""

    def open_at(self, office, at):
        found = matters.Matter(key="1", number="JJ2024000001", title="紧急信息", step="续报", light="yellow")
        return [found] if office == "szb" else []


def test_it_hands_over_what_is_open_with_two_signatures(cast, shifts, evening):
    day, night = shifts
    actions.write_line(cast.wu, cast.room, "铜绿山路口积水，已通知城管", source="110", is_open=True)
    done = actions.write_line(cast.wu, cast.room, "防汛办来文一份", kind="paper", is_open=True)
    actions.settle(cast.wu, done, "已转水利局")
    matters.register(source := Known())
    try:
        actions.hand_over(cast.wu, day, "注意天气")
    finally:
        matters.unregister(source)
    actions.take_over(cast.zhou, night)
    note = Handover.objects.get(after=night)
    assert [(each["what"], each["number"]) for each in note.items] == [("log", "2"), ("case", "JJ2024000001")]
    assert (note.given_name, note.received_name, note.words) == ("吴刚", "周敏", "注意天气")
    assert (state(day), state(night)) == ("over", "held")
    assert LogEntry.objects.filter(kind="handover").count() == 2


def test_it_keeps_the_old_shift_responsible_until_somebody_takes_over(cast, shifts):
    day, _night = shifts
    with clock.frozen(NIGHT + timedelta(hours=5)):
        assert queries.held_shift(cast.room) == day
        assert queries.on_duty().people == [cast.ke.person, cast.wu.person]


def test_it_wants_the_signature_of_the_shift_before_or_the_reason(cast, shifts, evening):
    _day, night = shifts
    with pytest.raises(NotHandedOver) as refused:
        actions.take_over(cast.zhou, night)
    assert "吴刚" in refused.value.message
    actions.take_over(cast.zhou, night, because="吴刚途中车祸，电话不通")
    assert Handover.objects.get(after=night).because.startswith("吴刚")
    assert "未签字" in LogEntry.objects.get(shift=night, kind="handover").text


def test_it_refuses_to_take_over_twice(cast, shifts, evening):
    day, night = shifts
    actions.hand_over(cast.wu, day)
    actions.take_over(cast.zhou, night)
    for by in (cast.zhou, cast.shi):
        with pytest.raises(ShiftTaken):
            actions.take_over(by, night)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (NIGHT - timedelta(minutes=61), TooEarly),
        (NIGHT - timedelta(minutes=60), None),
        (NIGHT + timedelta(hours=13, minutes=59), None),
        (NIGHT + timedelta(hours=14), ShiftGone),
    ],
)
def test_it_takes_over_only_in_time(cast, shifts, at, error):
    day, night = shifts
    with clock.frozen(at):
        actions.hand_over(cast.wu, day)
        if error is None:
            actions.take_over(cast.zhou, night)
            assert state(night) == "held"
        else:
            with pytest.raises(error):
                actions.take_over(cast.zhou, night)


def test_only_who_is_on_the_roster_takes_or_gives(cast, shifts, evening):
    day, night = shifts
    with pytest.raises(NotOnShift):
        actions.hand_over(cast.zhou, day)
    with pytest.raises(NotResponsible):
        actions.hand_over(cast.zhou, night)
    actions.hand_over(cast.wu, day)
    with pytest.raises(NotOnShift):
        actions.take_over(cast.wu, night)
    actions.take_over(cast.shi, night)  # the leader of the shift may


def test_it_says_the_same_again_when_the_note_is_signed_again(cast, shifts, evening):
    day, _night = shifts
    actions.hand_over(cast.wu, day, "一")
    actions.write_line(cast.wu, cast.room, "又来一件", is_open=True)
    note = actions.hand_over(cast.wu, day, "二")
    assert (note.words, len(note.items), Handover.objects.filter(before=day).count()) == ("二", 1, 1)


@pytest.mark.parametrize(("minutes", "alerts"), [(14, 0), (15, 1), (16, 1)])
def test_it_alerts_when_nobody_took_over(cast, shifts, spool, minutes, alerts):
    _day, night = shifts
    with clock.frozen(NIGHT + timedelta(minutes=minutes)):
        assert actions.watch() == alerts
        assert actions.watch() == 0
    assert Summons.objects.filter(about=f"shift:{night.pk}").count() == alerts
    assert Entry.objects.filter(kind="nobody_took_over").count() == alerts


def test_it_calls_the_next_ones_while_nobody_takes_over(cast, shifts, spool):
    assert shifts
    with clock.frozen(NIGHT + timedelta(minutes=15)):
        actions.watch()
    called = []
    for minutes in (15, 25, 35, 45, 55, 65, 75, 85, 95):
        with clock.frozen(NIGHT + timedelta(minutes=minutes)):
            messages.climb_due()
            rung = Summons.objects.get().rung
            called.append((rung, sorted(Message.objects.filter(rung=rung).values_list("name", "channel"))))
    assert called[0] == (0, [("周敏", "in_app"), ("周敏", "sms")])
    assert called[1] == (1, [("周敏", "wecom")])
    assert called[2] == (2, [("石书记", "in_app"), ("石书记", "sms")])
    assert called[4] == (4, [("吴刚", "in_app"), ("吴刚", "sms")])
    assert Summons.objects.get().state == "exhausted"


def test_a_number_in_a_title_stays_inside_and_holds_no_alert_up(cast, shifts, spool):
    _day, night = shifts
    Shift.objects.filter(pk=night.pk).update(title="夜班13871819999")
    with clock.frozen(NIGHT + timedelta(minutes=15)):
        assert actions.watch() == 1
    assert "1387181" not in Summons.objects.get().plain


def test_it_marks_a_shift_that_nobody_ever_took_over(cast, shifts):
    day, night = shifts
    with clock.frozen(MORNING + timedelta(minutes=1)):
        actions.watch()
    assert (state(night), state(day)) == ("missed", "held")


def test_it_tells_who_is_on_duty_when_nobody_is(cast):
    assert queries.on_duty().people == []
    assert queries.on_duty().room == cast.room


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_over_at_once_one_does(transactional_db):
    with clock.frozen(DAY):
        cast = build_rooms()
        people = [Seat(name="", user=cast.users[each]) for each in ("wu", "zhou")]
        shift = actions.plan_shift(cast.zhou, cast.room, "白班", DAY, NIGHT, people)
    barrier = threading.Barrier(2)

    def take(by):
        try:
            with clock.frozen(DAY):
                barrier.wait()
                return actions.take_over(by, shift)
        except ShiftTaken as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(take, (cast.wu, cast.zhou)))
    assert sorted(type(each).__name__ for each in results) == ["Shift", "ShiftTaken"]
    assert Handover.objects.count() == 1 and LogEntry.objects.filter(kind="handover").count() == 1
