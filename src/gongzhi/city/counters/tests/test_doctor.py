"""Doctor finds what was broken by hand, and says nothing of a sound city."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.counters import actions
from gongzhi.city.counters.actions import Caller
from gongzhi.city.counters.checks import check_calls, check_numbers, check_windows
from gongzhi.city.counters.models import QueueNumber, Seat, Signal, VideoSession
from gongzhi.city.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(cast, monday):
    """Two numbers, one at a window, and a call."""
    for _ in range(2):
        actions.take_number(cast.wang, cast.line)
    actions.open_window(cast.huang, cast.first)
    actions.call_next(cast.huang, cast.first)
    actions.ask_video(cast.wang, Caller())
    actions.sit_down(cast.yun, cast.seat)
    return actions.answer(cast.yun, cast.seat)


def test_it_is_content_with_a_sound_city(busy):
    assert all(check(full).ok for check in (check_numbers, check_calls, check_windows) for full in (0, 1))


def test_it_misses_a_number_that_is_gone(busy):
    QueueNumber.objects.filter(seq=1).delete()
    assert not check_numbers(False).ok


def test_it_misses_a_number_beyond_the_count(cast, busy):
    QueueNumber.objects.filter(seq=2).update(seq=3)
    assert not check_numbers(False).ok


def test_it_misses_a_call_that_is_gone(busy):
    VideoSession.objects.all().delete()
    assert not check_numbers(False).ok


def test_it_finds_a_call_without_sign_of_life(busy, monday):
    with clock.frozen(monday + timedelta(minutes=10)):
        finding = check_calls(False)
    assert not finding.ok and "心跳" in finding.remedy


def test_it_finds_a_seat_that_talks_to_nobody(cast, busy):
    Seat.objects.filter(pk=cast.seat.pk).update(state="free")
    assert not check_calls(False).ok
    Seat.objects.filter(pk=cast.seat.pk).update(state="talking")
    VideoSession.objects.update(state="done")
    assert "没有通话" in check_calls(False).remedy


def test_it_finds_messages_that_should_be_forgotten(busy, monday):
    actions.say(busy, "seat", "offer", {}, busy.round)
    assert check_calls(False).ok
    Signal.objects.update(at=monday - timedelta(hours=3))
    assert not check_calls(False).ok
    actions.tick_calls()
    assert not Signal.objects.exists()


def test_it_finds_a_number_at_a_window_elsewhere(cast, busy):
    type(cast.first).objects.filter(pk=cast.first.pk).update(point="xwh")
    assert not check_windows(False).ok
