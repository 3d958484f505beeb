"""What the API says of feeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOut:
    """A feed of an installed mechanism."""

    #: mechanism.feed
    name: str
    title: str
    #: series or extract
    kind: str
    #: who provides it
    source: str
    basis: str
    #: minutes from reading to reading; 0 of an extract
    minutes: int
    unit: str
    #: a meter's register comes in; its differences are stored
    counter: bool
    #: which end of its step a reading's time names
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsOut:
    """Every feed."""

    items: list[FeedOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOut:
    """Something odd in a batch."""

    kind: str
    series: str
    count: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOut:
    """What came in at once, and what became of it."""

    id: int
    feed: str
    #: waiting, stored or broken
    state: str
    received_at: datetime
    #: SHA-256 of what came
    digest: str
    rows: int
    added: int
    #: equal to what was there
    same: int
    #: corrected what was there
    replaced: int
    #: kept apart: unknown, unreadable, out of range, in the future
    apart: int
    late: int
    trouble: str
    findings: list[FindingOut] = field(default_factory=list)
