"""Drawing by lot so that anybody can repeat the draw with pencil, paper and a hash. Ours, not of the standard."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from .registry import feel


def lot(seed: str, name: str) -> str:
    """The lot that a name draws: the SHA-256 of ``seed|name`` in UTF-8, as 64 hexadecimal digits.

    >>> lot("2026|07", "A")[:12]
    '6747be480f3d'
    """
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


@feel("draw(list: list, count: number, seed: string)")
def draw(items: list[Any], count: Decimal, seed: str) -> list[str] | None:
    """The ``count`` names with the smallest lots, in the order of their lots; a name that stands twice has one lot.

    Null for names that are no text, a count below zero, and an empty seed. Where fewer names are there, all are drawn.
    """
    if not seed or count < 0 or not all(isinstance(each, str) for each in items):
        return None
    return sorted(set(items), key=lambda name: (lot(seed, name), name))[: int(count)]
