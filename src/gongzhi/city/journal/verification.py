"""Recomputing the chains: is everything that was written still there, unchanged, in order?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import F

from gongzhi.city.journal import chains
from gongzhi.city.journal.models import Anchor, AnchorLeaf, Entry, JournalHead

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a chain doesn't hold."""

    subject: str
    seq: int
    #: changed, missing, moved (its predecessor isn't what it says), head, anchor
    kind: str

    def __str__(self) -> str:
        words = {
            "changed": "内容被改动",
            "missing": "缺失",
            "moved": "与前一条不衔接",
            "head": "链头不符",
            "anchor": "与存证不符",
        }
        return f"{self.subject} 第{self.seq}条{words[self.kind]}"


def verify(*, full: bool = False) -> Iterator[Break]:
    """The first break of every broken chain, then the broken anchors. Incremental: only what came since the last good
    verification; ``full``: everything from the first entry on, and entries of subjects that have no head any more."""
    heads = JournalHead.objects.all() if full else JournalHead.objects.filter(seq__gt=F("verified_seq"))
    if full:
        yield from _orphans()
    last = ""
    while chunk := list(heads.filter(subject__gt=last).order_by("subject")[:_CHUNK]):
        last = chunk[-1].subject
        yield from _verify_heads(chunk, full)
    yield from _verify_anchors(full)


def verify_subject(subject: str) -> Break | None:
    """The first break of one chain, or None; a subject without facts has none."""
    head = JournalHead.objects.filter(subject=subject).first()
    if head is None:
        return next(_orphans(subject), None)
    return next(_verify_heads([head], full=True), None)


def _verify_heads(heads: list[JournalHead], full: bool) -> Iterator[Break]:
    """Read the entries of many chains in one query; note how far each was found good."""
    least = 0 if full else min(head.verified_seq for head in heads)
    entries = Entry.objects.filter(subject__in=[head.subject for head in heads], seq__gt=least)
    chains_read = {
        subject: list(rows)
        for subject, rows in groupby(
            entries.order_by("subject", "seq").iterator(_CHUNK), key=lambda entry: entry.subject
        )
    }
    good = []
    if full:
        yield from _beyond(heads, chains_read)
    for head in heads:
        found = _verify_chain(head, chains_read.get(head.subject, []), full)
        if found:
            yield found
        else:
            head.verified_seq, head.verified_hash = head.seq, head.hash
            good.append(head)
    JournalHead.objects.bulk_update(good, ["verified_seq", "verified_hash"], batch_size=_CHUNK)


def _verify_chain(head: JournalHead, entries: list[Entry], full: bool) -> Break | None:
    seq, hash_ = (0, chains.ZERO) if full else (head.verified_seq, head.verified_hash)
    for entry in entries:
        if entry.seq <= seq or entry.seq > head.seq:  # known already, or written after the head was read
            continue
        if entry.seq != seq + 1:
            return Break(subject=head.subject, seq=seq + 1, kind="missing")
        if entry.prev_hash != hash_:
            return Break(subject=head.subject, seq=entry.seq, kind="moved")
        if chains.entry_hash(entry) != entry.hash:
            return Break(subject=head.subject, seq=entry.seq, kind="changed")
        seq, hash_ = entry.seq, entry.hash
    if seq != head.seq:
        return Break(subject=head.subject, seq=seq + 1, kind="missing")
    return None if hash_ == head.hash else Break(subject=head.subject, seq=seq, kind="head")


def _beyond(heads: list[JournalHead], read: dict[str, list[Entry]]) -> Iterator[Break]:
    """Entries that no head knows. An entry and its head are committed together, so a head that is asked again after
    the entries were read must reach them; one that does not was gone around."""
    late = {
        head.subject: read[head.subject][-1].seq
        for head in heads
        if read.get(head.subject) and read[head.subject][-1].seq > head.seq
    }
    known = dict(JournalHead.objects.filter(subject__in=list(late)).values_list("subject", "seq"))
    for subject, seq in late.items():
        if seq > known.get(subject, 0):
            yield Break(subject=subject, seq=known.get(subject, 0) + 1, kind="head")


def _orphans(subject: str = "") -> Iterator[Break]:
    """Entries of subjects that have no head at all."""
    entries = Entry.objects.filter(seq=1).exclude(subject__in=JournalHead.objects.values("subject"))
    for name in (entries.filter(subject=subject) if subject else entries).values_list("subject", flat=True):
        yield Break(subject=name, seq=1, kind="head")


def _verify_anchors(full: bool) -> Iterator[Break]:
    """The chain of anchors, their roots, and that each leaf is still an entry (so a cut-off tail is noticed)."""
    previous = chains.ZERO
    anchors = Anchor.objects.order_by("pk") if full else Anchor.objects.order_by("-pk")[:1]
    for anchor in anchors:
        if full and anchor.previous != previous:
            yield Break(subject=f"anchor:{anchor.pk}", seq=anchor.pk, kind="moved")
        previous = anchor.root
        leaves = list(anchor.leaves.order_by("position").values_list("subject", "seq", "hash"))
        if chains.merkle_root([chains.leaf_hash(*leaf) for leaf in leaves]) != anchor.root:
            yield Break(subject=f"anchor:{anchor.pk}", seq=anchor.pk, kind="changed")
    if full:
        yield from _lost_leaves()


def _lost_leaves() -> Iterator[Break]:
    last = 0
    while chunk := list(AnchorLeaf.objects.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
        last = chunk[-1].pk
        kept = set(
            Entry.objects.filter(
                subject__in=[leaf.subject for leaf in chunk], seq__in={leaf.seq for leaf in chunk}
            ).values_list("subject", "seq", "hash")
        )
        for leaf in chunk:
            if (leaf.subject, leaf.seq, leaf.hash) not in kept:
                yield Break(subject=leaf.subject, seq=leaf.seq, kind="anchor")
