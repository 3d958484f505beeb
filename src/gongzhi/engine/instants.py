"""Instants and spans: when something happens, and how long a limit is.

Instants are aware :class:`datetime.datetime` values (Asia/Shanghai unless said otherwise). A :class:`Span` is an
amount with a unit as a law or a mechanism writes it: "5 working days", "2个工作小时". What a span means on a
given day is the business of :mod:`gongzhi.engine.calendars`; nothing here knows a holiday or reads a clock.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from gongzhi.engine.errors import GongzhiError

#: The legal time of China (UTC+8, no summer time since 1991).
SHANGHAI: tzinfo = ZoneInfo("Asia/Shanghai")

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


class SpanError(GongzhiError):
    """A period of time that nobody can read."""

    code = "K001"
    sentence = "“%(text)s”不是能读懂的期限。"
    remedy = "请写成“5 working days”“5个工作日”“2个工作小时”“24小时”“7日”“15分钟”这样的形式。"


class InstantError(GongzhiError):
    """A date and time that nobody can read, or one without a time zone where one is needed."""

    code = "K002"
    sentence = "“%(text)s”不是能读懂的时间。"
    remedy = "请写成“2024-09-30 16:00”或带时区的 ISO 8601 时间。"


class Unit(StrEnum):
    """Units of a span. The value is the English singular as written in mechanisms."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_HOUR = "working hour"
    WORKING_DAY = "working day"

    @property
    def chinese(self) -> str:
        """The unit as it follows a number in Chinese: 分钟, 小时, 日, 个工作小时, 个工作日."""
        return _CHINESE[self]

    @property
    def is_working(self) -> bool:
        """Whether only working time counts."""
        return self in (Unit.WORKING_HOUR, Unit.WORKING_DAY)


_CHINESE = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "日",
    Unit.WORKING_HOUR: "个工作小时",
    Unit.WORKING_DAY: "个工作日",
}


#: Longer limits than this are typing mistakes (600,000 minutes are 416 days), and would leave the years of a calendar.
LONGEST = 600_000


@dataclass(frozen=True, slots=True)
class Span:
    """A period of time as a mechanism writes it.

    The amount is finite, not negative and at most :data:`LONGEST`; otherwise :class:`SpanError`.

    >>> str(Span(Decimal(5), Unit.WORKING_DAY)), Span(Decimal(5), Unit.WORKING_DAY).chinese()
    ('5 working days', '5个工作日')
    """

    amount: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or not 0 <= self.amount <= LONGEST:
            raise SpanError(text=f"{self.amount} {self.unit}")

    def __str__(self) -> str:
        return f"{_plain(self.amount)} {self.unit.value}{'' if self.amount == 1 else 's'}"

    def chinese(self) -> str:
        """The span in Chinese: 5个工作日."""
        return f"{_plain(self.amount)}{self.unit.chinese}"


def _plain(amount: Decimal) -> str:
    """A decimal without exponent and trailing zeros: 5, 0.5, 100."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = r"(?P<amount>\d{1,9}(?:\.\d{1,9})?|[零〇一二两三四五六七八九十]{1,3})"
_ENGLISH_SPAN = re.compile(
    rf"{_NUMBER}\s*(?P<unit>minute|hour|day|working\s+hour|working\s+day)s?", re.IGNORECASE | re.ASCII
)
_CHINESE_SPAN = re.compile(
    rf"{_NUMBER}\s*个?(?P<unit>工作日|工作天|工作小时|工作时|自然日|分钟|分|小时|日|天)(?:内|之内|以内)?",
    re.ASCII,
)
_CHINESE_UNITS = {
    "工作日": Unit.WORKING_DAY,
    "工作天": Unit.WORKING_DAY,
    "工作小时": Unit.WORKING_HOUR,
    "工作时": Unit.WORKING_HOUR,
    "自然日": Unit.DAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "小时": Unit.HOUR,
    "分钟": Unit.MINUTE,
    "分": Unit.MINUTE,
}


def parse_span(text: str) -> Span:
    """Read a period as laws and mechanisms write it.

    English ("5 working days", "2 working hours", "24 hours", "15 minutes", "7 days") and Chinese ("5个工作日",
    "五个工作日内", "2个工作小时", "7日", "24小时"); blanks around and full-width digits do not matter.

    Raises :class:`SpanError` for anything else, months and years included: their length is not constant, so a
    law that counts in months is not a span.

    >>> str(parse_span("十五个工作日内")), str(parse_span("2.5 working days"))
    ('15 working days', '2.5 working days')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _ENGLISH_SPAN.fullmatch(plain):
        unit = Unit(" ".join(found["unit"].lower().split()))
    elif found := _CHINESE_SPAN.fullmatch(plain):
        unit = _CHINESE_UNITS[found["unit"]]
    else:
        raise SpanError(text=text)
    return Span(_amount(found["amount"], text), unit)


