"""From a refusal of the engine or the city to what a page says: the sentence, what to do next, which fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gongzhi.city.web.sent import Unstorable, check_storable
from gongzhi.engine.errors import GongzhiError

#: doors with a language of their own for refusals
MACHINES = ("/api/", "/open311/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a page shows of an error."""

    code: str
    sentence: str
    remedy: str


def refused(error: GongzhiError) -> Refusal:
    """The error in the language of the page; the Chinese sentence is the message id."""
    return Refusal(
        code=error.code,
        sentence=_(error.sentence) % error.data,
        remedy=_(error.remedy) % error.data if error.remedy else "",
    )


def fields_of(error: GongzhiError) -> dict[str, str]:
    """Field id -> its sentence, for errors about a form; empty for others."""
    fields = error.data.get("fields")
    return dict(fields) if isinstance(fields, dict) else {}


class RefusalPages:
    """Middleware: an error that no view caught becomes a page that says what happened and what to do next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        """No page of ours takes what no database keeps."""
        if request.path.startswith(MACHINES):
            return None
        try:
            check_storable(request)
        except Unstorable as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only our own errors; anything else stays a 500 with its trace in the log."""
        if not isinstance(error, GongzhiError) or request.path.startswith(MACHINES):
            return None
        said: dict[str, Any] = {
            "refusal": refused(error),
            "fields": fields_of(error),
            "back": request.META.get("HTTP_REFERER", "/"),
        }
        return render(request, "web/failed.html", said, status=error.status)
