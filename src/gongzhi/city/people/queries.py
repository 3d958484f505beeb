"""Questions about people."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.people import keys
from gongzhi.city.people.errors import NoSuchMandate, ScopeMissing, TokenRefused
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.people.mandates import Mandate, MandateCase, MandatePaper, covered_cases
from gongzhi.city.people.models import Resident, Token, User
from gongzhi.city.people.phones import normal_phone
from gongzhi.engine.forms import mask
from gongzhi.engine.instants import show_instant

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


def mandate_in_force(agent: str, case: UUID) -> Mandate | None:
    """The mandate by which this person may act in the case today. One query."""
    row = covered_cases(agent).filter(case=case).select_related("mandate__mandator").order_by("id").first()
    return row.mandate if row else None


def mandate_lapsed(agent: str, case: UUID) -> Mandate | None:
    """The last mandate that this person once had for the case, if any; ask only where none is in force."""
    rows = MandateCase.objects.filter(case=case, mandate__agent_person=agent).select_related("mandate")
    row = rows.order_by("-mandate__until", "-id").first()
    return row.mandate if row else None


def why_closed(mandate: Mandate) -> dict[str, Any]:
    """How and since when a mandate has ended (or has not begun), for ``MandateExpired``."""
    if mandate.revoked_at:
        who = {
            "mandator": _("委托人已经撤销了这份委托"),
            "agent": _("您已经退回了这份委托"),
            "clerk": _("窗口已经撤销了这份委托"),
        }
        return {"why": who[mandate.revoked_by], "since": show_instant(mandate.revoked_at)}
    return {"why": _("这份委托已经到期"), "since": day_words(mandate.until + timedelta(days=1))}


def day_words(day: date) -> str:
    """A day as people read it: ``2024年10月14日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def my_mandates(by: Standing) -> list[Mandate]:
    """Those given to this person, newest first, with their mandators and cases. Two queries."""
    rows = Mandate.objects.filter(agent_person=by.person).select_related("mandator")
    return list(rows.prefetch_related("cases").order_by("-until", "-id")[:200])


def mandate_of(by: Standing, mandate: UUID | str) -> Mandate:
    """One mandate for a post with the right ``mandate.read``. Raises NoSuchMandate."""
    row = Mandate.objects.select_related("mandator").prefetch_related("cases").filter(pk=mandate).first()
    if row is None or not may(by, "mandate.read", row):
        raise NoSuchMandate(which=str(mandate)[-6:])
    return row


def mandate_by_code(code: str) -> Mandate:
    """The mandate of a code as people type it: the code is the right of the mandator. Raises NoSuchMandate."""
    read = ids.read_tracking_code(code)
    rows = Mandate.objects.select_related("mandator").prefetch_related("cases")
    row = rows.filter(code=read).first() if read else None
    if row is None:
        raise NoSuchMandate(which=code.strip()[:24])
    return row


def mandates_for(resident: UUID | None, case: UUID) -> list[Mandate]:
    """Who may act, or once might, in this case for this resident: newest first."""
    if resident is None:
        return []
    rows = Mandate.objects.filter(mandator=resident, cases__case=case).select_related("mandator")
    return list(rows.order_by("-signed_at")[:20])


def mandate_image(mandate: Mandate) -> tuple[bytes, str]:
    """What was signed and its type, for the printed paper; empty bytes once it was erased."""
    paper = MandatePaper.objects.get(mandate=mandate)
    return base64.b64decode(paper.image), paper.type


def person_called(word: str) -> str:
    """The id of the one active account that a name or a login means; the word itself where it means nobody or several.

    One query.
    """
    named = Q(username=word) | Q(name=word)
    found = list(User.objects.filter(named, is_active=True)[:2]) if word and ":" not in word else []
    return found[0].person if len(found) == 1 else word


def name_of_person(person: str) -> str:
    """Name of an account by the id of its person; what is no account is its own name. One query."""
    _kind, _colon, pk = person.partition("user:")
    user = User.objects.filter(pk=pk).first() if pk.isdigit() else None
    return user.get_full_name() if user else person
