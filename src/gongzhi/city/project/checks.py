"""Configuration mistakes, told at start with an id and a hint."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from gongzhi.city.people import keys


@register("gongzhi")
def check_field_keys(**kwargs: Any) -> list[CheckMessage]:
    """The key ring can be read."""
    try:
        keys.read_ring(settings.GONGZHI_FIELD_KEYS)
    except ValueError as error:
        hint = "Form: index:<base64 of 32 bytes>,k1:<base64 of 32 bytes>; new keys are put at the end."
        return [Error(f"GONGZHI_FIELD_KEYS: {error}", hint=hint, id="gongzhi.E001")]
    return []


@register("gongzhi")
def check_home(**kwargs: Any) -> list[CheckMessage]:
    """The home folder can be written."""
    if os.access(settings.GONGZHI_HOME, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            "GONGZHI_HOME can't be written.",
            hint=f"chown or change {settings.GONGZHI_HOME}",
            id="gongzhi.E002",
        )
    ]


@register("gongzhi")
def check_hosts(**kwargs: Any) -> list[CheckMessage]:
    """The site isn't open to every host name."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "GONGZHI_HOSTS=* accepts every Host header.",
            hint="List the names of the site.",
            id="gongzhi.W003",
        )
    ]


@register("gongzhi")
def check_unified_identity(**kwargs: Any) -> list[CheckMessage]:
    """The OIDC client is complete, and its server is reached safely."""
    found: list[CheckMessage] = []
    providers: Any = settings.SOCIALACCOUNT_PROVIDERS
    for app in providers["openid_connect"]["APPS"]:
        if not (app["client_id"] and app["secret"]):
            hint = "Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside OIDC_SERVER_URL."
            found.append(Error("The unified identity has no client.", hint=hint, id="gongzhi.E004"))
        server = urlsplit(app["settings"]["server_url"])
        if server.scheme != "https" and server.hostname not in ("localhost", "127.0.0.1"):
            found.append(Error("OIDC_SERVER_URL isn't https.", hint="Use https.", id="gongzhi.E005"))
    return found


@register("gongzhi")
def check_broker(**kwargs: Any) -> list[CheckMessage]:
    """Celery has a broker."""
    celery = str(settings.TASKS["default"]["BACKEND"]).endswith("CeleryBackend")
    if celery and not settings.CELERY_BROKER_URL:
        hint = "Set CELERY_BROKER_URL (amqp://… or redis://…), or GONGZHI_TASKS=database."
        return [Error("GONGZHI_TASKS=celery without a broker.", hint=hint, id="gongzhi.E006")]
    return []


@register("gongzhi")
def check_relay(**kwargs: Any) -> list[CheckMessage]:
    """A relay for video has the secret by which it knows our word."""
    if settings.GONGZHI_TURN and not settings.GONGZHI_TURN_SECRET:
        hint = "Set GONGZHI_TURN_SECRET to coturn's static-auth-secret."
        return [Error("GONGZHI_TURN without a secret.", hint=hint, id="gongzhi.E008")]
    return []


@register("gongzhi", deploy=True)
def check_debug(**kwargs: Any) -> list[CheckMessage]:
    """Nobody serves a city with DEBUG on."""
    if not settings.DEBUG:
        return []
    return [
        Error("GONGZHI_DEBUG is on.", hint="Turn it off: error pages show the inside.", id="gongzhi.E007")
    ]
