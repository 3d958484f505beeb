"""Accounts are opened and closed by the city."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people.models import User
from gongzhi.engine.cases.model import Fact


@transaction.atomic
def create_account(
    actor: Standing, *, username: str, name: str, password: str | None = None, phone: str = ""
) -> User:
    """A new account; without a password only the unified identity lets the person in.

    Right ``account.manage``. ValidationError when the password is too weak or the user name is wrong, IntegrityError
    when it is taken.
    """
    check(actor, "account.manage")
    user = User(username=User.normalize_username(username), name=name, phone=phone)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean(exclude=["password"], validate_unique=False)
    user.save(force_insert=True)
    _record(actor, user, "account_created", username=user.username)
    return user


@transaction.atomic
def close_account(actor: Standing, user: User, *, reason: str) -> None:
    """The person signs in no more, and their tokens stop; what they did stays theirs."""
    check(actor, "account.manage")
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    _record(actor, user, "account_closed", reason=reason)


def _record(actor: Standing, user: User, kind: str, **data: str) -> None:
    append(subject("user", user.pk), [Fact(kind=kind, at=clock.now(), by=actor, data=data)])
