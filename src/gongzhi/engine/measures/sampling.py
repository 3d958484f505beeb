"""Drawing by lot so that anybody can draw again: who is looked at twice is decided by a seed, not by a person.

Each key is ranked by SHA-256 of ``seed``, a zero byte and the key; the lowest ranks are drawn. The seed is published with
the draw and is not known before it (the city takes the week and the latest anchor of its journal), so nobody can
know beforehand what will be drawn, and nobody can say afterwards that something else was.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from decimal import Decimal


def rank(key: str, seed: str) -> str:
    """The lot of one key: 64 hexadecimal digits.

    >>> rank("CG2024000001", "2024-W42")[:8]
    '4b99f99a'
    """
    return hashlib.sha256(f"{seed}\0{key}".encode()).hexdigest()


def draw(keys: Iterable[str], seed: str, share: Decimal) -> tuple[str, ...]:
    """The keys that are drawn, lowest lot first: ``share`` of them, rounded up, so at least one of any.

    The same keys in any order give the same draw; a key counts once.
    """
    known = sorted(set(keys), key=lambda key: (rank(key, seed), key))
    return tuple(known[: math.ceil(share * len(known))])


__all__ = ["draw", "rank"]
