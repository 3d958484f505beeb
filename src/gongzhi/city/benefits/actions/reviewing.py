"""The yearly review: looked at again, kept or stopped."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from gongzhi.city.benefits import catalogue, people
from gongzhi.city.benefits.actions.granting import REVIEWS, stop
from gongzhi.city.benefits.actions.recording import held, said, told
from gongzhi.city.benefits.models import Entitlement, Recheck
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.benefits import HasNone
from gongzhi.engine.benefits.months import after


@transaction.atomic
def review(
    by: Standing, pk: int, result: str, *, note: str = "", first_without: date | None = None
) -> Recheck:
    """Look at an entitlement again, and keep or stop it. Right ``benefit.decide``. Raises NoSuchBenefitRow, HasNone, SayWhy."""
    had = held(by, pk, "benefit.decide")
    known = catalogue.one(had.name)
    if had.state != Entitlement.State.RUNNING:
        raise HasNone(programme=known.spec.title)
    at, today = clock.now(), clock.today()
    person = people.one(known.programme, had.person)
    because = ""
    if person is not None:
        because = known.programme.assess(person, people.facts_of_one(known.programme, person), today).because
    made = Recheck.objects.create(
        entitlement=had,
        due=had.review_due or today,
        result=Recheck.Result(result),
        because=because[:300],
        note=said(note) if result == Recheck.Result.STOP else note.strip()[:300],
        by=by.person,
        by_name=by.name[:60],
        at=at,
    )
    told(had, "reviewed", by, at, result=result, because=because, note=made.note)
    if made.result == Recheck.Result.STOP:
        stop(by, pk, first_without=first_without or today, reason=made.note)
    else:
        had.review_due = after(today.replace(day=1), REVIEWS.get(known.spec.review, 12))
        had.save(update_fields=["review_due"])
    return made
