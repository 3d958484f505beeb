"""A published list is counted by anybody; one line changed is found."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.assemblies import CHOICES, RecountDiffers, new_receipt, recount, root_of

receipts = st.integers(0, 10**12 - 1).map(lambda n: f"{n:012d}")
lists = st.dictionaries(receipts, st.sampled_from(sorted(CHOICES)), max_size=40).map(
    lambda d: list(d.items())
)


@given(lists, st.randoms())
def test_the_order_of_a_list_says_nothing(ballots: list[tuple[str, str]], dice: random.Random) -> None:
    mixed = list(ballots)
    dice.shuffle(mixed)
    assert root_of(mixed, "t1") == root_of(ballots, "t1")


@given(lists)
def test_a_recount_gives_every_ballot_once(ballots: list[tuple[str, str]]) -> None:
    counted = recount(ballots, root=root_of(ballots, "t1"), topic="t1")
    assert sum(counted.values()) == len(ballots)


@given(lists.filter(bool), st.data())
def test_any_change_is_found(ballots: list[tuple[str, str]], data: st.DataObject) -> None:
    root = root_of(ballots, "t1")
    at = data.draw(st.integers(0, len(ballots) - 1))
    receipt, choice = ballots[at]
    other = "against" if choice == "agree" else "agree"
    added = (new_receipt(), "agree")
    for changed in (
        [*ballots[:at], (receipt, other), *ballots[at + 1 :]],
        [*ballots[:at], *ballots[at + 1 :]],
        [*ballots, added],
        [*ballots, ballots[at]],
    ):
        with pytest.raises(RecountDiffers):
            recount(changed, root=root, topic="t1")


def test_a_list_of_one_topic_is_none_of_another() -> None:
    ballots = [("0000-0000-0001", "agree")]
    with pytest.raises(RecountDiffers):
        recount(ballots, root=root_of(ballots, "t1"), topic="t2")


def test_an_unknown_choice_is_no_ballot() -> None:
    ballots = [("0000-0000-0001", "maybe")]
    with pytest.raises(RecountDiffers):
        recount(ballots, root=root_of(ballots), topic="")


def test_a_thousand_receipts_are_all_different() -> None:
    assert len({new_receipt() for _ in range(1000)}) == 1000
