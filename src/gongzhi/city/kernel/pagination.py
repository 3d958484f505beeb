"""Pages by position, not by number: page 20,000 costs the same as page 1, and rows that come in between shift nothing.

The cursor is opaque and signed: it holds the sort values of the last row and can't be turned into a query of one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet

from gongzhi.city.kernel.errors import BadCursor

Row = TypeVar("Row", bound=Model)
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows and the cursor of what follows (empty at the end)."""

    rows: list[Row]
    after: str


def page(rows: QuerySet[Row], order: Sequence[str], *, cursor: str = "", size: int = 50) -> Page[Row]:
    """One page of ``rows`` in the given order, e.g. ``("due", "-id")``; asks for one row more than it shows.

    The last column must be unique, and no column may be NULL (NULLs sort differently on the two databases: store a far
    date instead). All columns in one direction are one index range. BadCursor when the cursor isn't ours or was made
    for another order. ``size`` is held between 1 and 200.
    """
    size = max(1, min(size, MOST))
    columns = [name.lstrip("-") for name in order]
    if cursor:
        rows = rows.filter(_after(order, _typed(rows.model, columns, _read(cursor, order))))
    found = list(rows.order_by(*order)[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    return Page(found[:size], _write(found[size - 1], columns, order))


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b) > (x, y), written so that the index on the first column bounds the scan: a >= x and (a > x or b > y)."""
    name, value = order[0], values[0]
    column, beyond = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
    past = Q(**{f"{column}__{beyond}": value})
    if len(order) == 1:
        return past
    return Q(**{f"{column}__{beyond}e": value}) & (past | _after(order[1:], values[1:]))


def _typed(model: type[Model], columns: Sequence[str], values: Sequence[Any]) -> list[Any]:
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in columns]
    return [field.to_python(value) for field, value in zip(fields, values, strict=True)]  # type: ignore[union-attr]


def _write(row: Model, columns: Sequence[str], order: Sequence[str]) -> str:
    values = [getattr(row, column) for column in columns]
    if None in values:
        raise TypeError(f"can't page by {', '.join(order)}: {type(row).__name__} {row.pk} has no value")
    plain = [str(v) if isinstance(v, (datetime, date, UUID)) else v for v in values]
    return signing.dumps([",".join(order), *plain], salt="gongzhi.page", compress=True)


def _read(cursor: str, order: Sequence[str]) -> list[Any]:
    try:
        made_for, *values = signing.loads(cursor, salt="gongzhi.page")
    except (signing.BadSignature, ValueError) as error:
        raise BadCursor from error
    if made_for != ",".join(order) or len(values) != len(order):
        raise BadCursor
    return list(values)
