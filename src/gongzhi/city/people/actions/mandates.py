"""Signing, using and revoking a written mandate. That it runs out needs no action: its last day is part of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check, matrix
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people.errors import (
    BadMandate,
    MandateExpired,
    MandateNotYet,
    MandateUsed,
    NoSuchMandate,
    OutsideMandate,
)
from gongzhi.city.people.mandates import Checked, Mandate, MandateCase, MandatePaper, Scope, Signed, State
from gongzhi.city.people.models import Resident
from gongzhi.city.people.queries import day_words, why_closed
from gongzhi.engine.cases.model import Fact

#: bytes of an upload, longest side that is kept (enough to read handwriting), letters of the text
LARGEST, SIDE, LONGEST = 12_000_000, 1600, 1000
#: fewer dark dots than this is a slip of the finger, not a signature
LEAST_INK = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """What a mandate is for: one case, one service item, or case types of a mechanism."""

    scope: Scope
    #: in the words of the paper
    title: str
    case: UUID | None = None
    mechanism: str = ""
    types: Sequence[str] = ()
    item: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The image that was signed and how: a PNG drawn on the screen, or a photo of the paper."""

    how: Signed
    image: bytes
    checked: Checked


@transaction.atomic
def sign_mandate(
    by: Standing,
    *,
    mandator: Resident,
    agent: Standing,
    covers: Covers,
    words: str,
    until: date,
    signature: Signature,
    starts_on: date | None = None,
) -> Mandate:
    """Write down that ``mandator`` lets ``agent`` act; ``by`` is the agent or the clerk before whom it was signed.

    Right ``mandate.sign`` (an agent for themselves, a clerk for agents of the area). Raises BadMandate that says what
    is missing: no words, a day that has passed, more than a year, a blank signature, a post that can't act for others.
    """
    check(by, "mandate.sign", Target(person=agent.person, area_path=agent.area_path))
    if "mandate" not in matrix().scopes("case.read", agent.role):
        raise BadMandate(why=_("受托人的岗位不是帮代办员，也不是网格员"))
    starts_on = starts_on or clock.today()
    check_days(starts_on, until)
    image, type_ = check_image(signature)
    mandate = Mandate.objects.create(
        mandator=mandator,
        agent_person=agent.person,
        agent_name=agent.name[:60],
        agent_role=agent.role,
        agent_office=agent.office,
        area_path=agent.area_path,
        words=check_words(words),
        starts_on=starts_on,
        until=until,
        signed_how=signature.how,
        signature=hashlib.sha256(image).hexdigest(),
        checked_how=signature.checked,
        signed_at=clock.now(),
        witnessed_by=by.name[:60],
        **_scope(covers),
    )
    MandatePaper.objects.create(mandate=mandate, image=base64.b64encode(image).decode(), type=type_)
    if covers.case:
        MandateCase.objects.create(mandate=mandate, case=covers.case)
    said = {"title": mandate.title, "until": until, "signature": mandate.signature, "agent": agent.person}
    _record(by, mandate, "mandate_signed", scope=covers.scope, case=covers.case, **said)
    return mandate


@transaction.atomic
def revoke_mandate(by: Standing, mandate: UUID | str, *, why: str = "") -> Mandate:
    """End it now: the mandator (a resident known by a code), the agent, or a clerk. Revoking twice changes nothing.

    Raises NoSuchMandate for anybody whose it isn't, NotAllowed for a post without the right ``mandate.revoke``.
    """
    row = Mandate.objects.select_for_update().select_related("mandator").filter(pk=mandate).first()
    if row is None or (by.role == "resident" and by.person != row.mandator.person):
        raise NoSuchMandate(which=str(mandate)[-6:])
    if by.role != "resident":
        check(by, "mandate.revoke", row)
    if row.state == State.REVOKED:
        return row
    who = "mandator" if by.role == "resident" else "agent" if by.person == row.agent_person else "clerk"
    row.state, row.revoked_at, row.revoked_by, row.revoked_why = State.REVOKED, clock.now(), who, why[:200]
    row.save(update_fields=["state", "revoked_at", "revoked_by", "revoked_why"])
    _record(by, row, "mandate_revoked", who=who, why=row.revoked_why)
    return row


