"""Clocks: examples with their sums, both sides of every boundary, and every forbidden mark."""

from decimal import Decimal

import pytest

from gongzhi.engine.calendars import calendar
from gongzhi.engine.clocks import (
    ExtensionTooLate,
    ExtensionWithoutSpan,
    Mark,
    MarkOutOfOrder,
    PauseNotAllowed,
    replay,
)
from gongzhi.engine.instants import parse_instant, parse_span

CHINA = calendar()
REASONS = ("awaiting_funds", "awaiting_reporter")


def marks(*lines):
    """Marks from lines such as "pause 2024-10-10 10:00 awaiting_funds" and "extend 2024-10-10 10:00 +3 days"."""
    read = []
    for line in lines:
        kind, day, time, *rest = line.split(" ", 3)
        words = rest[0] if rest else ""
        span = parse_span(words[1:]) if words.startswith("+") else None
        reason = "" if span else words
        read.append(Mark(kind=kind, at=parse_instant(f"{day} {time}"), reason=reason, span=span))
    return read


def read(limit, lines, at, **options):
    options.setdefault("pauses", REASONS)
    return replay(parse_span(limit), marks(*lines), CHINA, parse_instant(at), **options)


START = "start 2024-09-30 16:20"  # Monday; 1-7 October are rest days, Saturday 12 is worked

RUNNING = [
    # limit, at, due, elapsed, left, light
    ("5 working days", "2024-09-30 16:20", "2024-10-12 18:00", "0", "5", "green"),
    ("5 working days", "2024-10-07 23:59", "2024-10-12 18:00", "0", "5", "green"),  # rest days do not count
    ("5 working days", "2024-10-10 09:00", "2024-10-12 18:00", "3", "2", "green"),  # 8 9 10
    ("5 working days", "2024-10-11 08:29", "2024-10-12 18:00", "4", "1", "green"),
    (
        "5 working days",
        "2024-10-11 08:30",
        "2024-10-12 18:00",
        "4",
        "1",
        "yellow",
    ),  # 1 <= 20 % of 5, from the opening on
    (
        "5 working days",
        "2024-10-12 18:00",
        "2024-10-12 18:00",
        "5",
        "0",
        "yellow",
    ),  # the last moment is in time
    ("5 working days", "2024-10-12 18:01", "2024-10-12 18:00", "5", "0", "red"),
    ("5 working days", "2024-10-14 09:00", "2024-10-12 18:00", "6", "-1", "red"),
    ("1 working day", "2024-10-08 08:29", "2024-10-08 18:00", "1", "0", "green"),
    ("1 working day", "2024-10-08 08:30", "2024-10-08 18:00", "1", "0", "yellow"),
    ("2.5 working days", "2024-10-10 11:59", "2024-10-10 12:00", "3", "0", "yellow"),
    ("2 working hours", "2024-09-30 17:55", "2024-10-08 08:50", "1.583333333333", "0.416666666667", "green"),
    ("2 working hours", "2024-09-30 17:56", "2024-10-08 08:50", "1.6", "0.4", "yellow"),  # 0.4 = 20 % of 2
    ("2 working hours", "2024-10-08 08:51", "2024-10-08 08:50", "2.016666666667", "-0.016666666667", "red"),
    ("24 hours", "2024-10-01 11:31", "2024-10-01 16:20", "19.183333333333", "4.816666666667", "green"),
    ("24 hours", "2024-10-01 11:32", "2024-10-01 16:20", "19.2", "4.8", "yellow"),  # 4.8 = 20 % of 24
    ("15 minutes", "2024-09-30 16:32", "2024-09-30 16:35", "12", "3", "yellow"),  # 3 = 20 % of 15
    ("7 days", "2024-10-05 23:59", "2024-10-08 00:00", "5", "2", "green"),
    ("7 days", "2024-10-06 00:01", "2024-10-08 00:00", "6", "1", "yellow"),  # 20 % of 7 = 1.4: one whole day
    ("7 days", "2024-10-08 00:01", "2024-10-08 00:00", "8", "-1", "red"),
]


@pytest.mark.parametrize(("limit", "at", "due", "elapsed", "left", "light"), RUNNING)
def test_it_runs(limit, at, due, elapsed, left, light):
    reading = read(limit, [START], at)
    assert (reading.due, reading.elapsed, reading.left, reading.light) == (
        parse_instant(due), Decimal(elapsed), Decimal(left), light,
    )  # fmt: skip
    assert not reading.paused and reading.stopped is None


