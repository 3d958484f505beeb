"""Several windows, seats and callers at once, and processes that are killed: one wins, nothing is lost, no gap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from gongzhi.city.counters import actions
from gongzhi.city.counters.actions import Caller, Contact
from gongzhi.city.counters.checks import check_calls, check_numbers, check_windows
from gongzhi.city.counters.errors import AnsweredAlready, NobodyWaiting, SlotFull, WindowTaken
from gongzhi.city.counters.models import Appointment, DayCount, QueueNumber, Seat, VideoSession, Window
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db):
    from gongzhi.city.counters.tests.cast import build_hall

    return build_hall()


def at_once(todo):
    """Run all at the same moment, each in a thread with its own connection; results or exceptions in order."""
    barrier = threading.Barrier(len(todo))

    def run(action):
        try:
            barrier.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(todo)) as pool:
        return list(pool.map(run, todo))


def refused(results):
    return [each for each in results if isinstance(each, Exception)]


def test_it_gives_eight_people_eight_numbers(committed):
    results = at_once(
        [
            lambda: [actions.take_number(committed.wang, committed.line).seq for _ in range(6)]
            for _ in range(8)
        ]
    )
    assert not refused(results)
    assert sorted(seq for each in results for seq in each) == list(range(1, 49))
    assert check_numbers(True).ok


def test_it_leaves_no_gap_when_a_transaction_is_taken_back(committed):
    actions.take_number(committed.wang, committed.line)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.take_number(committed.wang, committed.line)
        raise RuntimeError
    assert actions.take_number(committed.wang, committed.line).seq == 2


def test_two_windows_that_call_next_get_different_numbers(committed):
    for _ in range(20):
        actions.take_number(committed.wang, committed.line)
    actions.open_window(committed.huang, committed.first)
    actions.open_window(committed.tian, committed.second)

    def work(by, window):
        called = []
        while True:
            try:
                called.append(actions.call_next(by, window).seq)
            except NobodyWaiting:
                # the other one may hold the last number under lock; it is theirs then
                return called
            actions.finish(by, window)

    results = at_once(
        [
            lambda: work(committed.huang, committed.first),
            lambda: work(committed.tian, committed.second),
        ]
    )
    assert not refused(results), results
    assert sorted(results[0] + results[1]) == list(range(1, 21))
    assert QueueNumber.objects.filter(state="done").count() == 20


def test_one_of_two_people_gets_the_window(committed):
    results = at_once(
        [lambda by=by: actions.open_window(by, committed.first) for by in (committed.huang, committed.tian)]
    )
    assert [type(each) for each in refused(results)] == [WindowTaken]
    assert Window.objects.get(pk=committed.first.pk).state == "open"


def test_one_of_two_seats_gets_the_call(committed):
    for _ in range(5):
        session = actions.ask_video(committed.wang, Caller(), skill="社保")
        actions.sit_down(committed.yun, committed.seat)
        actions.sit_down(committed.lei, committed.other_seat)
        results = at_once(
            [
                lambda: actions.answer(committed.yun, committed.seat, session),  # noqa: B023
                lambda: actions.answer(committed.lei, committed.other_seat, session),  # noqa: B023
            ]
        )
        assert [type(each) for each in refused(results)] == [AnsweredAlready], results
        taken = VideoSession.objects.select_related("seat").get(pk=session.pk)
        assert taken.state == "connected" and taken.seat.state == "talking"
        assert Seat.objects.filter(state="free").count() == 1
        actions.hang_up(taken, committed.wang)


def test_two_seats_that_answer_get_two_calls(committed):
    for _ in range(2):
        actions.ask_video(committed.wang, Caller())
    actions.sit_down(committed.yun, committed.seat)
    actions.sit_down(committed.lei, committed.other_seat)
    results = at_once(
        [
            lambda: actions.answer(committed.yun, committed.seat),
            lambda: actions.answer(committed.lei, committed.other_seat),
        ]
    )
    assert not refused(results), results
    assert results[0].pk != results[1].pk


def test_one_of_two_seats_calls_back_and_one_tick_of_two_drops(committed):
    session = actions.ask_video(committed.wang, Caller())
    actions.sit_down(committed.yun, committed.seat)
    actions.answer(committed.yun, committed.seat)
    at = clock.now() + timedelta(seconds=60)
    assert sorted(at_once([lambda: actions.tick_calls(at), lambda: actions.tick_calls(at)])) in (
        [0, 1],
        [1, 1],
    )
    assert Entry.objects.filter(subject=f"videosession:{session.pk}", kind="video_dropped").count() == 1
    actions.sit_down(committed.yun, committed.seat)
    actions.sit_down(committed.lei, committed.other_seat)
    results = at_once(
        [
            lambda: actions.call_back(committed.yun, committed.seat, session),
            lambda: actions.call_back(committed.lei, committed.other_seat, session),
        ]
    )
    assert [type(each) for each in refused(results)] == [AnsweredAlready], results


def test_it_never_overfills_an_hour(committed):
    day = clock.today() + timedelta(days=1)
    contact = Contact(phone="13872001234")

    def ask():
        return actions.ask_window(committed.wang, committed.line, contact, item="社保", day=day, hour=9)

    results = at_once([ask] * 6)
    assert [type(each) for each in refused(results)] == [SlotFull] * 4, results
    assert Appointment.objects.count() == 2


def test_it_hangs_up_drops_and_answers_without_deadlock(committed):
    for _ in range(4):
        session = actions.ask_video(committed.wang, Caller())
        actions.sit_down(committed.yun, committed.seat)
        actions.answer(committed.yun, committed.seat)
        results = at_once(
            [
                lambda: actions.drop(session, "caller"),  # noqa: B023
                lambda: actions.hang_up(session, committed.wang),  # noqa: B023
                lambda: actions.finish_call(committed.yun, session, "好"),  # noqa: B023
                lambda: actions.rejoin(session, committed.wang),  # noqa: B023
                lambda: actions.sit_down(committed.yun, committed.seat),
            ]
        )
        assert not [each for each in refused(results) if not hasattr(each, "code")], results
        assert not VideoSession.objects.filter(state__in=VideoSession.HELD).exists()
        VideoSession.objects.filter(state="dropped").update(state="cancelled")
    assert check_calls(True).ok


WRITER = """
import django
django.setup()
from gongzhi.city.counters import actions
from gongzhi.city.counters.actions import Caller
from gongzhi.city.counters.models import Line, Seat, VideoSession
from gongzhi.city.kernel.references import resident
from gongzhi.city.people.models import User
from gongzhi.city.territory import queries
line = Line.objects.get(letter="A")
seat = Seat.objects.get(title="云端一号")
yun = queries.standing(queries.posts_of(User.objects.get(username="yun"))[0])
while True:
    number = actions.take_number(resident(""), line)
    session = actions.ask_video(resident(""), Caller(phone="13872001234"))
    print(number.code, session.code, flush=True)
    actions.leave_line(resident(""), number)
    try:
        actions.sit_down(yun, seat)
        taken = actions.answer(yun, seat)
        actions.finish_call(yun, taken, "好")
    except Exception as error:
        if not hasattr(error, "code"):
            raise
