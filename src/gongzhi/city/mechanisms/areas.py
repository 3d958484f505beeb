"""The deed ``do: area``: the territory follows what its people decided, and a register keeps the rest (``engine.mechanisms.areas``).

One source of truth: that a unit exists, since when, where and what it came from says the tree of areas; households, vote and
people of a unit say the records under its code. What the city refuses is noted on the case; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.errors import NotDivisible
from gongzhi.city.territory.models import Area, Level
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate, json_value
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.areas import AreaDeedSpec


@transaction.atomic
def reshape(
    spec: AreaDeedSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
) -> None:
    """Split or merge as the case says, keep the records of what came and went, and tell the case.

    Raises what the territory and the register refuse; then nothing of it was done.
    """

    def value(text: str, **more: Any) -> Any:
        return evaluate(case_type, compile_expression(text), state.data, {**beside, **more}) if text else None

    on, basis = _day(value(spec.on)), str(value(spec.basis) or name_of(row))[:200]
    into = value(spec.into)
    parts = into if isinstance(into, list) else [{"name": str(into or "").strip()}]
    if not all(isinstance(part, Mapping) for part in parts):
        raise NotDivisible(what=case_type.title, why=_("单元清单里有一行没有名称"))
    if spec.split:
        ended, made = _split(_area(value(spec.split)), parts, on, basis)
    else:
        ended, made = _merge(value(spec.merge), parts[0], on, basis)
    because = f"{name_of(row)} {case_type.title}"
    if spec.record:
        for area, part in zip(made, parts, strict=True):
            wanted = {
                name: json_value(value(text, part=part, code=area.code))
                for name, text in spec.record.set_.items()
            }
            _put(spec.record.register_, area.code, wanted, spec.record.move, because, entry.at)
        for area in ended if spec.closes else ():
            if Record.objects.filter(register=spec.record.register_, key=area.code).exists():
                _put(spec.record.register_, area.code, {}, spec.closes, because, entry.at)
    if spec.tells:
        codes = [area.code for area in made]
        cases.happened(spec.tells, {"areas": codes}, case_id=row.pk, at=entry.at)


def _split(
    old: Area, parts: Sequence[Mapping[str, Any]], on: date, basis: str
) -> tuple[list[Area], list[Area]]:
    """The areas that ended and those that were made."""
    names = [str(part.get("name") or "").strip() for part in parts]
    if old.level == Level.VILLAGE:
        return [], territory.divide_village(SYSTEM, old, names, on=on, basis=basis)
    if old.level != Level.UNIT:
        raise NotDivisible(what=old.name, why=_("只有村（社区）和自治单元可以划分"))
    return [old], territory.split_area(SYSTEM, old, [("", name) for name in names], on=on, basis=basis)


def _merge(codes: Any, part: Mapping[str, Any], on: date, basis: str) -> tuple[list[Area], list[Area]]:
    wanted = list(dict.fromkeys(codes)) if isinstance(codes, list) else [codes]
    old = [_area(code) for code in wanted]
    if any(area.level != Level.UNIT for area in old):
        raise NotDivisible(what="、".join(area.name for area in old), why=_("只有自治单元可以合并"))
    return old, [territory.merge_areas(SYSTEM, old, name=str(part.get("name") or ""), on=on, basis=basis)]


def _area(code: Any) -> Area:
    return queries.area(code if isinstance(code, str) else "")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if isinstance(value, str) and value else clock.today()


def _put(register: str, key: str, values: Mapping[str, Any], move: str, because: str, at: datetime) -> None:
    known = {name: value for name, value in values.items() if value is not None}
    records.put(register, key, known, by=SYSTEM, move=move, because=because, at=at)
