"""Texts that say the same: near-duplicates among many, and past texts like a new one.

Near-duplicates: MinHash over character triples (Broder 1997), banded so that only likely pairs are compared, each pair
confirmed by an edit-based ratio (rapidfuzz, Indel). Similar past texts: an inverted index of the most telling character pairs and
triples of each text, cosine over TF-IDF weights, to which texts are added one by one.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from gongzhi.engine.texts.searching import normalised

_HASHES: Final = 64
_BANDS: Final = 16
#: seeds of the 64 hash functions h(x) = (a·x + b) mod 2^64, of which the upper half is kept
_RANDOM = np.random.default_rng(20240930)
_A = _RANDOM.integers(1, 2**63, _HASHES, dtype=np.uint64) | np.uint64(1)
_B = _RANDOM.integers(0, 2**63, _HASHES, dtype=np.uint64)
_MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
#: within one bucket every text is compared with at most this many others before it
_PER_BUCKET: Final = 50

Hashes = NDArray[np.uint64]


def squeezed(text: str) -> str:
    """Letters, digits and Han only, case and width folded: blanks and punctuation do not make a text different."""
    return re.sub(r"[\W_]+", "", normalised(text))


def grams(text: str, size: int) -> Hashes:
    """64-bit hashes of the runs of ``size`` characters of a text, in order; a shorter text is one run."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = max(1, len(codes) - size + 1)
    hashes = np.zeros(count if len(codes) else 0, dtype=np.uint64)
    for place in range(min(size, len(codes))):
        hashes = hashes * _MIX[2] + (codes[place : place + len(hashes)] + np.uint64(1)) * _MIX[0]
        hashes ^= hashes >> np.uint64(29)
    return (hashes ^ (hashes >> np.uint64(32))) * _MIX[1]


