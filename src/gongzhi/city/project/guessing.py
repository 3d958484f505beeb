"""Tracking and verification codes are a right by themselves, so nobody may try them out: misses are counted by address.

A code carries a check character: people's slips never count, only well-formed codes that lead to nothing do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from gongzhi.city.api.answers import failed
from gongzhi.city.kernel import ids
from gongzhi.city.people.errors import TooManyGuesses
from gongzhi.city.web.refusals import RefusalPages

#: where codes are asked for: the residents' pages, the API, Open311
BELOW: Final = (
    "/t/",
    "/apply/draft/",
    "/verify/",
    "/queue/",
    "/appointment/",
    "/video/",
    "/api/v1/track/",
    "/open311/v2/tokens/",
)
#: where files are verified: each costs some milliseconds, and nobody needs hundreds of answers
VERIFY_FILE: Final = "/verify/file/"
#: seconds for which a miss is remembered
SPAN: Final = 600
NOT_FOUND: Final = 404


class CountMisses:
    """Middleware: after ``settings.GONGZHI_TRACKING_MISSES`` misses in ten minutes an address is answered 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == VERIFY_FILE and request.method == "POST":
            return self.get_response(request) if _may_verify(request) else _refused(request)
        if not request.path.startswith(BELOW) or not any(map(_is_code, _asked(request))):
            return self.get_response(request)
        key = f"tracking-misses:{get_client_ip_address(request)}"
        if cache.get(key, 0) >= settings.GONGZHI_TRACKING_MISSES:
            return _refused(request)
        response = self.get_response(request)
        if response.status_code == NOT_FOUND and not cache.add(key, 1, SPAN):
            _count(key)
        return response


def _count(key: str) -> None:
    try:
        cache.incr(key)
    except ValueError:  # it was forgotten a moment ago
        cache.set(key, 1, SPAN)


def _may_verify(request: HttpRequest) -> bool:
    key = f"verified-files:{get_client_ip_address(request)}"
    if not cache.add(key, 1, SPAN):
        _count(key)
    return int(cache.get(key, 0)) <= settings.GONGZHI_VERIFY_FILES


def _is_code(text: str) -> bool:
    return (ids.read_tracking_code(text) or ids.read_verification_code(text)) is not None


def _asked(request: HttpRequest) -> Iterator[str]:
    """What may be a code in the address."""
    yield from (part.partition(".")[0] for part in request.path.split("/"))
    yield request.GET.get("code", "")


def _refused(request: HttpRequest) -> HttpResponse:
    error = TooManyGuesses(minutes=SPAN // 60)
    page = (
        None if request.path.startswith("/api/") else RefusalPages(_nowhere).process_exception(request, error)
    )
    return page or failed(request, error)


def _nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=NOT_FOUND)
