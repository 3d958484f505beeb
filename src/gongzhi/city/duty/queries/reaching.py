"""Who is to be reached, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gongzhi.city.duty.models import DutyRoom, Place, Shift
from gongzhi.city.duty.queries.desk import held_shift, main_room
from gongzhi.city.messages.actions import Somebody
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Office

ROLE = "duty_officer"
#: people whom one summons calls at most
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Who holds the general duty room now."""

    room: DutyRoom | None
    shift: Shift | None
    places: Sequence[Place] = ()

    @property
    def people(self) -> list[str]:
        """Their ids; those without an account can only be phoned."""
        return list(dict.fromkeys(each.person for each in self.places if each.person))

    @property
    def groups(self) -> list[list[Somebody]]:
        """Officers first, then the leader in charge."""
        return groups_of(self.places)


def on_duty() -> OnDuty:
    """The shift that answers in the general duty room now, with its people. Three queries."""
    room = main_room()
    shift = held_shift(room) if room else None
    return OnDuty(room=room, shift=shift, places=places(shift) if shift else ())


def places(shift: Shift) -> list[Place]:
    """Who is on the shift now, leaders first."""
    rows = Place.objects.filter(shift=shift, left_at__isnull=True).select_related("user")
    return sorted(rows, key=lambda each: (each.part != Place.Kind.LEAD, each.pk))


def groups_of(found: Sequence[Place]) -> list[list[Somebody]]:
    """People as they are called one after the other: the officers, then the leaders."""
    officers = [_somebody(each) for each in found if each.part == Place.Kind.OFFICER]
    leaders = [_somebody(each) for each in found if each.part == Place.Kind.LEAD]
    return [group for group in (officers, leaders) if group]


def role_holders(office: Office, role: str = ROLE) -> list[Somebody]:
    """Who holds the role at the office itself; where nobody does, whoever holds it below. An alarm for the county's leader
    must not ring at every town's."""
    held = territory.holders(role, office)
    users = {post.user_id: post.user for post in held.filter(office=office)[:MOST]}
    users = users or {post.user_id: post.user for post in held[:MOST]}
    return [
        Somebody(name=user.name or user.username, person=user.person, phone=user.phone)
        for user in users.values()
    ]


def _somebody(place: Place) -> Somebody:
    return Somebody(name=place.name, person=place.person, phone=place.number)