PAUSED = [
    # limit, pause, resume, given back, due
    (
        "5 working days",
        "2024-10-10 10:00",
        "2024-10-10 17:00",
        "0",
        "2024-10-12 18:00",
    ),  # within one day: nothing
    (
        "5 working days",
        "2024-10-10 10:00",
        "2024-10-14 11:00",
        "3",
        "2024-10-16 18:00",
    ),  # 11 12 14; then 14 15 16
    ("5 working days", "2024-10-01 10:00", "2024-10-05 10:00", "0", "2024-10-12 18:00"),  # rest days only
    (
        "5 working days",
        "2024-10-12 18:00",
        "2024-10-15 10:00",
        "2",
        "2024-10-15 18:00",
    ),  # at the last moment: 14 15
    ("5 working days", "2024-10-12 18:01", "2024-10-15 10:00", "0", "2024-10-12 18:00"),  # too late: nothing
    (
        "2 working hours",
        "2024-09-30 16:50",
        "2024-09-30 17:30",
        "0.666666666667",
        "2024-10-08 09:30",
    ),  # 40 min
    (
        "2 working hours",
        "2024-09-30 17:50",
        "2024-10-08 08:40",
        "0.333333333333",
        "2024-10-08 09:10",
    ),  # 10 + 10 min
    (
        "2 working hours",
        "2024-09-30 18:00",
        "2024-10-08 08:30",
        "0",
        "2024-10-08 08:50",
    ),  # closed all the time
    ("24 hours", "2024-09-30 18:00", "2024-10-01 06:15", "12.25", "2024-10-02 04:35"),  # 16:20 + 12 h 15
    ("7 days", "2024-10-02 10:00", "2024-10-04 09:00", "2", "2024-10-10 00:00"),  # 3 4
]


@pytest.mark.parametrize(("limit", "pause", "resume", "given", "due"), PAUSED)
def test_it_gives_back_what_a_pause_took(limit, pause, resume, given, due):
    lines = [START, f"pause {pause} awaiting_funds", f"resume {resume}"]
    reading = read(limit, lines, resume)
    assert (reading.pauses[0].given_back, reading.due) == (Decimal(given), parse_instant(due))
    assert reading.elapsed + reading.left == reading.allowance
    assert not reading.paused


def test_it_shows_a_lasting_pause_with_its_reason_and_stands_still():
    lines = [START, "pause 2024-10-11 10:00 awaiting_reporter"]
    for at in ("2024-10-11 10:00", "2024-10-12 07:00", "2024-10-25 09:00"):
        reading = read("5 working days", lines, at)
        assert (reading.paused, reading.elapsed, reading.left, reading.light) == (True, 4, 1, "yellow")
        assert (reading.pauses[0].reason, reading.pauses[0].until) == ("awaiting_reporter", None)
    assert reading.due == parse_instant("2024-10-26 18:00").replace(
        day=28
    )  # one working day after Friday 25: Monday 28


def test_it_stays_red_when_paused_too_late():
    lines = [START, "pause 2024-10-14 10:00 awaiting_funds", "resume 2024-10-21 10:00"]
    assert [read("5 working days", lines, at).light for at in ("2024-10-15 09:00", "2024-10-22 09:00")] == [
        "red"
    ] * 2


EXTENDED = [
    # limit, extension, due, left right after
    ("5 working days", "extend 2024-10-12 18:00 +3 working days", "2024-10-16 18:00", "3"),  # 14 15 16
    ("5 working days", "extend 2024-10-10 09:00 +2 days", "2024-10-14 18:00", "3"),  # Mon 14 18:00: 11 12 14
    ("2 working hours", "extend 2024-09-30 17:20 +1 working hour", "2024-10-08 09:50", "2"),  # 60 min had run
    ("7 days", "extend 2024-10-07 10:00 +7 days", "2024-10-15 00:00", "7"),
    ("7 days", "extend 2024-10-07 10:00 +24 hours", "2024-10-09 00:00", "1"),
    ("7 days", "extend 2024-10-07 10:00 +1 working day", "2024-10-08 18:00", "1"),
    ("24 hours", "extend 2024-10-01 16:20 +1 day", "2024-10-02 16:20", "24"),
]


