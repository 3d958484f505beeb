"""What a form may be filled with beforehand, each with its reason. A person decides; nothing is taken over silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.kernel import paths
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.training import SURE, classifier
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.errors import NobodyResponsible
from gongzhi.city.territory.models import Area, Office, valid
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.spec import TableTake
from gongzhi.engine.cases.values import named_values
from gongzhi.engine.mechanisms import Mechanism

#: in a table of offices: the town (or street) in which the place lies
LOCAL = "属地"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A value for a field, the words for it, and why."""

    value: Any
    title: str
    because: str
    probability: float | None = None


def for_step(row: Case, case_type: CaseType, state: engine.Case, step: str) -> dict[str, Suggestion]:
    """Field id -> suggestion for what this step asks; a few queries, none for a step that suggests nothing."""
    held = library.LIBRARY.version(row.mechanism, row.version)
    if held is None:
        return {}
    spec = held.mechanism.case_types[row.type]
    wanted = dict(spec.suggest) | dict(spec.steps[step].suggest)
    return _suggested(held.mechanism, case_type, wanted, state.data, row.area_id or "")


def for_opening(mechanism: str, type_id: str, form: Mapping[str, Any]) -> dict[str, Suggestion]:
    """The same while somebody still writes the opening form. Raises NotInstalled."""
    held = library.one(mechanism)
    place = form.get("place")
    area = str(place.get("area") or "") if isinstance(place, Mapping) else ""
    wanted = held.mechanism.case_types[type_id].suggest
    return _suggested(held.mechanism, held.case_types[type_id], wanted, form, area)


def _suggested(
    mechanism: Mechanism, case_type: CaseType, wanted: Mapping[str, Any], data: Mapping[str, Any], area: str
) -> dict[str, Suggestion]:
    """One after the other: what was suggested for a field serves the tables of the next."""
    known = dict(data)
    found: dict[str, Suggestion] = {}
    for field, source in wanted.items():
        if isinstance(source, TableTake):
            made = by_table(mechanism, case_type, source, known)
        else:
            made = by_text(mechanism.id, case_type, field, known)
        if case_type.form[field].kind == "office":
            made = by_directory(known, area, rulings_only=True) or (made and as_office(made, area))
            made = made or by_directory(known, area)
        if made is not None:
            found[field] = made
            known.setdefault(field, made.value)
    return found


def by_text(mechanism: str, case_type: CaseType, field: str, data: Mapping[str, Any]) -> Suggestion | None:
    """The classifier's category, with the words that weighed most."""
    model = classifier(mechanism)
    parts = [data.get(name) for name in ("subject", "text")]
    text = "\n".join(part for part in parts if isinstance(part, str) and not is_mark(part))
    if model is None or not text.strip():
        return None
    options = case_type.form[field].options
    for best in model.suggest(text, n=1):
        if best.probability >= SURE and (not options or best.label in options):
            words = "、".join(f"“{reason}”" for reason in best.reasons[:3])
            sure = f"可能性{best.probability:.0%}"
            because = f"文中有{words}({sure})" if words else sure
            return Suggestion(
                value=best.label, title=best.label, because=because, probability=best.probability
            )
    return None


def by_table(
    mechanism: Mechanism, case_type: CaseType, source: TableTake, data: Mapping[str, Any]
) -> Suggestion | None:
    """The output of a decision table, with its rows."""
    table = mechanism.tables[source.table]
    names = [column.name for column in table.inputs]
    known = named_values(case_type, data, names)
    decision = table.decide({name: known.get(name) for name in names})
    value = decision.value.get(source.take) if decision.matched and isinstance(decision.value, dict) else None
    if value in (None, ""):
        return None
    rows = "、".join(str(number) for number in decision.because.rows)
    return Suggestion(value=value, title=str(value), because=f"表“{table.title or table.id}”第{rows}行")


def as_office(made: Suggestion, area: str) -> Suggestion | None:
    """An office that a table names, as this city knows it: by code or name; ``属地`` is the town of the place."""
    if made.value == LOCAL:
        office = local_office(area)
    else:
        named = Office.objects.filter(valid())
        office = (
            named.filter(code=made.value).first()
            or named.filter(short_name=made.value).order_by("path").first()
            or named.filter(name=made.value).order_by("path").first()
        )
    return Suggestion(value=office.code, title=office.short_name, because=made.because) if office else None


def local_office(area: str) -> Office | None:
    """The government of the town in which an area lies."""
    place = Area.objects.filter(code=area).first()
    if place is None:
        return None
    seats = Office.objects.filter(valid(), area__level="town", area__path__in=paths.ancestors(place.path))
    return seats.order_by("-is_backstop", "path").first()


def by_directory(data: Mapping[str, Any], area: str, *, rulings_only: bool = False) -> Suggestion | None:
    """The city's own duty directory. What it learned from a ruling counts more than a mechanism's table."""
    place = Area.objects.filter(code=area).first()
    category = data.get("topic") or data.get("category")
    if place is None or not isinstance(category, str):
        return None
    try:
        found = territory.office_for(category.replace("·", "/"), place)
    except NobodyResponsible:
        return None
    if rulings_only and (found.entry is None or found.entry.source != "ruling"):
        return None
    return Suggestion(value=found.office.code, title=found.office.short_name, because=found.because)
