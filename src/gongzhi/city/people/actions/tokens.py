"""Tokens for programs."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people import keys
from gongzhi.city.people.models import Token, User
from gongzhi.engine.cases.model import Fact

#: so that a leaked token is recognised by scanners and by people
PREFIX = "gz_"


@transaction.atomic
def issue_token(
    actor: Standing, user: User, *, title: str, scopes: Collection[str], days: int = 365
) -> tuple[str, Token]:
    """A new token of a user, and its row; the token itself is never shown again. Right ``token.create``."""
    check(actor, "token.create")
    plain = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        title=title,
        scopes=" ".join(sorted(scopes)),
        expires_at=clock.now() + timedelta(days=days),
        digest=keys.digest(plain),
    )
    data = {"token": token.pk, "title": title, "scopes": sorted(scopes), "expires_at": token.expires_at}
    append(subject("user", user.pk), [Fact(kind="token_issued", at=clock.now(), by=actor, data=data)])
    return plain, token


@transaction.atomic
def revoke_token(actor: Standing, token: Token) -> None:
    """End a token at once."""
    check(actor, "token.create")
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    data = {"token": token.pk}
    append(subject("user", token.user_id), [Fact(kind="token_revoked", at=clock.now(), by=actor, data=data)])
