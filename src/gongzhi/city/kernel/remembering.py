"""Answers that many ask for at once are worked out by one of them and kept for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
#: an answer is kept for so many times what it cost, so that working it out never takes more than a tenth of a process
TIMES = 10.0


class Remembered(Generic[Value]):
    """Per process: the same question within ``least`` seconds gets the same answer, and a dear one keeps longer.

    ``most`` bounds the number of answers; ``longest`` the seconds, whatever they cost.
    """

    def __init__(self, *, least: float = 1.0, longest: float = 30.0, most: int = 256) -> None:
        self._least, self._longest, self._most = least, longest, most
        self._known: dict[Hashable, tuple[float, Value]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The kept answer, or a new one; whoever asks meanwhile waits for it instead of asking the database again."""
        known = self._known.get(key)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            known = self._known.get(key)
            if known is not None and time.monotonic() < known[0]:
                return known[1]
            began = time.monotonic()
            value = make()
            cost = time.monotonic() - began
            self._room()
            keep = min(max(self._least, TIMES * cost), self._longest)
            self._known[key] = (time.monotonic() + keep, value)
            return value

    def forget(self, **kwargs: Any) -> None:
        """Ask anew: something was written."""
        self._known.clear()

    def _room(self) -> None:
        if len(self._known) < self._most:
            return
        now = time.monotonic()
        for key in [key for key, (until, _) in list(self._known.items()) if until < now]:
            self._known.pop(key, None)
        if len(self._known) >= self._most:
            self._known.clear()
        with self._lock:
            free = [key for key, lock in self._locks.items() if key not in self._known and not lock.locked()]
            for key in free:
                self._locks.pop(key, None)


__all__ = ["Remembered"]
