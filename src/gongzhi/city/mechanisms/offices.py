"""The deed ``do: office``: the tree of offices follows what was decided (``engine.mechanisms.offices``).

The territory's own actions do the work, with their checks and facts; open cases, tasks and records of ended offices follow by
``mechanisms.succession``. What the city refuses is noted on the case; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Office, OfficeLink
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.offices import OfficeDeedSpec


@transaction.atomic
def arrange(
    spec: OfficeDeedSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """Set up, succeed and subordinate as the case says, and tell the case. Raises what the territory refuses."""

    def value(text: str) -> Any:
        return evaluate(case_type, compile_expression(text), state.data, beside) if text else None

    told = value(spec.on)
    on = told.date() if isinstance(told, datetime) else told if isinstance(told, date) else clock.today()
    basis = str(value(spec.basis) or name_of(row))[:200]
    wanted = value(spec.add)
    made = _added(wanted, row, on) if isinstance(wanted, Mapping) and wanted.get("name") else None
    stands = made or queries.office(str(value(spec.heir) or ""), on)
    for code in _codes(value(spec.succeed)):
        if code != stands.code:
            territory.succeed_office(SYSTEM, queries.office(code), [stands], on=on, basis=basis)
    how = OfficeLink.Kind.DIRECT if value(spec.how) == "direct" else OfficeLink.Kind.DUAL
    for code in _codes(value(spec.link)):
        territory.link_offices(SYSTEM, queries.office(code), stands, how, basis=basis, starts=on)
    if spec.tells:
        cases.happened(spec.tells, {"office": stands.code}, case_id=row.pk, at=entry.at)


def _added(wanted: Mapping[str, Any], row: Case, on: date) -> Office:
    """The new office, under the parent named or the city's root office, seated where its parent is."""
    parent = queries.office(str(wanted["parent"])) if wanted.get("parent") else _root()
    area = queries.area(str(wanted["area"])) if wanted.get("area") else parent.area
    name = str(wanted["name"]).strip()
    return territory.add_office(
        SYSTEM,
        code=str(wanted.get("code") or name_of(row))[:40],
        name=name[:80],
        short_name=str(wanted.get("short_name") or name)[:40],
        kind=str(wanted.get("kind") or "department")[:30],
        area=area,
        parent=parent,
        starts=on,
    )


def _root() -> Office:
    found = Office.objects.filter(parent=None).select_related("area").order_by("path").first()
    return found if found is not None else queries.office("")


def _codes(value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(each for each in given if isinstance(each, str) and each))
