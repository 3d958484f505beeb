"""Which comparisons there are, what they found, what became of it. For everybody else sums only, and no small ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gongzhi.city.cases.models import Case
from gongzhi.city.comparisons.errors import NoSuchComparison
from gongzhi.city.comparisons.models import ComparisonHit, ComparisonRun
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec

#: fewer than so many are not told to the public: in a village everybody would know who
FEWEST = 5
#: field of a hit's case that says what was recovered
RECOVERED = "recovered"
#: hits of one comparison whose cases a page reads
MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A comparison of a mechanism that runs here."""

    mechanism: str
    version: str
    title: str
    spec: ComparisonSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What became of the hits of one comparison."""

    hits: int = 0
    open: int = 0
    #: title of an end -> how many
    ends: dict[str, int] = field(default_factory=dict)
    recovered: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One comparison for the post that makes it."""

    known: Known
    sums: Sums
    last: ComparisonRun | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One comparison for everybody: ``None`` where a number is too small to be told."""

    title: str
    basis: str
    rows: int
    hits: int | None
    #: title of an end -> how many, ``None`` where fewer than ``FEWEST``
    ends: dict[str, int | None]
    recovered: Decimal


def comparisons() -> Iterator[Known]:
    """Everything that may be compared, in order of mechanism."""
    for held in library.active():
        for spec in held.mechanism.comparisons.values():
            yield Known(
                mechanism=held.mechanism.id,
                version=held.mechanism.version,
                title=held.mechanism.title,
                spec=spec,
            )


def known(mechanism: str, comparison: str) -> Known:
    """One of them. Raises NoSuchComparison."""
    for each in comparisons():
        if (each.mechanism, each.spec.id) == (mechanism, comparison):
            return each
    raise NoSuchComparison()


def overview(by: Standing) -> list[Overview]:
    """All of them with their last runs and what became of their hits. Right ``comparison.read``."""
    check(by, "comparison.read")
    return [Overview(known=each, sums=sums(each), last=runs_of(each).first()) for each in comparisons()]


def runs_of(each: Known) -> Any:
    """The runs of one, newest first."""
    return ComparisonRun.objects.filter(mechanism=each.mechanism, comparison=each.spec.id).order_by("-id")


def sums(each: Known) -> Sums:
    """What became of its hits, from their cases. Two queries."""
    found = list(
        ComparisonHit.objects.filter(mechanism=each.mechanism, comparison=each.spec.id)
        .order_by("-id")
        .values_list("case", flat=True)[:MOST]
    )
    mechanism, _dot, type_id = each.spec.case.rpartition(".")
    version = library.LIBRARY.active_version(mechanism) if mechanism else each.version
    held = library.LIBRARY.version(mechanism or each.mechanism, version)
    titles = held.case_types[type_id].ends if held else {}
    ends: Counter[str] = Counter()
    recovered, open_ = Decimal(0), 0
    for ended, state in Case.objects.filter(pk__in=found).values_list("ended", "state"):
        if not ended:
            open_ += 1
            continue
        ends[titles.get(ended, ended)] += 1
        recovered += Decimal(str(state.get("data", {}).get(RECOVERED) or 0))
    return Sums(hits=len(found), open=open_, ends=dict(ends), recovered=recovered)


def published() -> list[Published]:
    """What everybody may know: sums of those comparisons that were made, without small numbers."""
    told = []
    for each in comparisons():
        last = runs_of(each).filter(state=ComparisonRun.State.DONE).first()
        if last is None:
            continue
        found = sums(each)
        told.append(
            Published(
                title=each.spec.title,
                basis=each.spec.basis,
                rows=last.rows,
                hits=_large(found.hits),
                ends={title: _large(count) for title, count in sorted(found.ends.items())},
                recovered=found.recovered if _large(found.hits) else Decimal(0),
            )
        )
    return told


def hits(by: Standing, each: Known, *, most: int = 200) -> list[Case]:
    """The cases of its hits that the post may read, newest first. Right ``comparison.read``."""
    check(by, "comparison.read")
    keys = ComparisonHit.objects.filter(mechanism=each.mechanism, comparison=each.spec.id).order_by("-id")
    rows = Case.objects.filter(pk__in=list(keys.values_list("case", flat=True)[:most]))
    return list(rows.order_by("-opened_at", "-id"))


def _large(count: int) -> int | None:
    return count if count == 0 or count >= FEWEST else None
