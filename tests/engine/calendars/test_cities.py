"""Calendars that a city writes: hours, seasons, half days, a year of its own."""

from datetime import date
from decimal import Decimal

import pytest

from gongzhi.engine.calendars import (
    Calendar,
    CalendarExhausted,
    Hours,
    HoursError,
    Season,
    UnannouncedYear,
    calendar,
    read_calendar,
)
from gongzhi.engine.errors import Refused
from gongzhi.engine.instants import Unit, parse_instant, parse_span

CITY = {
    "name": "daye",
    "announced": [2027],
    "days": {
        "2027-01-01/2027-01-03": "rest 元旦",
        "2027-01-09": "work 元旦",
        "2027-05-04": "morning",
        date(2027, 6, 1): "afternoon",
    },
    "hours": ["08:30-12:00", "14:30-18:00"],
    "seasons": [{"from": "05-01", "until": "09-30", "hours": ["08:00-12:00", "15:00-18:30"]}],
}


def test_it_reads_a_year_that_a_city_adds():
    city = read_calendar(CITY)
    assert not city.is_working_day(date(2027, 1, 1))  # a Friday
    assert city.is_working_day(date(2027, 1, 9))  # a Saturday
    assert (city.holiday_name(date(2027, 1, 9)), city.holiday_name(date(2024, 10, 1))) == ("元旦", "国庆节")
    assert city.add(parse_instant("2026-12-31 10:00"), parse_span("1 working day")) == parse_instant(
        "2027-01-04 18:00"
    )
    with pytest.raises(UnannouncedYear):
        city.is_working_day(date(2028, 1, 4))


HALF_DAYS_AND_SEASONS = [
    ("2027-04-29 17:00", "1 working day", "2027-04-30 18:00"),  # winter hours
    ("2027-04-30 17:00", "1 working day", "2027-05-03 18:30"),  # summer hours from 1 May
    (
        "2027-05-03 17:00",
        "1 working day",
        "2027-05-04 12:00",
    ),  # half a day is a working day that ends at noon
    ("2027-05-03 17:30", "6 working hours", "2027-05-05 09:00"),  # 1 h + 4 h on the morning of the 4th + 1 h
    ("2027-05-04 13:00", "1 working hour", "2027-05-05 09:00"),  # no afternoon
    ("2027-06-01 09:00", "1 working hour", "2027-06-01 16:00"),  # only the afternoon
    ("2027-05-31 09:00", "0.5 working days", "2027-06-01 16:45"),  # half of 3.5 h after 15:00
]


@pytest.mark.parametrize(("start", "span", "end"), HALF_DAYS_AND_SEASONS)
def test_it_keeps_half_days_and_seasons(start, span, end):
    city = read_calendar(CITY)
    assert city.add(parse_instant(start), parse_span(span)) == parse_instant(end)


def test_it_cuts_an_unbroken_day_at_noon():
    hours = Hours.read(["09:00-17:00"])
    assert (hours.morning, hours.afternoon) == (((540, 720),), ((720, 1020),))


def test_it_lets_a_season_run_over_new_year():
    winter = Season((11, 1), (2, 29), Hours.read(["09:00-16:00"]))
    assert [winter.holds(date(2024, *day)) for day in ((10, 31), (11, 1), (12, 31), (1, 1), (2, 29), (3, 1))] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


def test_it_works_round_the_clock():
    always = read_calendar(
        {"name": "hotline", "based_on": "none", "rest_weekdays": [], "hours": ["00:00-24:00"],
         "unannounced": "weekends"}
    )  # fmt: skip
    start = parse_instant("2024-10-01 16:20")
    assert always.add(start, parse_span("24 working hours")) == parse_instant("2024-10-02 16:20")
    assert always.add(start, parse_span("1 working day")) == parse_instant("2024-10-03 00:00")
    assert always.between(start, parse_instant("2024-10-03 00:00"), Unit.WORKING_DAY) == Decimal(1)


