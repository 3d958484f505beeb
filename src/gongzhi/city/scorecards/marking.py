"""From what was counted to rows of results, and from rows back to what was counted: the same both ways."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from gongzhi.city.scorecards import standards
from gongzhi.city.scorecards.models import Reckoning, Result, Scheme
from gongzhi.engine.measures.scorecards import Observed, Sheet, mark
from gongzhi.engine.measures.scorecards import Result as Card

#: a digest does not hang on the last digits of a sum
DIGITS = 9


def results(scheme: Scheme, reckoning: Reckoning, sheets: Iterable[Sheet]) -> list[Result]:
    """Unsaved rows, one per unit, in order of class and unit."""
    by_unit = {sheet.unit: sheet for sheet in sheets}
    units = {unit.code: unit for unit in standards.units_of(scheme)}
    cards = mark(standards.engine_scheme(scheme), by_unit.values())
    return [_row(reckoning, units[card.unit], card, by_unit[card.unit]) for card in cards]


def _row(reckoning: Reckoning, unit: standards.Unit, card: Card, sheet: Sheet) -> Result:
    return Result(
        reckoning=reckoning,
        unit=unit.code,
        name=unit.name,
        office_path=unit.office_path,
        class_id=card.class_id,
        observed={key: dump(each) for key, each in sheet.observed.items()},
        awards={key: dump(each) for key, each in sheet.awards.items()},
        cells=[_cell(each) for each in card.cells],
        bonus=[_plain(asdict(each)) for each in card.bonus],
        deductions=[_plain(asdict(each)) for each in card.deductions],
        score=None if card.score is None else _round(card.score),
        **{name: _round(getattr(card, name)) for name in ("base", "added", "taken", "green", "low", "high")},
        **{name: getattr(card, name) for name in ("band", "unplaced", "ahead", "behind")},
    )


def _cell(cell: Any) -> dict[str, Any]:
    made = {
        name: getattr(cell, name)
        for name in (
            "criterion",
            "part",
            "weight",
            "effective",
            "missing",
            "points",
            "low",
            "high",
            "excluded",
        )
    }
    found = cell.estimate
    if found is not None:
        made |= {"value": found.value, "value_low": found.low, "value_high": found.high, "n": found.n, "raw": found.raw, "expected": found.expected}  # fmt: skip
    return _plain(made)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _round(value) if isinstance(value, float) else value for key, value in values.items()}


def dump(observed: Observed) -> dict[str, Any]:
    """As JSON: only what says something. Values of a median are kept to the sixth digit."""
    made: dict[str, Any] = {
        "n": observed.n,
        "total": _round(observed.total),
        "excluded": observed.excluded,
        "reached": observed.reached,
        "due": observed.due,
        "squares": _round(observed.squares),
        "values": list(observed.values),
        "strata": {key: [n, _round(total)] for key, (n, total) in observed.strata.items()},
        "before": dump(observed.before) if observed.before else None,
    }
    return {key: value for key, value in made.items() if value or key == "n"}


def load(made: Mapping[str, Any]) -> Observed:
    """Back from ``dump``."""
    return Observed(
        n=made["n"],
        total=made.get("total", 0.0),
        squares=made.get("squares", 0.0),
        values=tuple(made.get("values", ())),
        excluded=made.get("excluded", 0),
        strata={key: (n, total) for key, (n, total) in made.get("strata", {}).items()},
        reached=made.get("reached", 0),
        due=made.get("due", 0),
        before=load(made["before"]) if made.get("before") else None,
    )


def sheet_of(row: Result) -> Sheet:
    """What was counted for a unit, from its row."""
    return Sheet(
        unit=row.unit,
        class_id=row.class_id,
        observed={key: load(each) for key, each in row.observed.items()},
        awards={key: load(each) for key, each in row.awards.items()},
    )


def digest_of(rows: Iterable[Result]) -> str:
    """SHA-256 over everything that a reckoning says."""
    total = hashlib.sha256()
    for row in sorted(rows, key=lambda each: each.unit):
        said = [row.unit, row.class_id, row.observed, row.awards, row.cells, row.bonus, row.deductions]
        said += [
            row.base,
            row.added,
            row.taken,
            row.green,
            row.score,
            row.low,
            row.high,
            row.band,
            row.unplaced,
        ]
        total.update(json.dumps(said, ensure_ascii=False, sort_keys=True).encode())
    return total.hexdigest()


def _round(value: float) -> float:
    """A float and never -0.0: a database gives it back as it was."""
    return round(float(value), DIGITS) + 0.0
