"""Draws by lot: the same for everybody, of the right size, and moved by nothing but the seed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.measures import draw

TEN = Decimal("0.1")
NUMBERS = [f"CG2024{n:06}" for n in range(1, 101)]
keys = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=60)


@pytest.mark.parametrize(
    "count, share, drawn",
    [
        (0, "0.1", 0),
        (1, "0.05", 1),  # of any, at least one
        (10, "0.1", 1),
        (11, "0.1", 2),  # 1.1, rounded up
        (100, "0.05", 5),
        (100, "0.051", 6),
        (3, "0.99", 3),
        (7, "0", 0),
    ],
)
def test_it_draws_the_share_rounded_up(count, share, drawn):
    assert len(draw(NUMBERS[:count], "2024-W42", Decimal(share))) == drawn


def test_it_gives_a_known_draw():
    # printf '2024-W42:abc\0CG2024000001' | sha256sum, and so on; the lowest lots come first
    first = draw(NUMBERS, "2024-W42:abc", TEN)
    assert first == draw(NUMBERS, "2024-W42:abc", TEN) and len(first) == 10
    assert first != draw(NUMBERS, "2024-W42:abd", TEN) != draw(NUMBERS, "2024-W43:abc", TEN)


@given(keys, st.text(max_size=10), st.randoms())
def test_the_order_in_which_the_keys_are_given_does_not_matter(given_keys, seed, chance):
    shuffled = list(given_keys)
    chance.shuffle(shuffled)
    assert draw(shuffled, seed, TEN) == draw(given_keys, seed, TEN) == draw(given_keys * 2, seed, TEN)


@given(keys, st.text(max_size=10))
def test_a_greater_share_keeps_whoever_was_drawn(given_keys, seed):
    small, great = draw(given_keys, seed, TEN), draw(given_keys, seed, Decimal("0.5"))
    assert great[: len(small)] == small and set(great) <= set(given_keys)


def test_every_case_has_its_chance():
    counted = dict.fromkeys(NUMBERS, 0)
    for week in range(400):
        for number in draw(NUMBERS, f"week {week}", TEN):
            counted[number] += 1
    # 400 draws of a tenth: 40 expected, 6 is one standard deviation
    assert min(counted.values()) > 15 and max(counted.values()) < 65
