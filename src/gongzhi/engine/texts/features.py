"""Texts as numbers: hashed runs of one and two characters, weighted by TF-IDF.

A run of characters is known by its 64-bit hash (``similarity.grams``), so a vocabulary is a sorted array of hashes: it is
built and looked up by numpy, saved without pickle, and two runs share a hash with a chance of 1 in 10^8 for a vocabulary of half a million.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from gongzhi.engine.texts.searching import normalised
from gongzhi.engine.texts.similarity import Hashes, grams

SIZES: Final = (1, 2)
#: characters that are looked at: what comes later in a long text is repetition
LONGEST: Final = 5000

Floats = NDArray[np.float32]


def folded(text: str) -> str:
    """The text as features see it: width and case folded, without blanks."""
    return re.sub(r"\s+", "", normalised(text[:LONGEST]))


def keyed(text: str, size: int) -> Hashes:
    """The hash of the run of ``size`` characters at every place; runs of different lengths never share one."""
    hashes: Hashes = grams(text, size) * np.uint64(2 * size + 1)
    return hashes


def counted(text: str) -> tuple[Hashes, NDArray[np.int64]]:
    """The distinct runs of a folded text with their counts."""
    parts = [keyed(text, size) for size in SIZES if len(text) >= size]
    if not parts:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return np.unique(np.concatenate(parts), return_counts=True)


@dataclass(frozen=True)
class Vocabulary:
    """The runs that count, ascending by hash, with their inverse document frequency (ln((1+n)/(1+df)) + 1)."""

    keys: Hashes
    rarity: Floats

    def row(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """Columns and weights (1 + ln count) · rarity of a text, scaled to length one."""
        return self.weighted(*counted(folded(text)))

    def weighted(self, runs: Hashes, counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
        """The same for counted runs."""
        if not len(self.keys):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        places = np.minimum(np.searchsorted(self.keys, runs), len(self.keys) - 1)
        known = self.keys[places] == runs
        columns = places[known].astype(np.int64)
        weights = ((1 + np.log(counts[known])) * self.rarity[columns]).astype(np.float32)
        length = float(np.sqrt((weights.astype(np.float64) ** 2).sum())) or 1.0
        return columns, (weights / np.float32(length)).astype(np.float32)


def vocabulary(found: Sequence[tuple[Hashes, NDArray[np.int64]]], least: int = 2) -> Vocabulary:
    """The runs that at least ``least`` texts hold."""
    if not found:
        return Vocabulary(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.float32))
    keys, texts = np.unique(np.concatenate([runs for runs, _ in found]), return_counts=True)
    kept = texts >= least
    rarity = np.log((1 + len(found)) / (1 + texts[kept])) + 1
    return Vocabulary(keys[kept], rarity.astype(np.float32))


def matrix(words: Vocabulary, found: Sequence[tuple[Hashes, NDArray[np.int64]]]) -> csr_matrix:
    """One row per text."""
    rows = [words.weighted(runs, counts) for runs, counts in found]
    ends = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in rows])])
    columns = np.concatenate([columns for columns, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
    weights = np.concatenate([weights for _, weights in rows]) if rows else np.zeros(0, dtype=np.float32)
    return csr_matrix((weights, columns.astype(np.int32), ends), shape=(len(rows), len(words.keys)))


__all__ = ["LONGEST", "SIZES", "Vocabulary", "counted", "folded", "keyed", "matrix", "vocabulary"]
