"""Where this room learns about service points: they are records, and whoever knows the records registers itself here.

A point is named by its key everywhere in this room; nothing of it is kept twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gongzhi.city.counters.errors import NoSuchPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A hut, station, hall or terminal, as far as people at its door must know it."""

    #: key of the record in the register ``service_points``
    key: str
    title: str
    place: str = ""
    #: as people read it: 周一至周五 08:30-12:00
    hours: str = ""
    phone: str = ""
    #: code of the office that runs it; empty when nobody is named
    office: str = ""
    #: what can be done here, in everyday words
    items: tuple[str, ...] = ()


class PointSource(Protocol):
    """Somebody who knows points."""

    def point(self, key: str) -> Point | None:
        """The point with this key, ``None`` for an unknown or closed one."""

    def points(self, text: str) -> Sequence[Point]:
        """Points that fit the words (all when empty), at most a page of them."""


_sources: list[PointSource] = []


def register(source: PointSource) -> None:
    """Ask this source too; the last registered is asked first. The same one twice is one."""
    if source not in _sources:
        _sources.insert(0, source)


def unregister(source: PointSource) -> None:
    """Ask this source no more (tests)."""
    _sources.remove(source)


def point(key: str) -> Point:
    """The point with this key. Raises NoSuchPoint."""
    for source in _sources:
        found = source.point(key)
        if found is not None:
            return found
    raise NoSuchPoint(point=key[:80])


def points(text: str = "") -> list[Point]:
    """The points that fit the words, of all sources."""
    return [each for source in _sources for each in source.points(text)]


def title(key: str) -> str:
    """The title of a point; its key where nobody knows it any more (it was closed, its numbers stay)."""
    try:
        return point(key).title
    except NoSuchPoint:
        return key


def items(key: str) -> tuple[str, ...]:
    """What can be done at a point, by its record; nothing for a point that nobody knows."""
    try:
        return point(key).items
    except NoSuchPoint:
        return ()
