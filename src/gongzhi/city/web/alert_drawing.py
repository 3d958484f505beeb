"""The curves around an alert as a small picture: what runs, what should run with it, and the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gongzhi.city.mechanisms.overviews.watches import Curve

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
#: part -> colour and dash: told apart without colours too
LOOKS = {"source": ("#a15c00", "6 3"), "target": ("#0b5cad", "")}


def picture(
    curves: Sequence[Curve], since: datetime, until: datetime, step: timedelta, unit: str
) -> SafeString:
    """An SVG; empty without points. A hole in the readings is a hole in the line."""
    points = [point for curve in curves for point in curve.points]
    if not points:
        return SafeString("")
    first, last = min(at for at, _value in points), max(at for at, _value in points) + step
    most = max(max(value for _at, value in points), 0.001)
    low = min(0.0, min(value for _at, value in points))

    def x(at: datetime) -> float:
        share = (at - first) / (last - first)
        return round(LEFT + max(0.0, min(1.0, share)) * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (most - low) * (HEIGHT - TOP - BOTTOM), 1)

    lines = format_html_join(
        "",
        '<path d="{}" fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>',
        (
            (" ".join(_path(curve.points, x, y, step)), *LOOKS.get(curve.part, ("#444", "")))
            for curve in curves
        ),
    )
    hours = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="13" text-anchor="middle" fill="#586275">{}</text>',
        ((x(at), HEIGHT - 8, localtime(at).strftime("%H:%M")) for at in _hours(first, last)),
    )
    return format_html(
        '<svg class="curve" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        '<rect x="{a}" y="{t}" width="{wide}" height="{tall}" fill="#fde8e6"/>'
        '<line x1="{l}" y1="{b}" x2="{w}" y2="{b}" stroke="#c6cedb"/>'
        '<text x="{lt}" y="{tt}" font-size="13" text-anchor="end" fill="#586275">{most}</text>'
        '<text x="{lt}" y="{b}" font-size="13" text-anchor="end" fill="#586275">{zero}</text>{lines}{hours}</svg>',
        w=WIDTH, h=HEIGHT, l=LEFT, lt=LEFT - 4, t=TOP, tt=TOP + 10, b=HEIGHT - BOTTOM,
        a=x(since), wide=max(2.0, round(x(until) - x(since), 1)), tall=HEIGHT - TOP - BOTTOM,
        most=f"{most:.4g}", zero=f"{low:.4g}", lines=lines, hours=hours,
        label=_("预警前后的读数（%(unit)s）；浅红的一段是预警的时间") % {"unit": unit or _("无单位")},
    )  # fmt: skip


def _path(
    points: Sequence[tuple[datetime, float]],
    x: Callable[[datetime], float],
    y: Callable[[float], float],
    step: timedelta,
) -> Iterator[str]:
    before: datetime | None = None
    for at, value in points:
        yield f"{'L' if before is not None and at - before <= step else 'M'}{x(at)} {y(value)}"
        before = at


def _hours(first: datetime, last: datetime) -> list[datetime]:
    """About five instants on whole hours."""
    apart = max(1, round((last - first).total_seconds() / 3600 / 5))
    start = first.replace(minute=0, second=0, microsecond=0)
    found = [start + timedelta(hours=n * apart) for n in range(8)]
    return [at for at in found if first <= at <= last - (last - first) / 40]


__all__ = ["picture"]
