"""A WSGI application that does nothing: what the server, the network and the load generator cost by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

HEADERS = [("Content-Type", "text/plain"), ("Content-Length", "2")]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Always ``ok``."""
    start_response("200 OK", HEADERS)
    return [b"ok"]
