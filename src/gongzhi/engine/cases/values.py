"""Field values as expressions and tables want them.

A case keeps JSON-ready values under field ids. FEEL computes with numbers and dates, and a table may name a
column by the field's Chinese title: both are served here, so that no other module converts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gongzhi.engine.cases.casetypes import CaseType, TableRule
from gongzhi.engine.cases.day_counts import DAY_NAMES, day_functions
from gongzhi.engine.expressions import Expression
from gongzhi.engine.forms import Field
from gongzhi.engine.instants import SHANGHAI

#: how a value begins that stands for one which is kept elsewhere, under lock: it is handed on, and nothing computes with it
KEPT_ELSEWHERE = "sealed:"


def feel_value(field: Field | None, value: Any) -> Any:
    """A stored value as FEEL computes with it: numbers exact, dates as dates, the rest as it is."""
    if value is None or value == "" or field is None:
        return value if value != "" else None
    if isinstance(value, str) and value.startswith(KEPT_ELSEWHERE):
        return value
    if field.kind in ("number", "money"):
        return Decimal(str(value))
    if field.kind == "date":
        return date.fromisoformat(value)
    if field.kind == "table" and isinstance(value, list):
        return [
            {**row, **{column.id: feel_value(column, row.get(column.id)) for column in field.columns}}
            for row in value
        ]
    return value


def named_values(case_type: CaseType, data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of the named fields (by id or title); a name that is no field is left out."""
    fields = case_type.fields
    return {name: feel_value(fields[name], data.get(fields[name].id)) for name in names if name in fields}


def evaluate(
    case_type: CaseType,
    expression: Expression,
    data: Mapping[str, Any],
    beside: Mapping[str, Any] | None = None,
) -> Any:
    """The value of an expression over the data of a case; ``beside`` holds other names, which fields do not hide."""
    values = named_values(case_type, data, expression.names)
    if expression.names & DAY_NAMES:
        beside = {**day_functions(case_type.calendar), **(beside or {})}
    return expression.evaluate({**values, **beside} if beside else values)


def clock_names(at: datetime) -> dict[str, Any]:
    """The names by which expressions speak of the time of the act: ``now`` and ``today`` (of Shanghai)."""
    return {"now": at, "today": at.astimezone(SHANGHAI).date()}


def settled(
    case_type: CaseType, rule: Expression | TableRule, data: Mapping[str, Any], beside: Mapping[str, Any]
) -> Any:
    """What an expression or a table's output gives for the data and the names beside it, JSON-ready; null where no row fits."""
    if isinstance(rule, TableRule):
        names = [column.name for column in rule.table.inputs]
        decision = rule.table.decide({**beside, **named_values(case_type, data, names)})
        found = (
            decision.value.get(rule.take) if decision.matched and isinstance(decision.value, dict) else None
        )
        return json_value(found)
    return json_value(evaluate(case_type, rule, data, beside))


def flow_data(case_type: CaseType, data: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """What the flow may look at: the data, with the names that its conditions use as FEEL computes with them."""
    if not case_type.flow_names:
        return data
    return {**data, **named_values(case_type, data, case_type.flow_names), **clock_names(at)}


def json_value(value: Any) -> Any:
    """A FEEL result as it is stored: exact numbers as int or text, dates in ISO form.

    >>> json_value(Decimal("3")), json_value(Decimal("2.50")), json_value(date(2024, 10, 8))
    (3, '2.50', '2024-10-08')
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, Mapping):
        return {name: json_value(each) for name, each in value.items()}
    return value
