"""Money divided among several: every cent goes to somebody, and to nobody twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.expressions import compile_expression

CENTS = st.integers(0, 10**12).map(lambda cents: Decimal(cents).scaleb(-2))
WEIGHTS = st.lists(st.integers(0, 10**6).map(Decimal), min_size=1, max_size=60).filter(any)


def shares(amount: Decimal, weights: list[Decimal]) -> list[Decimal]:
    found = compile_expression("shares of(a, w)").evaluate({"a": amount, "w": weights})
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("16000", ["1"] * 4, ["4000.00"] * 4),  # 16000 / 4
        ("100", ["1"] * 3, ["33.34", "33.33", "33.33"]),  # one cent is left: to the first
        ("0.02", ["1"] * 3, ["0.01", "0.01", "0.00"]),
        ("100", ["2", "1"], ["66.67", "33.33"]),  # 66.666… has the larger remainder
        ("0", ["1", "5"], ["0.00", "0.00"]),
        ("10", ["0", "3"], ["0.00", "10.00"]),
        ("10", ["1.5", "0.5"], ["7.50", "2.50"]),
    ],
)
def test_it_divides_to_the_cent(amount: str, weights: list[str], parts: list[str]) -> None:
    assert shares(Decimal(amount), [Decimal(each) for each in weights]) == [Decimal(part) for part in parts]


@given(amount=CENTS, weights=WEIGHTS)
def test_the_parts_add_up_exactly(amount: Decimal, weights: list[Decimal]) -> None:
    parts = shares(amount, weights)
    assert sum(parts) == amount
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)


@given(amount=CENTS, weights=WEIGHTS)
def test_nobody_is_a_cent_away_from_the_exact_share(amount: Decimal, weights: list[Decimal]) -> None:
    for part, weight in zip(shares(amount, weights), weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < Decimal("0.01") * sum(weights)


@given(amount=CENTS, count=st.integers(1, 60))
def test_equal_keepers_differ_by_a_cent_at_most(amount: Decimal, count: int) -> None:
    parts = shares(amount, [Decimal(1)] * count)
    assert max(parts) - min(parts) <= Decimal("0.01")


@pytest.mark.parametrize(
    "text",
    ["shares of(-1, [1])", "shares of(1.005, [1])", "shares of(1, [])", "shares of(1, [0])", 'shares of(1, ["a"])', "shares of(1, [-1, 2])", "shares of(10 ** 16, [1])"],
)  # fmt: skip
def test_what_can_not_be_divided_is_null(text: str) -> None:
    assert compile_expression(text).evaluate({}) is None
