"""Residents without accounts."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.people import keys
from gongzhi.city.people.errors import NoSuchResident, PurposeMissing
from gongzhi.city.people.models import Resident
from gongzhi.city.people.phones import normal_phone
from gongzhi.city.people.queries import resident_by_phone
from gongzhi.engine.cases.model import Fact

LEAST_PURPOSE = 4


@transaction.atomic
def remember_resident(*, phone: str = "", name: str = "") -> Resident:
    """The resident with this phone number, made when unknown; without a number a new anonymous one.

    A name is taken when none was known; a different later name doesn't overwrite it (families share phones).
    PhoneInvalid when it isn't a phone number.
    """
    if not phone.strip():
        return Resident.objects.create(name=name)
    number = normal_phone(phone)
    digest = keys.keyed_hash(number)
    made = Resident(phone=number, phone_hash=digest, name=name)
    Resident.objects.bulk_create([made], ignore_conflicts=True)
    resident = Resident.objects.select_for_update().get(phone_hash=digest)
    if name and not resident.name:
        resident.name = name
        resident.save(update_fields=["name"])
    return resident


@transaction.atomic
def find_resident(by: Standing, *, purpose: str, phone: str = "", known: Resident | None = None) -> Resident:
    """The resident who stands at the counter, by the number they say (or ``known``, by the code of their case).

    Right ``resident.find``, with a purpose, and each look-up is a fact of the resident. Raises PurposeMissing,
    PhoneInvalid, NoSuchResident, NotAllowed. What is shown of them stays masked.
    """
    check(by, "resident.find", Target(area_path=by.area_path))
    purpose = purpose.strip()
    if len(purpose) < LEAST_PURPOSE:
        raise PurposeMissing
    found = known or resident_by_phone(phone)
    if found is None:
        raise NoSuchResident
    fact = Fact(kind="looked_up", at=clock.now(), by=by, data={"purpose": purpose[:200]})
    append(subject("resident", found.pk), [fact])
    return found
