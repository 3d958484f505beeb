"""Instants and spans: when something happens, and how long a limit is.

Instants are aware :class:`datetime.datetime` values (Asia/Shanghai unless said otherwise). A :class:`Span` is an
amount with a unit as a law or a mechanism writes it: "5 working days", "2个工作小时". What a span means on a
given day is the business of :mod:`gongzhi.engine.calendars`; nothing here knows a holiday or reads a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
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


@dataclass(frozen=True, slots=True)
class Span:
    """A period of time as a mechanism writes it.

    >>> str(Span(Decimal(5), Unit.WORKING_DAY)), Span(Decimal(5), Unit.WORKING_DAY).chinese()
    ('5 working days', '5个工作日')
    """

    amount: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
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
