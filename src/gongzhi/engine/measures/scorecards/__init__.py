"""Scorecards: schemes of criteria over facts, scores with intervals, bands that refuse to rank noise.

Every step is written down with its formula and a worked example in docs/reference/algorithms/scorecards.md.
"""

from gongzhi.engine.measures.scorecards.banding import Place, bands
from gongzhi.engine.measures.scorecards.estimating import Estimate, Reference, estimate, reference
from gongzhi.engine.measures.scorecards.probing import Told, probe
from gongzhi.engine.measures.scorecards.scheme import (
    Award,
    Criterion,
    Green,
    Observed,
    Scheme,
    Sheet,
    UnitClass,
)
from gongzhi.engine.measures.scorecards.scoring import Cell, Given, Result, mark, points, spread
from gongzhi.engine.measures.scorecards.trying import Moved, changed, what_if

__all__ = [
    "Award",
    "Cell",
    "Criterion",
    "Estimate",
    "Given",
    "Green",
    "Moved",
    "Observed",
    "Place",
    "Reference",
    "Result",
    "Scheme",
    "Sheet",
    "Told",
    "UnitClass",
    "bands",
    "changed",
    "estimate",
    "mark",
    "points",
    "probe",
    "reference",
    "spread",
    "what_if",
]
