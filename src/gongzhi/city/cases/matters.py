"""Cases that other cases name: an instruction, a supervision or an inspection is about one.

What such a case says of itself is what every reaction may know of it: nothing about who brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from gongzhi.city.cases import catalogue, lookups, sight
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.rows import CASES
from gongzhi.city.cases.world import area_name, office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.entering import names_nothing
from gongzhi.engine.cases.errors import BadValues
from gongzhi.engine.forms.characters import narrow

#: cases about one case that a page lists
MOST = 50


def by_name(number: str) -> Case | None:
    """The case of this number, or of this tracking code while it has none. One query."""
    named = Q(number=number) | Q(tracking_code=number.replace("-", "").upper())
    return Case.objects.filter(named).order_by("opened_at").first()


def matter(number: str) -> Mapping[str, Any] | None:
    """What the case says of itself (``engine.cases.world.MATTER``); ``None`` where there is none."""
    row = by_name(number)
    if row is None:
        return None
    case_type = catalogue.case_type(row.mechanism, row.version, row.type)
    place = {"text": area_name(row.area_id or ""), **({"area": row.area_id} if row.area_id else {})}
    return {
        "number": name_of(row),
        "subject": case_type.title if row.confidential else row.subject,
        "type": f"{row.mechanism}.{row.type}",
        "title": case_type.title,
        "mechanism": row.mechanism,
        "lead": row.lead_id or None,
        "lead_name": office_name(row.lead_id) if row.lead_id else None,
        "area": row.area_id or None,
        "place": place,
        "state": case_type.ends.get(row.ended, row.ended) if row.ended else "办理中",
        "light": row.light(clock.now()),
        "opened_on": localdate(row.opened_at).isoformat(),
    }


def check_named(
    case_type: CaseType,
    values: Mapping[str, Any],
    by: Standing,
    known: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Nobody names a case or a record about people that they may not read: what it says of itself would be told to them.

    ``known`` is what the case says already: a key that stands there tells nothing new. Residents name the records of their own
    matters, and are told nothing of what is in them (``queries.telling``). Raises NoSuchCase for a case, BadValues for a record:
    both as if it did not exist. A key that names nothing is the form's own finding.
    """
    if by.role == "system":
        return
    hidden: dict[str, str] = {}
    for field in case_type.form.fields:
        given = values.get(field.id)
        if given == known.get(field.id) or not (field.register or field.kind == "case"):
            continue
        for key in _keys(given):
            if field.kind == "case":
                _check_case(key, by)
            elif by.role != "resident" and not lookups.may_name(by, field.register, key):
                hidden[field.id] = names_nothing(field, key)
    if hidden:
        raise BadValues(count=len(hidden), listing=" ".join(hidden.values()), fields=hidden)


def _keys(given: Any) -> list[str]:
    """Keys as the form reads them: full-width signs and spaces around them make no other key."""
    named = given if isinstance(given, list | tuple) else [given]
    return [key for each in named if isinstance(each, str) and (key := narrow(each).strip())]


def _check_case(number: str, by: Standing) -> None:
    row = by_name(number)
    if row is not None and not sight.may(by, "case.read", row, engine.load_case(row.state)):
        raise NoSuchCase(which=number[:64])


def naming(row: Case, by: Standing) -> list[Case]:
    """The cases that name this one and that this post may read, newest first: who instructed, supervised or inspected it.
    One query."""
    names: Iterable[str] = {row.number or row.tracking_code, row.tracking_code}
    links = CaseRecord.objects.filter(register=CASES, key__in=names).exclude(case=row)
    found = [link.case for link in links.select_related("case").order_by("-case_id")[:MOST]]
    return [each for each in found if sight.may(by, "case.read", each, engine.load_case(each.state))]


def about_it(by: Standing) -> list[tuple[str, CaseType, str]]:
    """(mechanism, case type, field) of what this post may open about another case."""
    return [
        (mechanism, case_type, field.id)
        for mechanism, _version, case_type in catalogue.offered()
        if by.role in case_type.opened_by and not (by.mechanism and by.mechanism != mechanism)
        for field in [case_type.form[ask.field] for ask in case_type.opening]
        if field.kind == "case"
    ]


def partners_of(mechanism: str, case_type: CaseType) -> set[str]:
    """``mechanism.type`` of each case type that this one names as possibly the same matter (``same_matter``)."""
    return {name if "." in name else f"{mechanism}.{name}" for name in case_type.same_matter}
