"""Readings from programs: kept when this answers, stored soon after, once."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongzhi.city.alerts import actions, catalogue
from gongzhi.city.alerts.actions.receiving import LARGEST_PUSH
from gongzhi.city.alerts.errors import NoSuchBatch, TooLarge, TooMuchWaiting
from gongzhi.city.alerts.models import Batch
from gongzhi.city.api import feed_shapes as shapes
from gongzhi.city.api.answers import answer, failed
from gongzhi.city.api.callers import caller, idempotency_key, signed_in
from gongzhi.city.api.errors import WrongMediaType
from gongzhi.city.api.v1.operations import ACTING, COMMANDING, replies
from gongzhi.city.kernel.permissions import check

router = Router(tags=["数据来源"])
#: seconds after which a program comes again when too much waits
LATER: Final = 30
#: findings in an answer; all of them are on the page of the batch
SHOWN: Final = 100
GREATEST_ID: Final = 2**62
_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["series", "at", "value"],
                    "properties": {
                        "series": {"type": "string", "maxLength": 120},
                        "at": {"type": "string", "description": "ISO 8601；没有时区的按北京时间"},
                        "value": {"type": "number"},
                    },
                },
            }
        }
    },
}


@router.get(
    "/feeds",
    auth=signed_in("feeds.read"),
    response=replies(shapes.FeedsOut, 401, 403),
    openapi_extra=ACTING,
    summary="数据来源",
)
def feeds(request: HttpRequest) -> HttpResponse:
    """Every feed of the installed mechanisms."""
    check(caller(request), "feed.read")
    return answer(shapes.FeedsOut(items=[_feed(each) for each in catalogue.offered()]))


@router.post(
    "/feeds/{mechanism}/{feed}/readings",
    auth=signed_in("feeds.write"),
    response=replies(shapes.BatchOut, 401, 403, 404, 413, 415, 429, status=202),
    openapi_extra={**COMMANDING, "requestBody": _BODY},
    summary="推送数据",
)
def push_readings(request: HttpRequest, mechanism: str, feed: str) -> HttpResponse:
    """Push a list of readings, up to 16 MB.

    202: they are kept and will be stored; look at the batch for what became of them. The same ``Idempotency-Key`` is the
    same batch, and a reading that is sent twice is stored once. 429: too much waits; come again after ``Retry-After`` seconds.
    """
    if request.content_type != "application/json":
        raise WrongMediaType(wanted="application/json")
    key = idempotency_key(request.headers)
    # never more of it than is taken, whatever its header says
    body = request.read(LARGEST_PUSH + 1)
    if len(body) > LARGEST_PUSH:
        raise TooLarge(limit=f"{LARGEST_PUSH >> 20} MB")
    try:
        made = actions.push(caller(request), f"{mechanism}.{feed}", body, key=key)
    except TooMuchWaiting as error:
        response = failed(request, error)
        response["Retry-After"] = str(LATER)
        return response
    return answer(_batch(made), 202)


@router.get(
    "/batches/{batch_id}",
    auth=signed_in("feeds.read"),
    response=replies(shapes.BatchOut, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一批数据",
)
def read_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What became of a batch, with what was odd about it."""
    check(caller(request), "feed.read")
    made = Batch.objects.filter(pk=batch_id).first() if 0 < batch_id < GREATEST_ID else None
    if made is None:
        raise NoSuchBatch(batch=str(batch_id)[:40])
    return answer(_batch(made))


def _feed(each: catalogue.Declared) -> shapes.FeedOut:
    spec = each.spec
    return shapes.FeedOut(
        name=each.name,
        title=spec.title,
        kind=spec.kind,
        source=spec.source,
        basis=spec.basis,
        minutes=spec.minutes,
        unit=spec.unit,
        counter=spec.counter,
        stamp=spec.stamp,
    )


def _batch(batch: Batch) -> shapes.BatchOut:
    found = batch.findings.order_by("kind", "-count", "id")[:SHOWN]
    return shapes.BatchOut(
        id=batch.pk,
        feed=batch.feed,
        state=batch.state,
        received_at=batch.received_at,
        digest=batch.digest,
        rows=batch.rows,
        added=batch.added,
        same=batch.same,
        replaced=batch.replaced,
        apart=batch.apart,
        late=batch.late,
        trouble=batch.trouble,
        findings=[
            shapes.FindingOut(
                kind=each.kind, series=each.series, count=each.count, since=each.since, until=each.until
            )
            for each in found
        ],
    )
