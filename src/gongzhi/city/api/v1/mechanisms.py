"""The mechanisms under which new cases may be opened, with the forms that they ask for."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from ninja import Router

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.errors import NoSuchThing
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import ACTING, replies
from gongzhi.city.cases import catalogue
from gongzhi.city.kernel.permissions import check
from gongzhi.engine.cases import CaseType
from gongzhi.engine.forms import json_schema

router = Router(tags=["机制"])


@router.get(
    "/mechanisms",
    auth=signed_in("mechanisms.read"),
    response=replies(shapes.MechanismsOut, 401, 403),
    openapi_extra=ACTING,
    summary="机制",
)
def mechanisms(request: HttpRequest) -> HttpResponse:
    """Installed mechanisms and their case types."""
    check(caller(request), "mechanism.read")
    found: dict[tuple[str, str], list[CaseType]] = defaultdict(list)
    for mechanism, version, case_type in catalogue.offered():
        found[mechanism, version].append(case_type)
    items = [
        shapes.MechanismOut(
            id=mechanism,
            version=version,
            types=[
                shapes.TypeLine(id=each.id, title=each.title, opened_by=list(each.opened_by))
                for each in types
            ],
        )
        for (mechanism, version), types in sorted(found.items())
    ]
    return answer(shapes.MechanismsOut(items=items))


@router.get(
    "/mechanisms/{mechanism_id}",
    auth=signed_in("mechanisms.read"),
    response=replies(shapes.MechanismDetail, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一个机制",
)
def mechanism(request: HttpRequest, mechanism_id: str) -> HttpResponse:
    """The case types of a mechanism: opening forms as JSON Schema, steps with their choices, ends."""
    check(caller(request), "mechanism.read")
    types = [(version, each) for id_, version, each in catalogue.offered() if id_ == mechanism_id]
    if not types:
        raise NoSuchThing(which=mechanism_id[:60])
    detail = shapes.MechanismDetail(
        id=mechanism_id, version=types[0][0], types=[_type(each) for _, each in types]
    )
    return answer(detail)


def _type(case_type: CaseType) -> shapes.TypeOut:
    opening = [f"{ask.field}{'?' if ask.optional else ''}" for ask in case_type.opening]
    return shapes.TypeOut(
        id=case_type.id,
        title=case_type.title,
        opened_by=list(case_type.opened_by),
        opening=json_schema(case_type.form, opening),
        steps=[
            shapes.StepOut(
                id=step.id,
                title=step.title,
                role=case_type.role_title(step.role),
                choices=[rendering.choice(each, case_type) for each in step.choices.values()],
            )
            for step in case_type.steps.values()
        ],
        ends=dict(case_type.ends),
    )
