"""Spans on the built-in calendar: tables with their sums, and the laws that hold for all of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongzhi.engine.calendars import CalendarExhausted, UnannouncedYear, calendar
from gongzhi.engine.instants import LONGEST, SHANGHAI, InstantError, Span, Unit, parse_instant, parse_span

CHINA = calendar()
LAX = calendar(unannounced="weekends")

ADDED = [
    # start, span, end                                             Tue 1 to Mon 7 Oct 2024 are rest days, Sat 12 is worked
    ("2024-09-30 16:20", "5 working days", "2024-10-12 18:00"),  # 8 9 10 11 12
    ("2024-09-30 16:20", "4 working days", "2024-10-11 18:00"),  # 8 9 10 11
    ("2024-09-30 16:20", "6 working days", "2024-10-14 18:00"),  # 8 9 10 11 12 14; Sunday 13 is a rest day
    ("2024-09-30 00:00", "1 working day", "2024-10-08 18:00"),  # the day of the event is not counted
    ("2024-09-30 23:59", "1 working day", "2024-10-08 18:00"),
    (
        "2024-10-01 09:00",
        "1 working day",
        "2024-10-08 18:00",
    ),  # an event on a rest day: the first working day counts
    ("2024-09-30 09:00", "0 working days", "2024-09-30 18:00"),  # the same day
    ("2024-09-30 19:00", "0 working days", "2024-09-30 19:00"),  # never before the start
    ("2024-09-30 16:20", "2.5 working days", "2024-10-10 12:00"),  # 8 9 + half of the 7 hours of 10 = 3.5 h
    (
        "2024-09-30 16:20",
        "0.25 working days",
        "2024-10-08 10:15",
    ),  # a quarter of 420 min = 105 min after 08:30
    ("2024-12-31 10:00", "2 working days", "2025-01-03 18:00"),  # 2 3 January; 1 is a holiday
    ("2007-01-04 10:00", "4900 working days", "2026-07-31 18:00"),  # twenty years, checked by counting below
    ("2024-09-30 16:20", "2 working hours", "2024-10-08 08:50"),  # 100 min until 18:00, 20 min after 08:30
    ("2024-09-30 16:20", "100 minutes", "2024-09-30 18:00"),
    (
        "2024-09-30 11:00",
        "1 working hour",
        "2024-09-30 12:00",
    ),  # ends with the morning, not with the lunch break
    ("2024-09-30 11:00", "2 working hours", "2024-09-30 15:30"),  # 60 min until 12:00, 60 min after 14:30
    ("2024-09-30 12:00", "1 working hour", "2024-09-30 15:30"),  # outside hours: rolls to the opening
    ("2024-09-30 07:00", "1 working hour", "2024-09-30 09:30"),
    ("2024-09-30 18:00", "1 working hour", "2024-10-08 09:30"),
    ("2024-10-03 10:00", "0 working hours", "2024-10-08 08:30"),
    ("2024-09-30 16:20:30", "7 working hours", "2024-10-08 16:20:30"),  # exact to the second
    ("2024-09-30 16:20", "24 hours", "2024-10-01 16:20"),
    ("2024-09-30 16:20", "15 minutes", "2024-09-30 16:35"),
    ("2024-09-30 16:20", "7 days", "2024-10-08 00:00"),  # 24:00 of 7 October
    ("2024-09-30 00:00", "1 day", "2024-10-02 00:00"),  # 24:00 of 1 October
    ("2024-09-30 16:20", "0 days", "2024-10-01 00:00"),  # 24:00 of the same day
    ("2024-02-28 10:00", "1 day", "2024-03-01 00:00"),  # leap year: 24:00 of 29 February
]


@pytest.mark.parametrize(("start", "span", "end"), ADDED)
def test_it_adds_spans(start, span, end):
    if "4900" in span:
        day, counted = date(2007, 1, 4), 0
        while counted < 4900:
            day += timedelta(days=1)
            counted += CHINA.is_working_day(day)
        end = f"{day} 18:00"
    assert CHINA.add(parse_instant(start), parse_span(span)) == parse_instant(end)


COUNTING_THE_FIRST_DAY = [
    ("2024-09-30 16:20", "5 working days", "2024-10-11 18:00"),  # 30 Sep, 8 9 10 11 Oct
    (
        "2024-10-01 16:20",
        "5 working days",
        "2024-10-12 18:00",
    ),  # a rest day cannot be the first: 8 9 10 11 12
    ("2024-09-30 16:20", "7 days", "2024-10-07 00:00"),  # 30 Sep, 1-6 Oct
    ("2024-09-30 16:20", "2 working hours", "2024-10-08 08:50"),  # nothing to count
]


@pytest.mark.parametrize(("start", "span", "end"), COUNTING_THE_FIRST_DAY)
def test_it_counts_the_first_day_where_told(start, span, end):
    assert CHINA.add(parse_instant(start), parse_span(span), count_first_day=True) == parse_instant(end)


ROLLED = [
    ("2024-09-30 16:20", "5 days", "2024-10-09 00:00"),  # ends Sat 5 Oct, a holiday -> 24:00 of Tue 8
    ("2024-09-30 16:20", "8 days", "2024-10-09 00:00"),  # ends Tue 8 Oct, a working day: stays
    ("2024-09-30 16:20", "12 days", "2024-10-13 00:00"),  # ends Sat 12 Oct, worked: stays
    ("2024-09-30 16:20", "13 days", "2024-10-15 00:00"),  # ends Sun 13 -> Mon 14
    ("2024-09-30 16:20", "24 hours", "2024-10-01 16:20"),  # hours never roll
]


@pytest.mark.parametrize(("start", "span", "end"), ROLLED)
def test_it_rolls_natural_days_to_a_working_day_where_told(start, span, end):
    assert CHINA.add(parse_instant(start), parse_span(span), roll="next_working_day") == parse_instant(end)


SUBTRACTED = [
    ("2024-10-12 18:00", "5 working days", "2024-09-30 08:30"),  # 11 10 9 8 Oct, 30 Sep
    ("2024-10-12 09:00", "1 working day", "2024-10-11 08:30"),
    ("2024-10-12 09:00", "0 working days", "2024-10-12 08:30"),
    ("2024-10-15 14:00", "7 days", "2024-10-08 00:00"),  # 14 13 12 11 10 9 8
    ("2024-10-16 00:00", "7 days", "2024-10-08 00:00"),  # 24:00 of 15 October is 15 October
    ("2024-10-08 08:50", "2 working hours", "2024-09-30 16:20"),
    ("2024-10-08 08:30", "1 working hour", "2024-09-30 17:00"),
    ("2024-10-03 08:30", "0 working hours", "2024-09-30 18:00"),
    ("2024-09-30 15:30", "1 working hour", "2024-09-30 14:30"),  # the latest such instant
    ("2025-01-02 09:30", "2 working hours", "2024-12-31 17:00"),
    ("2024-10-01 16:20", "24 hours", "2024-09-30 16:20"),
]


@pytest.mark.parametrize(("end", "span", "start"), SUBTRACTED)
def test_it_subtracts_spans(end, span, start):
    assert CHINA.subtract(parse_instant(end), parse_span(span)) == parse_instant(start)


BETWEEN = [
    ("2024-09-30 16:20", "2024-10-12 18:00", Unit.WORKING_DAY, "5"),
    ("2024-09-30 16:20", "2024-09-30 17:00", Unit.WORKING_DAY, "0"),
    ("2024-09-30 16:20", "2024-10-07 23:00", Unit.WORKING_DAY, "0"),
    ("2024-09-30 16:20", "2024-10-08 00:00", Unit.DAY, "7"),
    ("2024-09-30 16:20", "2024-10-08 00:01", Unit.DAY, "8"),
    ("2024-09-30 16:20", "2024-10-08 08:50", Unit.WORKING_HOUR, "2"),
    ("2024-09-30 16:20", "2024-10-08 09:05", Unit.WORKING_HOUR, "2.25"),
    ("2024-09-30 12:10", "2024-09-30 14:20", Unit.WORKING_HOUR, "0"),
    ("2024-09-30 16:20", "2024-10-01 16:50", Unit.HOUR, "24.5"),
    ("2024-09-30 16:20", "2024-09-30 16:35", Unit.MINUTE, "15"),
    ("2024-09-30 16:20", "2024-09-30 16:40", Unit.HOUR, "0.333333333333"),
    ("2024-10-12 18:00", "2024-09-30 16:20", Unit.WORKING_DAY, "-5"),
    ("2024-12-31 17:00", "2025-01-02 09:30", Unit.WORKING_HOUR, "2"),
]


@pytest.mark.parametrize(("start", "end", "unit", "amount"), BETWEEN)
def test_it_measures_between(start, end, unit, amount):
    assert CHINA.between(parse_instant(start), parse_instant(end), unit) == Decimal(amount)


# -- laws

minutes = st.integers(0, 16 * 365 * 24 * 60)
instants = minutes.map(lambda n: datetime(2010, 2, 1, tzinfo=SHANGHAI) + timedelta(minutes=n))
whole = st.integers(0, 200).map(Decimal)
hours = st.integers(0, 60_000).map(lambda n: Decimal(n) / 60)  # whole minutes, so many thirds of hours
units = st.sampled_from(Unit)


@given(instants, whole, units)
def test_it_gets_back_between_what_it_added(start, amount, unit):
    end = LAX.add(start, Span(amount, unit))
    assert LAX.between(start, end, unit) == amount


@given(instants, hours)
def test_it_gets_back_working_time_to_the_minute(start, amount):
    end = LAX.add(start, Span(amount, Unit.WORKING_HOUR))
    back = LAX.between(start, end, Unit.WORKING_HOUR)
    assert abs(back - amount) < Decimal("1e-9")
    assert LAX.add(start, Span(back, Unit.WORKING_HOUR)) == end


@given(instants, st.integers(1, 500).map(Decimal), units)
def test_it_subtracts_what_it_added(start, amount, unit):
    span = Span(amount, unit)
    end = LAX.add(start, span)
    back = LAX.subtract(end, span)
    if unit in (Unit.DAY, Unit.WORKING_DAY):
        assert LAX.add(back, span) == end
        assert back.date() <= start.date() or not LAX.is_working_day(start.date())
    else:
        assert LAX.add(back, span) == end
        assert back >= start


@given(instants, instants, whole, units)
def test_it_keeps_order(one, two, amount, unit):
    one, two = sorted((one, two))
    assert one <= LAX.add(one, Span(amount, unit)) <= LAX.add(two, Span(amount, unit))


@given(instants, instants, instants, st.sampled_from([Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR]))
def test_it_measures_a_whole_as_the_sum_of_its_parts(one, two, three, unit):
    one, two, three = sorted((one, two, three))
    parts = LAX.between(one, two, unit) + LAX.between(two, three, unit)
    assert abs(parts - LAX.between(one, three, unit)) <= Decimal("2e-12")


@given(instants, whole)
def test_it_agrees_with_counting_day_by_day(start, amount):
    day, counted = start.date(), 0
    while counted < amount:
        day += timedelta(days=1)
        counted += LAX.is_working_day(day)
    end = LAX.add(start, Span(amount, Unit.WORKING_DAY))
    assert end.date() == day
    if amount:
        assert (end.hour, end.minute) == (18, 0)


@given(instants, st.integers(0, 2000))
def test_it_agrees_with_counting_minute_by_minute(start, amount):
    at, left = start, amount
    while left or not LAX.is_open(at):
        left -= LAX.is_open(at)
        at += timedelta(minutes=1)
        if amount and not left:
            break
    assert LAX.add(start, Span(Decimal(amount) / 60, Unit.WORKING_HOUR)) == at


@given(instants, whole, whole, units)
def test_it_moves_a_due_as_if_both_spans_had_been_one(start, first, second, unit):
    assume(first > 0)
    due = LAX.add(start, Span(first, unit))
    assert LAX.move(due, Span(second, unit)) == LAX.add(start, Span(first + second, unit))


@given(instants, whole, units)
def test_it_gives_the_same_instant_in_any_time_zone(start, amount, unit):
    abroad = start.astimezone(ZoneInfo("America/New_York"))
    end = LAX.add(abroad, Span(amount, unit))
    assert end == LAX.add(start.astimezone(UTC), Span(amount, unit)) == LAX.add(start, Span(amount, unit))
    assert end.utcoffset() == timedelta(hours=8)


# -- refusals


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("at", ["1900-01-01", "2024-10-01", "2999-12-31"])
def test_it_answers_or_refuses_the_longest_spans(unit, at):
    for question in (LAX.add, LAX.subtract, LAX.move):
        try:
            assert question(parse_instant(at), Span(Decimal(LONGEST), unit)).tzinfo is SHANGHAI
        except CalendarExhausted as refused:
            assert refused.code == "K013"


def test_it_refuses_instants_without_a_time_zone():
    naive = datetime(2024, 9, 30, 16, 20)  # noqa: DTZ001
    for unit in Unit:
        with pytest.raises(InstantError):
            CHINA.add(naive, Span(Decimal(1), unit))


def test_it_refuses_to_end_in_a_year_without_a_notice():
    last = parse_instant(f"{max(CHINA.announced)}-12-31 10:00")
    for span in ("1 working day", "10 working hours"):
        with pytest.raises(UnannouncedYear):
            CHINA.add(last, parse_span(span))
        assert LAX.add(last, parse_span(span)) > last
    assert CHINA.add(last, parse_span("3 days")).day == 4  # natural days need no notice
    assert CHINA.add(last, parse_span("0 working days")) == last.replace(hour=18)
    assert CHINA.add(last, parse_span("4.5 working hours")) == last.replace(
        hour=17
    )  # 2 h until 12:00, 2.5 after 14:30
