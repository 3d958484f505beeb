"""How shares and their intervals are shown: a percentage in words of figures, and a bar that shows what is not known."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongzhi.engine.measures.rates import Rate

register = template.Library()


@register.filter
def percent(value: float | None) -> str:
    """``0.8437`` as ``84.4%``; a dash where there is nothing to divide."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.simple_tag
def interval(rate: Rate) -> SafeString:
    """The interval as a bar from 0 to 100 with the value in it; decorative beside the numbers."""
    return format_html(
        '<svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="10"></rect><rect class="range" x="{}" width="{}" height="10"></rect>'
        '<rect class="point" x="{}" width="2" height="10"></rect></svg>',
        f"{rate.low * 100:.1f}",
        f"{(rate.high - rate.low) * 100:.1f}",
        f"{min((rate.value or 0) * 100, 98):.1f}",
    )
