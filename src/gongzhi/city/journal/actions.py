"""Writing the record. ``append`` is called inside the transaction that also writes what the facts are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from gongzhi.city.journal import chains
from gongzhi.city.journal.errors import NotInTransaction, Overtaken
from gongzhi.city.journal.models import Entry, JournalHead, Pending
from gongzhi.city.kernel.inserting import insert_many, insert_one, update_row
from gongzhi.city.kernel.statements import Prepared
from gongzhi.engine.cases.model import Fact

#: the head of a chain under lock
LOCKED = Prepared(lambda subject: JournalHead.objects.select_for_update().filter(pk=subject), str)


def append(subject: str, facts: Sequence[Fact], *, expected: int | None = None) -> list[Entry]:
    """Append facts to the chain of ``subject`` (``type:id``) and queue them for reactions; returns the entries.

    Only the subject's head row is locked, until the caller's transaction ends. ``expected`` is the number of facts
    that the caller had read: when another writer was faster, ``Overtaken`` is raised and nothing is written.
    ``NotInTransaction`` outside ``transaction.atomic``. Data must be JSON-ready; instants and decimals become text.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(subject=subject)
    if not facts:
        return []
    head = _locked_head(subject)
    if expected is not None and head.seq != expected:
        raise Overtaken(subject=subject)
    entries = []
    for fact in facts:
        entry = _entry(subject, head, fact)
        head.seq, head.hash = entry.seq, entry.hash
        entries.append(entry)
    head.dirty = True
    update_row(head, ("seq", "hash", "dirty"))
    now = timezone.now()
    for entry in entries:
        insert_one(entry)
    insert_many([Pending(entry=entry, subject=subject, seq=entry.seq, run_after=now) for entry in entries])
    return entries


def _locked_head(subject: str) -> JournalHead:
    head = LOCKED.first(subject)
    if head is None:
        # two writers may start the same chain at once: the second waits here for the first
        JournalHead.objects.bulk_create([JournalHead(subject=subject)], ignore_conflicts=True)
        head = JournalHead.objects.select_for_update().get(pk=subject)
    return head


def _entry(subject: str, head: JournalHead, fact: Fact) -> Entry:
    by = fact.by
    entry = Entry(
        subject=subject,
        seq=head.seq + 1,
        kind=fact.kind,
        at=fact.at,
        person=by.person,
        role=by.role,
        name=by.name,
        post=by.post,
        office=by.office,
        area=by.area,
        step=fact.step,
        choice=fact.choice,
        task=fact.task,
        data=_json_ready(fact.data),
        prev_hash=head.hash,
    )
    entry.hash = chains.entry_hash(entry)
    return entry


def _json_ready(data: Any) -> Any:
    return chains.canonical_value(data)
