"""Whether a declaration (报备) explains a window, and if none does, why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    same,
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
    why_not: list[WhyNot] = []
    for spec in specs:
        for declared, start, end in _of(spec, subject, records):
            code, says = _refused(spec, subject, declared, (start, end), (since, until))
            if not code:
                return Cover(declaration=str(declared["key"]))
            if start < until + NEAR_US and end > since - NEAR_US:
                why_not.append(WhyNot(declaration=str(declared["key"]), code=code, says=says))
    return Cover(why_not=tuple(why_not))


def _of(spec: CoverSpec, subject: Subject, records: Records) -> Iterator[tuple[Record, int, int]]:
    wanted = {column: value(each, subject.names) for column, each in spec.match.items()}
    found = [
        (*window_of(spec.register_, each, spec.from_, spec.to), str(each["key"]), each)
        for each in records.get(spec.register_, ())
        if all(same(each.get(column), one) for column, one in wanted.items())
    ]
    for start, end, _key, each in sorted(found, key=lambda one: one[:3]):
        yield each, start, end


def _refused(
    spec: CoverSpec, subject: Subject, declared: Record, times: tuple[int, int], window: tuple[int, int]
) -> tuple[str, str]:
    """Why the declaration does not count: a code and words; both empty where it does."""
    (start, end), (since, until) = times, window
    if not holds(spec.where, {**subject.names, DECLARED: declared}):
        return "not_in_force", "没有生效"
    if spec.kinds and str(declared.get(spec.kinds.column)) not in spec.kinds.any_:
        return "other_reason", f"报的是“{declared.get(spec.kinds.column) or '没有写'}”，不在可以解释的事由里"
    slack = slack_us(spec.slack)
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


__all__ = ["Cover", "WhyNot", "as_data", "cover", "show_us", "slack_us", "told"]
