"""Anchors and verification: tampering is found and located."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.city.journal import chains
from gongzhi.city.journal.actions import append
from gongzhi.city.journal.anchoring import anchor, prove
from gongzhi.city.journal.errors import NotAnchored
from gongzhi.city.journal.guards import drop_guards, guards_stand, raise_guards
from gongzhi.city.journal.models import Anchor, JournalHead
from gongzhi.city.journal.verification import verify, verify_subject
from gongzhi.engine.cases.model import SYSTEM, Fact

pytestmark = pytest.mark.django_db
AT = datetime(2024, 9, 30, 8, 0, tzinfo=UTC)


def write(subject: str, count: int = 3) -> None:
    append(subject, [Fact(kind="noted", at=AT, by=SYSTEM, data={"n": n}) for n in range(count)])


def tamper(statement: str) -> None:
    """What somebody with the database's password can do."""
    drop_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute("DELETE FROM journal_pending")
        cursor.execute(statement)
    raise_guards(connection)


def breaks(full: bool = True) -> list[tuple[str, int, str]]:
    return [(b.subject, b.seq, b.kind) for b in verify(full=full)]


def test_it_finds_nothing_wrong_with_what_was_only_appended():
    for number in range(4):
        write(f"case:{number}", number + 1)
    anchor()
    write("case:0")
    assert breaks(full=False) == [] and breaks(full=True) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE journal_entry SET person = 'user:9' WHERE subject = 'case:1' AND seq = 2",
            ("case:1", 2, "changed"),
        ),
        (
            "UPDATE journal_entry SET data = '{\"n\": 7}' WHERE subject = 'case:1' AND seq = 1",
            ("case:1", 1, "changed"),
        ),
        ("DELETE FROM journal_entry WHERE subject = 'case:1' AND seq = 2", ("case:1", 2, "missing")),
        ("DELETE FROM journal_entry WHERE subject = 'case:1' AND seq = 3", ("case:1", 3, "missing")),
        (
            "UPDATE journal_entry SET prev_hash = 'x' WHERE subject = 'case:1' AND seq = 3",
            ("case:1", 3, "moved"),
        ),
        ("UPDATE journal_journalhead SET hash = 'x' WHERE subject = 'case:1'", ("case:1", 3, "head")),
        ("DELETE FROM journal_journalhead WHERE subject = 'case:1'", ("case:1", 1, "head")),
        (
            "UPDATE journal_journalhead SET seq = 0, hash = REPLACE(hash, hash, '" + "0" * 64 + "') "
            "WHERE subject = 'case:1'",
            ("case:1", 1, "head"),
        ),
        (
            "INSERT INTO journal_entry (subject, seq, kind, at, person, role, name, post, office, area, step, choice, "
            "data, prev_hash, hash) SELECT subject, 4, kind, at, person, role, name, post, office, area, step, choice, "
            "data, hash, hash FROM journal_entry WHERE subject = 'case:1' AND seq = 3",
            ("case:1", 4, "head"),
        ),
    ],
)
def test_it_locates_tampering(statement, expected):
    write("case:1")
    write("case:2")
    tamper(statement)
    assert breaks() == [expected]
    found = verify_subject("case:1")
    assert found and (found.subject, found.seq, found.kind) == expected
    assert verify_subject("case:2") is None


def test_it_notices_by_the_anchor_that_a_tail_was_cut_off_together_with_its_head():
    write("case:1")
    anchor()
    tamper("DELETE FROM journal_entry WHERE subject = 'case:1' AND seq = 3")
    kept = JournalHead.objects.get(pk="case:1")
    kept.seq, kept.hash = 2, chains.ZERO
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM journal_entry WHERE subject = 'case:1' AND seq = 2")
        kept.hash = cursor.fetchone()[0]
    kept.save()
    assert breaks() == [("case:1", 3, "anchor")]


def test_it_notices_a_changed_anchor():
    write("case:1")
    made = anchor()
    tamper("UPDATE journal_anchor SET root = 'x'")
    assert (f"anchor:{made.pk}", made.pk, "changed") in breaks(full=False)


def test_it_verifies_only_what_is_new_the_second_time(django_assert_max_num_queries):
    for number in range(30):
        write(f"case:{number}")
    assert breaks(full=False) == []
    with django_assert_max_num_queries(3):
        assert breaks(full=False) == []


def test_it_anchors_only_the_chains_that_grew():
    write("case:1")
    write("case:2")
    first = anchor()
    assert (first.size, first.previous) == (2, chains.ZERO)
    assert anchor() is None
    write("case:2")
    second = anchor()
    assert (second.size, second.previous) == (1, first.root)
    assert Anchor.objects.count() == 2


def test_it_proves_that_an_entry_is_under_a_root():
    for number in range(7):
        write(f"case:{number}")
    anchor()
    proof = prove("case:4", 2)
    leaf = chains.leaf_hash(proof.subject, proof.head_seq, proof.head_hash)
    assert chains.follows(leaf, proof.path, proof.root)
    assert not chains.follows(chains.leaf_hash("case:4", 3, "0" * 64), proof.path, proof.root)
    write("case:9")
    with pytest.raises(NotAnchored):
        prove("case:9", 1)


@given(st.integers(1, 70), st.data())
def test_it_proves_every_leaf_of_every_tree(size, data):
    leaves = [chains.leaf_hash("case", n, "") for n in range(size)]
    position = data.draw(st.integers(0, size - 1))
    assert chains.follows(leaves[position], chains.merkle_proof(leaves, position), chains.merkle_root(leaves))


def test_it_reports_missing_guards():
    assert guards_stand(connection) == []
    drop_guards(connection)
    assert len(guards_stand(connection)) == 3
    raise_guards(connection)