def test_it_opens_and_closes():
    china = calendar()
    lunch = parse_instant("2024-09-30 12:00")
    assert (china.is_open(parse_instant("2024-09-30 08:30")), china.is_open(lunch)) == (True, False)
    assert china.next_opening(lunch) == parse_instant("2024-09-30 14:30")
    assert china.previous_closing(parse_instant("2024-10-08 08:30")) == parse_instant("2024-09-30 18:00")
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in china.hours_on(date(2024, 9, 30))] == [
        "08:30-12:00",
        "14:30-18:00",
    ]
    assert china.hours_on(date(2024, 10, 1)) == ()


BROKEN = [
    # data, key of the problem
    ({}, "name"),
    ({"name": "x", "colour": "red"}, "colour"),
    ({"name": "x", "days": ["2027-01-01"]}, "days"),
    ({"name": "x", "days": {"2027-02-30": "rest"}}, "days.2027-02-30"),
    ({"name": "x", "days": {"2027-01-01": "holiday"}}, "days.2027-01-01"),
    ({"name": "x", "days": {"2027-01-03/2027-01-01": "rest"}}, "days.2027-01-03/2027-01-01"),
    ({"name": "x", "days": {"0001-01-01/9999-01-01": "rest"}}, "days.0001-01-01/9999-01-01"),
    ({"name": "x", "hours": "08:30-12:00"}, "hours"),
    ({"name": "x", "hours": []}, "hours"),
    ({"name": "x", "hours": ["12:00-08:30"]}, "hours"),
    ({"name": "x", "hours": ["08:30-12:00", "11:00-18:00"]}, "hours"),
    ({"name": "x", "hours": ["08:30-24:01"]}, "hours"),
    ({"name": "x", "hours": ["08:60-12:00"]}, "hours"),
    ({"name": "x", "seasons": [{"from": "05-32", "until": "09-30", "hours": ["08:00-12:00"]}]}, "seasons"),
    ({"name": "x", "seasons": [{"until": "09-30"}]}, "seasons"),
    ({"name": "x", "rest_weekdays": [1, 2, 3, 4, 5, 6, 7]}, "rest_weekdays"),
    ({"name": "x", "rest_weekdays": [0]}, "rest_weekdays"),
    ({"name": "x", "announced": ["next"]}, "announced"),
    ({"name": "x", "announced": [20270]}, "announced"),
    ({"name": "x", "based_on": "mars"}, "based_on"),
    ({"name": "x", "unannounced": "guess"}, "unannounced"),
]


@pytest.mark.parametrize(("data", "key"), BROKEN)
def test_it_refuses_broken_data_with_its_place(data, key):
    with pytest.raises(Refused) as refused:
        read_calendar(data, file="calendar.yaml")
    assert [(problem.code, problem.where.key) for problem in refused.value.problems] == [("K014", key)]
    assert all(problem.remedy for problem in refused.value.problems)


def test_it_reports_all_problems_at_once():
    with pytest.raises(Refused) as refused:
        read_calendar({"hours": [], "unannounced": "guess", "x": 1})
    assert {problem.where.key for problem in refused.value.problems} == {"name", "hours", "unannounced", "x"}


def test_it_gives_up_on_a_calendar_that_never_works():
    never = Calendar("never", days={}, announced=(), rest_weekdays=range(7), unannounced="weekends")
    with pytest.raises(CalendarExhausted) as refused:
        never.add(parse_instant("2024-01-01"), parse_span("1 working day"))
    assert refused.value.code == "K013"


def test_it_stays_as_it_was_when_another_is_made_from_it():
    china = calendar()
    other = china.evolve("other", days={date(2024, 9, 30): "rest"}, hours=Hours.read(["09:00-17:00"]))
    assert china.is_working_day(date(2024, 9, 30)) and not other.is_working_day(date(2024, 9, 30))
    with pytest.raises(TypeError):
        china.days[date(2024, 9, 30)] = "rest"
    with pytest.raises(HoursError):
        Hours(())
