"""Appending to many chains at once, for imports and numbering: a few statements for hundreds of subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import DateTimeField
from django.utils import timezone

from gongzhi.city.journal.actions import _entry
from gongzhi.city.journal.chains import ZERO
from gongzhi.city.journal.errors import NotInTransaction
from gongzhi.city.journal.models import Entry, JournalHead
from gongzhi.city.kernel.inserting import insert_many, insert_values
from gongzhi.engine.cases.model import Fact

_HEAD = ("subject", "seq", "hash", "dirty", "verified_seq", "verified_hash")
#: entries of one statement: SQLite takes 32,766 parameters, older ones 999
CHUNK = 400


def append_many(chains: Mapping[str, Sequence[Fact]], *, fresh: bool = False) -> None:
    """Append to the chains of many subjects (``type:id`` -> facts); like ``append`` for each, in the order given.

    ``fresh`` promises that none of the subjects has a chain yet (ids just made): their heads are inserted, and a
    broken promise is an IntegrityError. Otherwise heads are locked in order of subject, so that two callers never
    wait for each other in a circle. ``NotInTransaction`` outside ``transaction.atomic``.
    """
    chains = {subject: facts for subject, facts in chains.items() if facts}
    if not connection.in_atomic_block:
        raise NotInTransaction(subject=next(iter(chains), ""))
    if not chains:
        return
    known = {} if fresh else _locked_heads(sorted(chains))
    added, entries = [], []
    for subject, facts in chains.items():
        head = known.get(subject)
        link = head or JournalHead(subject=subject)
        for fact in facts:
            entry = _entry(subject, link, fact)
            link.seq, link.hash = entry.seq, entry.hash
            entries.append(entry)
        if head is None:
            added.append((subject, link.seq, link.hash, True, 0, ZERO))
    insert_values(JournalHead, _HEAD, added)
    _move(list(known.values()))
    insert_many(entries)
    for start in range(0, len(entries), CHUNK):
        _queue(entries[start : start + CHUNK])


def _queue(entries: Sequence[Entry]) -> None:
    """The rows of the queue, from the entries just inserted: their keys are the database's, their hashes are ours."""
    marks = ", ".join(["%s"] * len(entries))
    now = DateTimeField().get_db_prep_value(timezone.now(), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_pending (entry_id, subject, seq, attempts, run_after, parked, error) "  # noqa: S608
            "SELECT id, subject, seq, 0, %s, %s, '' FROM journal_entry "
            f"WHERE subject IN ({marks}) AND hash IN ({marks})",  # as many marks as parameters, nothing else
            [now, False, *(entry.subject for entry in entries), *(entry.hash for entry in entries)],
        )


def _locked_heads(subjects: list[str]) -> dict[str, JournalHead]:
    """Heads that exist, locked. A subject that somebody else is just starting is met by the unique key, loudly."""
    found = JournalHead.objects.select_for_update().filter(pk__in=subjects).order_by("subject")
    return {head.subject: head for head in found}


def _move(heads: list[JournalHead]) -> None:
    """One prepared statement run for each head: a tenth of the time of an UPDATE with a CASE per row."""
    if not heads:
        return
    table = JournalHead._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET seq = %s, hash = %s, dirty = %s WHERE subject = %s",  # noqa: S608 - our own name
            [(head.seq, head.hash, True, head.subject) for head in heads],
        )
