"""Appending to chains, and that nothing but appending is possible."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from gongzhi.city.journal import chains, queries
from gongzhi.city.journal.actions import append
from gongzhi.city.journal.errors import NotInTransaction, Overtaken
from gongzhi.city.journal.models import Entry, JournalHead, Pending
from gongzhi.engine.cases.model import Actor, Fact

AT = datetime(2024, 9, 30, 8, 0, tzinfo=UTC)
AGENT = Actor(person="user:1", role="hotline_agent", office="center", name="张芳", post="3")


def note(text: str = "x", **more: object) -> Fact:
    return Fact(kind="noted", at=AT, by=AGENT, data={"text": text, **more})


@pytest.mark.django_db
def test_it_numbers_and_chains_the_facts_of_a_subject():
    append("case:1", [note("a"), note("b")])
    append("case:2", [note("c")])
    append("case:1", [note("d")])
    rows = list(queries.history("case:1"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert [row.prev_hash for row in rows] == [chains.ZERO, rows[0].hash, rows[1].hash]
    assert JournalHead.objects.get(pk="case:1").hash == rows[2].hash
    assert queries.length("case:2") == 1
    assert Pending.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {"n": 1.0, "big": 1e16, "small": 1e-7, "place": [114.95, 30.08]},
        {"at": AT, "money": Decimal("12.50"), "items": ("甲", "乙")},
        {"b": 1, "a": {"z": None, "y": True}, "text": "“引号”\n换行 \u2028"},
    ],
)
def test_it_gives_back_what_was_hashed(data):
    [entry] = append("case:1", [note(**data)])
    read = Entry.objects.get(pk=entry.pk)
    assert chains.entry_hash(read) == read.hash == entry.hash
    assert read.fact().by == AGENT and read.fact().at == AT


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_outside_a_transaction():
    with pytest.raises(NotInTransaction) as refused:
        append("case:1", [note()])
    assert refused.value.code == "J001"


@pytest.mark.django_db
def test_it_refuses_a_writer_who_read_an_older_state():
    append("case:1", [note()], expected=0)
    with pytest.raises(Overtaken):
        append("case:1", [note()], expected=0)
    assert queries.length("case:1") == 1


@pytest.mark.django_db(transaction=True)
def test_it_leaves_nothing_of_a_transaction_that_is_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        append("case:1", [note()])
        raise RuntimeError("power cut")
    assert not (Entry.objects.exists() or Pending.objects.exists() or JournalHead.objects.exists())


@pytest.mark.django_db
def test_it_refuses_changes_in_python():
    [entry] = append("case:1", [note()])
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(kind="x"),
    ):
        with pytest.raises(TypeError, match="Journal entries"):
            change()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_entry SET kind = 'x'", "DELETE FROM journal_entry", "DELETE FROM journal_anchorleaf"],
)
def test_it_refuses_changes_in_the_database(statement):
    from gongzhi.city.journal.anchoring import anchor

    append("case:1", [note()])
    anchor()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert queries.length("case:1") == 1


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has REPLACE")
@pytest.mark.parametrize("table", ["journal_entry", "journal_anchor", "journal_anchorleaf"])
@pytest.mark.parametrize("id", ["id", "id + 1000"])
def test_it_refuses_to_replace_rows(table, id):
    """REPLACE deletes what stands in the way, by the id or by another unique key, and no trigger for deletions hears it."""
    from gongzhi.city.journal.anchoring import anchor

    append("case:1", [note()])
    anchor()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        columns = [row[1] for row in cursor.fetchall()]
        before = list(cursor.execute(f"SELECT * FROM {table}").fetchall())
    shown = ", ".join(id if name == "id" else name for name in columns)
    statement = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) SELECT {shown} FROM {table}"
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    with connection.cursor() as cursor:
        assert list(cursor.execute(f"SELECT * FROM {table}").fetchall()) == before


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_chain_when_many_start_it_at_once():
    start = threading.Barrier(6)
    wrong: list[BaseException] = []

    def write(number: int) -> None:
        try:
            start.wait()
            for turn in range(5):
                with transaction.atomic():
                    append("case:1", [note(f"{number}.{turn}")])
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [entry.seq for entry in queries.history("case:1")] == list(range(1, 31))
