"""Inserting thousands of rows at a time: one prepared statement and plain tuples, a third of the time of bulk_create.

For imports and the like. Same conversions as the ORM, no signals, no keys given back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

Convert = Callable[[Any], Any]

#: fields whose Python value is what both databases take
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField, models.BooleanField)


def insert_many(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, inside the caller's transaction. IntegrityError as usual; keys of rows whose
    primary key is made by the database stay unknown."""
    if rows:
        names, values = _attributes(type(rows[0]), rows[0].pk is None)
        insert_values(type(rows[0]), names, [values(row) for row in rows])


def insert_values(model: type[models.Model], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """The same from plain tuples: ``names`` are attribute names (``case_id``), every column without a default of the
    database must be among them."""
    if not rows:
        return
    statement, converters = _plan(model, names, connection.vendor)
    if any(converters):
        rows = [_converted(row, converters) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def insert_one(row: models.Model) -> None:
    """Insert one unsaved row whose key the database makes, and give it that key."""
    names, values = _attributes(type(row), True)
    statement, converters = _plan(type(row), names, connection.vendor)
    key: Any = row._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"{statement} RETURNING {connection.ops.quote_name(key.column)}",
            _converted(values(row), converters),
        )
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def update_row(row: models.Model, names: tuple[str, ...]) -> None:
    """Write these attributes (``lead_id``) of a stored row; like ``save(update_fields=…)`` without signals."""
    statement, converters = _update_plan(type(row), names, connection.vendor)
    values = (*(getattr(row, name) for name in names), row.pk)
    with connection.cursor() as cursor:
        cursor.execute(statement, _converted(values, converters))


def _converted(values: tuple[Any, ...], converters: tuple[Convert | None, ...]) -> tuple[Any, ...]:
    return tuple(
        value if convert is None or value is None else convert(value)
        for value, convert in zip(values, converters, strict=True)
    )


@lru_cache(maxsize=64)
def _update_plan(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[str, tuple[Convert | None, ...]]:
    """Statement and converters of an update by key."""
    by_name = {each.attname: each for each in model._meta.concrete_fields}
    key: Any = model._meta.pk
    fields = [*(by_name[name] for name in names), key]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(each.column))} = %s" for each in fields[:-1])
    statement = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {quote(key.column)} = %s"  # noqa: S608
    return statement, tuple(_converter(each) for each in fields)


@lru_cache(maxsize=64)
def _attributes(
    model: type[models.Model], keyless: bool
) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Attribute names of the columns that are written, and their getter."""
    fields = model._meta.concrete_fields
    names = tuple(
        each.attname for each in fields if not each.generated and not (keyless and each.primary_key)
    )
    return names, attrgetter(*names)


@lru_cache(maxsize=64)
def _plan(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[str, tuple[Convert | None, ...]]:
    """Statement and converters for columns of a model."""
    by_name = {each.attname: each for each in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(each.column)) for each in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - our names
    return statement, tuple(_converter(each) for each in fields)


def _converter(field: Any) -> Convert | None:
    """What turns a field's Python value into what the driver takes; ``None`` where it is the same."""
    target = field
    while target.remote_field:
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return None if connection.features.has_native_uuid_field else lambda value: value.hex
    if isinstance(target, models.JSONField) and connection.vendor == "sqlite":
        return lambda value: json.dumps(value, cls=target.encoder)
    if isinstance(target, models.DateTimeField):
        if connection.vendor == "postgresql":
            return None
        zone = connection.timezone
        return lambda value: str(value.astimezone(zone).replace(tzinfo=None))
    if isinstance(target, PLAIN) and type(target).__module__.startswith("django."):
        return None
    return lambda value: field.get_db_prep_save(value, connection)
