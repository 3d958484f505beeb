"""How the pages of a village write money and counts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template

register = template.Library()


@register.filter
def yuan(value: Any) -> str:
    """``"3333.34"`` as ``3,333.34``; whole yuan without cents; a dash for nothing."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return "—"
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


@register.filter
def count(value: Any) -> str:
    """A number as people write it: ``16.0`` as ``16``; a dash for nothing."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return "—"
    return f"{amount.normalize():f}"
