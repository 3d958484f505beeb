"""Queries that the ORM writes once and that are then only run: building SQL costs more than the database's answer.

    CASE = Prepared(lambda id: Case.objects.select_for_update(of=("self",)).filter(pk=id), UUID)
    CASE.first(case_id)

Only for queries whose SQL is the same for all values. Rows are the model's own, converted as the ORM converts them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)
#: values that stand for the parameters while the SQL is written; no query of ours has them in itself
_SAMPLES: Final[dict[type, Callable[[int], Any]]] = {
    str: lambda place: f"\x01parameter {place}\x01",
    int: lambda place: 2_000_111_000 + place,
    UUID: lambda place: UUID(int=(0xC0FFEE << 96) + place),
}


@dataclass(slots=True)
class _Plan:
    """The statement, what goes into it, and how a row becomes an object."""

    sql: str
    #: for each parameter of the statement: the place of the caller's value, or None and the value itself
    parameters: list[tuple[int | None, Any]]
    compiler: Any
    converters: Any
    start: int
    stop: int
    names: list[str]
    related: list[Any]


class Prepared(Generic[Row]):
    """A query with values left open; ``kinds`` are their types (str, int or UUID), in the order of ``build``'s."""

    def __init__(self, build: Callable[..., QuerySet[Row]], *kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._plans = threading.local()

    def all(self, *values: Any) -> list[Row]:
        """The rows for these values."""
        return list(self._rows(values))

    def first(self, *values: Any) -> Row | None:
        """The first row, or None; for queries that find one at most."""
        return next(self._rows(values), None)

    def _rows(self, values: tuple[Any, ...]) -> Iterator[Row]:
        plan = self._plan()
        parameters = [fixed if place is None else values[place] for place, fixed in plan.parameters]
        if not connection.features.has_native_uuid_field:
            parameters = [each.hex if isinstance(each, UUID) else each for each in parameters]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, parameters)
            found: Any = cursor.fetchall()
        if plan.converters:
            found = plan.compiler.apply_converters(found, plan.converters)
        model = cast("type[Row]", plan.compiler.query.model)
        for row in found:
            made = model.from_db(connection.alias, plan.names, row[plan.start : plan.stop])
            for populator in plan.related:
                populator.populate(row, made)
            yield made

    def _plan(self) -> _Plan:
        """The plan of this thread: its connection is its own."""
        known = getattr(self._plans, connection.vendor, None)
        if known is None:
            known = self._made()
            setattr(self._plans, connection.vendor, known)
        return known

    def _made(self) -> _Plan:
        samples = [_SAMPLES[kind](place) for place, kind in enumerate(self._kinds)]
        compiler: Any = self._build(*samples).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        standing = {_key(sample): place for place, sample in enumerate(samples)}
        select, kind = compiler.select, compiler.klass_info
        start, stop = kind["select_fields"][0], kind["select_fields"][-1] + 1
        fields = [each[0] for each in select[: compiler.col_count]]
        plan = _Plan(
            sql=sql,
            parameters=[(standing.get(_key(each)), each) for each in parameters],
            compiler=compiler,
            converters=compiler.get_converters(fields),
            start=start,
            stop=stop,
            names=[each[0].target.attname for each in select[start:stop]],
            related=get_related_populators(kind, select, connection.alias),  # type: ignore[call-arg]
        )
        missing = set(range(len(samples))) - {place for place, _ in plan.parameters}
        if missing:
            raise TypeError(f"the query does not use its value {sorted(missing)[0]}: {sql}")
        return plan


def _key(value: Any) -> str:
    """The same text for a sample and for what the ORM made of it."""
    return value.hex if isinstance(value, UUID) else str(value)
