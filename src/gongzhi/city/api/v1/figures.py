"""The figures of the command board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import ACTING, replies
from gongzhi.city.cases import queries

router = Router(tags=["指标"])


@router.get(
    "/figures",
    auth=signed_in("figures.read"),
    response=replies(shapes.FiguresOut, 401, 403),
    openapi_extra=ACTING,
    summary="大屏数字",
)
def figures(request: HttpRequest) -> HttpResponse:
    """What the command board shows, within what the caller may see. Each figure says how it is counted, and its
    `filter` lists its rows."""
    board = queries.board(caller(request))
    towns = [
        shapes.TownOut(
            **{name: town[name] for name in ("code", "name", "lon", "lat", "red", "yellow", "green", "none")}
        )
        for town in board.towns
    ]
    clusters = [
        shapes.ClusterOut(
            id=str(each.pk),
            title=each.title,
            place=each.place,
            size=each.size,
            heat=each.heat,
            since=each.since,
            until=each.until,
        )
        for each in board.clusters
    ]
    return answer(
        shapes.FiguresOut(
            at=board.at,
            lights=[rendering.figure(each) for each in board.lights],
            today=[rendering.figure(each) for each in board.today],
            towns=towns,
            categories=[rendering.figure(each) for each in board.categories],
            overdue=[rendering.figure(each) for each in board.overdue],
            clusters=clusters,
        )
    )
