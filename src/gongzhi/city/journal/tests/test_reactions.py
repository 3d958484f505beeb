"""The queue of pending entries: in order, exactly once, late commits included, also under kill -9."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from gongzhi.city.journal import reactions as module
from gongzhi.city.journal.actions import append
from gongzhi.city.journal.models import Pending
from gongzhi.city.journal.reactions import BACKOFF, Reactions, parked, react, react_to_all, retry_parked
from gongzhi.engine.cases.model import SYSTEM, Fact

AT = datetime(2024, 9, 30, 8, 0, tzinfo=UTC)


def fact(kind: str = "noted", **data: object) -> Fact:
    return Fact(kind=kind, at=AT, by=SYSTEM, data=data)


@pytest.fixture
def registry():
    return Reactions()


@pytest.fixture
def met(registry):
    """What a reaction to everything saw, in order."""
    seen: list[tuple[str, int]] = []
    registry.register("watch")(lambda entry: seen.append((entry.subject, entry.seq)))
    return seen


@pytest.mark.django_db
def test_it_meets_each_entry_once_and_in_order(registry, met):
    append("case:1", [fact(), fact(), fact()])
    append("case:2", [fact()])
    assert react_to_all(registry=registry).done == 4
    assert [seq for subject, seq in met if subject == "case:1"] == [1, 2, 3]
    assert react(registry=registry).idle


@pytest.mark.django_db
def test_it_empties_the_queue_when_nobody_reacts(registry):
    append("case:1", [fact()])
    react_to_all(registry=registry)
    assert not Pending.objects.exists()


@pytest.mark.django_db
def test_it_meets_what_a_reaction_appends(registry, met):
    registry.register("follow", ["opened"])(lambda entry: append("bill:1", [fact("billed")]))
    append("case:1", [fact("opened")])
    react_to_all(registry=registry)
    assert met == [("case:1", 1), ("bill:1", 1)]


@pytest.mark.django_db
def test_it_takes_back_what_a_failing_reaction_wrote_and_lets_others_go_on(registry, met):
    def explode(entry):
        append("bill:1", [fact("billed")])
        raise RuntimeError("no paper in the printer")

    registry.register("explode", ["opened"])(explode)
    append("case:1", [fact("opened"), fact()])
    append("case:2", [fact()])
    reacted = react_to_all(registry=registry)
    assert (reacted.done, reacted.failed) == (1, 1)
    assert met == [("case:2", 1)]
    assert not Pending.objects.filter(subject="bill:1").exists()
    waiting = Pending.objects.get(subject="case:1", seq=1)
    assert waiting.attempts == 1 and "no paper" in waiting.error and waiting.run_after > timezone.now()


@pytest.mark.django_db
def test_it_parks_after_the_last_attempt_and_takes_it_up_again_when_told(registry, met):
    registry.register("explode", ["opened"])(lambda entry: 1 / 0)
    append("case:1", [fact("opened"), fact()])
    for _ in range(len(BACKOFF) + 1):
        Pending.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        react_to_all(registry=registry)
    assert [row.subject for row in parked()] == ["case:1"]
    assert react(registry=registry).idle and met == []
    registry.forget("explode")
    assert retry_parked() == 1
    react_to_all(registry=registry)
    assert met == [("case:1", 1), ("case:1", 2)]


def test_it_refuses_two_reactions_of_one_name(registry):
    registry.register("bill", ["opened"])(print)
    registry.register("bill", ["ended"])(print)
    with pytest.raises(ValueError, match="bill"):
        registry.register("bill", ["opened"])(print)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_it_meets_an_entry_that_commits_after_a_younger_one(registry, met):
    written, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            append("case:slow", [fact()])
            written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    written.wait(10)
    with transaction.atomic():
        append("case:quick", [fact()])
    react_to_all(registry=registry)
    assert met == [("case:quick", 1)]
    may_commit.set()
    thread.join()
    react_to_all(registry=registry)
    assert met == [("case:quick", 1), ("case:slow", 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_it_keeps_the_order_of_a_subject_between_two_readers(registry):
    seen, entered, go_on = [], threading.Event(), threading.Event()

    def slow(entry) -> None:
        seen.append((entry.subject, entry.seq))
        if (entry.subject, entry.seq) == ("case:1", 1):
            entered.set()
            go_on.wait(10)

    registry.register("slow")(slow)
    with transaction.atomic():
        append("case:1", [fact(), fact()])

    def first_reader() -> None:
        react(registry=registry)
        connection.close()

    thread = threading.Thread(target=first_reader)
    thread.start()
    entered.wait(10)
    with transaction.atomic():
        append("case:2", [fact()])
    assert react(registry=registry).done == 1  # case:2 only: case:1 #2 waits for #1
    go_on.set()
    thread.join()
    react_to_all(registry=registry)
    assert seen == [("case:1", 1), ("case:2", 1), ("case:1", 2)]


@pytest.mark.django_db
def test_it_counts_a_locked_database_as_nobodys_fault(registry, monkeypatch):
    from django.db import OperationalError

    def locked(entry):
        raise OperationalError("database is locked")

    registry.register("locked")(locked)
    append("case:1", [fact()])
    assert module.react(registry=registry).idle
    assert Pending.objects.get().attempts == 0