def signature(text: str) -> NDArray[np.uint32] | None:
    """The MinHash signature of a text, 64 numbers of 32 bits; None for a text without letters, digits or Han."""
    hashes = np.unique(grams(squeezed(text), 3))
    if not len(hashes):
        return None
    mixed = (hashes[:, None] * _A + _B) >> np.uint64(32)
    least: NDArray[np.uint32] = mixed.min(axis=0).astype(np.uint32)
    return least


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that say the same: their positions, ``first`` < ``second``, and how alike they are (0-1)."""

    first: int
    second: int
    alike: float


def near_duplicates(texts: Sequence[str], *, alike: float = 0.8) -> list[Pair]:
    """Pairs of near-duplicates, by position.

    ``alike`` is the least Indel ratio. Identical texts (after folding) are paired with the first of them only, so that a
    text sent a thousand times costs a thousand pairs, not half a million.
    """
    folded = [squeezed(text) for text in texts]
    first: dict[str, int] = {}
    pairs = []
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, text in enumerate(folded):
        if not text:
            continue
        if (known := first.setdefault(text, place)) != place:
            pairs.append(Pair(known, place, 1.0))
            continue
        marks = signature(text)
        if marks is None:
            continue
        for band, part in enumerate(np.split(marks, _BANDS)):
            buckets[band, part.tobytes()].append(place)
    candidates = {
        (bucket[i], bucket[j])
        for bucket in buckets.values()
        for j in range(1, len(bucket))
        for i in range(max(0, j - _PER_BUCKET), j)
    }
    for one, other in candidates:
        ratio = Indel.normalized_similarity(folded[one], folded[other], score_cutoff=alike)
        if ratio >= alike:
            pairs.append(Pair(one, other, float(ratio)))
    return sorted(pairs, key=lambda pair: (pair.first, pair.second))


def duplicate_groups(texts: Sequence[str], *, alike: float = 0.8) -> list[tuple[int, ...]]:
    """Groups of two and more positions that are linked by near-duplicate pairs, the largest first."""
    parent = list(range(len(texts)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for pair in near_duplicates(texts, alike=alike):
        low, high = sorted((root(pair.first), root(pair.second)))
        parent[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[root(place)].append(place)
    return sorted(
        (tuple(each) for each in groups.values() if len(each) > 1), key=lambda each: (-len(each), each)
    )


@dataclass(frozen=True, slots=True)
class Similar:
    """A past text like the one asked about: its key, and the cosine (0-1)."""

    key: Any
    score: float


class SimilarIndex:
    """Past texts that can be asked for the most similar ones; texts are added one by one.

    Memory is about 0.6 kB a text: its 48 most telling terms and their weights. Weights are those of the moment of adding;
    build from many texts (``SimilarIndex.of``) where there are many already, so that rare and common are known.
    """

    _TERMS: Final = 48
    _BUCKETS: Final = 1 << 20

    def __init__(self) -> None:
        self._keys: list[Any] = []
        self._gone: set[int] = set()
        self._seen_in = np.zeros(self._BUCKETS, dtype=np.int32)
        self._counted = 0
        self._postings: dict[int, tuple[array[int], array[float]]] = {}

    @classmethod
    def of(cls, items: Iterable[tuple[Any, str]]) -> SimilarIndex:
        """An index of (key, text) pairs."""
        index, kept = cls(), list(items)
        terms = [index._terms(text) for _, text in kept]
        for found, _ in terms:
            index._seen_in[found] += 1
        index._counted = len(kept)
        for (key, _), (found, counts) in zip(kept, terms, strict=True):
            index._put(key, found, counts)
        return index

    def __len__(self) -> int:
        return len(self._keys) - len(self._gone)

    def add(self, key: Any, text: str) -> None:
        """Add a text under a key; the same key twice is two entries."""
        found, counts = self._terms(text)
        self._seen_in[found] += 1
        self._counted += 1
        self._put(key, found, counts)

    def similar(self, text: str, n: int = 5, *, least: float = 0.1) -> list[Similar]:
        """The ``n`` entries most like the text with a score of at least ``least``, the best first."""
        found, counts = self._terms(text)
        best, weights = self._telling(found, counts, self._TERMS * 2)
        scores = np.zeros(len(self._keys), dtype=np.float32)
        for term, weight in zip(best.tolist(), weights.tolist(), strict=True):
            if term in self._postings:
                places, theirs = self._postings[term]
                scores[np.frombuffer(places, dtype=np.uint32)] += weight * np.frombuffer(
                    theirs, dtype=np.float32
                )
        for place in self._gone:
            scores[place] = 0
        head = np.argsort(-scores, kind="stable")[:n]
        return [
            Similar(self._keys[i], min(1.0, float(scores[i]))) for i in head.tolist() if scores[i] >= least
        ]

    def remove(self, key: Any) -> None:
        """Forget every entry of a key."""
        self._gone.update(place for place, known in enumerate(self._keys) if known == key)

    def _terms(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        folded = squeezed(text)
        hashes = (
            np.concatenate([grams(folded, 2), grams(folded, 3)]) if folded else np.zeros(0, dtype=np.uint64)
        )
        found, counts = np.unique((hashes >> np.uint64(44)).astype(np.int64), return_counts=True)
        return found, (1 + np.log(counts)).astype(np.float32)

    def _telling(
        self, found: NDArray[np.int64], counts: NDArray[np.float32], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The terms that weigh most, with weights of length one."""
        # a term that was never seen weighs no more than one seen once: else a new word drowns what is known
        rare = np.log((1 + self._counted) / (1 + np.maximum(self._seen_in[found], 1))) + 0.05
        weights: NDArray[np.float32] = (counts * rare).astype(np.float32)
        head = np.argsort(-weights, kind="stable")[:most]
        length = math.sqrt(float((weights[head] ** 2).sum())) or 1.0
        return found[head], (weights[head] / length).astype(np.float32)

    def _put(self, key: Any, found: NDArray[np.int64], counts: NDArray[np.float32]) -> None:
        place = len(self._keys)
        self._keys.append(key)
        for term, weight in zip(
            *(each.tolist() for each in self._telling(found, counts, self._TERMS)), strict=True
        ):
            places, weights = self._postings.setdefault(term, (array("I"), array("f")))
            places.append(place)
            weights.append(weight)


__all__ = [
    "Pair",
    "Similar",
    "SimilarIndex",
    "duplicate_groups",
    "grams",
    "near_duplicates",
    "signature",
    "squeezed",
]
