"""How decisions of case types read registers: records as FEEL computes with them, and which columns there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from gongzhi.engine.forms import Field, form_from
from gongzhi.engine.registers.register import Register
from gongzhi.engine.registers.spec import RegisterSpec

#: stored values -> values of FEEL
Reader = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def reader_of(spec: RegisterSpec) -> Reader:
    """Reads the stored values of the register's records: dates as dates, numbers as decimals."""
    return form_from([each.model_dump(by_alias=True) for each in spec.fields]).for_expressions


def read_plainly(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a register that is not at hand: what is written like a date is one.

    >>> read_plainly({"until": "2026-12-31", "list": "上级收回"})
    {'until': datetime.date(2026, 12, 31), 'list': '上级收回'}
    """
    return {name: _date_or(value) for name, value in values.items()}


def _date_or(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def cells_of(register: RegisterSpec | Register) -> list[dict[str, str]]:
    """What ``known_cells`` says of a register: one line per column, columns of tables too."""
    fields: Sequence[Any] = register.form.fields if isinstance(register, Register) else register.fields
    return [_cell(register, each) for field in fields for each in (field, *field.columns)]


def _cell(register: RegisterSpec | Register, field: Any) -> dict[str, str]:
    title = field.label if isinstance(field, Field) else field.title
    also = register.also.get(field.id, ()) if isinstance(register, Register) else getattr(field, "also", ())
    return {
        "register": register.id,
        "register_title": register.title,
        "field": field.id,
        "title": title,
        "kind": field.kind,
        "privacy": field.privacy,
        **({"also": "、".join(also)} if also else {}),
    }


__all__ = ["Reader", "cells_of", "read_plainly", "reader_of"]
