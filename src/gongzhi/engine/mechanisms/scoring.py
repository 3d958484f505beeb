"""From ``scorecards/<id>.yaml`` and the measures that it names to the scheme that the room of measures computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from gongzhi.engine.measures.scorecards import Award, Criterion, Green, Scheme, UnitClass
from gongzhi.engine.measures.scorecards.scheme import Kind
from gongzhi.engine.mechanisms.schema import MeasureSpec
from gongzhi.engine.mechanisms.scorecards import AwardSpec, AwardsSpec, CriterionSpec, ScorecardSpec

_LINES = ("worst", "best", "target", "low", "high", "margin", "step")
#: what a measure that is not at hand counts as; it is "absent" for every unit and its weight is shared out
_UNKNOWN: tuple[Kind, float] = ("rate", 0.5)


def full_name(ref: str, mechanism: str) -> str:
    """``mechanism.measure`` of a reference within a mechanism."""
    return ref if "." in ref else f"{mechanism}.{ref}"


def scheme_of(spec: ScorecardSpec, mechanism: str, measures: Mapping[str, MeasureSpec]) -> Scheme:
    """The scheme of a scorecard.

    ``measures``: ``mechanism.measure`` -> its definition, as far as it is at hand. Raises ``SchemeError`` for weights that
    do not make 100, a criterion twice in a class, lines that are the same.
    """

    def criterion(each: CriterionSpec) -> Criterion:
        known = measures.get(full_name(each.measure, mechanism))
        kind, share = _kind(known) if known else _UNKNOWN
        lines: dict[str, Any] = {
            name: float(getattr(each, name)) for name in _LINES if getattr(each, name) is not None
        }
        return Criterion(
            id=each.name,
            title=each.title or (known.title if known else each.measure),
            weight=float(each.weight),
            type=each.type,
            kind=kind,
            share=share,
            better=known.better if known else "higher",
            adjust=bool(each.adjust),
            coverage=float(each.coverage),
            group=_group(each.measure, mechanism, known),
            **lines,
        )

    def award(each: AwardSpec) -> Award:
        known = measures.get(full_name(each.measure, mechanism))
        kind: Literal["rate", "count"] = "rate" if known and known.kind == "rate" else "count"
        return Award(
            id=each.name,
            title=each.title or (known.title if known else each.measure),
            points=float(each.points),
            cap=float(each.cap),
            kind=kind,
            group=_group(each.measure, mechanism, known),
        )

    def awards(part: AwardsSpec | None) -> tuple[Award, ...]:
        return tuple(award(each) for each in part.items) if part else ()

    return Scheme(
        classes=tuple(
            UnitClass(id=id_, title=one.title, criteria=tuple(map(criterion, one.criteria)))
            for id_, one in spec.classes.items()
        ),
        class_weight=float(spec.weights.class_),
        special_weight=float(spec.weights.special),
        specials=tuple(map(criterion, spec.specials)),
        bonus=awards(spec.bonus),
        bonus_cap=float(spec.bonus.cap) if spec.bonus else 0.0,
        deductions=awards(spec.deductions),
        deduction_cap=float(spec.deductions.cap) if spec.deductions else 0.0,
        green=Green(
            low=float(spec.green.low),
            high=float(spec.green.high),
            criteria=tuple(map(criterion, spec.green.criteria)),
        )
        if spec.green
        else None,
        confidence=spec.confidence,
    )


def _kind(measure: MeasureSpec) -> tuple[Kind, float]:
    if measure.kind in ("median", "percentile"):
        return "quantile", (measure.percentile or 50) / 100
    return {"rate": "rate", "mean": "mean", "count": "count"}[measure.kind], 0.5  # type: ignore[return-value]


def _group(ref: str, mechanism: str, known: MeasureSpec | None) -> str:
    """Criteria over the same type of case count the same cases: their errors hang together."""
    owner = full_name(ref, mechanism).partition(".")[0]
    return f"{owner}.{known.case}" if known else full_name(ref, mechanism)


__all__ = ["full_name", "scheme_of"]
