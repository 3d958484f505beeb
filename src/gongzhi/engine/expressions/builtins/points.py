"""Functions of books of points. Ours, not of the standard."""

from __future__ import annotations

from decimal import Decimal

from gongzhi.engine.ledgers import unlawful

from .registry import feel


@feel("unlawful rule(text: string, points: number)")
def unlawful_rule(text: str, points: Decimal) -> str | None:
    """Why a rule of points with these words can't be saved, in words; null where nothing stands against it."""
    found = unlawful(text, points)
    return f"{found.says}{found.remedy}" if found else None
