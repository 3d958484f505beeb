"""Saving a form that is being filled in: what the pages of applications and reports do when "later" was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gongzhi.city.cases import actions
from gongzhi.engine.cases import CaseType

#: name of the button, and of the hidden input with the code of the draft that is being gone on with
LATER, DRAFT = "later", "draft"


def asked_for(request: HttpRequest) -> bool:
    """Whether the form was sent to be kept, not to be brought in."""
    return LATER in request.POST


def keep(
    request: HttpRequest, mechanism: str, case_type: CaseType, values: Mapping[str, Any], key: str, page: str
) -> HttpResponse:
    """Save what was just typed, and lead to it under its code. Raises DraftTooLong."""
    code = actions.save_draft(mechanism, case_type, values, key=key, page=page, code=code_of(request))
    return redirect(reverse("web:draft", args=[code]) + "?new=1")


def done(request: HttpRequest) -> None:
    """The form was brought in: its draft has done its work."""
    if code := code_of(request):
        actions.discard_draft(code)


def code_of(request: HttpRequest) -> str:
    """The code of the draft from which the form was filled in; empty for a new one."""
    return request.POST.get(DRAFT, "")[:80]
