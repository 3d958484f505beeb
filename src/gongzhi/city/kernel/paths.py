"""Paths of trees (areas, offices): a subtree is one range of an ordinary index on both databases.

A path is a row of fixed-width steps of digits and lower-case letters, e.g. ``001`` > ``00100a`` > ``00100a003``.
No punctuation: collations of PostgreSQL skip it, and a range would then cut the tree in the wrong places. A path never
changes while its row is valid; renaming or recoding an area leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

STEP = 3
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: sorts after every step; never given out
LAST = "z" * STEP
MAX_LENGTH = STEP * 20


def step(number: int) -> str:
    """The step for the n-th child (0-based). ValueError beyond 46,654 children of one parent."""
    if not 0 <= number < 36**STEP - 1:
        raise ValueError(f"a tree node can't have a child number {number}")
    text = ""
    for _ in range(STEP):
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def next_child(parent: str, children: Iterable[str]) -> str:
    """The path for a new child of ``parent`` given the paths of all children that it ever had."""
    last = max(children, default="")
    return parent + (step(int(last[-STEP:], 36) + 1) if last else step(0))


def is_within(path: str, ancestor: str) -> bool:
    """Whether ``path`` is ``ancestor`` or below it; nothing is within the empty path."""
    return bool(ancestor) and path.startswith(ancestor)


def within(ancestor: str, column: str = "path") -> Q:
    """The condition "``column`` is in the subtree of ``ancestor``": served by a plain index on the column."""
    if not ancestor:
        return Q(pk__in=[])
    return Q(**{f"{column}__gte": ancestor, f"{column}__lte": ancestor + LAST})


def ancestors(path: str) -> list[str]:
    """The path itself and all paths above it, the root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]
