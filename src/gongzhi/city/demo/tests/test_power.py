"""The synthetic firms: what follows from the seed, and that the rules of the shipped mechanism find what was seeded."""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import gongzhi.mechanisms
from gongzhi.city.demo.power import Raised, Shapes, Year, by_rule, judge, tables
from gongzhi.engine.mechanisms import load
from gongzhi.engine.watches import Span, day_of, find, milli, subjects_of, warned

METERS, DAYS = 30, 150


@pytest.fixture(scope="module")
def year() -> Year:
    return Year.make(meters=METERS, days=DAYS, seed=3, shapes=Shapes.plain())


@pytest.fixture(scope="module")
def alerts(year: Year) -> list[Raised]:
    """What the plain evaluation of the seven rules sees in that year."""
    readings: dict[str, dict[int, int]] = defaultdict(dict)
    for _day, table in tables(year):
        for series, us, value in zip(*(column.to_pylist() for column in table.columns), strict=True):
            readings[series][us] = milli(value)
    held = year.registers
    records = {name: [{**values, "key": key} for key, values in rows.items()] for name, rows in held.items()}
    firms = {key: row["firm"] for name in ("power_links", "power_meters") for key, row in held[name].items()}
    first = day_of(year.us(0))
    span = Span(first=first, last=first + DAYS, step=900_000_000)
    made = []
    for spec in load(Path(gongzhi.mechanisms.__path__[0]) / "power_watch").watches.values():
        watched = subjects_of(spec, records, date(2024, 6, 1))
        assert not watched.unwatched
        for each in warned(spec, watched, find(spec, watched, readings, span), records, step=span.step):
            made.append(
                Raised(
                    rule=spec.id[:2].upper(),
                    firm=firms[each.subject],
                    since=each.since,
                    until=each.until,
                    covered=bool(each.covered),
                )
            )
    return made


def test_it_makes_as_many_readings_as_it_says(year: Year) -> None:
    whole = METERS * 96 * DAYS
    made = sum(table.num_rows for _day, table in tables(year))
    assert 0.98 * whole < made <= whole  # some never come, and power cuts


def test_the_same_seed_gives_the_same_readings_to_the_last_digit() -> None:
    one, same, other = (
        next(tables(Year.make(meters=10, days=40, seed=seed, shapes=Shapes.plain())))[1] for seed in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)


def test_a_day_can_be_made_whatever_came_before_it() -> None:
    long, short = (Year.make(meters=10, days=days, seed=1, shapes=Shapes.plain()) for days in (29, 20))
    assert [each for _day, each in tables(long)][19].equals([each for _day, each in tables(short)][19])


def test_events_of_a_firm_do_not_touch_each_other(year: Year) -> None:
    for firm in year.firms:
        mine = sorted((each for each in year.events if each.firm is firm), key=lambda each: each.first)
        assert all(one.last <= other.first for one, other in pairwise(mine))


def test_the_rules_find_what_was_seeded(year: Year, alerts: list[Raised]) -> None:
    score, bare = judge(year, alerts), judge(year, alerts, declarations=False)
    assert score.violations > 20
    assert score.recall >= 0.95
    assert score.precision >= 0.9
    # without declarations most alerts are about what firms had said beforehand
    assert bare.precision < 0.5 < score.precision
    assert bare.alerts > 2 * score.alerts


def test_every_rule_has_something_to_find(year: Year, alerts: list[Raised]) -> None:
    figures = by_rule(year, alerts)
    assert sorted(figures) == ["R1", "R2", "R3", "R4", "R5", "R6", "R7"]
    assert all(each["recall"] >= 0.9 for each in figures.values())


def test_an_alert_without_a_violation_is_false_and_a_covered_one_is_not_counted(year: Year) -> None:
    violation = next(each for each in year.events if each.kind == "violation")
    since, until = year.us(violation.first), year.us(violation.last)
    true = Raised(rule=violation.rule, firm=violation.firm.code, since=since, until=until, covered=False)
    nobody = Raised(rule="R1", firm="Q9999", since=since, until=until, covered=False)
    covered = Raised(rule="R1", firm="Q9999", since=since, until=until, covered=True)
    assert judge(year, [true, nobody, covered]).precision == 0.5
    assert judge(year, [true, nobody, covered], declarations=False).precision == pytest.approx(1 / 3)
    assert judge(year, [true]).found == 1
    assert judge(year, []).precision == 1.0


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 1, 1), date(2024, 12, 31), date(2023, 7, 1)])
def test_every_day_has_a_day_of_the_model_year_with_its_weekday(day: date) -> None:
    month, number = Shapes.plain().like(day)
    assert date(2019, month, number).weekday() == day.weekday()


def test_the_real_shapes_are_a_region_s_day() -> None:
    shapes = Shapes.load()
    if not shapes.quarters:
        pytest.skip("the real load files are not here (GONGZHI_DATA)")
    profile = np.mean([shapes.day(date(2024, 3, day)) for day in range(4, 9)], axis=0)
    assert profile.shape == (96,)
    assert profile[12:20].mean() < profile[36:48].mean()  # 3 to 5 in the morning, 9 to noon
    festival = shapes.day(date(2024, 2, 5)).mean()  # 2019-02-05 was the first day of the year of the pig
    assert festival < 0.8 * shapes.day(date(2024, 6, 4)).mean()
