"""Lots that anybody can draw again: ``printf 'seed|name' | sha256sum``, sorted."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.expressions import compile_expression

DRAW = compile_expression("draw(names, count, seed)")


def draw(names: list[str], count: int, seed: str) -> list[str] | None:
    found = DRAW.evaluate({"names": names, "count": count, "seed": seed})
    assert found is None or isinstance(found, list)
    return found


def test_it_takes_the_smallest_hashes() -> None:
    names = ["甲店", "乙店", "丙店", "丁店"]
    by_hand = sorted(names, key=lambda name: hashlib.sha256(f"2026-07|{name}".encode()).hexdigest())
    assert draw(names, 2, "2026-07") == by_hand[:2]


@given(
    names=st.lists(st.text(min_size=1, max_size=8), max_size=30),
    seed=st.text(min_size=1, max_size=20),
    count=st.integers(0, 40),
)
def test_the_order_of_the_list_changes_nothing(names: list[str], seed: str, count: int) -> None:
    drawn = draw(names, count, seed)
    assert drawn == draw(sorted(names), count, seed) == draw(names[::-1], count, seed)
    assert drawn is not None
    assert len(drawn) == min(count, len(set(names))) == len(set(drawn))
    assert set(drawn) <= set(names)


def test_every_name_is_drawn_about_as_often() -> None:
    names = [f"第{number}家" for number in range(10)]
    hits = Counter(name for seed in range(2000) for name in draw(names, 3, str(seed)) or [])
    # 2000 x 3 / 10 = 600, standard deviation 20.5: six of them
    assert all(abs(hits[name] - 600) < 123 for name in names)


def test_it_draws_nothing_without_a_seed() -> None:
    assert draw(["甲"], 1, "") is None
    assert draw(["甲"], -1, "1") is None
    assert DRAW.evaluate({"names": [1, 2], "count": 1, "seed": "1"}) is None