def show_mandate(by: Standing, mandate: UUID | str, *, mechanism: str, type_id: str, title: str) -> Mandate:
    """Lock the mandate under which an agent wants to open a case; inside the transaction that opens it.

    ``title`` is what is asked for, for the refusal. Raises NoSuchMandate for any but the agent's own, MandateExpired,
    MandateNotYet, MandateUsed, OutsideMandate.
    """
    row = Mandate.objects.select_for_update().filter(pk=mandate).first()
    if row is None or row.agent_person != by.person:
        raise NoSuchMandate(which=str(mandate)[-6:])
    today = clock.today()
    if row.state == State.REVOKED or row.until < today:
        raise MandateExpired(**why_closed(row))
    if today < row.starts_on:
        raise MandateNotYet(starts=day_words(row.starts_on))
    if row.once and row.state == State.USED:
        raise MandateUsed()
    if row.scope == Scope.CASE or (row.mechanism, type_id in row.types) != (mechanism, True):
        raise OutsideMandate(title=row.title, asked=title)
    return row


def use_mandate(by: Standing, mandate: Mandate, case: UUID, at: datetime) -> None:
    """Note that a case was handed in under it: from now on it covers this case."""
    MandateCase.objects.create(mandate=mandate, case=case, since=at)
    if mandate.once:
        mandate.state = State.USED
        mandate.save(update_fields=["state"])
    _record(by, mandate, "mandate_used", case=case)


def check_days(starts_on: date, until: date) -> None:
    """A mandate begins today or later and ends within a year of its beginning, the same day included.

    Civil code art. 201-202: a year from 14 October ends on 14 October; where the month lacks the day, on its last.
    """
    today = clock.today()
    if starts_on < today:
        raise BadMandate(why=_("委托不能从过去的日子算起"))
    if until < starts_on:
        raise BadMandate(why=_("到期的日子在开始之前"))
    try:
        longest = starts_on.replace(year=starts_on.year + 1)
    except ValueError:
        longest = starts_on.replace(year=starts_on.year + 1, day=28)
    if until > longest:
        raise BadMandate(why=_("委托最长一年，最晚到%(day)s") % {"day": day_words(longest)})


def check_words(words: str) -> str:
    """The text of the mandate; it must say something, and only what can be read."""
    words = words.strip()
    if not words:
        raise BadMandate(why=_("没有写清可以代办什么"))
    if len(words) > LONGEST:
        raise BadMandate(why=_("正文最多%(most)d个字") % {"most": LONGEST})
    return words


def check_image(signature: Signature) -> tuple[bytes, str]:
    """The signed image as it is kept: decoded and encoded anew (no EXIF, no foreign tail), and its type."""
    if not signature.image:
        raise BadMandate(why=_("还没有签名"))
    if len(signature.image) > LARGEST:
        raise BadMandate(why=_("照片太大，最多%(most)d兆") % {"most": LARGEST // 1_000_000})
    try:
        with Image.open(io.BytesIO(signature.image), formats=("PNG", "JPEG", "WEBP")) as opened:
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((SIDE, SIDE))
            flat = Image.new("RGB", image.size, "white")
            flat.paste(image, mask=image.getchannel("A") if image.mode in ("RGBA", "LA") else None)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadMandate(why=_("这张图打不开，请重新签名或重拍")) from error
    drawn = signature.how == Signed.DRAWN
    if drawn and sum(flat.convert("L").histogram()[:128]) < LEAST_INK:
        raise BadMandate(why=_("签名是空白的"))
    kept = io.BytesIO()
    flat.save(kept, "PNG" if drawn else "JPEG", **({} if drawn else {"quality": 80}))
    return kept.getvalue(), "image/png" if drawn else "image/jpeg"


def drawn_image(text: str) -> bytes:
    """The bytes of what a canvas sent (``data:image/png;base64,…``). Raises BadMandate."""
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:image/png;base64"):
        raise BadMandate(why=_("还没有签名"))
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise BadMandate(why=_("签名没有传完整，请重签")) from error


def _scope(covers: Covers) -> dict[str, Any]:
    named = covers.mechanism and covers.types
    complete = {Scope.CASE: covers.case, Scope.ITEM: named and covers.item, Scope.TYPES: named}
    if not covers.title.strip() or not complete[covers.scope]:
        raise BadMandate(why=_("没有选委托办什么事"))
    return {
        "scope": covers.scope,
        "title": covers.title.strip()[:200],
        "mechanism": covers.mechanism,
        "types": sorted(set(covers.types)),
        "item": covers.item,
        "once": covers.once,
    }


def _record(by: Standing, mandate: Mandate, kind: str, **data: Any) -> None:
    append(subject("mandate", mandate.pk), [Fact(kind=kind, at=clock.now(), by=by, data=data)])
