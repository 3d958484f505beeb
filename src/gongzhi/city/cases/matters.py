"""Cases that other cases name: an instruction, a supervision or an inspection is about one.

What such a case says of itself is what every reaction may know of it: nothing about who brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from gongzhi.city.cases import catalogue, sight
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.rows import CASES
from gongzhi.city.cases.world import area_name, office_name
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType

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


def check_named(case_type: CaseType, values: Mapping[str, Any], by: Standing) -> None:
    """Nobody names a case that they may not read: what it says of itself would be told to them.

    Raises NoSuchCase, as if it did not exist. A number that names nothing is the form's own finding.
    """
    if by.role == "system":
        return
    fields = [field.id for field in case_type.form.fields if field.kind == "case"]
    for name in fields:
        given = values.get(name)
        row = by_name(given.strip()) if isinstance(given, str) and given.strip() else None
        if row is not None and not sight.may(by, "case.read", row, engine.load_case(row.state)):
            raise NoSuchCase(which=str(given)[:64])


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
