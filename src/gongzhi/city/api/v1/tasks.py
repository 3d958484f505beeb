"""What the caller's post can do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.commands import TasksIn
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import ACTING, only, replies
from gongzhi.city.cases import queries
from gongzhi.city.kernel import clock

router = Router(tags=["待办"])


@router.get(
    "/tasks",
    auth=signed_in("cases.read"),
    response=replies(shapes.TaskPageOut, 401, 403),
    openapi_extra=ACTING,
    summary="我的待办",
)
def my_tasks(request: HttpRequest, asked: Query[TasksIn]) -> HttpResponse:
    """Open tasks of the caller's role and office, the most urgent first."""
    only(request, TasksIn)
    at = clock.now()
    found = queries.my_tasks(caller(request), **{**asked.model_dump(), "mine": asked.mine == "true"}, at=at)
    return answer(shapes.TaskPageOut(items=[rendering.task(row, at) for row in found.rows], next=found.after))
