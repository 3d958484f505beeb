"""Measures: indicators as data, rates and quantiles with their uncertainty, bands that refuse to rank noise.

A figure is never shown without its denominator, and units are not put into an order that their numbers do not
support: that is what keeps a small town from being "last" by three unlucky calls (see docs/reference/algorithms/
measures.md).
"""

from gongzhi.engine.measures.bands import Banded, Line, Placing, band, rank
from gongzhi.engine.measures.errors import (
    ConfidenceError,
    CountError,
    IndicatorError,
    LinesError,
    SchemeError,
    ShareError,
    SheetError,
)
from gongzhi.engine.measures.indicators import Indicator, read_indicator
from gongzhi.engine.measures.quantiles import Quantile, quantile
from gongzhi.engine.measures.rates import FEW, Difference, Rate, coverage, difference, rate
from gongzhi.engine.measures.sampling import draw

__all__ = [
    "FEW",
    "Banded",
    "ConfidenceError",
    "CountError",
    "Difference",
    "Indicator",
    "IndicatorError",
    "Line",
    "LinesError",
    "Placing",
    "Quantile",
    "Rate",
    "SchemeError",
    "ShareError",
    "SheetError",
    "band",
    "coverage",
    "difference",
    "draw",
    "quantile",
    "rank",
    "rate",
    "read_indicator",
]
