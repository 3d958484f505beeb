"""What a month is worth and what a run pays: both sides of every boundary, each sum beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.benefits import Entitled, Owed, Programme, ProgrammeSpec, line_of, owed
from gongzhi.engine.benefits.months import end_of, months_between, turns, years_between
from gongzhi.engine.benefits.programme import cents, functions
from gongzhi.engine.expressions.values import from_python

MARCH, APRIL = date(2024, 3, 1), date(2024, 4, 1)


@pytest.mark.parametrize(
    ("born", "years", "expected"),
    [
        (date(1964, 2, 29), 60, date(2024, 2, 29)),
        (date(1964, 2, 29), 61, date(2025, 3, 1)),
        (date(1964, 12, 31), 60, date(2024, 12, 31)),
    ],
)
def test_it_says_when_somebody_becomes_so_old(born: date, years: int, expected: date) -> None:
    assert turns(born, years) == expected
    assert years_between(born, expected) == years
    assert years_between(born, date.fromordinal(expected.toordinal() - 1)) == years - 1


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 1, 15), date(2024, 3, 14), 1),
        (date(2024, 1, 15), date(2024, 3, 15), 2),
        (date(2024, 3, 15), date(2024, 1, 15), 0),
    ],
)
def test_it_counts_completed_months(first: date, last: date, months: int) -> None:
    assert months_between(first, last) == months


@pytest.mark.parametrize(
    ("given_", "expected"), [("0.005", "0.01"), ("0.0049", "0.00"), ("-3", "0.00"), ("12.345", "12.35")]
)
def test_it_rounds_half_up_to_cents_and_never_below_zero(given_: str, expected: str) -> None:
    assert cents(Decimal(given_)) == Decimal(expected)


def worth(month: date, amount: int, unmet: bool = False) -> Owed:
    return Owed(month=month, amount=Decimal(amount), because="", unmet=unmet)


def test_a_run_pays_the_month_and_every_difference() -> None:
    line = line_of([worth(MARCH, 265), worth(APRIL, 265)], {MARCH: Decimal(240)}, APRIL)
    assert [line.amount, line.back, line.owes] == [Decimal(290), Decimal(25), Decimal(0)]  # 265 + (265 - 240)


def test_what_was_overpaid_is_set_off_first_and_the_rest_is_claimed() -> None:
    paid = {date(2024, 1, 1): Decimal(240), date(2024, 2, 1): Decimal(240)}
    line = line_of([worth(date(2024, 1, 1), 0), worth(date(2024, 2, 1), 0), worth(MARCH, 240)], paid, MARCH)
    assert [line.amount, line.owes] == [Decimal(0), Decimal(240)]  # 240 - 480
    assert sum(part.amount for part in line.parts) == 0


def test_conditions_lost_later_take_back_nothing_that_was_paid() -> None:
    line = line_of([worth(MARCH, 0, unmet=True), worth(APRIL, 0, unmet=True)], {MARCH: Decimal(240)}, APRIL)
    assert not (line.amount or line.back or line.owes or line.parts)


@given(
    amounts=st.lists(st.integers(0, 500), min_size=1, max_size=8),
    paid=st.lists(st.integers(0, 500), min_size=8, max_size=8),
)
def test_parts_add_up_to_the_line_and_running_it_again_pays_nothing(
    amounts: list[int], paid: list[int]
) -> None:
    months = [date(2024, number + 1, 1) for number in range(len(amounts))]
    owing = [worth(month, amount) for month, amount in zip(months, amounts, strict=True)]
    stood = {month: Decimal(paid[number]) for number, month in enumerate(months)}
    line = line_of(owing, stood, months[-1])
    assert sum(part.amount for part in line.parts) == line.amount
    assert line.amount - line.owes == sum(amounts) - sum(stood.values())
    for part in line.parts:
        stood[part.month] += part.amount
    again = line_of(owing, stood, months[-1])
    assert [again.amount, again.owes] == [Decimal(0), line.owes]


def test_a_month_is_owed_whole_when_a_day_of_it_is_had(everything: Programme) -> None:
    person = {"born_on": date(1950, 1, 1), "sex": "男", "kind": "是", "state": "here"}
    facts = {"mu": Decimal(3), "listed": False, "lost_on": date(2020, 1, 1)}
    had = Entitled(starts=date(2024, 3, 31), ends=date(2024, 4, 1))
    sums = [owed(everything, had, date(2024, month, 1), person, facts).amount for month in (2, 3, 4, 5)]
    assert sums[0] == sums[3] == 0 and sums[1] == sums[2] > 0
    gone = owed(everything, had, MARCH, {**person, "state": "gone"}, facts)
    assert gone.amount == sums[1]  # the month of death is paid
    assert end_of(MARCH) == date(2024, 3, 31)


def test_a_programme_is_refused_where_it_says_too_little_or_twice_the_same() -> None:
    base = {
        "id": "a",
        "title": "甲",
        "basis": "乙",
        "says": "丙",
        "provider": "x @ county",
        "eligibility": {"table": "t"},
    }
    for broken in (
        {"amount": ""},
        {"amount": "1", "kind": "service"},
        {"amount": "1", "values": {"age": "1"}},
    ):
        with pytest.raises(ValueError, match=r"amount|名字重了"):
            ProgrammeSpec.model_validate({**base, **broken})


@pytest.mark.parametrize("name", ["this_month", "next_month", "month_end"])
@pytest.mark.parametrize("day", [date.min, date(9999, 12, 31), date(2024, 2, 29)])
def test_the_last_day_of_the_calendar_breaks_no_month(name: str, day: date) -> None:
    found = functions(day)[name].call(from_python(day))
    assert (found is None) == (name == "next_month" and day.year == 9999)
    assert (functions(day)["turns"].call(Decimal(60)) is None) == (day.year == 9999)
