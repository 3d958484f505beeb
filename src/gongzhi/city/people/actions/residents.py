"""Residents without accounts."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.people import keys
from gongzhi.city.people.models import Resident
from gongzhi.city.people.phones import normal_phone


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
