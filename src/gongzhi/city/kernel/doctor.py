"""``gongzhi doctor``: every room registers what it can prove about itself; the first failure comes with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The outcome of one check."""

    ok: bool
    #: what was checked, e.g. "journal chains (5,012 subjects)"
    title: str
    #: what to do when it isn't ok
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.title}: {'OK' if self.ok else 'FAILED'}" + (
            f"\n  → {self.remedy}" if self.remedy and not self.ok else ""
        )


Check = Callable[[bool], Finding]


class Checks:
    """A registry of checks; a check takes ``full`` (recompute everything) and returns a Finding."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def register(self, name: str) -> Callable[[Check], Check]:
        """Decorator. ValueError when the name is taken."""

        def add(function: Check) -> Check:
            if name in self._checks:
                raise ValueError(f"a doctor check named {name} exists already")
            self._checks[name] = function
            return function

        return add

    def run(self, *, full: bool = False) -> Iterator[Finding]:
        """All findings in order of registration; a check that can't reach the database is a failed one."""
        for name, function in self._checks.items():
            try:
                yield function(full)
            except DatabaseError as error:
                yield Finding(
                    ok=False,
                    title=name,
                    remedy=f"the database refused: {error}; is it migrated and reachable?",
                )


checks = Checks()
