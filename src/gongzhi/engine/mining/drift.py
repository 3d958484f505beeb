"""Whether two periods differ: in the ways that cases go, and in how long each arc takes.

The mix of variants: G-test of independence (log-likelihood ratio), rare variants joined until every expected count is at
least five (Cochran 1954), with Cramér's V as its size. Times: Mann–Whitney, two-sided, with the probability of superiority
as its size; p values of all tests together are corrected by Holm (1979). A difference is told only where the corrected p is
below ``ALPHA``; otherwise the sentence is 看不出变化, which is not "nothing has changed".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from scipy import stats

from gongzhi.engine.mining.errors import TooFewCases

ALPHA = 0.05
LEAST_CASES, LEAST_TIMES, LEAST_EXPECTED = 10, 8, 5.0

Path = tuple[str, ...]
Arc = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One comparison."""

    #: empty for the mix of variants
    source: str = ""
    target: str = ""
    n_before: int
    n_after: int
    #: medians in hours; for the mix of variants None
    before: float | None = None
    after: float | None = None
    #: Cramér's V, or the share of pairs in which the later period took longer
    size: float
    p: float
    #: after Holm
    p_corrected: float

    @property
    def is_seen(self) -> bool:
        """Whether the difference is more than chance explains."""
        return self.p_corrected < ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The comparison of two periods."""

    cases_before: int
    cases_after: int
    mix: Change
    times: tuple[Change, ...]
    #: variants whose share moved most: (path, share before, share after)
    moved: tuple[tuple[Path, float, float], ...]


def compare(
    before: Mapping[Path, int],
    after: Mapping[Path, int],
    times_before: Mapping[Arc, Sequence[float]],
    times_after: Mapping[Arc, Sequence[float]],
) -> Drift:
    """Counts of variants, and hours of each arc, of two periods. TooFewCases below ``LEAST_CASES`` in either."""
    n_before, n_after = sum(before.values()), sum(after.values())
    if min(n_before, n_after) < LEAST_CASES:
        raise TooFewCases(least=LEAST_CASES, first=n_before, second=n_after)
    p_mix, size = _mix(before, after)
    raw: list[tuple[str, str, int, int, float | None, float | None, float, float]] = [
        ("", "", n_before, n_after, None, None, size, p_mix)
    ]
    for arc in sorted(set(times_before) & set(times_after)):
        old, new = times_before[arc], times_after[arc]
        if min(len(old), len(new)) >= LEAST_TIMES:
            p, larger = _times(old, new)
            raw.append((*arc, len(old), len(new), median(old), median(new), larger, p))
    corrected = holm([each[-1] for each in raw])
    changes = [
        Change(
            source=source, target=target, n_before=n, n_after=m, before=low, after=high, size=effect, p=p, p_corrected=adjusted
        )
        for (source, target, n, m, low, high, effect, p), adjusted in zip(raw, corrected, strict=True)
    ]  # fmt: skip
    return Drift(
        cases_before=n_before,
        cases_after=n_after,
        mix=changes[0],
        times=tuple(
            sorted(changes[1:], key=lambda change: (change.p_corrected, change.source, change.target))
        ),
        moved=_moved(before, after, n_before, n_after),
    )


def _mix(before: Mapping[Path, int], after: Mapping[Path, int]) -> tuple[float, float]:
    """p and Cramér's V; 1 and 0 where only one column is left."""
    n, m = sum(before.values()), sum(after.values())
    least = LEAST_EXPECTED * (n + m) / min(n, m)
    columns: list[tuple[int, int]] = []
    rest = [0, 0]
    for path in sorted({*before, *after}, key=lambda p: (-(before.get(p, 0) + after.get(p, 0)), p)):
        pair = (before.get(path, 0), after.get(path, 0))
        if sum(pair) >= least:
            columns.append(pair)
        else:
            rest = [rest[0] + pair[0], rest[1] + pair[1]]
    if 0 < sum(rest) < least and columns:
        last = columns.pop()
        rest = [rest[0] + last[0], rest[1] + last[1]]
    if sum(rest):
        columns.append((rest[0], rest[1]))
    if len(columns) < 2:
        return 1.0, 0.0
    table: Any = list(zip(*columns, strict=True))
    p = float(stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue)
    pearson = float(stats.chi2_contingency(table, correction=False).statistic)
    return p, float((pearson / (n + m)) ** 0.5)


def _times(old: Sequence[float], new: Sequence[float]) -> tuple[float, float]:
    if len(set(old) | set(new)) == 1:
        return 1.0, 0.5
    test = stats.mannwhitneyu(new, old, alternative="two-sided")
    return float(test.pvalue), float(test.statistic) / (len(old) * len(new))


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's step-down correction.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    found, worst = [0.0] * len(ps), 0.0
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[place]))
        found[place] = worst
    return found


def _moved(
    before: Mapping[Path, int], after: Mapping[Path, int], n: int, m: int
) -> tuple[tuple[Path, float, float], ...]:
    shares = [(path, before.get(path, 0) / n, after.get(path, 0) / m) for path in {*before, *after}]
    return tuple(sorted(shares, key=lambda each: (-abs(each[2] - each[1]), each[0]))[:5])


__all__ = ["ALPHA", "Change", "Drift", "compare", "holm"]
