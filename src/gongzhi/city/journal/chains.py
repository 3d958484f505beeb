"""Hashes: the canonical form of an entry, its SHA-256, and Merkle trees (RFC 6962: leaves and nodes are told apart)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from gongzhi.city.journal.models import Entry

ZERO = "0" * 64

_HASHED = (
    "subject", "seq", "kind", "person", "role", "name", "post", "office", "area", "step", "choice", "task", "data",
    "prev_hash",
)  # fmt: skip


def canonical_value(value: Any) -> Any:
    """The value as JSON gives it back (tuples become lists, instants and decimals text): what is hashed is what is read."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False))


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of everything that the entry says."""
    content = {name: getattr(entry, name) for name in _HASHED}
    content["data"] = _plain_numbers(entry.data)
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain_numbers(value: Any) -> Any:
    """Whole floats as integers: PostgreSQL's jsonb gives 1e16 back as 10000000000000000."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    return value


def leaf_hash(subject: str, seq: int, head_hash: str) -> str:
    """The leaf of a head in an anchor."""
    return hashlib.sha256(b"\0" + f"{subject}\n{seq}\n{head_hash}".encode()).hexdigest()


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over leaf hashes (hexadecimal); an odd node at the end of a level goes up as it is."""
    level = list(leaves)
    if not level:
        return ZERO
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def merkle_proof(leaves: Sequence[str], position: int) -> list[tuple[str, str]]:
    """The path from a leaf to the root: (side of the sibling, its hash), the leaf's level first."""
    proof, level = [], list(leaves)
    while len(level) > 1:
        sibling = position ^ 1
        if sibling < len(level):
            proof.append(("left" if sibling < position else "right", level[sibling]))
        position //= 2
        level = _parents(level)
    return proof


def follows(leaf: str, proof: Sequence[tuple[str, str]], root: str) -> bool:
    """Whether the proof leads from the leaf to the root; needs nothing of this system but SHA-256."""
    for side, sibling in proof:
        leaf = _node(sibling, leaf) if side == "left" else _node(leaf, sibling)
    return leaf == root


def _parents(level: list[str]) -> list[str]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(level) - len(level) % 2 :]


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\1" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
