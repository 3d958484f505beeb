"""Anchors: now and then the heads of all chains that grew are bound together under one Merkle root.

Writers never wait for it. Whoever keeps a root (a newspaper, another city, the archive) can later prove that no fact under it
was changed, and a person can be given the proof for one case alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from gongzhi.city.journal import chains
from gongzhi.city.journal.errors import NotAnchored
from gongzhi.city.journal.models import Anchor, AnchorLeaf, Entry, JournalHead
from gongzhi.city.kernel import clock

_CHUNK = 500


def anchor(most: int = 50_000) -> Anchor | None:
    """Bind the heads that changed since the last anchor (at most ``most`` of them); None when none did.

    A head that moves on meanwhile stays marked and goes into the next anchor. Two calls at once: one of them fails
    on the constraint that two anchors can't follow the same one, and changes nothing.
    """
    with transaction.atomic():
        heads = list(
            JournalHead.objects.filter(dirty=True, seq__gt=0)
            .order_by("subject")
            .values_list("subject", "seq", "hash")[:most]
        )
        if not heads:
            return None
        last = Anchor.objects.order_by("-pk").first()
        made = Anchor.objects.create(
            at=clock.now(),
            root=chains.merkle_root([chains.leaf_hash(*head) for head in heads]),
            previous=last.root if last else chains.ZERO,
            size=len(heads),
        )
        leaves = [
            AnchorLeaf(anchor=made, position=position, subject=subject, seq=seq, hash=hash_)
            for position, (subject, seq, hash_) in enumerate(heads)
        ]
        AnchorLeaf.objects.bulk_create(leaves, batch_size=_CHUNK)
        _clean(heads)
    return made


def _clean(heads: list[tuple[str, int, str]]) -> None:
    """Unmark the heads that are still where they were: the condition on the hash is checked again under the row's lock."""
    for start in range(0, len(heads), _CHUNK):
        chunk = heads[start : start + _CHUNK]
        JournalHead.objects.filter(
            pk__in=[subject for subject, _, _ in chunk], hash__in=[hash_ for _, _, hash_ in chunk]
        ).update(dirty=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is under a root: recompute ``leaf`` from the three values, follow ``path``, compare with ``root``.

    The entry itself hangs on the head by the chain of hashes from ``seq`` up to ``head_seq``.
    """

    subject: str
    seq: int
    head_seq: int
    head_hash: str
    path: list[tuple[str, str]]
    root: str
    anchor: int


def prove(subject: str, seq: int) -> Proof:
    """The inclusion proof of an entry under the first anchor that covers it. NotAnchored when there is none yet."""
    leaf = (
        AnchorLeaf.objects.filter(subject=subject, seq__gte=seq)
        .order_by("seq")
        .select_related("anchor")
        .first()
    )
    if leaf is None or not Entry.objects.filter(subject=subject, seq=seq).exists():
        raise NotAnchored(subject=subject, seq=seq)
    leaves = leaf.anchor.leaves.order_by("position").values_list("subject", "seq", "hash")
    hashes = [chains.leaf_hash(*values) for values in leaves]
    return Proof(
        subject=subject,
        seq=seq,
        head_seq=leaf.seq,
        head_hash=leaf.hash,
        path=chains.merkle_proof(hashes, leaf.position),
        root=leaf.anchor.root,
        anchor=leaf.anchor_id,
    )