def _amount(text: str, whole: str) -> Decimal:
    """A number in digits, or a Chinese number from 零 to 九十九."""
    if text[0].isascii():
        return Decimal(text)
    tens, ten, ones = text.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1 or (not ten and ones):
        raise SpanError(text=whole)
    if not ten:
        return Decimal(_DIGITS[tens])
    return Decimal((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


_CHINESE_INSTANT = re.compile(
    r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日\s*(?:星期[一二三四五六日天])?\s*"
    r"(?:(?P<hour>\d{1,2})[::](?P<minute>\d{2}))?",
    re.ASCII,
)
_SHORT_INSTANT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2}))?", re.ASCII)


def parse_instant(text: str, tz: tzinfo = SHANGHAI) -> datetime:
    """Read an instant; the result is always aware.

    Takes "2024-09-30 16:00", any ISO 8601 date and time, and the Chinese way of writing of :func:`show_instant`.
    Without an offset it is in ``tz``; without a time it is 00:00; "24:00" is 00:00 of the next day.
    Raises :class:`InstantError` for anything else, and for years outside 1900-2999.

    >>> parse_instant("2024-09-30 16:00").isoformat()
    '2024-09-30T16:00:00+08:00'
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if found := _CHINESE_INSTANT.fullmatch(plain) or _SHORT_INSTANT.fullmatch(plain):
            year, month, day, hour, minute = (int(part or 0) for part in found.groups())
            at = datetime(year, month, day, 0 if (hour, minute) == (24, 0) else hour, minute, tzinfo=tz)
            at += timedelta(days=1) if (hour, minute) == (24, 0) else timedelta()
        else:
            at = datetime.fromisoformat(plain)
            at = at if at.tzinfo else at.replace(tzinfo=tz)
    except (ValueError, OverflowError) as error:
        raise InstantError(text=text) from error
    if not 1900 <= at.year <= 2999:
        raise InstantError(text=text)
    return at


def show_instant(at: datetime, tz: tzinfo = SHANGHAI) -> str:
    """An instant as people read it: 2024年10月12日 星期六 18:00, in the time of ``tz``.

    Raises :class:`InstantError` for an instant without a time zone.
    """
    local = aware(at).astimezone(tz)
    return f"{local.year}年{local.month}月{local.day}日 {WEEKDAYS[local.weekday()]} {local:%H:%M}"


def show_deadline(at: datetime, tz: tzinfo = SHANGHAI) -> str:
    """A due time as people read it: midnight is 24:00 of the day that ends, as in Civil Code art. 203.

    >>> show_deadline(parse_instant("2024-10-08 00:00"))
    '2024年10月7日 星期一 24:00'
    """
    local = aware(at).astimezone(tz)
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
        return show_instant(local, tz)
    day = local - timedelta(days=1)
    return show_instant(day, tz).removesuffix("00:00") + "24:00"


def aware(at: datetime) -> datetime:
    """The instant itself; :class:`InstantError` when it has no time zone, so that nobody guesses one."""
    if at.tzinfo is None:
        raise InstantError(text=at.isoformat(" "))
    return at


__all__ = [
    "LONGEST",
    "SHANGHAI",
    "InstantError",
    "Span",
    "SpanError",
    "Unit",
    "aware",
    "parse_instant",
    "parse_span",
    "show_deadline",
    "show_instant",
]
