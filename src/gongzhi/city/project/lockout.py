"""What a person reads after too many wrong passwords."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongzhi.city.people.errors import LockedOut
from gongzhi.city.web.refusals import refused


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """The page, with status 429 (axes asks for it; ``settings.AXES_LOCKOUT_CALLABLE``)."""
    error = LockedOut(minutes=int(settings.AXES_COOLOFF_TIME.total_seconds() // 60))
    said = {"refusal": refused(error), "fields": {}, "back": "/"}
    return render(request, "web/failed.html", said, status=error.status)


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name under which wrong passwords are counted (``settings.AXES_USERNAME_CALLABLE``).

    Sign-in takes "Alice", "ALICE" and " alice" for one account, so they must share one counter: else every way of
    writing a name would give five more tries.
    """
    name = (credentials or {}).get("username") or request.POST.get("login", "")
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()[:255]
