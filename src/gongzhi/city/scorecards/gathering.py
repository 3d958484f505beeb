"""From rows of cases to what was counted for every unit: one pass by DuckDB, then a few thousand sums in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from gongzhi.city.analytics.running import session
from gongzhi.city.kernel import paths
from gongzhi.city.scorecards import facts, standards
from gongzhi.city.scorecards.models import Exclusion, Reckoning, Scheme
from gongzhi.city.scorecards.standards import Unit
from gongzhi.engine.measures.scorecards import Observed, Sheet
from gongzhi.engine.mechanisms.scorecards import AwardSpec, CriterionSpec

QUANTILES = ("median", "percentile")
_OUT = pa.schema([("ask", pa.string()), ("case_id", pa.string()), ("out", pa.bool_())])
#: a plain schema: an empty table of dictionaries joins badly
ROWS = pa.schema(
    [(each.name, pa.string() if pa.types.is_dictionary(each.type) else each.type) for each in facts.SCHEMA]
)


@dataclass(slots=True)
class Sum:
    """What is added up for a unit and an ask."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    excluded: int = 0
    strata: dict[str, tuple[int, float]] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    def observed(self, kind: str) -> Observed:
        """As the engine takes it."""
        return Observed(
            n=self.n,
            total=self.total,
            squares=self.squares,
            values=tuple(sorted(self.values)) if kind in QUANTILES else (),
            excluded=self.excluded,
            strata={key: self.strata[key] for key in sorted(self.strata)},
        )


Sums = dict[tuple[str, str, str], Sum]


def decisions(reckoning: Reckoning) -> list[Exclusion]:
    """The decisions on appeals that stand in a version, in the order in which they were made: the later one counts."""
    rows = Exclusion.objects.filter(
        scheme=reckoning.scheme_id, appeal__reckoning__number__lte=reckoning.number
    )
    return list(rows.order_by("id"))


def sheets(reckoning: Reckoning, *, house: Path | None = None) -> list[Sheet]:
    """What was counted for every unit, from the rows as they stand (``facts.refresh`` brings them up to date)."""
    scheme = reckoning.scheme
    spec, specs = standards.spec_of(scheme), standards.specs_of(scheme)
    # an exclusion is of one criterion; criteria over the same ask share it, as they show the same figure
    asks = {each.name: standards.ask_of(scheme, each).id for _, each, _ in spec.criteria()}
    last = {(asks[each.criterion], str(each.case_id)): each.out for each in decisions(reckoning)}
    out = [{"ask": ask, "case_id": case, "out": gone} for (ask, case), gone in last.items()]
    now = _sums(scheme, "now", out, house)
    trends = any(each.type == "trend" for _, each, _ in spec.criteria())
    then = _sums(scheme, "before", [], house) if trends else {}
    made = []
    for unit in standards.units_of(scheme):
        observed: dict[str, Observed] = {}
        for path, each, by in spec.criteria():
            if path[0] == "classes" and path[1] != unit.class_id:
                continue
            by = by or spec.classes[unit.class_id].by
            found = _observed(scheme, each, by, unit, now, specs)
            if found is not None and each.type == "trend":
                found = replace(found, before=_observed(scheme, each, by, unit, then, specs))
            if found is not None:
                observed[each.name] = found
        awards = {}
        for _, award in spec.awards():
            facts_of = _observed(scheme, award, award.by or spec.classes[unit.class_id].by, unit, now, specs)
            if facts_of is not None:
                awards[award.name] = facts_of
        made.append(Sheet(unit=unit.code, class_id=unit.class_id, observed=observed, awards=awards))
    return made


def _observed(
    scheme: Scheme,
    each: CriterionSpec | AwardSpec,
    by: str,
    unit: Unit,
    sums: Sums,
    specs: Mapping[str, Any],
) -> Observed | None:
    ask = standards.ask_of(scheme, each)
    if ask.measure not in specs:
        return None  # its mechanism is not installed: absent, and said so
    found = sums.get((unit.code, ask.id, by), Sum()).observed(specs[ask.measure].kind)
    coverage = standards.coverage_of(scheme, ask.measure)
    if not coverage:
        return found
    asked = sums.get((unit.code, coverage, by), Sum())
    return replace(found, reached=round(asked.total), due=asked.n)


def _sums(scheme: Scheme, which: str, out: list[dict[str, Any]], house: Path | None) -> Sums:
    """(unit, ask, whose) -> sums, for both ways in which a case belongs to a unit, as far as either is asked for."""
    specs, units, wanted = standards.specs_of(scheme), standards.units_of(scheme), _wanted(scheme)
    made: Sums = {}
    with session("duckdb") as opened:
        opened.files("score_rows", facts.files(scheme, which, house), ROWS)
        opened.values("score_out", pa.Table.from_pylist(out, schema=_OUT))
        for by, place in (("lead", "office"), ("area", "area")):
            asks = {ask for ask, whose in wanted if whose == by}
            if not asks:
                continue
            finder = Finder(units, by)
            for row in opened.rows("score_totals", {"place": place}):
                if row["ask"] in asks:
                    _add(made, finder, by, row)
            listed = {ask for ask in asks if specs[ask.partition("|")[0]].kind in QUANTILES}
            for row in opened.rows("score_values", {"place": place}) if listed else ():
                if row["ask"] in listed:
                    for code in finder[row["path"]]:
                        made.setdefault((code, row["ask"], by), Sum()).values.extend(row["numbers"])
    return made


def _wanted(scheme: Scheme) -> set[tuple[str, str]]:
    """(ask, whose) of everything that some unit is asked for."""
    spec, found = standards.spec_of(scheme), set()
    ways = {one.by for one in spec.classes.values()}
    asked: list[tuple[CriterionSpec | AwardSpec, str]] = [(each, by) for _, each, by in spec.criteria()]
    asked += [(each, each.by) for _, each in spec.awards()]
    for each, by in asked:
        ask = standards.ask_of(scheme, each)
        coverage = standards.coverage_of(scheme, ask.measure)
        for whose in (by,) if by else ways:
            found |= {(id_, whose) for id_ in (ask.id, coverage) if id_}
    return {(ask, whose) for ask, whose in found if ask.partition("|")[0] in scheme.measures}


def _add(made: Sums, finder: Finder, by: str, row: Mapping[str, Any]) -> None:
    for code in finder[row["path"]]:
        sum_ = made.setdefault((code, row["ask"], by), Sum())
        n, total = int(row["n"]), float(row["total"])
        sum_.n += n
        sum_.total += total
        sum_.squares += float(row["squares"])
        sum_.excluded += int(row["excluded"])
        if row["stratum"]:
            known = sum_.strata.get(row["stratum"], (0, 0.0))
            sum_.strata[row["stratum"]] = (known[0] + n, known[1] + total)


class Finder(dict[str, tuple[str, ...]]):
    """Path of an office or area -> the units whose subtree it lies in: the deepest, and all that share it."""

    def __init__(self, units: Iterable[Unit], by: str) -> None:
        super().__init__()
        self._paths: dict[str, list[str]] = {}
        for unit in units:
            place = unit.office_path if by == "lead" else unit.area_path
            self._paths.setdefault(place, []).append(unit.code)

    def __missing__(self, path: str) -> tuple[str, ...]:
        known = path
        while known and known not in self._paths:
            known = known[: -paths.STEP]
        found = self[path] = tuple(self._paths.get(known, ()))
        return found
