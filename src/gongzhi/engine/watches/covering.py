"""Whether a declaration (报备) explains a window, and if none does, why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gongzhi.engine.instants import SHANGHAI, parse_span
from gongzhi.engine.watches.kinds import DAY_US, HOUR_US, MINUTE_US
from gongzhi.engine.watches.spec import CoverSpec
from gongzhi.engine.watches.subjects import (
    DECLARED,
    FAR_US,
    Record,
    Records,
    Subject,
    holds,
    value,
    window_of,
)

#: declarations further away than this are not spoken of
NEAR_US = 30 * DAY_US
_UNITS = {"minute": MINUTE_US, "hour": HOUR_US, "day": DAY_US}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """A declaration of the same subject that did not cover the window.

    ``code``: ``not_in_force``, ``other_reason``, ``over`` (ended before), ``later`` (begins after), ``partly``.
    """

    declaration: str
    code: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The declaration that covers a window; empty: none, and why those of the same subject did not."""

    declaration: str = ""
    why_not: tuple[WhyNot, ...] = ()


def cover(specs: tuple[CoverSpec, ...], subject: Subject, since: int, until: int, records: Records) -> Cover:
    """Look for a declaration that covers the window. The first by time counts; times are microseconds since 1970 UTC."""
    return Covers(specs, records).of(subject, since, until)


@dataclass(frozen=True, slots=True)
class _Declared:
    """One declaration of a subject, and why it counts for none of its windows (code and words; empty where it may)."""

    key: str
    start: int
    end: int
    code: str
    says: str


class Covers:
    """The declarations of a watch, for many windows: found by what they are matched on, judged once for each subject."""

    def __init__(self, specs: tuple[CoverSpec, ...], records: Records) -> None:
        self._specs = tuple((spec, slack_us(spec.slack)) for spec in specs)
        self._matched = [_by_match(spec, records) for spec in specs]
        self._of: dict[str, list[list[_Declared]]] = {}

    def of(self, subject: Subject, since: int, until: int) -> Cover:
        """As ``cover``."""
        if subject.key not in self._of:
            self._of[subject.key] = [
                _judged(spec, subject, matched)
                for (spec, _slack), matched in zip(self._specs, self._matched, strict=True)
            ]
        why_not: list[WhyNot] = []
        for (spec, slack), declared in zip(self._specs, self._of[subject.key], strict=True):
            for each in declared:
                code, says = (each.code, each.says) if each.code else _missed(spec, slack, each, since, until)
                if not code:
                    return Cover(declaration=each.key)
                if each.start < until + NEAR_US and each.end > since - NEAR_US:
                    why_not.append(WhyNot(declaration=each.key, code=code, says=says))
        return Cover(why_not=tuple(why_not))


#: what declarations say in the columns that are matched -> those declarations
_Matched = Mapping[tuple[str, ...], list[Record]]


def _by_match(spec: CoverSpec, records: Records) -> _Matched:
    found: dict[tuple[str, ...], list[Record]] = {}
    for each in records.get(spec.register_, ()):
        told = [each.get(column) for column in spec.match]
        if None not in told:
            found.setdefault(tuple(map(str, told)), []).append(each)
    return found


def _judged(spec: CoverSpec, subject: Subject, matched: _Matched) -> list[_Declared]:
    wanted = [value(each, subject.names) for each in spec.match.values()]
    if None in wanted:
        return []
    made = []
    for declared in matched.get(tuple(map(str, wanted)), ()):
        start, end = window_of(spec.register_, declared, spec.from_, spec.to)
        made.append(_Declared(str(declared["key"]), start, end, *_refused(spec, subject, declared)))
    return sorted(made, key=lambda each: (each.start, each.end, each.key))


def _refused(spec: CoverSpec, subject: Subject, declared: Record) -> tuple[str, str]:
    """Why the declaration counts for no window: a code and words; both empty where it may count."""
    if not holds(spec.where, {**subject.names, DECLARED: declared}):
        return "not_in_force", "没有生效"
    if spec.kinds and str(declared.get(spec.kinds.column)) not in spec.kinds.any_:
        return "other_reason", f"报的是“{declared.get(spec.kinds.column) or '没有写'}”，不在可以解释的事由里"
    return "", ""


def _missed(spec: CoverSpec, slack: int, declared: _Declared, since: int, until: int) -> tuple[str, str]:
    """Why it does not cover this window; both empty where it does."""
    start, end = declared.start, declared.end
    if end + slack <= since:
        return "over", f"到{show_us(end)}就结束了"
    if start - slack >= until:
        return "later", f"从{show_us(start)}才开始"
    inside = min(until, end + slack) - max(since, start - slack)
    if float(inside) < float(spec.share) * float(until - since):
        return "partly", f"只报了{show_us(start)}至{show_us(end)}，没有盖住全段"
    return "", ""


def slack_us(text: str) -> int:
    """A span of hours or minutes in microseconds; empty is none."""
    if not text:
        return 0
    span = parse_span(text)
    return int(span.amount * _UNITS[span.unit.value])


def show_us(us: int) -> str:
    """An instant as alerts write it: 2025-01-01 08:00, local time."""
    if us >= FAR_US:
        return "长期"
    return datetime.fromtimestamp(us // 1_000_000, UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def told(why_not: tuple[WhyNot, ...], *, asked: bool) -> str:
    """One sentence of why no declaration covered a window; ``asked``: whether the watch knows declarations at all."""
    if not why_not:
        return "没有报备" if asked else "这条规则不看报备"
    return "；".join(f"报备{each.declaration}：{each.says}" for each in why_not)


def as_data(why_not: tuple[WhyNot, ...]) -> list[Mapping[str, Any]]:
    """Ready for JSON."""
    return [{"declaration": each.declaration, "code": each.code, "says": each.says} for each in why_not]


__all__ = ["Cover", "Covers", "WhyNot", "as_data", "cover", "show_us", "slack_us", "told"]
