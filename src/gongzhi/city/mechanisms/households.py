"""Households as those see them who count by households: one vote per household, one book of points per household.

The household itself is a record of the register ``households`` (mechanism ``people_places``). Which *account* belongs to which
household is said by the village (``join``): nobody joins a household by knowing its number. Who has no account needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms.belonging import Belonging
from gongzhi.city.mechanisms.errors import BelongsElsewhere, NoSuchHousehold
from gongzhi.city.records import queries as records
from gongzhi.city.records.models import Record
from gongzhi.engine.cases.model import Fact

#: the register, and the state of those who live here
REGISTER, HERE = "households", "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A household that lives here; nothing about its people."""

    #: key in the register
    number: str
    #: code and path of the unit (or village) in which it lives
    area: str
    area_path: str


def household_of(by: Standing) -> Household | None:
    """The household that the person belongs to now; ``None`` without an account, without a household, and where it has
    moved away. Two queries."""
    number = number_of(by.person)
    return household(number) if number else None


def number_of(person: str) -> str:
    """The number of the household that a person (``Actor.person``) belongs to now; empty for none. One query."""
    if not person:
        return ""
    found = Belonging.objects.filter(person=person, until=None).values_list("household", flat=True).first()
    return found or ""


def household(number: str) -> Household | None:
    """The household of a number, as far as it lives here. One query."""
    row = Record.objects.filter(register=REGISTER, key=number, published_state=HERE).first()
    return None if row is None else _told(row)


def households_in(area_path: str) -> Iterator[Household]:
    """Every household that lives in an area and below it now, in the order of their numbers: for rolls. One query."""
    for row in _here(area_path).order_by("key").iterator(chunk_size=2000):
        yield _told(row)


def count_in(area_path: str) -> int:
    """How many households live in an area and below it now. One query."""
    return _here(area_path).count()


def members_of(number: str) -> list[str]:
    """The persons (``Actor.person``) whose accounts belong to the household now. One query."""
    found = Belonging.objects.filter(household=number, until=None)
    return list(found.order_by("since", "pk").values_list("person", flat=True))


def members_in(area_path: str) -> dict[str, list[str]]:
    """Household number -> persons with an account, for all households of an area and below. One query."""
    found: dict[str, list[str]] = {}
    here = _here(area_path).values("key")
    rows = Belonging.objects.filter(household__in=here, until=None).order_by("since", "pk")
    for number, person in rows.values_list("household", "person"):
        found.setdefault(number, []).append(person)
    return found


@transaction.atomic
def join(by: Standing, number: str, person: str) -> Belonging:
    """Say that an account belongs to a household; saying it again changes nothing.

    Raises NoSuchHousehold, BelongsElsewhere (the account is of another household: ``leave`` first), NotAllowed.
    """
    found = household(number)
    if found is None:
        raise NoSuchHousehold(number=number[:64])
    check(by, "household.join", Target(area_path=found.area_path))
    row, made = Belonging.objects.get_or_create(
        person=person,
        until=None,
        defaults={"household": number, "area_path": found.area_path, "said_by": by.person},
    )
    if row.household != number:
        raise BelongsElsewhere
    if made:
        _record(by, "household_joined", number, person)
    return row


@transaction.atomic
def leave(by: Standing, person: str) -> bool:
    """Say that an account belongs to its household no longer; gives whether it did. NotAllowed outside one's area."""
    row = Belonging.objects.select_for_update().filter(person=person, until=None).first()
    if row is None:
        return False
    check(by, "household.join", row)
    row.until = clock.now()
    row.save(update_fields=["until"])
    _record(by, "household_left", row.household, person)
    return True


def _here(area_path: str) -> QuerySet[Record]:
    return Record.objects.filter(
        paths.within(area_path, "area_path"), register=REGISTER, published_state=HERE
    )


def may_name(by: Standing, register: str, key: str) -> bool:
    """Whether the post may name the record in a case: its own household, and else as the records say."""
    return (register == REGISTER and bool(key) and number_of(by.person) == key) or records.may_name(
        by, register, key
    )


def _record(by: Standing, kind: str, number: str, person: str) -> None:
    fact = Fact(kind=kind, at=clock.now(), by=by, data={"person": person})
    append(subject("household", number), [fact])


def _told(row: Record) -> Household:
    return Household(number=row.key, area=row.area_id or "", area_path=row.area_path)
