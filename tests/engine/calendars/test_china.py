"""The built-in day table against the notices of the State Council."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from gongzhi.engine.calendars import UnannouncedYear, UnknownCalendar, calendar, china
from gongzhi.engine.instants import parse_instant

DATA = (
    Path(os.environ.get("GONGZHI_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "calendar"
)


def rows(name):
    if not (DATA / name).is_file():
        pytest.skip(f"the real input calendar/{name} is not here; set GONGZHI_DATA to its folder")
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_it_agrees_with_the_notices_on_all_days_of_twenty_years():
    table = rows("calendar_2007_2026.csv")
    days = calendar()
    wrong = [
        row
        for row in table
        if days.is_working_day(date.fromisoformat(row["date"])) != (row["is_workday"] == "1")
    ]
    assert len(table) == 7305
    assert wrong == []


def test_it_agrees_with_each_day_that_a_notice_names():
    table = [row for row in rows("state_council_holidays.csv") if row["date"] >= f"{china.FIRST_YEAR}"]
    wrong = [
        row
        for row in table
        if calendar().is_working_day(date.fromisoformat(row["date"])) != (row["is_workday"] == "1")
    ]
    assert len(table) > 600
    assert wrong == []


DAYS = [
    # day, working, name
    ("2024-09-30", True, ""),
    ("2024-10-01", False, "国庆节"),
    ("2024-10-07", False, "国庆节"),
    ("2024-10-08", True, ""),
    ("2024-10-12", True, "国庆节"),  # Saturday, make-up day
    ("2024-10-13", False, ""),  # ordinary Sunday
    ("2024-02-09", True, ""),  # New Year's Eve: leave was only encouraged
    ("2015-09-03", False, "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"),
    ("2020-01-31", False, "春节"),  # prolonged in the course of the year
    ("2007-01-01", False, "元旦"),
    ("2026-12-31", True, ""),
]


@pytest.mark.parametrize(("day", "working", "name"), DAYS)
def test_it_knows_days_and_their_names(day, working, name):
    assert calendar().is_working_day(date.fromisoformat(day)) is working
    assert calendar().holiday_name(date.fromisoformat(day)) == name


def test_it_refuses_years_before_the_first_compared_one():
    with pytest.raises(UnannouncedYear):
        calendar().is_working_day(date(2006, 12, 29))


def test_it_refuses_a_year_without_a_notice_and_says_what_to_do():
    year = max(china.announced()) + 1
    with pytest.raises(UnannouncedYear) as refused:
        calendar().is_working_day(date(year, 1, 4))
    assert (refused.value.code, refused.value.data["year"]) == ("K011", year)
    assert f"{year}" in refused.value.message and "weekends" in refused.value.message


def test_it_counts_weekends_only_where_the_caller_allows():
    allowed = calendar(unannounced="weekends")
    year = max(china.announced()) + 1
    assert [allowed.is_working_day(date(year, 1, day)) for day in range(4, 11)].count(True) == 5
    assert allowed.is_provisional(parse_instant(f"{year}-01-04"))
    assert not allowed.is_provisional(parse_instant(f"{year - 1}-12-31 23:59"))
    assert not allowed.is_working_day(date(2024, 10, 1))  # announced years keep their holidays


def test_it_knows_no_other_calendar_by_name():
    with pytest.raises(UnknownCalendar) as refused:
        calendar("atlantis")
    assert refused.value.code == "K012"


def test_it_prefers_a_notice_to_the_package(monkeypatch):
    monkeypatch.setattr(china, "CORRECTIONS", {date(2024, 9, 30): ("rest", "国办发明电〔0000〕0号")})
    china.days.cache_clear()
    try:
        assert china.days()[date(2024, 9, 30)] == "rest"
    finally:
        monkeypatch.undo()
        china.days.cache_clear()
