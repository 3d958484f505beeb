"""Words and addresses of boards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongzhi.city.kernel import clock
from gongzhi.city.web import walls

register = template.Library()
DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@register.filter
def rows_of(filter: Mapping[str, Any]) -> str:
    """The address of the rows that a figure counts."""
    return walls.address(filter)


@register.filter
def clock_or_day(at: datetime | None) -> str:
    """The time of today, the day of everything else: what fits on a wall."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if local.date() == clock.today():
        return f"{local:%H:%M}"
    return f"{local.month}-{local.day}" if get_language() == "en" else f"{local.month}月{local.day}日"


@register.filter
def day_words(at: datetime) -> str:
    """2026年11月22日 周日."""
    local = timezone.localtime(at)
    if get_language() == "en":
        return f"{local:%Y-%m-%d %a}"
    return f"{local.year}年{local.month}月{local.day}日 {DAYS[local.weekday()]}"


@register.filter
def week_words(week: Mapping[str, Any]) -> str:
    """How a week compares with the one before it, as the weather report would say it."""
    now, then = week["value"], week["before"]
    if week["way"] == "same":
        return _("和上周差不多（上周%(then)d件）") % {"then": then}
    words = {"n": abs(now - then), "share": _share(now, then)}
    if week["way"] == "more":
        return (_("比上周多%(n)d件%(share)s") % words).strip()
    return (_("比上周少%(n)d件%(share)s") % words).strip()


def _share(now: int, then: int) -> str:
    """（+8%）; nothing where the week before had too few to say so."""
    return f"（{(now - then) / then:+.0%}）" if then >= 10 else ""
