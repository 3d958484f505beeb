"""Random numbers with an address: the draw for a purpose, a case and a visit is the same whatever else happens.

That is what makes variants comparable: the 417th case asks for the same work in both, whoever does it and when.
Philox is a counter-based generator (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a block of
draws is made from its address alone, so blocks may be forgotten and made again.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import numpy as np

from gongzhi.engine.simulation.laws import Law, draw

#: draws of one block; a power of two
BLOCK = 1024
_SHIFT = 10
_MASK = BLOCK - 1
#: blocks that a stream keeps: cases are open side by side over a window of indexes
KEPT = 24
#: visits that are told apart; later ones share the last
VISITS = 1 << 12


def generator(seed: int, purpose: str, low: int = 0, high: int = 0) -> np.random.Generator:
    """A generator that starts at an address."""
    key = (seed & (1 << 64) - 1) << 32 | crc32(purpose.encode())
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, low, high]))


class Stream:
    """Draws of one law for one purpose, by case and visit."""

    __slots__ = ("blocks", "law", "purpose", "seed")

    def __init__(self, law: Law, seed: int, purpose: str) -> None:
        self.law = law
        self.seed = seed
        self.purpose = purpose
        self.blocks: dict[int, list[float]] = {}

    def at(self, case: int, visit: int) -> float:
        """The draw of the case's ``visit``-th time (0 is the first)."""
        address = (case >> _SHIFT) * VISITS + (visit if visit < VISITS else VISITS - 1)
        block = self.blocks.get(address)
        if block is None:
            block = self._make(address)
        return block[case & _MASK]

    def _make(self, address: int) -> list[float]:
        if len(self.blocks) >= KEPT:
            del self.blocks[next(iter(self.blocks))]
        rng = generator(self.seed, self.purpose, address % VISITS, address // VISITS + 1)
        block = self.blocks[address] = draw(self.law, rng, BLOCK)
        return block


UNIFORM: Law = ("uniform", (0.0, 1.0))


def constant(law: Law) -> Callable[[int, int], float] | None:
    """A function that always gives the constant, for laws without chance; None for others."""
    if law[0] != "constant":
        return None
    value = law[1][0]
    return lambda case, visit: value


def taker(law: Law, seed: int, purpose: str) -> Callable[[int, int], float]:
    """The quickest function ``(case, visit) -> draw``."""
    return constant(law) or Stream(law, seed, purpose).at


__all__ = ["BLOCK", "UNIFORM", "Stream", "generator", "taker"]
