"""Coming back to a half-filled form by its code: everything typed stands there again, whatever became of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.actions import Drafted
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Draft
from gongzhi.city.cases.rows import path_named
from gongzhi.city.kernel import ids
from gongzhi.city.web.services import RESIDENT
from gongzhi.city.web.views import resident, services
from gongzhi.engine.cases import CaseType
from gongzhi.engine.forms import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """How the form differs from the one that was being filled in, for whoever filled it in."""

    #: labels of what is asked now and was not
    new: tuple[str, ...] = ()
    #: (label, words) that were typed and have no place any more
    lost: tuple[tuple[str, str], ...] = ()
    #: the version then and the one now; empty when it is the same
    versions: tuple[str, str] | None = None


@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From the code to the form; a slip of the pen is told at once."""
    typed = request.GET.get("code", "")[:80]
    code = ids.read_tracking_code(typed)
    if code is not None:
        return redirect("web:draft", code=code)
    return render(request, "web/draft_find.html", {"typed": typed}, status=404 if typed else 200)


@never_cache
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The form with everything that was typed, to be gone on with."""
    draft = actions.load_draft(code)
    case_type = catalogue.current(draft.mechanism, draft.type, path_named(draft.values))
    if RESIDENT not in case_type.opened_by:
        raise NoSuchCaseType(mechanism=draft.mechanism, version=case_type.version, type=draft.type)
    asks = resident.asked(case_type)
    changed = changes(draft, case_type, [ask.field for ask in asks])
    values = {id_: value for id_, value in draft.values.items() if id_ in case_type.form}
    shown = {"draft": draft, "changed": changed, "new": "new" in request.GET}
    if draft.page == Draft.Page.REPORT:
        return resident.form(request, draft.mechanism, case_type, asks, values, {}, draft.key, shown=shown)
    return services.form(
        request,
        draft.mechanism,
        case_type,
        asks,
        services.questions_of(draft.mechanism, case_type),
        values,
        draft.key,
        shown=shown,
    )


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw it away for good."""
    if actions.discard_draft(code):
        messages.success(request, _("已删掉，没有留下任何内容。"), extra_tags="green")
    return redirect("web:services")


def changes(draft: Drafted, case_type: CaseType, asked: list[str]) -> Changed:
    """What is new in the form since the draft was saved, and what was typed that it has no place for."""
    lost = [
        (_label(draft, case_type, id_), said)
        for id_, value in draft.values.items()
        if (said := _homeless(case_type.form.by_id.get(id_), value))
    ]
    if draft.version == case_type.version:
        return Changed(lost=tuple(lost))
    old = _old_type(draft)
    known = {ask.field for ask in old.opening} if old else set(draft.values)
    return Changed(
        new=tuple(case_type.form[id_].label for id_ in asked if id_ not in known),
        lost=tuple(lost),
        versions=(draft.version, case_type.version),
    )


def _homeless(field: Field | None, value: Any) -> str:
    """The words of a value, or of those of its parts, that the form as it is now can't show."""
    if value in (None, "", [], {}):
        return ""
    if field is None:
        return _said(value)
    listed = value if isinstance(value, list) else [value]
    if field.kind in ("choice", "choices"):
        return _said([each for each in listed if each not in field.options])
    if field.kind == "table":
        columns = {column.id for column in field.columns}
        rows = [row for row in listed if isinstance(row, Mapping)]
        cut = [f"{cell}" for row in rows for id_, cell in row.items() if id_ not in columns]
        return _said([*cut, *[each for each in listed if not isinstance(each, Mapping)]])
    fits = isinstance(value, list) == (field.kind in ("files", "offices", "records"))
    if field.kind == "yesno":
        fits = isinstance(value, bool)
    elif field.kind == "place":
        fits = isinstance(value, Mapping)
    elif fits and not isinstance(value, list):
        fits = isinstance(value, str)
    return "" if fits else _said(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("name") or _("、").join(map(_said, value.values())))
    return _("、").join(map(_said, value)) if isinstance(value, list) else str(value)


def _label(draft: Drafted, case_type: CaseType, id_: str) -> str:
    if id_ in case_type.form:
        return case_type.form[id_].label
    old = _old_type(draft)
    return old.form[id_].label if old is not None and id_ in old.form else _("从前的一栏")


def _old_type(draft: Drafted) -> CaseType | None:
    """The form as it was when the draft was saved; None where that version is no longer installed."""
    try:
        return catalogue.case_type(draft.mechanism, draft.version, draft.type)
    except NoSuchCaseType:
        return None
