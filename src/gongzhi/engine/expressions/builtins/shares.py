"""Money divided among several, to the cent and without a cent too much or too little. Ours, not of the standard."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

from .registry import feel

_CENT = Decimal("0.01")
_EXACT = decimal.Context(prec=60)
#: nobody divides among more, and no sum of a village has more digits
_MOST, _LARGEST = 20_000, Decimal(10) ** 15


@feel("shares of(amount: number, weights: list)")
def shares_of(amount: Decimal, weights: list[Any]) -> list[Decimal] | None:
    """``amount`` in yuan divided in proportion to ``weights``; the sum of the parts is the amount.

    Every part is rounded down to the cent; the cents that are left go one each to the largest remainders, the earlier
    of two equal ones first. Null for an amount below zero or finer than a cent, and for weights of which none is above zero.

    >>> [str(part) for part in shares_of(Decimal(100), [Decimal(1)] * 3)]
    ['33.34', '33.33', '33.33']
    """
    if not 0 <= amount <= _LARGEST or not 0 < len(weights) <= _MOST or amount != amount.quantize(_CENT):
        return None
    if not all(isinstance(each, Decimal) and 0 <= each <= _LARGEST for each in weights):
        return None
    with decimal.localcontext(_EXACT):
        whole, cents = sum(weights, Decimal(0)), amount * 100
        if not whole:
            return None
        exact = [cents * each / whole for each in weights]
        parts = [each.to_integral_value(decimal.ROUND_FLOOR) for each in exact]
        left = int(cents - sum(parts))
        first = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
        for place in first[:left]:
            parts[place] += 1
        return [part.scaleb(-2) for part in parts]
