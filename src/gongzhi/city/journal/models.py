"""The append-only record. Each subject has its own chain of hashes, so writers of different matters never queue."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from gongzhi.engine.cases.model import Actor, Fact


class AppendOnly(models.QuerySet[Any]):
    """Refuses what the database would refuse anyway, with a sentence that says why."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Journal entries can't be changed; append a correcting fact.")

    def delete(self) -> NoReturn:
        raise TypeError("Journal entries can't be deleted; append a correcting fact.")

    bulk_update = update


class Entry(models.Model):
    """One fact of one subject. Written by ``actions.append`` only."""

    #: ``type:id`` of what it is about
    subject = models.CharField(max_length=80)
    #: 1, 2, 3 … within the subject, without a gap
    seq = models.PositiveIntegerField()
    #: what happened: opened, chosen, marked, revealed …
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()

    # who, in which post, for which office and area: codes, as they were then
    person = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True)
    post = models.CharField(max_length=40, blank=True)
    office = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=24, blank=True)

    step = models.CharField(max_length=60, blank=True)
    choice = models.CharField(max_length=60, blank=True)
    task = models.IntegerField(null=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    #: the hash of the entry before; 64 zeros for the first
    prev_hash = models.CharField(max_length=64)
    #: SHA-256 over the canonical JSON of all of the above
    hash = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["subject", "seq"]
        constraints = [
            # also the index of "the history of this case"
            models.UniqueConstraint(fields=["subject", "seq"], name="entry_seq_once"),
            models.CheckConstraint(name="entry_seq_positive", condition=Q(seq__gte=1)),
        ]
        indexes = [
            # "what did this person do?": audits, and who revealed what
            models.Index(fields=["person", "at"], name="entry_person_at"),
            # facts of one kind in a period: measures and exports
            models.Index(fields=["kind", "at"], name="entry_kind_at"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Journal entries are written by journal.actions.append only.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Journal entries can't be deleted; append a correcting fact.")

    @property
    def by(self) -> Actor:
        """Who acted, as the engine knows it."""
        return Actor(
            person=self.person,
            role=self.role,
            office=self.office,
            area=self.area,
            name=self.name,
            post=self.post,
        )

    def fact(self) -> Fact:
        """The engine's fact that was appended."""
        return Fact(
            kind=self.kind,
            at=self.at,
            by=self.by,
            step=self.step,
            choice=self.choice,
            task=self.task,
            data=self.data,
        )


class JournalHead(models.Model):
    """The last link of a subject's chain; its row is the only lock that a writer takes."""

    subject = models.CharField(max_length=80, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    #: changed since the last anchor
    dirty = models.BooleanField(default=True)
    #: up to which entry the chain was recomputed and found good, and the hash there
    verified_seq = models.PositiveIntegerField(default=0)
    verified_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        indexes = [
            # the next anchor: only the changed heads, in the order of their leaves
            models.Index(fields=["subject"], name="head_dirty", condition=Q(dirty=True)),
            # incremental verification: only the chains that grew
            models.Index(
                fields=["subject"], name="head_unverified", condition=Q(seq__gt=models.F("verified_seq"))
            ),
        ]


class Pending(models.Model):
    """An entry that awaits its reactions: a row in a queue, not a place in a list, so a late commit is never skipped."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="pending")
    subject = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()

    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    #: gave up; a person must look (doctor says so). What comes later for the subject waits behind it
    parked = models.BooleanField(default=False)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            # also the index of "is something of this subject before me?"
            models.UniqueConstraint(fields=["subject", "seq"], name="pending_once"),
        ]
        indexes = [
            # the next work: due rows in order
            models.Index(fields=["run_after", "entry"], name="pending_due", condition=Q(parked=False)),
            # doctor: what is parked?
            models.Index(fields=["entry"], name="pending_parked", condition=Q(parked=True)),
        ]


class Anchor(models.Model):
    """A Merkle root over the heads that changed since the anchor before; publish it and history can't be rewritten."""

    at = models.DateTimeField()
    root = models.CharField(max_length=64)
    #: root of the anchor before; 64 zeros for the first
    previous = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # two anchors can't follow the same one
            models.UniqueConstraint(fields=["previous"], name="anchor_chain"),
        ]


class AnchorLeaf(models.Model):
    """One head in an anchor."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="leaves")
    position = models.PositiveIntegerField()
    subject = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            # also the index that reads the leaves of an anchor in order
            models.UniqueConstraint(fields=["anchor", "position"], name="leaf_position_once"),
            # also the index of "which anchors hold this case?"
            models.UniqueConstraint(fields=["subject", "seq"], name="leaf_head_once"),
        ]
