"""What a person reads after too many wrong passwords."""

from __future__ import annotations

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
