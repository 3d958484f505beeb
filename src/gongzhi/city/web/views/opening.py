"""Opening a case for somebody at a counter or in a video call: the opening form, filled in where somebody else leads."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.actions import Receipt
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.kernel.references import Standing
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.placing import check_form
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.city.web.views.resident import asked
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError

ITEMS = "service_items"


def openable(mechanism: str, type_id: str, role: str, place: str = "") -> CaseType:
    """The case type in the version of the place (a path), if this role may open it. Raises NoSuchCaseType."""
    case_type = catalogue.current(mechanism, type_id, place)
    if role not in case_type.opened_by:
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    return case_type


def forms_for(role: str) -> list[tuple[str, str]]:
    """What this role may open: (``mechanism/case type``, title)."""
    return [
        (f"{mechanism}/{case_type.id}", case_type.title)
        for mechanism, _version, case_type in catalogue.offered()
        if role in case_type.opened_by
    ]


def parts(form: str) -> tuple[str, str]:
    """``mechanism/case type`` in two. Raises NoSuchCaseType for anything else."""
    mechanism, slash, type_id = form.partition("/")
    if not slash or not type_id:
        raise NoSuchCaseType(mechanism=mechanism[:64], version="", type="")
    return mechanism, type_id


def given(case_type: CaseType, request: HttpRequest) -> dict[str, Any]:
    """What the address fills in: ``about`` for the field that names a case."""
    named = request.GET.get("about", "")[:48]
    fields = [case_type.form[ask.field] for ask in case_type.opening]
    return {field.id: named for field in fields if named and field.kind == "case"}


def form_context(
    case_type: CaseType,
    values: dict[str, Any],
    key: str,
    *,
    item: str = "",
    error: GongzhiError | None = None,
) -> dict[str, Any]:
    """What ``web/counters/opening.html`` shows; ``item`` is chosen where the form asks for a service item."""
    for each in case_type.form.fields:
        if item and each.kind == "record" and each.register == ITEMS:
            values.setdefault(each.id, item)
    return {
        "case_type": case_type,
        "opening": controls(
            case_type, asked(case_type), values=values, errors=fields_of(error) if error else {}
        ),
        "refusal": refused(error) if error else None,
        "key": key,
    }


def open_for(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    *,
    by: Standing,
    channel: str,
    key: str,
    into: dict[str, Any],
) -> Receipt:
    """Open the case that the sent form describes; ``into`` keeps what was typed when it is refused."""
    entered(case_type, asked(case_type), request, by=by, owner=by.person, into=into)
    check_form(request, mechanism, case_type)
    with transaction.atomic():
        return actions.open_case(
            mechanism,
            case_type.id,
            into,
            by=by,
            channel=channel,
            reporter=reporter_behind(case_type, into),
            key=key,
        )
