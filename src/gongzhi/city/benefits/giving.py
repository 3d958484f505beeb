"""What the floors below ask of this room: give, end, who has what (``mechanisms.giving``, ``cases.lookups``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gongzhi.city.benefits import actions, catalogue, people
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.giving import ANY
from gongzhi.engine.benefits import HasNone

CHUNK = 500


class Keeper:
    """``mechanisms.giving.Giver`` and ``cases.lookups.Benefits`` over this room."""

    def grant(
        self,
        programme: str,
        person: str,
        *,
        starts: date | None,
        until: date | None,
        amount: Decimal | None,
        case: Any,
        today: date,
    ) -> None:
        """Give a benefit because of a case."""
        actions.decide(
            SYSTEM, programme, person, starts=starts, until=until, amount=amount, case=case, today=today
        )

    def stop(self, programme: str, person: str, *, first_without: date, reason: str, case: Any) -> None:
        """End it."""
        known = catalogue.one(programme)
        found = Entitlement.objects.filter(**known.rows, person=person, state=Entitlement.State.RUNNING)
        pk = found.values_list("pk", flat=True).first()
        if pk is None:
            raise HasNone(programme=known.spec.title)
        actions.stop(SYSTEM, pk, first_without=first_without, reason=reason)

    def entitled(self, person: str, programme: str) -> bool:
        """Whether the person has it today."""
        mechanism, _dot, id_ = programme.partition(".")
        today = clock.today()
        rows = Entitlement.objects.filter(
            person=person, mechanism=mechanism, programme=id_, state=Entitlement.State.RUNNING
        )
        return any(had.starts <= today and (had.ends is None or had.ends >= today) for had in rows)

    def would_get(self, person: str, programme: str) -> Mapping[str, Any] | None:
        """What the registers say that the person would get of it today."""
        known = catalogue.known(programme)
        found = people.one(known.programme, person) if known else None
        if known is None or found is None:
            return None
        told = known.programme.assess(found, people.facts_of_one(known.programme, found), clock.today())
        return {
            "entitled": told.entitled,
            "amount": told.amount,
            "because": told.because,
            "starts": told.starts,
        }

    def rows(self, programmes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Who has which of them now, as comparisons read it: with name and number out of the people register."""
        for known in catalogue.programmes():
            if known.name in programmes or ANY in programmes:
                yield from _rows(known)


def _rows(known: catalogue.Known) -> Iterator[dict[str, Any]]:
    columns, last = known.spec.people, 0
    running = Entitlement.objects.filter(**known.rows, state=Entitlement.State.RUNNING).order_by("pk")
    while chunk := list(running.filter(pk__gt=last)[:CHUNK]):
        persons = people.some(known.programme, [each.person for each in chunk])
        for had in chunk:
            person: dict[str, Any] = persons.get(had.person, {})
            yield {
                "key": had.number,
                "person": had.person,
                "programme": known.name,
                "title": known.spec.title,
                "name": person.get(columns.name),
                "identity_number": person.get(columns.identity) if columns.identity else None,
                "household": had.household or None,
                "area": had.area or None,
                "amount": had.fixed,
                "starts": had.starts,
                "ends": had.ends,
                "state": had.state,
            }
        last = chunk[-1].pk


KEEPER = Keeper()
