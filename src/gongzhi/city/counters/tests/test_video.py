"""The remote desk: every way through a call, and every way out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.counters import actions, queries
from gongzhi.city.counters.actions import Caller
from gongzhi.city.counters.actions.calling import MOST_CALL_BACKS, PATIENCE, SILENCE, UNKNOWN_OWED
from gongzhi.city.counters.actions.handling import MOST_TRIES
from gongzhi.city.counters.actions.signalling import LARGEST, MOST
from gongzhi.city.counters.errors import (
    AnsweredAlready,
    BadSignal,
    CallMoved,
    ContactMissing,
    IdentityMismatch,
    NoCaseYet,
    NoSuchSession,
    NothingToSign,
    NotIdentified,
    NotYourCall,
    SeatBusy,
    TooManySignals,
    TooManyTries,
    WindowTaken,
)
from gongzhi.city.counters.models import Seat, Signal, VideoSession
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.people.actions import reveal
from gongzhi.city.people.errors import PhoneInvalid

pytestmark = pytest.mark.django_db

WANG = Caller(name="王秀英", phone="13872001234", id_number="42028119560304123X")


@pytest.fixture
def session(cast, monday):
    """王秀英 waits for help with social security."""
    return actions.ask_video(cast.wang, WANG, skill="社保", words="社保年审怎么办")


@pytest.fixture
def call(cast, session):
    """云姐 has answered her."""
    actions.sit_down(cast.yun, cast.seat)
    return actions.answer(cast.yun, cast.seat)


def fresh(session):
    return VideoSession.objects.select_related("seat").get(pk=session.pk)


def later(monday, seconds):
    return clock.frozen(monday + timedelta(seconds=seconds))


def test_it_goes_all_the_way(cast, call):
    actions.identify(cast.yun, call, how="digits", name=" 王秀英", digits="123x")
    actions.push_form(cast.yun, call, "cloud/matter", "S-01")
    assert fresh(call).form == "cloud/matter"
    actions.link_session(cast.wang, call, "0199-case")
    assert (fresh(call).form, fresh(call).case) == ("", "0199-case")
    actions.ask_signature(cast.yun, call, "本人确认以上材料属实")
    actions.sign(call, cast.wang, "ab" * 32)
    done = actions.finish_call(cast.yun, call, "年审已办好")
    assert (done.state, done.result) == ("done", "年审已办好")
    assert Seat.objects.get(pk=cast.seat.pk).state == "free"
    kinds = list(
        Entry.objects.filter(subject=f"videosession:{call.pk}").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == [
        "video_asked",
        "video_answered",
        "video_identified",
        "identity_checked",
        "form_pushed",
        "video_linked",
        "signature_asked",
        "video_signed",
        "signature_given",
        "video_done",
    ]


def test_its_journal_and_its_rows_keep_no_secret_in_clear(cast, call):
    from django.db import connection

    actions.identify(cast.yun, call, how="digits", name="王秀英", digits="123X")
    told = str(list(Entry.objects.values_list("data", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, id_number FROM counters_videosession")
        kept = str(cursor.fetchall())
    for secret in ("王秀英", "13872001234", "42028119560304123X", "123X"):
        assert secret not in told and secret not in kept


def test_it_answers_in_order_of_waiting_and_by_skill(cast, session, monday):
    with later(monday, 5):
        second = actions.ask_video(cast.wang, Caller(), skill="公积金")
    with later(monday, 9):
        third = actions.ask_video(cast.wang, Caller())
        assert [queries.place_of(each) for each in (session, second, third)] == [0, 0, 2]
        assert queries.seats_for("社保") == 0
        actions.sit_down(cast.yun, cast.seat)  # 社保 医保
        actions.sit_down(cast.lei, cast.other_seat)  # everything
        assert (queries.seats_for("社保"), queries.seats_for("公积金")) == (2, 1)
        assert [each.pk for each in queries.seat_board(cast.yun, cast.seat).waiting] == [session.pk, third.pk]
        assert actions.answer(cast.yun, cast.seat) == session
        assert actions.answer(cast.lei, cast.other_seat) == second


def test_it_answers_one_call_at_a_time(cast, call):
    other = actions.ask_video(cast.wang, Caller())
    with pytest.raises(SeatBusy):
        actions.answer(cast.yun, cast.seat, other)
    with pytest.raises(SeatBusy):
        actions.go_away(cast.yun, cast.seat)
    actions.sit_down(cast.lei, cast.other_seat)
    with pytest.raises(AnsweredAlready):
        actions.answer(cast.lei, cast.other_seat, call)


def test_it_seats_one_person_at_one_seat(cast, monday):
    actions.sit_down(cast.yun, cast.seat)
    with pytest.raises(WindowTaken):
        actions.sit_down(cast.lei, cast.seat)
    with pytest.raises(WindowTaken):
        actions.sit_down(cast.yun, cast.other_seat)
    actions.go_away(cast.yun, cast.seat)
    with pytest.raises(SeatBusy):
        actions.answer(cast.yun, cast.seat)
    actions.leave_seat(cast.yun, cast.seat)
    assert actions.sit_down(cast.lei, cast.seat).state == "free"


def test_it_is_nobody_elses_call(cast, call):
    actions.sit_down(cast.lei, cast.other_seat)
    for reach in (
        lambda: actions.identify(cast.lei, call, how="card"),
        lambda: actions.push_form(cast.lei, call, "a/b"),
        lambda: actions.finish_call(cast.lei, call, "好"),
        lambda: actions.connect_again(cast.lei, call),
        lambda: actions.link_session(cast.lei, call, "1"),
    ):
        with pytest.raises(NotYourCall):
            reach()
    with pytest.raises(NoSuchSession):
        queries.session_of_seat(cast.lei, call.pk)
    with pytest.raises(NotAllowed):
        actions.sit_down(cast.huang, cast.other_seat)
    assert queries.session_of_seat(cast.yun, call.pk) == call
    assert queries.session_by_code(call.code) == call
    with pytest.raises(NoSuchSession):
        queries.session_by_code("V001")


def test_it_shows_the_phone_number_to_its_seat_for_a_purpose_only(cast, call):
    assert reveal(cast.yun, call, "phone", "掉线后回拨", about=call) == "13872001234"
    with pytest.raises(NotAllowed):
        reveal(cast.he, call, "phone", "掉线后回拨", about=call)


@pytest.mark.parametrize(
    ("name", "digits"), [("王秀兰", "123X"), ("王秀英", "1234"), ("", ""), ("王秀英", ""), ("王秀英", "X")]
)
def test_it_refuses_whoever_does_not_know_the_digits(cast, call, name, digits):
    with pytest.raises(IdentityMismatch):
        actions.identify(cast.yun, call, how="digits", name=name, digits=digits)
    assert (fresh(call).state, fresh(call).tries) == ("connected", 1)


def test_it_lets_digits_be_tried_three_times_and_then_wants_the_card(cast, call):
    for _ in range(MOST_TRIES):
        with pytest.raises(IdentityMismatch):
            actions.identify(cast.yun, call, how="digits", name="王秀英", digits="0000")
    with pytest.raises(TooManyTries):
        actions.identify(cast.yun, call, how="digits", name="王秀英", digits="123X")
    assert actions.identify(cast.yun, call, how="card").identity == "card"
    assert Entry.objects.filter(kind="identity_refused").count() == MOST_TRIES


def test_it_matches_nobody_who_left_nothing(cast, monday):
    anonymous = actions.ask_video(cast.wang, Caller())
    actions.sit_down(cast.yun, cast.seat)
    actions.answer(cast.yun, cast.seat)
    with pytest.raises(IdentityMismatch):
        actions.identify(cast.yun, anonymous, how="digits")


def test_it_does_nothing_in_a_name_that_it_does_not_know(cast, call):
    with pytest.raises(NotIdentified):
        actions.push_form(cast.yun, call, "cloud/matter")
    actions.identify(cast.yun, call, how="card")
    with pytest.raises(NoCaseYet):
        actions.ask_signature(cast.yun, call, "确认")
    with pytest.raises(NothingToSign):
        actions.sign(call, cast.wang, "ab" * 32)


@pytest.mark.parametrize(("side", "seat_then"), [("caller", "free"), ("seat", "away")])
def test_it_owes_a_call_when_one_side_falls_silent(cast, call, monday, side, seat_then):
    with later(monday, SILENCE):
        assert actions.tick_calls() == 0  # not yet
    with later(monday, SILENCE + 1):
        if side == "caller":
            actions.seat_is_here(call.seat, call)
        else:
            actions.rejoin(call, cast.wang)
        assert actions.tick_calls() == 1
        assert actions.tick_calls() == 0
        dropped = fresh(call)
        assert (dropped.state, dropped.drops) == ("dropped", 1)
        assert Seat.objects.get(pk=cast.seat.pk).state == seat_then
        assert Entry.objects.filter(kind="video_dropped").get().data["side"] == side
        actions.sit_down(cast.lei, cast.other_seat)
        assert list(queries.seat_board(cast.lei, cast.other_seat).owed) == [dropped]


def test_a_page_that_asks_notices_that_the_other_is_gone(cast, call, monday):
    with later(monday, SILENCE):
        assert actions.drop_if_silent(fresh(call), "seat").state == "connected"
    with later(monday, SILENCE + 1):
        assert actions.drop_if_silent(fresh(call), "seat").state == "dropped"


def test_it_calls_back_and_checks_anew_who_it_is(cast, call, monday):
    actions.identify(cast.yun, call, how="card")
    actions.link_session(cast.wang, call, "0199")
    first_round = fresh(call).round
    actions.drop(call, "caller")
    ringing = actions.call_back(cast.yun, cast.seat, call)
    assert ringing.state == "calling" and Seat.objects.get(pk=cast.seat.pk).state == "talking"
    actions.sit_down(cast.lei, cast.other_seat)
    with pytest.raises(AnsweredAlready):
        actions.call_back(cast.lei, cast.other_seat, call)
    back = actions.rejoin(fresh(call), cast.wang)
    assert (back.state, back.identity, back.case) == ("connected", "", "0199")
    assert back.round > first_round
    with pytest.raises(NotIdentified):
        actions.push_form(cast.yun, call, "a/b")


def test_it_gives_up_after_three_calls_that_nobody_answers(cast, call, monday):
    actions.drop(call, "caller")
    for times in range(1, MOST_CALL_BACKS + 1):
        actions.call_back(cast.yun, cast.seat, call)
        ended = actions.not_reached(cast.yun, call)
        assert ended.state == ("unreached" if times == MOST_CALL_BACKS else "dropped")
    with pytest.raises(AnsweredAlready):
        actions.call_back(cast.yun, cast.seat, call)


def test_it_is_owed_again_when_the_seat_vanishes_while_calling_back(cast, call, monday):
    actions.drop(call, "caller")
    actions.call_back(cast.yun, cast.seat, call)
    with later(monday, SILENCE + 1):
        assert actions.tick_calls() == 1
    assert fresh(call).state == "dropped"


def test_it_ends_a_call_back_by_telephone(cast, monday):
    left = actions.ask_video(cast.wang, WANG, skill="社保", later=True)
    assert left.state == "asked"
    with later(monday, 3600 * 20):
        actions.tick_calls()
        assert fresh(left).state == "asked"  # never forgotten
        actions.sit_down(cast.yun, cast.seat)
        actions.call_back(cast.yun, cast.seat, left)
        assert actions.finish_call(cast.yun, left, "电话里说清楚了").state == "done"


def test_it_wants_a_number_to_call_back(cast, monday):
    with pytest.raises(ContactMissing):
        actions.ask_video(cast.wang, Caller(name="王秀英"), later=True)
    with pytest.raises(PhoneInvalid):
        actions.ask_video(cast.wang, Caller(phone="12"), later=True)
    assert not VideoSession.objects.exists()


def test_who_waits_and_falls_asleep_keeps_the_place(cast, session, monday):
    with later(monday, 30):
        second = actions.ask_video(cast.wang, Caller(), skill="社保")
    with later(monday, PATIENCE):
        assert actions.tick_calls() == 0
    with later(monday, PATIENCE + 1):
        assert actions.tick_calls() == 1
        assert fresh(session).state == "dropped" and queries.place_of(second) == 0
        assert actions.rejoin(fresh(session), cast.wang).state == "waiting"
        assert queries.place_of(second) == 1


def test_it_lets_go_of_a_dropped_call_that_left_no_number(cast, monday):
    nobody = actions.ask_video(cast.wang, Caller())
    known = actions.ask_video(cast.wang, WANG)
    for each in (nobody, known):
        actions.drop(each, "caller")
    with clock.frozen(monday + UNKNOWN_OWED + timedelta(seconds=1)):
        actions.tick_calls()
        assert (fresh(nobody).state, fresh(known).state) == ("cancelled", "dropped")


def test_it_frees_the_seat_when_the_caller_hangs_up(cast, call):
    assert actions.hang_up(call, cast.wang).state == "cancelled"
    assert actions.hang_up(call, cast.wang).state == "cancelled"
    assert Seat.objects.get(pk=cast.seat.pk).state == "free"
    with pytest.raises(CallMoved):
        actions.finish_call(cast.yun, call, "好")


def test_it_sends_a_seat_away_whose_page_is_gone(cast, monday):
    actions.sit_down(cast.yun, cast.seat)
    with later(monday, PATIENCE + 1):
        actions.tick_calls()
    assert Seat.objects.get(pk=cast.seat.pk).state == "away"


def test_it_carries_messages_to_the_other_side_only(cast, call):
    round_ = fresh(call).round
    actions.say(call, "seat", "offer", {"sdp": "v=0"}, round_)
    actions.say(call, "caller", "answer", {"sdp": "v=1"}, round_)
    actions.say(call, "seat", "candidate", {"candidate": "c"}, round_)
    heard = actions.heard(fresh(call), "caller", 0)
    assert [(each["kind"], each["data"]) for each in heard] == [
        ("offer", {"sdp": "v=0"}),
        ("candidate", {"candidate": "c"}),
    ]
    assert [each["kind"] for each in actions.heard(fresh(call), "caller", heard[0]["id"])] == ["candidate"]
    assert [each["kind"] for each in actions.heard(fresh(call), "seat", 0)] == ["answer"]


@pytest.mark.parametrize(
    ("side", "kind", "data", "behind"),
    [
        ("caller", "offer", {}, 0),
        ("seat", "answer", {}, 0),
        ("seat", "form", {}, 0),
        ("seat", "offer", {"sdp": "x" * LARGEST}, 0),
        ("seat", "offer", {}, 1),
    ],
)
def test_it_carries_no_other_message(cast, call, side, kind, data, behind):
    with pytest.raises(BadSignal):
        actions.say(call, side, kind, data, fresh(call).round - behind)


def test_it_carries_no_flood_and_nothing_after_the_end(cast, call):
    for number in range(MOST):
        actions.say(call, "seat", "candidate", {"n": number}, fresh(call).round)
    with pytest.raises(TooManySignals):
        actions.say(call, "seat", "candidate", {}, fresh(call).round)
    actions.connect_again(cast.yun, call)
    actions.say(call, "seat", "candidate", {}, fresh(call).round)
    actions.finish_call(cast.yun, call, "好")
    assert not Signal.objects.exists()
    with pytest.raises(BadSignal):
        actions.say(call, "seat", "candidate", {}, fresh(call).round)


def test_it_counts_calls_of_the_city(cast, call, monday):
    actions.drop(call, "caller")
    actions.ask_video(cast.wang, WANG, later=True)
    found = queries.call_figures(cast.qian, monday.date(), monday.date())
    assert (found.asked, found.connected, found.dropped, found.owed, found.drop_rate) == (2, 1, 1, 2, 1.0)
    with pytest.raises(NotAllowed):
        queries.call_figures(cast.huang, monday.date(), monday.date())


def test_it_forgets_the_id_number_at_the_end_and_the_person_a_week_later(cast, call, monday):
    actions.finish_call(cast.yun, call, "好")
    assert (fresh(call).id_number, fresh(call).phone) == ("", "13872001234")
    actions.close_day(monday + timedelta(days=7))
    assert fresh(call).phone == "13872001234"
    actions.close_day(monday + timedelta(days=7, seconds=1))
    assert (fresh(call).name, fresh(call).phone) == ("", "")


def test_it_lets_nobody_queue_who_can_not_be_served(cast, monday, monkeypatch):
    from gongzhi.city.counters.actions import calling, queueing
    from gongzhi.city.counters.errors import LineFull

    for room in (calling, queueing):
        monkeypatch.setattr(room, "MOST_WAITING", 1)
    actions.ask_video(cast.wang, Caller())
    actions.take_number(cast.wang, cast.line)
    for refused in (
        lambda: actions.ask_video(cast.wang, Caller()),
        lambda: actions.take_number(cast.wang, cast.line),
    ):
        with pytest.raises(LineFull):
            refused()
    assert actions.ask_video(cast.wang, WANG, later=True).seq == 2
    assert actions.take_number(cast.wang, cast.fast).seq == 1


def test_a_page_that_is_loaded_again_begins_a_new_round(cast, call):
    round_ = fresh(call).round
    for side in ("seat", "caller"):
        assert actions.begin_page(call, side).round == round_  # nothing was said yet
    actions.say(call, "seat", "offer", {}, round_)
    assert actions.begin_page(call, "caller").round == round_  # the other side's offer waits for this page
    assert actions.begin_page(call, "seat").round == round_ + 1
    assert actions.heard(fresh(call), "caller", 0) == []
    actions.finish_call(cast.yun, call, "好")
    assert actions.begin_page(call, "seat").round == round_ + 1
