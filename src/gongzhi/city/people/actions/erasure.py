"""Erasing personal data on request (个人信息保护法 art. 47): the facts stay, the values go."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import SealedValue
from gongzhi.engine.cases.model import Fact


@transaction.atomic
def erase(actor: Standing, about: str, *, basis: str) -> int:
    """Erase all sealed values of a subject (``case:…``); returns how many there were. Right ``account.manage``."""
    check(actor, "account.manage")
    erased = SealedValue.objects.filter(subject=about, erased_at__isnull=True).update(
        value="", erased_at=clock.now()
    )
    if erased:
        append(
            about, [Fact(kind="erased", at=clock.now(), by=actor, data={"values": erased, "basis": basis})]
        )
    return erased
