"""Who calls: a program with a token, or a browser with a session; and in which of their posts they act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpRequest
from django.utils.datastructures import CaseInsensitiveMapping
from ninja.utils import check_csrf

from gongzhi.city.api.errors import CsrfMissing, NotYourPost, TooLong
from gongzhi.city.api.standings import standings
from gongzhi.city.kernel import references
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people import queries as people
from gongzhi.city.territory.models import Post

#: the post that a browser's user chose, as the web door keeps it
SESSION_KEY: Final = "post"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_KEY: Final = 128


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose identity was checked, in a post."""

    standing: Standing


class _SignedIn:
    """One way to show who one is; ``scope`` is what a token must have been given for."""

    openapi_security_schema: dict[str, Any]

    def __init__(self, scope: str) -> None:
        self.scope = scope


class TokenAuth(_SignedIn):
    """``Authorization: Bearer gz_…``"""

    openapi_security_schema = {
        "type": "http",
        "scheme": "bearer",
        "description": "令牌，由系统管理员发放；只保存它的散列值。",
    }

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller of a token; None without one. Raises TokenRefused, ScopeMissing, NotYourPost."""
        kind, _, plain = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = people.token_holder(plain.strip(), self.scope)
        return Caller(acting(token.user, request.headers.get("X-Acting-Post", "")))


class SessionAuth(_SignedIn):
    """The session cookie of a page of our own, with its CSRF token where something is to be changed."""

    openapi_security_schema = {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "本站页面的会话（本地账号或统一身份认证登录后）；修改类请求须带 X-CSRFToken。",
    }

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller of a session; None without one. Raises CsrfMissing, NotYourPost."""
        user: Any = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        if request.method not in SAFE and check_csrf(request):
            raise CsrfMissing()
        chosen = request.headers.get("X-Acting-Post", "")
        if not chosen:
            remembered = str(request.session.get(SESSION_KEY) or "")
            return Caller(acting(user, remembered, strict=False))
        return Caller(acting(user, chosen))


def signed_in(scope: str) -> list[_SignedIn]:
    """The ways to be let into an operation that needs ``scope``."""
    return [TokenAuth(scope), SessionAuth(scope)]


def acting(user: Any, chosen: str = "", *, strict: bool = True) -> Standing:
    """The standing of a user in the post chosen by id, else the oldest; that of a resident for who never held one.

    Raises NotYourPost for a chosen post that is not theirs (``strict``), and for staff whose posts have ended: what
    they once wrote down for others is not their own report.
    """
    held = standings(user)
    for post, _, standing in held:
        if post == chosen:
            return replace(standing, program=True)
    if chosen and strict:
        listed = "、".join(f"{post}({words})" for post, words, _ in held) or "无"
        raise NotYourPost(post=chosen[:40], posts=listed)
    if held:
        return replace(held[0][2], program=True)
    if Post.objects.filter(user=user.pk).exists():
        raise NotYourPost(post="", posts="无")
    return references.resident(user.person)


def caller(request: HttpRequest) -> Standing:
    """Who acts in a request that an auth of ``signed_in`` let pass."""
    return request.auth.standing  # type: ignore[attr-defined, no-any-return]


def idempotency_key(headers: CaseInsensitiveMapping[str]) -> str:
    """The ``Idempotency-Key`` header; empty without one. Raises TooLong."""
    key = headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise TooLong(name="Idempotency-Key", limit=LONGEST_KEY)
    return str(key)
