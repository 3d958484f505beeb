"""Recurring duties: rows of days with their reason, both sides of every boundary, and what holds for every recurrence."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.calendars import calendar
from gongzhi.engine.instants import SHANGHAI, parse_instant
from gongzhi.engine.routines import (
    BadRecurrence,
    Days,
    NeverComes,
    Quiet,
    Routine,
    compile_recurrence,
    next_after,
    occurrences,
)

CHINA = calendar("china", unannounced="weekends")


def days(every, since, until, *, starts="2024-01-01", **rules):
    """The days on which it falls due."""
    routine = Routine(every=every, starts=date.fromisoformat(starts), **rules)
    found = occurrences(routine, parse_instant(f"{since} 00:00"), parse_instant(f"{until} 00:00"), CHINA)
    return [str(each.at.date()) for each in found]


@pytest.mark.parametrize(
    ("every", "rule", "since", "until", "expected"),
    [
        # every Friday
        ("FREQ=WEEKLY;BYDAY=FR", "as_is", "2024-11-01", "2024-11-16", ["2024-11-01", "2024-11-08", "2024-11-15"]),
        # Friday 4 October lies in the National Day week; it comes back on Tuesday the 8th
        ("FREQ=WEEKLY;BYDAY=FR", "as_is", "2024-10-01", "2024-10-12", ["2024-10-04", "2024-10-11"]),
        ("FREQ=WEEKLY;BYDAY=FR", "next_working_day", "2024-10-01", "2024-10-12", ["2024-10-08", "2024-10-11"]),
        # Monday 30 September is worked, so the Friday of the holiday week moves back onto it
        ("FREQ=WEEKLY;BYDAY=FR", "previous_working_day", "2024-09-30", "2024-10-12", ["2024-09-30", "2024-10-11"]),
        ("FREQ=WEEKLY;BYDAY=FR", "skip", "2024-10-01", "2024-10-12", ["2024-10-11"]),
        # a Saturday that is worked for the holiday is a working day like another
        ("FREQ=WEEKLY;BYDAY=SA", "skip", "2024-10-07", "2024-10-20", ["2024-10-12"]),
        # every other Monday, counted from the first one after the start
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "as_is", "2024-01-01", "2024-02-13", ["2024-01-01", "2024-01-15", "2024-01-29", "2024-02-12"]),
        # the 31st is left out where a month has none; the last day is not
        ("FREQ=MONTHLY;BYMONTHDAY=31", "as_is", "2024-03-01", "2024-08-01", ["2024-03-31", "2024-05-31", "2024-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "as_is", "2024-01-15", "2024-05-01", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
        # the last day of February of a common year
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "as_is", "2025-02-01", "2025-03-01", ["2025-02-28"]),
        # 29 February comes every fourth year
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "as_is", "2024-01-01", "2029-01-01", ["2024-02-29", "2028-02-29"]),
        # the first Friday of a month
        ("FREQ=MONTHLY;BYDAY=1FR", "as_is", "2024-11-01", "2025-01-01", ["2024-11-01", "2024-12-06"]),
        # three times and no more
        ("FREQ=DAILY;COUNT=3", "as_is", "2024-01-01", "2025-01-01", ["2024-01-01", "2024-01-02", "2024-01-03"]),
        ("RRULE:FREQ=DAILY;UNTIL=20240102", "as_is", "2024-01-01", "2025-01-01", ["2024-01-01", "2024-01-02"]),
    ],
)  # fmt: skip
def test_it_falls_due_on_these_days(every, rule, since, until, expected):
    assert days(every, since, until, days=Days(rule)) == expected


def test_it_makes_one_of_days_that_the_holiday_brings_together():
    """Seven days off in a row, done every day: the first working day after them has one occurrence, not eight."""
    routine = Routine(every="FREQ=DAILY", starts=date(2024, 1, 1), days=Days.NEXT_WORKING_DAY)
    found = occurrences(routine, parse_instant("2024-10-01 00:00"), parse_instant("2024-10-10 00:00"), CHINA)
    assert [(str(each.at.date()), str(each.nominal)) for each in found] == [
        ("2024-10-08", "2024-10-01"),
        ("2024-10-09", "2024-10-09"),
    ]
    assert found[0].moved and not found[1].moved
    # a narrower question knows it by the same nominal day
    narrow = occurrences(routine, parse_instant("2024-10-08 00:00"), parse_instant("2024-10-09 00:00"), CHINA)
    assert narrow == found[:1]


def test_it_includes_the_beginning_and_not_the_end():
    routine = Routine(every="FREQ=WEEKLY;BYDAY=FR", starts=date(2024, 1, 1), at=time(17))
    due = parse_instant("2024-11-08 17:00")
    minute = timedelta(minutes=1)
    assert [each.at for each in occurrences(routine, due, due + minute, CHINA)] == [due]
    assert occurrences(routine, due - minute, due, CHINA) == ()
    assert next_after(routine, due - minute, CHINA).at == due
    assert next_after(routine, due, CHINA).at == parse_instant("2024-11-15 17:00")


def test_it_keeps_quiet_days_quiet():
    quiet = (Quiet(since=date(2025, 1, 24), until=date(2025, 2, 7), because="春节"),)
    every = "FREQ=WEEKLY;BYDAY=FR"
    assert days(every, "2025-01-15", "2025-02-20", quiet=quiet) == ["2025-01-17", "2025-02-14"]
    edge = (Quiet(since=date(2025, 1, 25), until=date(2025, 2, 6)),)
    assert days(every, "2025-01-15", "2025-02-10", quiet=edge) == ["2025-01-17", "2025-01-24", "2025-02-07"]


def test_it_ends_where_its_count_ends():
    routine = Routine(every="FREQ=WEEKLY;BYDAY=FR;COUNT=2", starts=date(2024, 1, 1))
    assert next_after(routine, parse_instant("2024-01-05 08:00"), CHINA).nominal == date(2024, 1, 5)
    assert next_after(routine, parse_instant("2024-01-12 09:00"), CHINA) is None


def test_it_keeps_shanghai_time_all_the_year():
    """No summer time since 1991: a duty at 17:00 is at 09:00 UTC in January and in July."""
    routine = Routine(every="FREQ=MONTHLY;BYMONTHDAY=1", starts=date(2024, 1, 1), at=time(17))
    found = occurrences(routine, parse_instant("2024-01-01 00:00"), parse_instant("2025-01-01 00:00"), CHINA)
    assert len(found) == 12
    assert {each.at.utcoffset() for each in found} == {timedelta(hours=8)}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("每周五", BadRecurrence),
        ("", BadRecurrence),
        ("FREQ=HOURLY", BadRecurrence),
        ("FREQ=SECONDLY;COUNT=5", BadRecurrence),
        ("FREQ=WEEKLY;BYHOUR=9", BadRecurrence),
        ("FREQ=WEEKLY;BYDAY=XX", BadRecurrence),
        ("FREQ=WEEKLY;FREQ=DAILY", BadRecurrence),
        ("FREQ=WEEKLY;INTERVAL=0", BadRecurrence),
        ("FREQ=WEEKLY;INTERVAL=1001", BadRecurrence),
        ("FREQ=WEEKLY;COUNT=0", BadRecurrence),
        ("FREQ=WEEKLY;UNTIL=20241231T160000Z", BadRecurrence),
        ("FREQ=WEEKLY\nRDATE:20240101", BadRecurrence),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", BadRecurrence),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", BadRecurrence),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", NeverComes),
        ("FREQ=MONTHLY;BYMONTHDAY=32", NeverComes),
        ("FREQ=WEEKLY;UNTIL=20231231", NeverComes),
    ],
)
def test_it_refuses_what_nobody_can_follow(text, error):
    with pytest.raises(error) as refused:
        compile_recurrence(text, date(2024, 1, 2))
    assert refused.value.remedy


def test_it_refuses_an_instant_without_a_zone():
    routine = Routine(every="FREQ=DAILY", starts=date(2024, 1, 1))
    with pytest.raises(Exception, match="时间"):
        occurrences(routine, datetime(2024, 1, 1), datetime(2024, 1, 2), CHINA)  # noqa: DTZ001 - the mistake meant


WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True)
RECURRENCES = st.one_of(
    st.builds(lambda n, on: f"FREQ=WEEKLY;INTERVAL={n};BYDAY={','.join(on)}", st.integers(1, 8), WEEKDAYS),
    st.builds(lambda n: f"FREQ=DAILY;INTERVAL={n}", st.integers(1, 40)),
    st.builds(
        lambda n, day: f"FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY={day}",
        st.integers(1, 6),
        st.integers(1, 28) | st.integers(-28, -1),
    ),
)
ROUTINES = st.builds(
    Routine,
    every=RECURRENCES,
    starts=st.dates(date(2023, 6, 1), date(2025, 1, 1)),
    at=st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0)),
    days=st.sampled_from(list(Days)),
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@given(ROUTINES, INSTANTS, st.integers(0, 200), st.integers(0, 200))
def test_it_never_comes_twice_and_never_gets_lost(routine, start, some, more):
    """However a period is cut, its occurrences are the same: sorted, each day and each nominal day once."""
    middle, end = start + timedelta(days=some), start + timedelta(days=some + more)
    whole = occurrences(routine, start, end, CHINA)
    assert occurrences(routine, start, middle, CHINA) + occurrences(routine, middle, end, CHINA) == whole
    assert list(whole) == sorted(whole)
    assert len({each.at for each in whole}) == len({each.nominal for each in whole}) == len(whole)
    for each in whole:
        assert start <= each.at < end
        assert each.at.timetz().replace(tzinfo=None) == routine.at
        assert each.nominal >= routine.starts
        if routine.days is not Days.AS_IS:
            assert CHINA.is_working_day(each.at.date())


@given(ROUTINES, INSTANTS)
def test_it_finds_the_same_next_one(routine, after):
    found = next_after(routine, after, CHINA)
    tick = timedelta(microseconds=1)
    listed = occurrences(routine, after + tick, after + timedelta(days=500), CHINA)
    if listed:
        assert found == listed[0]
    elif found is not None:
        assert found.at >= after + timedelta(days=500)
