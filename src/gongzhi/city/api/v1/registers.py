"""Registers and their records: the same rights as on the pages, private values masked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from gongzhi.city.api import register_shapes as shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.v1.operations import ACTING, only, replies
from gongzhi.city.kernel.permissions import check
from gongzhi.city.records import catalogue, queries, sealing
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries import Filter
from gongzhi.engine.forms import json_schema
from gongzhi.engine.registers import Register

router = Router(tags=["登记簿"])


class RecordsIn(BaseModel):
    """Filters of a list of records."""

    model_config = ConfigDict(extra="forbid")

    #: words, everyday words, or a code
    text: str = Field("", max_length=100)
    #: id of a state
    state: str = Field("", max_length=64)
    cursor: str = Field("", max_length=1000)
    size: int = Field(50, ge=1, le=200)


@router.get(
    "/registers",
    auth=signed_in("records.read"),
    response=replies(shapes.RegistersOut, 401, 403),
    openapi_extra=ACTING,
    summary="登记簿",
)
def registers(request: HttpRequest) -> HttpResponse:
    """Every register with its fields as JSON Schema and its states."""
    check(caller(request), "record.list")
    items = [
        shapes.RegisterOut(
            id=each.register.id,
            title=each.register.title,
            mechanism=each.mechanism,
            key=each.register.key,
            name=each.register.name,
            states=dict(each.register.states),
            fields=json_schema(each.register.form),
        )
        for each in catalogue.offered()
    ]
    return answer(shapes.RegistersOut(items=items))


@router.get(
    "/registers/{register_id}/records",
    auth=signed_in("records.read"),
    response=replies(shapes.RecordsOut, 401, 403, 404),
    openapi_extra=ACTING,
    summary="登记列表",
)
def records(request: HttpRequest, register_id: str, filter: Query[RecordsIn]) -> HttpResponse:
    """One page in order of key, or what words find, the closest first."""
    only(request, RecordsIn)
    found = catalogue.one(register_id).register
    page = queries.records(
        caller(request),
        register_id,
        Filter(state=filter.state, text=filter.text),
        after=filter.cursor,
        size=filter.size,
    )
    derived = queries.derived_of(found, page.rows)
    items = [_line(found, row, own) for row, own in zip(page.rows, derived, strict=True)]
    return answer(shapes.RecordsOut(items=items, next=page.after))


@router.get(
    "/registers/{register_id}/records/{key}",
    auth=signed_in("records.read"),
    response=replies(shapes.RecordDetail, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一条登记",
)
def record(request: HttpRequest, register_id: str, key: str) -> HttpResponse:
    """The newest version of a record, with its derived values and the records that it names."""
    by = caller(request)
    shown = queries.record_page(by, register_id, key)
    row = shown.row
    links = [
        shapes.LinkOut(field=each.field, register=each.register, key=each.key, name=each.name)
        for each in queries.relations(by, row)
    ]
    return answer(
        shapes.RecordDetail(
            key=row.key,
            name=row.name,
            state=row.state,
            version=row.version,
            in_force=row.published_state,
            changed_at=row.changed_at,
            values=dict(shown.values),
            derived=dict(shown.derived),
            sealed=sorted(shown.sealed),
            links=links,
        )
    )


def _line(register: Register, row: Record, derived: dict[str, object]) -> shapes.RecordLine:
    values = sealing.masked(register.form, row.data, {})
    return shapes.RecordLine(
        key=row.key,
        name=row.name,
        state=row.state,
        version=row.version,
        in_force=row.published_state,
        changed_at=row.changed_at,
        columns={id_: values.get(id_, derived.get(id_)) for id_ in register.lists},
    )
