"""Answers that many ask for at once are worked out by one of them and kept for a moment."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

from django.db import connection, connections

Value = TypeVar("Value")
#: an answer is kept for so many times what it cost, so that working it out never takes more than a tenth of a process
TIMES = 10.0
#: seconds; an answer that took less is worked out while whoever asks waits, so that a small city never shows an old one
DEAR: Final = 0.1

log = logging.getLogger("gongzhi.remembering")


class Remembered(Generic[Value]):
    """Per process: the same question within ``least`` seconds gets the same answer, and a dear one keeps longer.

    ``most`` bounds the number of answers; ``longest`` the seconds, whatever they cost. For ``stale`` seconds after that a
    dear answer (``DEAR``) is still given at once, while one thread works out the next: nobody waits for it, and no answer
    is ever older than ``longest`` + ``stale``. Whoever is inside a transaction waits: it may have written what is counted.
    """

    def __init__(
        self, *, least: float = 1.0, longest: float = 30.0, most: int = 256, stale: float = 0.0
    ) -> None:
        self._least, self._longest, self._most, self._stale = least, longest, most, stale
        #: until when (monotonic seconds), what it cost, the answer
        self._known: dict[Hashable, tuple[float, float, Value]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()
        #: grows when something was written: what was being worked out then is not kept
        self._writes = 0

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The kept answer, or a new one; whoever asks meanwhile waits for it instead of asking the database again."""
        known = self._known.get(key)
        if known is not None and time.monotonic() < known[0]:
            return known[2]
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        if known is not None and self._may_be_old(known):
            if lock.acquire(blocking=False):
                self._behind(key, make, lock)
            return known[2]
        with lock:
            known = self._known.get(key)
            if known is not None and time.monotonic() < known[0]:
                return known[2]
            return self._made(key, make)

    def forget(self, **kwargs: Any) -> None:
        """Ask anew: something was written."""
        self._writes += 1
        self._known.clear()

    def age(self) -> None:
        """Every answer is due to be worked out again, from now on (tests and measurements)."""
        now = time.monotonic()
        self._known.update({key: (now, cost, value) for key, (_until, cost, value) in self._known.items()})

    def _may_be_old(self, known: tuple[float, float, Value]) -> bool:
        until, cost, _value = known
        return cost >= DEAR and time.monotonic() < until + self._stale and not connection.in_atomic_block

    def _made(self, key: Hashable, make: Callable[[], Value]) -> Value:
        writes, began = self._writes, time.monotonic()
        value = make()
        cost = time.monotonic() - began
        if writes == self._writes:
            self._room()
            keep = min(max(self._least, TIMES * cost), self._longest)
            self._known[key] = (time.monotonic() + keep, cost, value)
        return value

    def _behind(self, key: Hashable, make: Callable[[], Value], lock: threading.Lock) -> None:
        """Work it out in a thread of its own, with a connection of its own; the lock is held until it is done."""

        def run() -> None:
            try:
                self._made(key, make)
            except Exception:
                # the old answer ages until somebody has to wait for a new one, and is told the error
                log.exception("an answer could not be worked out anew")
            finally:
                connections.close_all()
                lock.release()

        try:
            threading.Thread(target=run, name="remembering", daemon=True).start()
        except RuntimeError:  # no more threads, or the process is going
            lock.release()

    def _room(self) -> None:
        if len(self._known) < self._most:
            return
        now = time.monotonic()
        for key in [key for key, (until, _cost, _value) in list(self._known.items()) if until < now]:
            self._known.pop(key, None)
        if len(self._known) >= self._most:
            self._known.clear()
        with self._lock:
            free = [key for key, lock in self._locks.items() if key not in self._known and not lock.locked()]
            for key in free:
                self._locks.pop(key, None)


__all__ = ["Remembered"]
