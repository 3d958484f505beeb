"""The surcharge on a fine paid late: natural days, never more than the fine, nothing for days that do not count."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.expressions import compile_expression

CHARGE = compile_expression("late charge(dues, payments, 0.03, until, pauses)")
DUE = date(2025, 1, 2)


def charge(
    dues: list[dict[str, Any]],
    payments: list[dict[str, Any]],
    until: str | date,
    pauses: list[dict[str, Any]] | None = None,
) -> Any:
    day = date.fromisoformat(until) if isinstance(until, str) else until
    return CHARGE.evaluate({"dues": dues, "payments": payments, "until": day, "pauses": pauses or []})


def row(key: str, day: str, amount: str = "") -> dict[str, Any]:
    return {key: date.fromisoformat(day)} | ({"amount": Decimal(amount)} if amount else {})


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2025-01-01", "0.00"),
        ("2025-01-02", "0.00"),  # the last day
        ("2025-01-03", "30.00"),  # one day late: 1000 x 3 %
        ("2025-01-04", "60.00"),  # a Saturday counts as any other day
        ("2025-02-03", "960.00"),  # 32 days, the Spring Festival among them
        ("2025-02-04", "990.00"),
        ("2025-02-05", "1000.00"),  # 34 days would be 1020: never more than the fine
        ("2026-01-01", "1000.00"),
    ],
)
def test_it_adds_three_percent_a_day_until_it_is_as_much_as_the_fine(until: str, expected: str) -> None:
    assert charge([row("due", "2025-01-02", "1000")], [], until) == Decimal(expected)


def test_a_part_paid_is_not_charged_from_the_next_day() -> None:
    dues, paid = [row("due", "2025-01-02", "1000")], [row("paid_on", "2025-01-04", "600")]
    # 3rd and 4th: 2 x 30, then 3 days on 400: 3 x 12
    assert charge(dues, paid, "2025-01-07") == Decimal("96.00")


def test_every_instalment_has_a_day_of_its_own() -> None:
    dues = [row("due", "2025-01-02", "500"), row("due", "2025-02-02", "500")]
    paid = [row("paid_on", "2025-01-02", "500")]
    assert charge(dues, paid, "2025-02-02") == 0
    assert charge(dues, paid, "2025-02-04") == Decimal("30.00")  # 2 x 15


def test_days_of_a_review_are_not_counted() -> None:
    dues = [row("due", "2025-01-02", "1000")]
    review = [row("starts", "2025-01-05") | {"ends": date(2025, 1, 10)}]
    assert charge(dues, [], "2025-01-12", review) == Decimal("120.00")  # 3, 4, 11, 12
    still = [row("starts", "2025-01-05") | {"ends": None}]
    assert charge(dues, [], "2025-03-01", still) == Decimal("60.00")  # 3, 4


@pytest.mark.parametrize(
    "dues",
    [[{"due": None, "amount": Decimal(1)}], [{"due": DUE}], [DUE], [{"due": DUE, "amount": Decimal(-1)}]],
)
def test_it_says_nothing_where_a_day_or_an_amount_is_missing(dues: list[Any]) -> None:
    assert charge(dues, [], "2025-02-01") is None


DAYS = st.integers(0, 200).map(lambda number: DUE + timedelta(days=number))
YUAN = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents).scaleb(-2))


@given(
    dues=st.lists(st.tuples(DAYS, YUAN), min_size=1, max_size=6),
    paid=st.lists(st.tuples(DAYS, YUAN), max_size=6),
    until=DAYS,
)
def test_it_is_the_sum_over_days_one_by_one(
    dues: list[tuple[date, Decimal]], paid: list[tuple[date, Decimal]], until: date
) -> None:
    made = charge(
        [{"due": day, "amount": amount} for day, amount in dues],
        [{"paid_on": day, "amount": amount} for day, amount in paid],
        until,
    )
    total, day = Decimal(0), DUE
    while day <= until:
        owed = sum(a for d, a in dues if d < day) - sum(a for d, a in paid if d < day)
        total += max(Decimal(owed), Decimal(0)) * Decimal("0.03")
        day += timedelta(days=1)
    expected = min(total, sum(a for _, a in dues))
    assert abs(made - expected) <= Decimal("0.005")
