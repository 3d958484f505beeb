"""Tickets: who may listen to which board, signed by the page's server and good for a minute.

The live process may stand on another port, where no cookie of the session comes; a ticket is asked for with the session,
names the post in which its holder acts, and is checked against that post again when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils import translation

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Post, valid

SALT = "gongzhi.wall"
SECONDS = 60
PATH = "/live/"


@dataclass(frozen=True, slots=True)
class Seat:
    """What a listener wants to hear. Those with the same seat hear the same words."""

    board: str
    language: str
    by: Standing


@dataclass(frozen=True, slots=True)
class Admitted:
    """A ticket that was good: the seat, and the site from whose page it came."""

    seat: Seat
    origin: str


def origin(request: HttpRequest) -> str:
    """Scheme, host and port at which this reader's browser finds the live process; empty: none, or at our own address."""
    told: str = settings.GONGZHI_LIVE
    if told.startswith(":"):
        host = request.get_host().rpartition(":")[0] if _has_port(request.get_host()) else request.get_host()
        return f"{request.scheme}://{host}{told}"
    parts = urlsplit(told)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdecimal() and not host.endswith("]")


def address(request: HttpRequest, post: Post, board: str) -> str:
    """Where this post may listen to the board, ticket included; empty where no live process is told of."""
    told: str = settings.GONGZHI_LIVE
    if not told:
        return ""
    base = told if not told.startswith(":") else origin(request) + PATH
    page = f"{request.scheme}://{request.get_host()}"
    words = {"p": post.pk, "b": board, "l": translation.get_language() or "", "o": page}
    return f"{base}?{urlencode({'ticket': signing.dumps(words, salt=SALT, compress=True)})}"


def admit(ticket: str) -> Admitted | None:
    """Whoever shows a good ticket and still holds the post; ``None`` for everybody else. One query."""
    try:
        words = signing.loads(ticket, salt=SALT, max_age=SECONDS)
        key, board, language, page = words["p"], words["b"], words["l"], words["o"]
    except (signing.BadSignature, KeyError, TypeError):
        return None
    held = Post.objects.filter(valid(), pk=key, user__is_active=True)
    post = held.select_related("office__area", "area", "user").first()
    if post is None:
        return None
    by = territory.standing(post)
    if not may(by, "board.read"):
        return None
    # what a board shows follows from the reach, not from the person
    return Admitted(Seat(board, language, replace(by, person="", name="", post="")), page)


__all__ = ["Admitted", "Seat", "address", "admit", "origin"]