@pytest.mark.parametrize(("limit", "line", "due", "left"), EXTENDED)
def test_it_extends_before_the_due(limit, line, due, left):
    reading = read(limit, [START, line], line[7:23])
    assert (reading.due, reading.left) == (parse_instant(due), Decimal(left))


def test_it_refuses_an_extension_a_moment_after_the_due():
    with pytest.raises(ExtensionTooLate) as refused:
        read("5 working days", [START, "extend 2024-10-12 18:01 +3 working days"], "2024-10-13 10:00")
    assert refused.value.code == "K021"
    assert "2024年10月12日 星期六 18:00" in refused.value.message


def test_it_extends_while_paused_however_late():
    lines = [START, "pause 2024-10-12 10:00 awaiting_funds", "extend 2024-10-20 10:00 +1 working day",
             "resume 2024-10-21 10:00"]  # fmt: skip
    # from Sat 12: pause 14-18 and 21 = 6, extension 1 = 7 working days: 14 15 16 17 18 21 22
    assert read("5 working days", lines, "2024-10-21 10:00").due == parse_instant("2024-10-22 18:00")


LAST_DAY = [
    # resumed at, due: paused on Saturday 12 October 10:00, the last of the five working days
    ("2024-10-12 17:00", "2024-10-12 18:00"),  # the same day: nothing is given back
    ("2024-10-13 10:00", "2024-10-14 18:00"),  # on a rest day: Monday is the last day
    ("2024-10-14 17:59", "2024-10-14 18:00"),
    ("2024-10-14 18:00", "2024-10-14 18:00"),
    ("2024-10-14 18:01", "2024-10-15 18:00"),  # after hours: Tuesday is the last day
]


@pytest.mark.parametrize(("resumed", "due"), LAST_DAY)
def test_it_is_never_late_at_the_moment_it_runs_again(resumed, due):
    lines = [START, "pause 2024-10-12 10:00 awaiting_funds"]
    for last in (f"resume {resumed}", f"stop {resumed}"):
        reading = read("5 working days", [*lines, last], resumed)
        assert (reading.due, reading.light != "red") == (parse_instant(due), True)
    paused = read("5 working days", lines, resumed)
    assert (paused.due, paused.light, paused.left) == (parse_instant(due), "yellow", 0)


def test_it_is_not_late_either_when_nothing_was_left():
    # 3.5 working hours from 08:30 end at 12:00; paused then, resumed in the lunch break
    lines = ["start 2024-09-30 08:30", "pause 2024-09-30 12:00 awaiting_funds", "resume 2024-09-30 13:00"]
    reading = read("3.5 working hours", lines, "2024-09-30 13:00")
    assert (reading.due, reading.light) == (parse_instant("2024-09-30 13:00"), "yellow")


def test_it_pauses_between_the_rest_day_and_the_rolled_end():
    # 5 days end on Saturday 5 October, rolled to Tuesday 8; paused on the 8th, resumed on the 10th: 9 10 given back
    lines = [START, "pause 2024-10-08 10:00 awaiting_funds", "resume 2024-10-10 10:00"]
    reading = read("5 days", lines, "2024-10-10 10:00", roll="next_working_day")
    assert (reading.due, reading.light) == (parse_instant("2024-10-11 00:00"), "yellow")


STOPPED = [
    ("2024-10-12 18:00", "green", "0"),
    ("2024-10-12 18:01", "red", "0"),
    ("2024-10-11 10:00", "green", "1"),  # yellow while it ran, in time in the end
    ("2024-10-15 10:00", "red", "-2"),
]


@pytest.mark.parametrize(("stop", "light", "left"), STOPPED)
def test_it_keeps_its_last_light_when_stopped(stop, light, left):
    for at in (stop, "2024-12-31 10:00"):
        reading = read("5 working days", [START, f"stop {stop}"], at)
        assert (reading.light, reading.left, reading.stopped) == (light, Decimal(left), parse_instant(stop))


def test_it_ends_a_pause_when_stopped():
    lines = [START, "pause 2024-10-10 10:00 awaiting_funds", "stop 2024-10-16 10:00"]
    reading = read("5 working days", lines, "2024-10-30 10:00")
    assert (reading.light, reading.paused, reading.due) == ("green", False, parse_instant("2024-10-18 18:00"))


