"""Cases: open, list, read, choose, act, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, idempotency_key, signed_in
from gongzhi.city.api.commands import NEEDS, ActIn, ChooseIn, ListIn, OpenIn
from gongzhi.city.api.errors import BadParameters
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import ACTING, COMMANDING, only, replies
from gongzhi.city.cases import actions, queries
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing

router = Router(tags=["事项"])


@router.post(
    "/cases",
    auth=signed_in("cases.write"),
    response=replies(shapes.ReceiptOut, 401, 403, 404, 409, 413, 415, status=201),
    openapi_extra=COMMANDING,
    summary="登记一件事",
)
def open_case(request: HttpRequest, body: Body[OpenIn]) -> HttpResponse:
    """Open a case from its opening form (`GET /mechanisms/{id}` has the form's JSON Schema).

    The number follows right after the commit and is in the answer.
    """
    found = actions.open_case(
        body.mechanism,
        body.type,
        body.form,
        by=caller(request),
        channel=body.channel,
        key=idempotency_key(request.headers),
    )
    return answer(rendering.receipt(found), 201)


@router.get(
    "/cases",
    auth=signed_in("cases.read"),
    response=replies(shapes.CasePageOut, 401, 403),
    openapi_extra=ACTING,
    summary="事项列表",
)
def list_cases(request: HttpRequest, asked: Query[ListIn]) -> HttpResponse:
    """Cases within what the caller's post may see; open ones by due time unless asked otherwise.

    Pages by `cursor`, which costs the same on every page.
    """
    only(request, ListIn)
    values = asked.model_dump(exclude={"cursor", "size", "order"})
    at = clock.now()
    found = queries.cases(
        caller(request),
        queries.CaseFilter(**values),
        order=asked.order,
        cursor=asked.cursor,
        size=asked.size,
        at=at,
    )
    return answer(shapes.CasePageOut(items=[rendering.line(row, at) for row in found.rows], next=found.after))


@router.get(
    "/cases/{case_id}",
    auth=signed_in("cases.read"),
    response=replies(shapes.CaseDetail, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一件事",
)
def read_case(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case: values (private ones masked), clocks, open tasks with what the caller can choose, files."""
    at = clock.now()
    return answer(rendering.detail(queries.case_page(caller(request), case_id, at=at), at))


@router.get(
    "/cases/{case_id}/history",
    auth=signed_in("cases.read"),
    response=replies(shapes.HistoryOut, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一件事的经过",
)
def read_history(request: HttpRequest, case_id: str) -> HttpResponse:
    """All facts of a case, the oldest first, private values masked."""
    found = queries.case_page(caller(request), case_id)
    return answer(shapes.HistoryOut(items=[rendering.event(each) for each in found.history]))


@router.post(
    "/cases/{case_id}/choose",
    auth=signed_in("cases.write"),
    response=replies(shapes.ReceiptOut, 401, 403, 404, 409, 413, 415),
    openapi_extra=COMMANDING,
    summary="办理一步",
)
def choose(request: HttpRequest, case_id: str, body: Body[ChooseIn]) -> HttpResponse:
    """Take a choice of an open step with the values that it asks for.

    409 when somebody else has decided since `seen`; nothing is changed then.
    """
    found = actions.choose(
        case_id,
        body.step,
        body.choice,
        body.values,
        by=caller(request),
        task=body.task,
        seen=body.seen,
        key=idempotency_key(request.headers),
    )
    return answer(rendering.receipt(found))


@router.post(
    "/cases/{case_id}/act",
    auth=signed_in("cases.write"),
    response=replies(shapes.ReceiptOut, 401, 403, 404, 409, 413, 415),
    openapi_extra=COMMANDING,
    summary="记一笔、问、答、催、督、移交、更正、撤回、加附件、关联、并入",
)
def act(request: HttpRequest, case_id: str, body: Body[ActIn]) -> HttpResponse:
    """Do one of the things that every case knows. Who may is one table, not each case type's own."""
    needed = NEEDS.get(body.kind)
    if needed and not getattr(body, needed):
        raise BadParameters(count=1, fields={needed: f"{body.kind} 需要这一项"})
    key = idempotency_key(request.headers)
    elsewhere = _ELSEWHERE.get(body.kind)
    found = (
        elsewhere(case_id, body, caller(request), key)
        if elsewhere
        else _common(case_id, body, caller(request), key)
    )
    return answer(rendering.receipt(found))


def _common(case_id: str, body: ActIn, by: Standing, key: str) -> actions.Receipt:
    values: Mapping[str, Any] = {"text": body.text}
    if body.kind == "correct":
        values = {**body.values, "reason": body.text}
    elif body.kind == "withdraw":
        values = {"reason": body.text}
    elif body.kind == "hand_over":
        values = {"person": body.person}
    return actions.act(case_id, body.kind, values, by=by, task=body.task, seen=body.seen, key=key)


def _attach(case_id: str, body: ActIn, by: Standing, key: str) -> actions.Receipt:
    return actions.attach(case_id, body.uploads, by=by, words=body.text, key=key)


def _link(case_id: str, body: ActIn, by: Standing, key: str) -> actions.Receipt:
    return actions.link(case_id, body.other or "", body.relation, by=by, key=key)


def _merge(case_id: str, body: ActIn, by: Standing, key: str) -> actions.Receipt:
    return actions.merge(case_id, body.other or "", by=by, reason=body.text, key=key)


_Elsewhere = Callable[[str, ActIn, Standing, str], actions.Receipt]
#: kinds that touch a file or a second case have actions of their own
_ELSEWHERE: Final[Mapping[str, _Elsewhere]] = {"attach": _attach, "link": _link, "merge": _merge}
