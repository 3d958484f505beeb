"""Answers kept for a moment: who waits for a new one, who gets the last, and for how long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest
from django.db import connection, transaction

from gongzhi.city.kernel import remembering
from gongzhi.city.kernel.remembering import Remembered

WAIT = 10.0


class Made:
    """A dear answer: 1, 2, 3 …; ``go`` lets those after the first be finished."""

    def __init__(self) -> None:
        self.numbers, self.go, self.threads = count(1), threading.Event(), []
        self.fails = False

    def __call__(self) -> int:
        self.threads.append(threading.current_thread())
        number = next(self.numbers)
        if number > 1:
            assert self.go.wait(WAIT)
        if self.fails:
            raise RuntimeError("the database is away")
        # a connection of its own, and not that of whoever asked
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return number


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.setattr(remembering, "DEAR", 0.0)
    made = Made()
    yield made
    made.go.set()
    for thread in made.threads:
        if thread is not threading.current_thread():
            thread.join(WAIT)


def done(made: Made) -> None:
    made.go.set()
    for thread in made.threads[1:]:
        thread.join(WAIT)


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_last_answer_while_one_thread_makes_the_next(made: Made) -> None:
    kept: Remembered[int] = Remembered(stale=60.0)
    assert kept.get("a", made) == 1
    kept.age()
    assert [kept.get("a", made) for _ in range(5)] == [
        1
    ] * 5  # nobody waits for the second, which has not gone
    time.sleep(0.05)
    assert len(made.threads) == 2 and made.threads[1] is not threading.current_thread()
    done(made)
    assert kept.get("a", made) == 2


@pytest.mark.django_db(transaction=True)
def test_it_keeps_no_answer_for_longer_than_it_says(made: Made) -> None:
    made.go.set()
    kept: Remembered[int] = Remembered(least=0.0, longest=0.0, stale=0.05)
    assert kept.get("a", made) == 1
    time.sleep(0.1)
    assert kept.get("a", made) == 2 and made.threads[1] is threading.current_thread()


@pytest.mark.django_db(transaction=True)
def test_it_makes_a_cheap_answer_at_once(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "DEAR", 5.0)
    made.go.set()
    kept: Remembered[int] = Remembered(stale=60.0)
    assert kept.get("a", made) == 1
    kept.age()
    assert kept.get("a", made) == 2


@pytest.mark.django_db(transaction=True)
def test_it_lets_whoever_is_in_a_transaction_see_what_they_wrote(made: Made) -> None:
    made.go.set()
    kept: Remembered[int] = Remembered(stale=60.0)
    assert kept.get("a", made) == 1
    kept.age()
    with transaction.atomic():
        assert kept.get("a", made) == 2 and made.threads[1] is threading.current_thread()


@pytest.mark.django_db(transaction=True)
def test_it_does_not_keep_what_was_being_made_when_something_was_written(made: Made) -> None:
    kept: Remembered[int] = Remembered(stale=60.0)
    assert kept.get("a", made) == 1
    kept.age()
    assert kept.get("a", made) == 1
    kept.forget()
    done(made)
    assert kept.get("a", made) == 3


@pytest.mark.django_db(transaction=True)
def test_it_tells_an_error_to_whoever_waits_and_goes_on(made: Made, caplog: pytest.LogCaptureFixture) -> None:
    kept: Remembered[int] = Remembered(stale=60.0)
    assert kept.get("a", made) == 1
    kept.age()
    made.fails = True
    assert kept.get("a", made) == 1
    done(made)
    assert "could not be worked out anew" in caplog.text
    kept.forget()
    with pytest.raises(RuntimeError, match="away"):
        kept.get("a", made)
    made.fails = False
    assert kept.get("a", made) == 4
