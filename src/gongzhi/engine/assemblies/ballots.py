"""Ballots that anybody can count again and nobody can link to a voter.

Each ballot carries a random number that only the voter saw; the list of (number, choice) is published in order of the
numbers with its Merkle root (SHA-256, RFC 6962: leaves and nodes are told apart by a first byte). A voter finds the own
number, anybody adds up the choices, and a list with one line changed has another root.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gongzhi.engine.assemblies.errors import RecountDiffers

#: what a ballot may say
CHOICES: Mapping[str, str] = {"agree": "同意", "against": "反对", "abstain": "弃权"}
Ballot = tuple[str, str]


def new_receipt() -> str:
    """Twelve digits in groups of four, for reading aloud and writing down; 10¹² of them, so that two are never alike.

    >>> len(new_receipt())
    14
    """
    number = f"{secrets.randbelow(10**12):012d}"
    return f"{number[:4]}-{number[4:8]}-{number[8:]}"


def root_of(ballots: Iterable[Ballot], topic: str = "") -> str:
    """Merkle root of a list of ballots, whatever order it comes in; ``topic`` keeps one list from passing as another's."""
    leaves = [_hash(b"\x00", f"{topic}|{receipt}|{choice}".encode()) for receipt, choice in sorted(ballots)]
    return _root(leaves).hex()


def _root(level: Sequence[bytes]) -> bytes:
    if not level:
        return hashlib.sha256().digest()
    while len(level) > 1:
        level = [
            _hash(b"\x01", level[at] + level[at + 1]) if at + 1 < len(level) else level[at]
            for at in range(0, len(level), 2)
        ]
    return level[0]


def _hash(kind: bytes, content: bytes) -> bytes:
    return hashlib.sha256(kind + content).digest()


def recount(ballots: Iterable[Ballot], *, root: str, topic: str = "") -> dict[str, int]:
    """Count a published list again and check it against its root.

    -> choice -> number of ballots. Raises ``RecountDiffers`` for a number twice, an unknown choice or another root.
    """
    listed = list(ballots)
    numbers = Counter(receipt for receipt, _ in listed)
    if twice := [receipt for receipt, times in numbers.items() if times > 1]:
        raise RecountDiffers(what=f"回执号{twice[0]}出现了{numbers[twice[0]]}次")
    if odd := [choice for _, choice in listed if choice not in CHOICES]:
        raise RecountDiffers(what=f"有看不懂的选项“{odd[0]}”")
    if root_of(listed, topic) != root:
        raise RecountDiffers(what="校验码不同，名单被改动过")
    counted = Counter(choice for _, choice in listed)
    return {choice: counted[choice] for choice in CHOICES}


__all__ = ["CHOICES", "Ballot", "new_receipt", "recount", "root_of"]
