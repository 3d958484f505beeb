"""Where this room gets kinds of books from: whoever knows the installed mechanisms registers itself here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from gongzhi.city.ledgers.errors import NoSuchLedger
from gongzhi.engine.mechanisms.ledgers import HOLDER, LedgerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A kind of book and the mechanism that declares it."""

    mechanism: str
    spec: LedgerSpec

    @property
    def name(self) -> str:
        """``mechanism.ledger``."""
        return f"{self.mechanism}.{self.spec.id}"

    def floor(self, account: str) -> Decimal | None:
        """The floor of an account of the book (or of ``holder``)."""
        found = self.spec.floor if account == HOLDER else self.spec.accounts[account].floor
        return None if found is None else Decimal(found)


class LedgerSource(Protocol):
    """Somebody who has ledgers at hand."""

    def ledgers(self) -> dict[str, Declared]:
        """``mechanism.ledger`` -> the ledger of the active version of its mechanism. Must be fast: it caches."""


_sources: list[LedgerSource] = []


def register(source: LedgerSource) -> None:
    """Ask this source too; the last registered is asked first. The same one twice is one."""
    if source not in _sources:
        _sources.insert(0, source)


def unregister(source: LedgerSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def one(name: str) -> Declared:
    """The ledger of that name. Raises NoSuchLedger."""
    found = known(name)
    if found is None:
        raise NoSuchLedger(ledger=name[:80])
    return found


def known(name: str) -> Declared | None:
    """The same, or None."""
    return next((found for source in _sources if (found := source.ledgers().get(name))), None)


def offered() -> list[Declared]:
    """Every ledger, in order of name."""
    found: dict[str, Declared] = {}
    for source in reversed(_sources):
        found.update(source.ledgers())
    return [found[name] for name in sorted(found)]
