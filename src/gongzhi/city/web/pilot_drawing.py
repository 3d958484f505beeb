"""The picture of a pilot: both groups period by period, the start as a line. It stands beside its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.city.pilots.words import is_share, level

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 76, 16, 30, 40
BLUE, GREY = "#1a56b8", "#586275"


def trend_picture(outcome: Mapping[str, Any], period_name: str) -> SafeString:
    """Two lines: trial areas (solid, circles), comparison areas (dashed, squares). Empty with less than two periods."""
    sides = outcome["sides"]
    known = [each[name] for each in sides for name in ("treated", "comparison") if each[name] is not None]
    if len(sides) < 2 or not known:
        return SafeString("")
    low, high = min(known), max(known)
    room = (high - low or abs(high) or 1.0) * 0.1
    low, high = low - room, high + room
    if is_share(outcome):
        low, high = max(0.0, low), min(1.0, high)
    first, last = sides[0]["period"], sides[-1]["period"]

    def x(period: float) -> float:
        return float(round(LEFT + (WIDTH - LEFT - RIGHT) * (period - first) / (last - first), 1))

    def y(value: float) -> float:
        return float(round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low), 1))

    grid = format_html_join(
        "",
        '<line x1="{l}" y1="{y}" x2="{r}" y2="{y}" stroke="#edf0f5"/><text x="{t}" y="{y}" dy="4" font-size="12" fill="#586275" text-anchor="end">{v}</text>',
        (
            {
                "l": LEFT,
                "r": WIDTH - RIGHT,
                "t": LEFT - 6,
                "y": y(low + (high - low) * part / 4),
                "v": level(outcome, low + (high - low) * part / 4),
            }
            for part in range(5)
        ),
    )
    step = max(1, (last - first) // 10)
    marks = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="12" fill="#586275" text-anchor="middle">{}</text>',
        (
            (x(each["period"]), HEIGHT - BOTTOM + 18, _number(each["period"]))
            for each in sides
            if (each["period"] - first) % step == 0
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}{}<text x="{}" y="{}" font-size="12" fill="#586275" text-anchor="middle">{}</text></svg>',
        WIDTH,
        HEIGHT,
        _("“%(title)s”逐期走势：试点和对照") % {"title": outcome["title"]},
        grid,
        marks,
        _start(x(-0.5)) if first < 0 <= last else "",
        _line(sides, "comparison", GREY, x, y),
        _line(sides, "treated", BLUE, x, y),
        (LEFT + WIDTH) // 2,
        HEIGHT - 4,
        period_name,
    )


def _number(period: int) -> str:
    """Periods as people count them: the first one of the trial is 1, the last one before it is −1."""
    return str(period + 1) if period >= 0 else f"−{-period}"


def _start(at: float) -> SafeString:
    return format_html(
        '<line x1="{x}" y1="{a}" x2="{x}" y2="{b}" stroke="#b42318" stroke-width="1.5" stroke-dasharray="2 4"/><text x="{x}" y="{t}" dx="4" font-size="12" fill="#b42318">{w}</text>',
        x=at,
        a=TOP - 12,
        b=HEIGHT - BOTTOM,
        t=TOP - 4,
        w=_("试点开始"),
    )


def _line(sides: Any, name: str, colour: str, x: Any, y: Any) -> SafeString:
    points = [(x(each["period"]), y(each[name])) for each in sides if each[name] is not None]
    joined = " ".join(f"{left},{top}" for left, top in points)
    if name == "treated":
        signs = format_html_join(
            "", '<circle cx="{}" cy="{}" r="4" fill="{}"/>', ((*p, colour) for p in points)
        )
    else:
        signs = format_html_join(
            "",
            '<rect x="{}" y="{}" width="7" height="7" fill="{}"/>',
            ((left - 3.5, top - 3.5, colour) for left, top in points),
        )
    dashes = "" if name == "treated" else "6 4"
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="2.5" stroke-dasharray="{}" stroke-linejoin="round"/>{}',
        joined,
        colour,
        dashes,
        signs,
    )
