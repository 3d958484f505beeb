"""Indicators as data: what is counted, over what, in which direction better, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from gongzhi.engine.measures.errors import IndicatorError
from gongzhi.engine.measures.rates import Rate, rate

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of a mechanism, with the words that every screen shows beside its figure.

    ``numerator``, ``denominator`` and ``exclude`` are names or conditions that the room which holds the cases
    evaluates; here they are text. An indicator is counted from facts: there is no kind "filled in by hand".
    """

    id: str
    title: str
    #: what counts as a hit
    numerator: str
    #: what is counted at all, after ``exclude``
    denominator: str
    #: percent, hours, working days, cases …
    unit: str = "%"
    better: Better = "higher"
    #: the formula in words, for people
    formula: str
    #: what is left out; counted and shown as well
    exclude: str = ""

    def __post_init__(self) -> None:
        missing = [name for name in ("id", "title", "numerator", "denominator", "unit", "formula")
                   if not str(getattr(self, name)).strip()]  # fmt: skip
        if missing:
            raise IndicatorError(id=self.id, what="缺少" + "、".join(missing))
        if self.better not in ("higher", "lower"):
            raise IndicatorError(id=self.id, what="better 只能是 higher 或 lower")

    def of(self, hits: int, cases: int, confidence: float = 0.95) -> Rate:
        """The rate of counts that were made by this definition; errors as :func:`rate`."""
        return rate(hits, cases, confidence)


def read_indicator(data: Mapping[str, Any]) -> Indicator:
    """An indicator from parsed YAML; :class:`IndicatorError` for unknown or missing keys."""
    known = {field.name for field in fields(Indicator)}
    identity = str(data.get("id", ""))
    if unknown := sorted(str(key) for key in data if key not in known):
        raise IndicatorError(id=identity, what="不认识的键" + "、".join(unknown))
    required = ("id", "title", "numerator", "denominator", "formula")
    if missing := [key for key in required if key not in data]:
        raise IndicatorError(id=identity, what="缺少" + "、".join(missing))
    return Indicator(**dict(data))


__all__ = ["Better", "Indicator", "read_indicator"]
