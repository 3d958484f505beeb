"""How the pages show instants, lights and icons: always the same way, in words that can be read aloud."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from gongzhi.city.cases import world
from gongzhi.city.kernel import clock, ids
from gongzhi.city.mechanisms import library
from gongzhi.city.people.queries import name_of_person
from gongzhi.engine.calendars import calendar
from gongzhi.engine.forms import PRIVACY
from gongzhi.engine.instants import LONGEST, SHANGHAI, Span, Unit, parse_span, show_instant

register = template.Library()

#: instants from here on stand for "never"
NEVER_YEAR = 9999
LIGHTS = {"green": "正常", "yellow": "快到期", "red": "已超期", "none": "不计时"}


@register.filter
def when(at: datetime | None) -> str:
    """2024年10月12日 星期六 18:00; in English 2024-10-12 Sat 18:00."""
    if at is None or at.year >= NEVER_YEAR:
        return _("未定")
    if get_language() == "en":
        return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %a %H:%M")
    return show_instant(at)


@register.filter
def day_and_time(at: datetime | None) -> str:
    """Short form for dense tables: 10月12日 18:00, with the year only when it is not this one."""
    if at is None or at.year >= NEVER_YEAR:
        return "—"
    local = at.astimezone(SHANGHAI)
    this_year = local.year == clock.now().astimezone(SHANGHAI).year
    if get_language() == "en":
        return local.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")
    return (
        f"{local.month}月{local.day}日 {local:%H:%M}"
        if this_year
        else f"{local.year}年{local.month}月{local.day}日"
    )


@register.filter
def left(due: datetime | None) -> str:
    """How long until ``due``, in the unit that an official counts in; overdue is said as such."""
    if due is None or due.year >= NEVER_YEAR:
        return ""
    now = clock.now()
    if now > due:
        return _("已超期%(time)s") % {"time": _amount(due, now)}
    return _("还剩%(time)s") % {"time": _amount(now, due)}


def _amount(start: datetime, end: datetime) -> str:
    if (end - start).total_seconds() < 24 * 3600:
        minutes = int((end - start).total_seconds() // 60)
        hours = minutes // 60
        if hours:
            return ngettext("%(n)d小时", "%(n)d小时", hours) % {"n": hours}
        return ngettext("%(n)d分钟", "%(n)d分钟", minutes) % {"n": minutes}
    days = (
        calendar("china", unannounced="weekends").between(start, end, Unit.WORKING_DAY).quantize(Decimal(1))
    )
    if days < 1:
        whole = (timezone.localtime(end).date() - timezone.localtime(start).date()).days
        return ngettext("%(n)d天", "%(n)d天", whole) % {"n": whole}
    return ngettext("%(n)d个工作日", "%(n)d个工作日", int(days)) % {"n": int(days)}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from the sprite; decorative, so hidden from screen readers."""
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("web/icons.svg"),
        name,
    )


@register.simple_tag
def light(colour: str) -> SafeString:
    """A light as colour, sign and word, so that nobody needs to see colours."""
    return format_html(
        '<span class="light {0}"><svg viewBox="0 0 16 16" aria-hidden="true"><use href="{1}#{0}"></use></svg>{2}</span>',
        colour,
        static("web/icons.svg"),
        _(LIGHTS.get(colour, "不计时")),
    )


@register.simple_tag
def alert(name: str, case_type: Any) -> SafeString:
    """An alert of the engine in words: which clock or step, and its light."""
    what, _colon, colour = name.partition(":")
    clock_rule = case_type.clocks.get(what)
    title = clock_rule.title if clock_rule else _("这一步")
    return format_html("{} {}", title, light(colour))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or nothing."""
    return mapping.get(key) if mapping else None


#: words of the lights, where makemessages finds them
def _words() -> tuple[str, ...]:
    return _("正常"), _("快到期"), _("已超期"), _("不计时")


@register.filter
def office_name(code: str) -> str:
    """Short name of an office."""
    return world.office_name(str(code))


@register.filter
def area_name(code: str) -> str:
    """Short name of an area."""
    return world.area_name(str(code))


@register.filter
def person_name(person: str) -> str:
    """Name of somebody of the staff."""
    return name_of_person(str(person))


@register.filter
def mechanism_title(name: str) -> str:
    """Title of a mechanism by its id."""
    return dict(library.titles()).get(name, name)


@register.filter
def spaced(code: str) -> str:
    """A tracking code in groups, for reading aloud."""
    return ids.spaced(code)


@register.filter
def span(text: str) -> str:
    """A span of time as people say it: 5个工作日."""
    return parse_span(text).chinese() if get_language() != "en" else text


@register.filter
def used(read: Any, limit: str) -> str:
    """How much of its limit a clock has used, pauses given back, in the unit of the limit: 22个工作日."""
    made = Span(min(read.elapsed.quantize(Decimal("0.1")), Decimal(LONGEST)), parse_span(limit).unit)
    return made.chinese() if get_language() != "en" else str(made)


@register.filter
def reason(case_type: Any, name: str) -> str:
    """Words of the reason for which a clock stands still."""
    return str(case_type.reason_title(name))


@register.filter
def plain(text: str) -> str:
    """A cell of a decision table as an official would write it: without the quotes of its texts."""
    return "—" if text.strip() == "-" else text.replace('"', "")


@register.filter
def because(text: str, tables: Any) -> str:
    """Why a limit is what it is, e.g. ``limits:11``, in words: 时限表第11行."""
    table, _colon, rows = text.partition(":")
    return _("依据“%(table)s”第%(rows)s行") % {"table": tables.get(table, table), "rows": rows}


@register.filter
def privacy(name: str) -> str:
    """Chinese name of a privacy class."""
    return _(PRIVACY.get(name, name))


@register.filter
def unlocalized(value: Any) -> str:
    """A number for an attribute of a picture: always with a point."""
    return str(value)
