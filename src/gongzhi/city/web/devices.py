"""Camera and microphone are for the pages of the video desk only, and browsers are told so; how two of them meet."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

HEADER = "Permissions-Policy"
CLOSED = "camera=(), microphone=(), display-capture=(), geolocation=(self)"
OPEN = "camera=(self), microphone=(self), display-capture=(), geolocation=(self)"
#: seconds for which a relay believes our word about somebody
RELAY_FOR = 4 * 3600


class ClosedDevices:
    """Middleware: no page may use the camera unless its view says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, CLOSED)
        return response


def with_camera(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the video desk: it may ask for camera and microphone."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers[HEADER] = OPEN
        return response

    return opened


def meeting_servers(who: str) -> list[dict[str, Any]]:
    """The ``iceServers`` of RTCPeerConnection: what GONGZHI_STUN and GONGZHI_TURN name, none by default.

    A relay gets a name that expires and its keyed hash (coturn's ``use-auth-secret``), never a lasting password.
    """
    servers: list[dict[str, Any]] = []
    if settings.GONGZHI_STUN:
        servers.append({"urls": settings.GONGZHI_STUN})
    if settings.GONGZHI_TURN:
        name = f"{int(time.time()) + RELAY_FOR}:{who}"
        digest = hmac.new(settings.GONGZHI_TURN_SECRET.encode(), name.encode(), hashlib.sha1).digest()
        secret = base64.b64encode(digest).decode()
        servers.append({"urls": settings.GONGZHI_TURN, "username": name, "credential": secret})
    return servers
