"""What if: another weight, another target. Nothing is stored; the same facts are marked twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from gongzhi.engine.measures.errors import SchemeError
from gongzhi.engine.measures.scorecards.scheme import FULL, Criterion, Scheme, Sheet
from gongzhi.engine.measures.scorecards.scoring import Result, mark

#: what may be tried at a criterion
MAY_CHANGE = ("weight", "worst", "best", "target", "low", "high", "margin", "step", "coverage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A unit before and after."""

    before: Result
    after: Result

    @property
    def unit(self) -> str:
        """Whose cards these are."""
        return self.after.unit

    @property
    def by(self) -> float | None:
        """By how many points the score changed; ``None`` where one of them is missing."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score

    @property
    def band_changed(self) -> bool:
        """Whether the unit stands in another band, or is placed now and was not."""
        return self.before.band != self.after.band


def changed(
    scheme: Scheme, changes: Mapping[str, Mapping[str, float]], *, special_weight: float | None = None
) -> Scheme:
    """The scheme with other values at some criteria (id -> key -> value).

    A changed weight stays as it was given; the other weights of its part share the rest in their old proportion, so that
    the part still makes 100. Raises ``SchemeError`` for a criterion or key that is not there, or weights beyond 100.
    """
    known = {each.id for one in scheme.classes for _, each in scheme.of(one.id)}
    for id_, values in changes.items():
        if id_ not in known or set(values) - set(MAY_CHANGE):
            raise SchemeError(what=f"“{id_}”没有可以改的{'、'.join(sorted(set(values) - set(MAY_CHANGE)))}")
    made: dict[str, Any] = {
        "classes": tuple(
            type(one)(id=one.id, title=one.title, criteria=_part(one.criteria, changes))
            for one in scheme.classes
        ),
        "specials": _part(scheme.specials, changes),
    }
    if scheme.green:
        green = scheme.green
        made["green"] = type(green)(low=green.low, high=green.high, criteria=_part(green.criteria, changes))
    if special_weight is not None:
        made |= {"special_weight": special_weight, "class_weight": FULL - special_weight}
    return scheme.evolve(**made)


def _part(
    criteria: tuple[Criterion, ...], changes: Mapping[str, Mapping[str, float]]
) -> tuple[Criterion, ...]:
    fixed = {each.id: changes[each.id]["weight"] for each in criteria if "weight" in changes.get(each.id, {})}
    left = FULL - fsum(fixed.values())
    free = fsum(each.weight for each in criteria if each.id not in fixed)
    if fixed and (left < 0 or (free and left <= 0)):
        raise SchemeError(what="改动的权重超过了100")
    factor = left / free if fixed and free else 1.0
    return tuple(
        each.evolve(
            **{
                **dict(changes.get(each.id, {})),
                "weight": fixed.get(each.id, each.weight * factor),
            }
        )
        for each in criteria
    )


def what_if(before: Scheme, after: Scheme, sheets: Iterable[Sheet]) -> tuple[Moved, ...]:
    """Every unit under both schemes, those whose band changes first, then by how far the score moves."""
    rows = tuple(sheets)
    then, now = mark(before, rows), mark(after, rows)
    pairs = [Moved(before=old, after=new) for old, new in zip(then, now, strict=True)]
    return tuple(sorted(pairs, key=lambda each: (not each.band_changed, -abs(each.by or 0.0), each.unit)))


__all__ = ["MAY_CHANGE", "Moved", "changed", "what_if"]
