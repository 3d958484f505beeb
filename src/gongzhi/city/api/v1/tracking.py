"""What anybody with a tracking code may see and do: the code is the right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import idempotency_key
from gongzhi.city.api.commands import AnswerIn, NoteIn, RateIn
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import headers, replies
from gongzhi.city.cases import actions, queries

router = Router(tags=["查询码"])
_REPEATABLE = headers("Idempotency-Key")


@router.get("/track/{code}", auth=None, response=replies(shapes.TrackingOut, 404), summary="按查询码查看")
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Who holds the matter, which step, until when, what next. Nothing private, no names of persons."""
    return answer(rendering.tracking(queries.tracking(code)))


@router.post(
    "/track/{code}/answer",
    auth=None,
    response=replies(shapes.TrackingOut, 403, 404, 409, 413, 415),
    openapi_extra=_REPEATABLE,
    summary="回答提问",
)
def answer_question(request: HttpRequest, code: str, body: Body[AnswerIn]) -> HttpResponse:
    """Answer the question that waits for the reporter."""
    return _act(request, code, "answer", body.text)


@router.post(
    "/track/{code}/note",
    auth=None,
    response=replies(shapes.TrackingOut, 403, 404, 409, 413, 415),
    openapi_extra=_REPEATABLE,
    summary="补充情况",
)
def note(request: HttpRequest, code: str, body: Body[NoteIn]) -> HttpResponse:
    """Add something to one's own matter."""
    return _act(request, code, "note", body.text)


@router.post(
    "/track/{code}/rate",
    auth=None,
    response=replies(shapes.TrackingOut, 403, 404, 409, 413, 415),
    summary="评价",
)
def rate(request: HttpRequest, code: str, body: Body[RateIn]) -> HttpResponse:
    """Say once, after the end, how it went."""
    row, reporter = queries.by_tracking_code(code)
    actions.rate(row.pk, by=reporter, **body.model_dump())
    return answer(rendering.tracking(queries.tracking(code)))


def _act(request: HttpRequest, code: str, kind: str, text: str) -> HttpResponse:
    row, reporter = queries.by_tracking_code(code)
    key = idempotency_key(request.headers)
    actions.act(row.pk, kind, {"text": text}, by=reporter, key=key)
    return answer(rendering.tracking(queries.tracking(code)))