def test_it_runs_on_when_reopened():
    lines = [START, "stop 2024-10-10 10:00", "start 2024-10-14 11:00"]
    reading = read("5 working days", lines, "2024-10-15 09:00")
    # as a pause from 10 to 14 October: 11 12 14 given back; then 15 16
    assert (reading.due, reading.left, reading.stopped) == (parse_instant("2024-10-16 18:00"), 1, None)


def test_it_stays_late_when_reopened():
    lines = [START, "stop 2024-10-14 10:00", "start 2024-10-18 11:00"]
    assert read("5 working days", lines, "2024-10-18 11:00").light == "red"


def test_it_says_nothing_before_the_start():
    for lines, at in (([], "2024-09-30 16:20"), ([START], "2024-09-30 16:19")):
        reading = read("5 working days", lines, at)
        assert (reading.started, reading.due, reading.warn_at, reading.light) == (None, None, None, "none")


def test_it_counts_the_first_day_and_rolls_where_told():
    first = read("5 working days", [START], "2024-10-08 09:00", count_first_day=True)
    assert (first.due, first.elapsed, first.left) == (parse_instant("2024-10-11 18:00"), 2, 3)
    rolled = read("5 days", [START], "2024-10-08 09:00", roll="next_working_day")
    assert (rolled.due, rolled.light, rolled.left) == (parse_instant("2024-10-09 00:00"), "yellow", 0)


def test_it_warns_at_the_share_that_is_asked_for():
    assert read("5 working days", [START], "2024-10-09 08:30", warn=Decimal("0.6")).light == "yellow"
    assert read("5 working days", [START], "2024-10-12 08:00", warn=Decimal(0)).light == "green"
    assert read("5 working days", [START], "2024-09-30 16:20", warn=Decimal(1)).light == "yellow"


FORBIDDEN = [
    (["pause 2024-10-08 10:00 awaiting_funds"], MarkOutOfOrder),
    (["resume 2024-10-08 10:00"], MarkOutOfOrder),
    (["extend 2024-10-08 10:00 +1 day"], MarkOutOfOrder),
    (["stop 2024-10-08 10:00"], MarkOutOfOrder),
    ([START, "start 2024-10-08 10:00"], MarkOutOfOrder),
    ([START, "resume 2024-10-08 10:00"], MarkOutOfOrder),
    (
        [START, "pause 2024-10-08 10:00 awaiting_funds", "pause 2024-10-09 10:00 awaiting_funds"],
        MarkOutOfOrder,
    ),
    ([START, "pause 2024-10-08 10:00 awaiting_funds", "start 2024-10-09 10:00"], MarkOutOfOrder),
    ([START, "stop 2024-10-08 10:00", "pause 2024-10-09 10:00 awaiting_funds"], MarkOutOfOrder),
    ([START, "stop 2024-10-08 10:00", "resume 2024-10-09 10:00"], MarkOutOfOrder),
    ([START, "stop 2024-10-08 10:00", "extend 2024-10-09 10:00 +1 day"], MarkOutOfOrder),
    ([START, "stop 2024-10-08 10:00", "stop 2024-10-09 10:00"], MarkOutOfOrder),
    ([START, "stop 2024-09-30 16:19"], MarkOutOfOrder),
    ([START, "pause 2024-10-08 10:00 holiday"], PauseNotAllowed),
    ([START, "pause 2024-10-08 10:00"], PauseNotAllowed),
    ([START, "extend 2024-10-08 10:00"], ExtensionWithoutSpan),
    ([START, "extend 2024-10-08 10:00 +0 days"], ExtensionWithoutSpan),
]


@pytest.mark.parametrize(("lines", "error"), FORBIDDEN)
def test_it_refuses_forbidden_marks(lines, error):
    with pytest.raises(error) as refused:
        read("5 working days", lines, "2024-10-31 10:00")
    assert refused.value.message.endswith("。")


def test_it_refuses_disorder_also_among_marks_to_come():
    with pytest.raises(MarkOutOfOrder):
        read("5 working days", [START, "stop 2024-10-09 10:00", "start 2024-10-08 10:00"], "2024-09-30 17:00")


def test_it_never_pauses_the_clock_of_a_citizen():
    with pytest.raises(PauseNotAllowed) as refused:
        read("15 days", [START, "pause 2024-10-08 10:00 awaiting_funds"], "2024-10-31 10:00", pauses=())
    assert refused.value.code == "K020"
