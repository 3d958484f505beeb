"""Numeric functions (DMN 1.3, 10.3.4.5)."""

from __future__ import annotations

import decimal
from decimal import Decimal

from ..temporal import DaysDuration, MonthsDuration
from ..values import NUMBERS
from .registry import feel


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    places = int(scale)
    if not -6111 <= places <= 6176:
        return None
    if places >= 0 and -int(value.as_tuple().exponent) <= places:
        return value
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE) + 0
    except decimal.DecimalException:
        return None


_WIDE = decimal.Context(prec=7000, Emin=-7000, Emax=7000)


@feel("decimal(n: number, scale: number)")
def decimal_(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_EVEN)


@feel("floor(n: number, scale?: number)")
def floor(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_FLOOR)


@feel("ceiling(n: number, scale?: number)")
def ceiling(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_CEILING)


@feel("round up(n: number, scale: number)")
def round_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_UP)


@feel("round down(n: number, scale: number)")
def round_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_DOWN)


@feel("round half up(n: number, scale: number)")
def round_half_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_UP)


@feel("round half down(n: number, scale: number)")
def round_half_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, decimal.ROUND_HALF_DOWN)


@feel("abs(n: number)")
def absolute(value: Decimal) -> Decimal:
    return NUMBERS.abs(value)


@feel("abs(n: days)")
def absolute_days(value: DaysDuration) -> DaysDuration:
    return DaysDuration(abs(value.nanos))


@feel("abs(n: months)")
def absolute_months(value: MonthsDuration) -> MonthsDuration:
    return MonthsDuration(abs(value.months))


@feel("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """``dividend - divisor * floor(dividend / divisor)``: the sign of the divisor."""
    if divisor == 0:
        return None
    try:
        whole = _WIDE.divide_int(dividend, divisor)
        rest = _WIDE.subtract(dividend, _WIDE.multiply(divisor, whole))
        if rest and (rest < 0) is not (divisor < 0):
            rest = _WIDE.add(rest, divisor)
        return NUMBERS.plus(rest)
    except decimal.DecimalException:
        return None


@feel("sqrt(number: number)")
def sqrt(value: Decimal) -> Decimal | None:
    return NUMBERS.sqrt(value) if value >= 0 else None


@feel("log(number: number)")
def log(value: Decimal) -> Decimal | None:
    return NUMBERS.ln(value) if value > 0 else None


@feel("exp(number: number)")
def exp(value: Decimal) -> Decimal | None:
    try:
        return NUMBERS.exp(value)
    except decimal.DecimalException:
        return None


@feel("odd(number: number)")
def odd(value: Decimal) -> bool | None:
    return int(value) % 2 == 1 if value == int(value) else None


@feel("even(number: number)")
def even(value: Decimal) -> bool | None:
    return int(value) % 2 == 0 if value == int(value) else None
