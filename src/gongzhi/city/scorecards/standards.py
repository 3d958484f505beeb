"""From an installed scorecard to a scheme's row and back: everything that counts is kept in the row itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from gongzhi.city.mechanisms import library
from gongzhi.city.scorecards.errors import BadPeriod, NoSuchScorecard
from gongzhi.city.scorecards.models import Scheme
from gongzhi.city.territory.models import Office, valid
from gongzhi.engine.instants import SHANGHAI, parse_span
from gongzhi.engine.measures import scorecards as engine
from gongzhi.engine.mechanisms.schema import MeasureSpec
from gongzhi.engine.mechanisms.scorecards import AwardSpec, CriterionSpec, ScorecardSpec
from gongzhi.engine.mechanisms.scoring import full_name, scheme_of

MONTHS = {"year": 12, "half": 6, "quarter": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An office that is appraised, and where its cases are found."""

    code: str
    name: str
    class_id: str
    office_path: str
    area_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to be computed of every case: a measure, perhaps with the difficulty of the case beside it."""

    id: str
    #: ``mechanism.measure``
    measure: str
    adjust: Mapping[str, str]


def offered() -> list[tuple[str, str, ScorecardSpec]]:
    """(mechanism, version, scorecard) of everything that is installed and active."""
    return [
        (held.mechanism.id, held.mechanism.version, spec)
        for held in library.active()
        for spec in held.mechanism.scorecards.values()
    ]


def card_of(mechanism: str, card: str) -> tuple[str, ScorecardSpec]:
    """(version, scorecard) of an active mechanism. Raises NotInstalled, NoSuchScorecard."""
    held = library.one(mechanism)
    if card not in held.mechanism.scorecards:
        raise NoSuchScorecard(card=f"{mechanism}.{card}")
    return held.mechanism.version, held.mechanism.scorecards[card]


def period(spec: ScorecardSpec, starts: date) -> tuple[date, date]:
    """First day and the first day after. Raises BadPeriod."""
    months = MONTHS[spec.period]
    if starts.day != 1 or (starts.month - 1) % months:
        raise BadPeriod(text=f"{starts:%Y-%m-%d}")
    return starts, _plus(starts, months)


def before(scheme: Scheme) -> tuple[date, date]:
    """The period before this one, of the same length."""
    months = (scheme.ends.year - scheme.starts.year) * 12 + scheme.ends.month - scheme.starts.month
    return _plus(scheme.starts, -months), scheme.starts


def _plus(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def midnight(day: date) -> datetime:
    """The first instant of a day in the city's time zone."""
    return datetime.combine(day, time(), SHANGHAI)


def latest_day(scheme: Scheme) -> date:
    """The last day on which the standard may still be published."""
    days = int(parse_span(spec_of(scheme).publish.before).amount)
    return scheme.starts - timedelta(days=max(days, 1))


def measures_for(spec: ScorecardSpec, mechanism: str) -> dict[str, Any]:
    """``mechanism.measure`` -> definition and version, with the coverage of each; what is not installed is left out."""
    found: dict[str, Any] = {}
    refs = [each.measure for _, each, _ in spec.criteria()] + [each.measure for _, each in spec.awards()]
    for ref in refs:
        name = full_name(ref, mechanism)
        for one in _with_coverage(name):
            found.setdefault(*one)
    return found


def _with_coverage(name: str) -> list[tuple[str, Any]]:
    owner, _, measure = name.partition(".")
    version = library.LIBRARY.active_version(owner)
    if not version:
        return []
    held = library.one(owner, version)
    known = {each.id: each for each in held.mechanism.measures}
    spec = known.get(measure)
    if spec is None:
        return []
    wanted = [spec] + ([known[spec.coverage]] if spec.coverage in known else [])
    return [
        (f"{owner}.{each.id}", {"version": version, "spec": each.model_dump(mode="json")}) for each in wanted
    ]


def units_for(spec: ScorecardSpec, on: date) -> list[dict[str, Any]]:
    """The offices of every class on a day; an office that is named in a list stands there and nowhere else."""
    named = {code: id_ for id_, one in spec.classes.items() for code in one.offices}
    kinds = {kind: id_ for id_, one in spec.classes.items() for kind in one.kinds}
    rows = Office.objects.filter(Q(code__in=named) | Q(kind__in=kinds) & valid(on)).select_related("area")
    return [
        {
            "code": office.code,
            "name": office.short_name,
            "class_id": named.get(office.code) or kinds[office.kind],
            "office_path": office.path,
            "area_path": office.area.path,
        }
        for office in rows.order_by("code")
    ]


def digest_of(scheme: Scheme) -> str:
    """SHA-256 over what the standard says."""
    said = [scheme.mechanism, scheme.version, scheme.card, f"{scheme.starts}", f"{scheme.ends}"]
    text = json.dumps([said, scheme.spec, scheme.measures, scheme.units], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def spec_of(scheme: Scheme) -> ScorecardSpec:
    """The scorecard as it stands in the row."""
    return ScorecardSpec.model_validate(scheme.spec)


def specs_of(scheme: Scheme) -> dict[str, MeasureSpec]:
    """``mechanism.measure`` -> definition."""
    return {name: MeasureSpec.model_validate(each["spec"]) for name, each in scheme.measures.items()}


def units_of(scheme: Scheme) -> list[Unit]:
    """The units of the scheme."""
    return [Unit(**each) for each in scheme.units]


def engine_scheme(scheme: Scheme) -> engine.Scheme:
    """What the engine marks by."""
    return scheme_of(spec_of(scheme), scheme.mechanism, specs_of(scheme))


def ask_of(scheme: Scheme, each: CriterionSpec | AwardSpec) -> Ask:
    """What must be computed of every case for a criterion or an award."""
    name = full_name(each.measure, scheme.mechanism)
    adjust = dict(each.adjust) if isinstance(each, CriterionSpec) else {}
    if not adjust:
        return Ask(id=name, measure=name, adjust={})
    mark = hashlib.sha256(json.dumps(adjust, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]
    return Ask(id=f"{name}|{mark}", measure=name, adjust=adjust)


def asks_of(scheme: Scheme) -> list[Ask]:
    """Everything that must be computed, each once; coverage included, what is not at hand left out."""
    spec, found = spec_of(scheme), {}
    rows: list[CriterionSpec | AwardSpec] = [each for _, each, _ in spec.criteria()]
    rows += [each for _, each in spec.awards()]
    for each in rows:
        ask = ask_of(scheme, each)
        if ask.measure not in scheme.measures:
            continue
        found[ask.id] = ask
        if coverage := coverage_of(scheme, ask.measure):
            found[coverage] = Ask(id=coverage, measure=coverage, adjust={})
    return list(found.values())


def coverage_of(scheme: Scheme, measure: str) -> str:
    """The measure that says how much of the whole was asked; empty without one."""
    known = scheme.measures.get(measure, {}).get("spec", {}).get("coverage", "")
    name = f"{measure.partition('.')[0]}.{known}" if known else ""
    return name if name in scheme.measures else ""
