"""Books in double entry: every posting adds up to zero, a reversal undoes it, nothing falls below its floor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.ledgers import (
    BadAmount,
    Line,
    Movement,
    Unbalanced,
    lines,
    overdrawn,
    require_balanced,
    reversed_lines,
    season_of,
)

ACCOUNTS = st.sampled_from(["issued", "shop", "H1", "H2", "H3"])
AMOUNTS = st.integers(min_value=1, max_value=10_000).map(lambda cents: Decimal(cents) / 100)
MOVEMENTS = st.lists(
    st.builds(lambda s, t, a: Movement(source=s, target=t, amount=a), ACCOUNTS, ACCOUNTS, AMOUNTS), max_size=8
)


@given(MOVEMENTS)
def test_every_posting_adds_up_to_zero_and_its_reversal_undoes_it(movements: list[Movement]) -> None:
    posted = lines(movements, decimals=2)
    require_balanced(posted)
    assert len({each.account for each in posted}) == len(posted)
    undone = {each.account: each.amount for each in reversed_lines(posted)}
    assert all(undone[each.account] + each.amount == 0 for each in posted)


@given(MOVEMENTS, st.dictionaries(ACCOUNTS, AMOUNTS))
def test_nothing_that_passes_falls_below_its_floor(
    movements: list[Movement], balances: dict[str, Decimal]
) -> None:
    posted = lines(movements, decimals=2)
    floors = {name: Decimal(0) for name in ("H1", "H2", "H3")}
    if not overdrawn(posted, balances, floors):
        for each in posted:
            after = balances.get(each.account, Decimal(0)) + each.amount
            assert each.account not in floors or after >= min(0, balances.get(each.account, Decimal(0)))


@pytest.mark.parametrize("amount", ["0", "-1", "0.5", "NaN", "Infinity", "1e14"])
def test_points_are_whole_and_above_zero(amount: str) -> None:
    with pytest.raises(BadAmount):
        lines([Movement(source="issued", target="H1", amount=Decimal(amount))])


def test_a_posting_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(Unbalanced):
        require_balanced([Line(account="H1", amount=Decimal(1))])


@pytest.mark.parametrize(
    ("day", "every", "name", "starts", "ends"),
    [
        ("2024-01-01", "year", "2024", "2024-01-01", "2024-12-31"),
        ("2024-12-31", "year", "2024", "2024-01-01", "2024-12-31"),
        ("2024-06-30", "half_year", "2024H1", "2024-01-01", "2024-06-30"),
        ("2024-07-01", "half_year", "2024H2", "2024-07-01", "2024-12-31"),
        ("2024-03-31", "quarter", "2024Q1", "2024-01-01", "2024-03-31"),
        ("2024-04-01", "quarter", "2024Q2", "2024-04-01", "2024-06-30"),
        ("2024-12-31", "quarter", "2024Q4", "2024-10-01", "2024-12-31"),
    ],
)
def test_which_season_a_day_belongs_to(day: str, every: str, name: str, starts: str, ends: str) -> None:
    found = season_of(date.fromisoformat(day), every)  # type: ignore[arg-type]
    assert (found.name, found.starts.isoformat(), found.ends.isoformat()) == (name, starts, ends)
