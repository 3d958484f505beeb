"""What a posting is: movements become signed lines whose sum is zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongzhi.engine.ledgers.errors import BadAmount, Unbalanced

#: no single amount is larger (the store keeps 18 digits)
MOST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """So much from one account to another of the same book."""

    #: accounts by whatever name the book has for them
    source: str
    target: str
    #: above zero
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One side of a posting: what it adds to an account (taken away: below zero)."""

    account: str
    amount: Decimal


def lines(movements: Iterable[Movement], *, decimals: int = 0) -> tuple[Line, ...]:
    """The lines of one posting, one per account, in order of account; accounts that come out even have none.

    Raises BadAmount for an amount that is not above zero, too large or too fine.

    >>> [(each.account, int(each.amount)) for each in lines([Movement(source="issued", target="H1", amount=Decimal(5))])]
    [('H1', 5), ('issued', -5)]
    """
    sums: dict[str, Decimal] = {}
    for each in movements:
        _require_amount(each.amount, decimals)
        sums[each.source] = sums.get(each.source, Decimal(0)) - each.amount
        sums[each.target] = sums.get(each.target, Decimal(0)) + each.amount
    return tuple(Line(account=name, amount=total) for name, total in sorted(sums.items()) if total)


def _require_amount(amount: Decimal, decimals: int) -> None:
    fits = (
        amount.is_finite() and 0 < amount < MOST and amount == amount.quantize(Decimal(1).scaleb(-decimals))
    )
    if not fits:
        raise BadAmount(amount=str(amount)[:40], decimals=decimals)


def require_balanced(posted: Sequence[Line]) -> None:
    """Raises Unbalanced where the lines don't add up to zero."""
    off = sum((each.amount for each in posted), Decimal(0))
    if off:
        raise Unbalanced(off=str(off))


def reversed_lines(posted: Iterable[Line]) -> tuple[Line, ...]:
    """The opposite of what was posted."""
    return tuple(Line(account=each.account, amount=-each.amount) for each in posted)


def overdrawn(
    posted: Iterable[Line], balances: Mapping[str, Decimal], floors: Mapping[str, Decimal | None]
) -> tuple[str, ...]:
    """The accounts that would fall below their floor. One that only gains is never one of them, wherever it stands."""
    found = []
    for each in posted:
        floor = floors.get(each.account)
        if (
            floor is not None
            and each.amount < 0
            and balances.get(each.account, Decimal(0)) + each.amount < floor
        ):
            found.append(each.account)
    return tuple(found)


__all__ = ["MOST", "Line", "Movement", "lines", "overdrawn", "require_balanced", "reversed_lines"]
