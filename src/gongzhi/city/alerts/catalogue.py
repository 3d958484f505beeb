"""Where this room gets feeds from: whoever knows the installed mechanisms registers itself here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gongzhi.city.alerts.errors import NoSuchFeed
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.watches.feeds import FeedSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A feed and the mechanism that declares it."""

    mechanism: str
    spec: FeedSpec

    @property
    def name(self) -> str:
        """``mechanism.feed``."""
        return f"{self.mechanism}.{self.spec.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What a register took of an extract: records that are new or changed, those that were equal, and refused rows
    (row number of the file -> why)."""

    rows: int
    taken: int
    same: int
    refused: Mapping[int, str]


class FeedSource(Protocol):
    """Somebody who has feeds at hand."""

    def feeds(self) -> dict[str, Declared]:
        """``mechanism.feed`` -> the feed of the active version of its mechanism. Must be fast: it caches."""


_sources: list[FeedSource] = []
#: register -> keys of its records that count
_known: list[Callable[[str], frozenset[str]]] = []
_landing: list[Callable[[Standing, Declared, Path, str], Landed]] = []


def register(source: FeedSource) -> None:
    """Ask this source too; the last registered is asked first. The same one twice is one."""
    if source not in _sources:
        _sources.insert(0, source)


def unregister(source: FeedSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def register_known(ask: Callable[[str], frozenset[str]]) -> None:
    """Who says which keys a register has."""
    _known[:] = [ask]


def register_landing(land: Callable[[Standing, Declared, Path, str], Landed]) -> None:
    """Who brings the rows of an extract (a file under its name) into its register."""
    _landing[:] = [land]


def one(name: str) -> Declared:
    """The feed of that name. Raises NoSuchFeed."""
    found = known(name)
    if found is None:
        raise NoSuchFeed(feed=name[:80])
    return found


def known(name: str) -> Declared | None:
    """The same, or None."""
    return next((found for source in _sources if (found := source.feeds().get(name))), None)


def offered() -> list[Declared]:
    """Every feed, in order of name."""
    found: dict[str, Declared] = {}
    for source in reversed(_sources):
        found.update(source.feeds())
    return [found[name] for name in sorted(found)]


def series_of(declared: Declared) -> frozenset[str] | None:
    """The series that are known; None when every one is let in."""
    if not declared.spec.register_ or not _known:
        return None
    return _known[0](declared.spec.register_)


def land(by: Standing, declared: Declared, path: Path, name: str) -> Landed:
    """Bring an extract into its register. Raises what that register raises of the whole file."""
    return _landing[0](by, declared, path, name)
