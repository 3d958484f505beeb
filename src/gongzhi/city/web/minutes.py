"""Minutes per month drawn by the server: columns with their figures above, one per month; beside it stands a table."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongzhi.city.mechanisms.overviews.burden import Month

WIDTH, HEIGHT, TOP, BOTTOM = 720, 220, 26, 28


def trend(months: Sequence[Month]) -> SafeString:
    """Minutes per worker and month; empty where there is nothing to draw."""
    values = [float(each.each or 0) for each in months]
    most = max(values, default=0.0)
    if most <= 0:
        return SafeString("")
    step = WIDTH / len(months)
    room = HEIGHT - TOP - BOTTOM
    drawn = []
    for place, (month, value) in enumerate(zip(months, values, strict=True)):
        height = room * value / most
        middle = (place + 0.5) * step
        last = place == len(months) - 1
        drawn.append(
            (
                f"{middle - step * 0.3:.1f}",
                f"{HEIGHT - BOTTOM - height:.1f}",
                f"{step * 0.6:.1f}",
                f"{height:.1f}",
                "#1a56b8" if last else "#8fb0e0",
                f"{middle:.1f}",
                f"{HEIGHT - BOTTOM - height - 6:.1f}",
                f"{value:g}" if month.each is not None else "—",
                f"{middle:.1f}",
                HEIGHT - 8,
                _("%(n)d月") % {"n": month.first.month},
            )
        )
    columns = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>'
        '<text x="{}" y="{}" font-size="12" text-anchor="middle" fill="#344054">{}</text>'
        '<text x="{}" y="{}" font-size="12" text-anchor="middle" fill="#667085">{}</text>',
        drawn,
    )
    return format_html(
        '<svg viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        '<line x1="0" y1="{b}" x2="{w}" y2="{b}" stroke="#dfe4ec"/>{columns}</svg>',
        w=WIDTH,
        h=HEIGHT,
        b=HEIGHT - BOTTOM,
        label=_("每月每人几分钟，十二个月"),
        columns=columns,
    )
