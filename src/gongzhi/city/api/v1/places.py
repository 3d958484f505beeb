"""Areas and offices: public, as every programme that reports needs their codes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.commands import AreasIn, PlacesIn
from gongzhi.city.api.v1.operations import only, replies
from gongzhi.city.kernel.pagination import page
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, valid

router = Router(tags=["地域与机构"])


@router.get("/areas", auth=None, response=replies(shapes.AreaPageOut, 404), summary="地域")
def areas(request: HttpRequest, asked: Query[AreasIn]) -> HttpResponse:
    """Areas that are valid today, in the order of the tree."""
    only(request, AreasIn)
    if asked.within:
        rows = territory.areas_in(territory.area(asked.within), asked.level)
    else:
        rows = Area.objects.filter(valid(), **({"level": asked.level} if asked.level else {}))
    found = page(rows.select_related("parent"), ("path",), cursor=asked.cursor, size=asked.size)
    items = [
        shapes.AreaOut(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            level=row.level,
            parent=row.parent.code if row.parent else "",
            lon=row.lon,
            lat=row.lat,
        )
        for row in found.rows
    ]
    return answer(shapes.AreaPageOut(items=items, next=found.after))


@router.get("/offices", auth=None, response=replies(shapes.OfficePageOut, 404), summary="机构")
def offices(request: HttpRequest, asked: Query[PlacesIn]) -> HttpResponse:
    """Offices that are valid today, in the order of the tree."""
    only(request, PlacesIn)
    if asked.within:
        rows = territory.offices_in(territory.area(asked.within))
    else:
        rows = Office.objects.filter(valid())
    found = page(rows.select_related("parent", "area"), ("path",), cursor=asked.cursor, size=asked.size)
    items = [
        shapes.OfficeOut(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            area=row.area.code,
            parent=row.parent.code if row.parent else "",
        )
        for row in found.rows
    ]
    return answer(shapes.OfficePageOut(items=items, next=found.after))
