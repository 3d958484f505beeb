"""Ways out of the house. Inside the site a message is simply there; every other channel goes through one gateway address,
``GONGZHI_MESSAGES``: a folder (``file:///…``) that a program of the city empties, or a small service (``https://…``).

A gateway gets the same message again when we could not know whether it took it: the id says that it is the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

IN_APP: Final = "in_app"
#: channel -> its name; an outside channel exists where ``GONGZHI_MESSAGES_CHANNELS`` names it
TITLES: Final = {IN_APP: _("站内"), "sms": _("短信"), "wecom": _("企业微信"), "wechat": _("微信公众号")}
#: seconds that a gateway may take to answer
PATIENCE: Final = 5.0
LONGEST_ANSWER: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a gateway is given: nothing but an address and plain words."""

    #: the same for every attempt
    id: str
    channel: str
    to: str
    text: str
    #: ISO 8601
    at: str


class Undelivered(Exception):
    """The gateway did not take the letter. ``final``: it never will (no such number, blocked)."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Gateway(Protocol):
    """Somebody who takes letters to people."""

    def deliver(self, letter: Letter) -> str:
        """Take it along; gives the receipt. Raises Undelivered."""


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder: one file a letter, named by its id, there whole or not at all; the second time it is the same file."""

    folder: Path

    def deliver(self, letter: Letter) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{letter.id}.json"
            draft = self.folder / f".{letter.id}.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(asdict(letter), ensure_ascii=False), encoding="utf-8")
            os.replace(draft, path)
        except OSError as error:
            raise Undelivered(f"{self.folder.name}: {error.strerror}") from error
        return path.name


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None  # a phone number goes to the address that the city wrote down, and nowhere else


@dataclass(frozen=True, slots=True)
class Http:
    """A service: ``POST`` of JSON, signed ``X-Gongzhi-Signature: sha256=…`` (HMAC over time, a dot and the body)."""

    address: str
    secret: str

    def deliver(self, letter: Letter) -> str:
        body = json.dumps(asdict(letter), ensure_ascii=False).encode()
        head = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Gongzhi-Message": letter.id,
            "X-Gongzhi-Time": letter.at,
            "X-Gongzhi-Signature": signature(self.secret, letter.at, body),
        }
        # settings let only http and https through
        request = urllib.request.Request(self.address, data=body, headers=head, method="POST")  # noqa: S310
        # proxies of the environment are none of the gateway's business
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                said = answer.read(LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                raise Undelivered(
                    f"HTTP {error.code}", final=error.code in (400, 403, 404, 410, 422)
                ) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Undelivered(type(error).__name__) from error
        return _receipt(said)


def signature(secret: str, at: str, body: bytes) -> str:
    """What a service compares: it knows that we wrote the letter, and when.

    >>> signature("s", "2024-10-14T03:00:00+08:00", b"{}")[:12]
    'sha256=20a08'
    """
    mac = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256)
    return f"sha256={mac.hexdigest()}"


def _receipt(said: bytes) -> str:
    try:
        answer = json.loads(said or b"{}")
    except (ValueError, RecursionError):
        return ""
    return str(answer.get("id", ""))[:120] if isinstance(answer, dict) else ""


def gateway() -> Gateway | None:
    """The gateway of the settings; None where the city has connected none."""
    address = settings.GONGZHI_MESSAGES
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme == "file":
        return Spool(Path(unquote(parts.path)))
    return Http(address, settings.GONGZHI_MESSAGES_SECRET)


def outside() -> list[str]:
    """The channels that lead out of the house, the first one first; none without a gateway."""
    if not settings.GONGZHI_MESSAGES:
        return []
    return [each for each in settings.GONGZHI_MESSAGES_CHANNELS if each in TITLES and each != IN_APP]


def known(channel: str) -> bool:
    """Whether somebody can be reached this way here."""
    return channel == IN_APP or channel in outside()


def letter(key: str, channel: str, to: str, text: str, at: datetime) -> Letter:
    """A letter for a gateway."""
    return Letter(id=key, channel=channel, to=to, text=text, at=at.isoformat())
