"""Questions about people."""

from __future__ import annotations

from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people import keys
from gongzhi.city.people.errors import ScopeMissing, TokenRefused
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.people.models import Resident, Token
from gongzhi.city.people.phones import normal_phone
from gongzhi.engine.forms import mask

#: asked on every request of a program
BY_DIGEST = Prepared(lambda digest: Token.objects.select_related("user").filter(digest=digest), str)


def token_holder(plain: str, scope: str = "") -> Token:
    """The valid token with its user. TokenRefused (unknown, expired, revoked, account closed), ScopeMissing.

    One query; a second one on the first use of a day, to note that it is used.
    """
    token = BY_DIGEST.first(keys.digest(plain))
    now = clock.now()
    if token is None or token.revoked_at or token.expires_at <= now or not token.user.is_active:
        raise TokenRefused
    if scope and scope not in token.scopes.split():
        raise ScopeMissing(scope=scope)
    if token.last_used_on != clock.today():
        Token.objects.filter(pk=token.pk).update(last_used_on=clock.today())
    return token


def resident_by_phone(phone: str) -> Resident | None:
    """The resident with this number, if one is known. PhoneInvalid."""
    return Resident.objects.filter(phone_hash=keys.keyed_hash(normal_phone(phone))).first()


def masked(row: Any, field: str) -> str:
    """The value of an encrypted column as it is shown to everybody: ``138****8000``."""
    column = row._meta.get_field(field)
    if not isinstance(column, EncryptedTextField):
        raise TypeError(f"{field} isn't an encrypted field")
    return mask(getattr(row, field), column.privacy, "phone" if "phone" in field else "text")