"""


@pytest.mark.faults
def test_it_survives_kill_9(committed):
    """Writers are killed at any point: what was acknowledged is there, no number is missing, no call is left hanging."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment["GONGZHI_FIELD_KEYS"] = settings.GONGZHI_FIELD_KEYS
    acknowledged: list[str] = []
    for round_ in range(3):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for writer in writers:
            first = writer.stdout.readline()
            assert first, writer.stderr.read()
            acknowledged.append(first)
        time.sleep(0.17 + 0.13 * round_)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            out, _ = writer.communicate()
            acknowledged += [line for line in out.splitlines() if len(line.split()) == 2]
    codes = [line.split() for line in acknowledged]
    assert len(codes) > 6
    numbers = set(QueueNumber.objects.values_list("code", flat=True))
    sessions = set(VideoSession.objects.values_list("code", flat=True))
    assert all(number in numbers and session in sessions for number, session in codes)
    assert check_numbers(True).ok and check_windows(True).ok
    # whoever was in a call when the process died is owed one by now
    later = clock.now() + timedelta(seconds=120)
    actions.tick_calls(later)
    assert not VideoSession.objects.filter(state__in=VideoSession.HELD).exists()
    assert not Seat.objects.filter(state="talking").exists()
    assert Entry.objects.filter(kind="video_asked").count() == VideoSession.objects.count()
    assert DayCount.objects.get(series="video").last == VideoSession.objects.count()


def database_url() -> str:
    """Where this test's database is, for another process."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        if "memory" in str(values["NAME"]):
            pytest.skip("the test database is in memory; run with --database postgres")
        return f"sqlite:///{values['NAME']}"
    host = str(values["HOST"]).replace("/", "%2F")
    return f"postgres://{values['USER']}@{host}/{values['NAME']}"
