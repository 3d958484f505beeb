"""Giving a benefit and ending it: by the nightly match, by a case's decision, by a clerk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate

from gongzhi.city.benefits import catalogue, people
from gongzhi.city.benefits.actions.recording import held, said, told
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.errors import NoSuchPerson
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.records import places
from gongzhi.city.records.models import Record
from gongzhi.engine.benefits import Assessment, Entitled, HasItAlready, HasNone, NotEntitled, Overlapping
from gongzhi.engine.benefits.months import after

#: programme.review -> months until it is looked at again
REVIEWS = {"yearly": 12, "half_yearly": 6}


@transaction.atomic
def grant(
    by: Standing,
    known: Known,
    person: Mapping[str, Any],
    assessed: Assessment,
    *,
    starts: date | None = None,
    until: date | None = None,
    amount: Decimal | None = None,
    case: Any = None,
) -> Entitlement:
    """Write an entitlement that the conditions give. Whoever calls has asked for rights; ``person`` has been assessed.

    Raises NotEntitled, HasItAlready, Overlapping; then nothing was done.
    """
    title, first = known.spec.title, starts or assessed.starts
    if not assessed.entitled or first is None:
        raise NotEntitled(programme=title, because=assessed.because)
    if other := standing_in_the_way(known, person["key"], first, until or assessed.ends):
        raise Overlapping(other=other, programme=title)
    first = first_free(known, person["key"], first)
    at = clock.now()
    area = str(person.get(known.spec.people.area) or "")
    office, office_path = catalogue.provider(known.spec)
    period = REVIEWS.get(known.spec.review)
    try:
        with transaction.atomic():
            made = Entitlement.objects.create(
                **known.rows,
                person=person["key"],
                household=str(person.get(known.spec.people.household) or "")[:64],
                area=area,
                area_path=places.area(area)[0] or places.home_area_path(),
                office=office,
                office_path=office_path,
                starts=first,
                ends=until or assessed.ends,
                fixed=amount,
                because=assessed.because[:300],
                row=assessed.row,
                case=case,
                granted_at=at,
                review_due=after(localdate(at).replace(day=1), period) if period else None,
            )
    except IntegrityError as error:
        raise HasItAlready(programme=title) from error
    told(
        made,
        "granted",
        by,
        at,
        starts=first.isoformat(),
        ends=made.ends.isoformat() if made.ends else None,
        because=assessed.because,
        table=assessed.table,
        row=assessed.row,
        amount=str(amount if amount is not None else assessed.amount or ""),
        version=known.version,
    )
    return made


def first_free(known: Known, person: str, first: date) -> date:
    """The first day for which no earlier entitlement of the person pays: a month is paid once, however often somebody is stopped
    and given the same again. Raises HasItAlready for what is given only once.
    """
    spec, today = known.spec, clock.today()
    stopped = Entitlement.objects.filter(**known.rows, person=person, state=Entitlement.State.STOPPED)
    last = stopped.filter(ends__gte=F("starts")).order_by("-ends").values_list("starts", "ends").first()
    if last is None or spec.kind != "money":
        return first
    starts, ends = last
    assert ends is not None
    if spec.per == "once" or ends.year > today.year + 1:
        raise HasItAlready(programme=spec.title)
    free = after(ends.replace(day=1))
    if spec.per == "year" and free.month != starts.month:
        # the year that was paid runs to the month in which it began
        free = free.replace(year=free.year + (free.month > starts.month), month=starts.month)
    return max(first, free)


def standing_in_the_way(known: Known, person: str, first: date, last: date | None) -> str:
    """Title of another benefit that the person has in that time and that can't be had together; empty for none.

    One that ends before, or begins after, is in nobody's way: who turns sixty this month need not wait for the next.
    """
    for name in catalogue.overlapping(known.programme):
        mechanism, _dot, id_ = name.partition(".")
        found = Entitlement.objects.filter(mechanism=mechanism, programme=id_, person=person, state="running")
        if last is not None:
            found = found.filter(starts__lte=last)
        if found.exclude(ends__lt=first).exists():
            other = catalogue.known(name)
            return other.spec.title if other else name
    return ""


def decide(
    by: Standing,
    programme: str,
    person: str,
    *,
    starts: date | None = None,
    until: date | None = None,
    amount: Decimal | None = None,
    case: Any = None,
    today: date | None = None,
) -> Entitlement:
    """Give a benefit to one person, by what the registers say of them today. Right ``benefit.decide``.

    Raises NoSuchProgramme, NoSuchPerson, and what ``grant`` raises.
    """
    known = catalogue.one(programme)
    check(
        by,
        "benefit.decide",
        Target(office_paths=(catalogue.provider(known.spec)[1],), mechanism=known.mechanism),
    )
    found = people.one(known.programme, person)
    if found is None:
        raise NoSuchPerson(person=person[:40])
    assessed = known.programme.assess(
        found, people.facts_of_one(known.programme, found), today or clock.today()
    )
    return grant(by, known, found, assessed, starts=starts, until=until, amount=amount, case=case)


@transaction.atomic
def stop(by: Standing, pk: int, *, first_without: date, reason: str) -> Entitlement:
    """End a benefit. ``first_without`` is the first day on which it is not had; it may lie in the past: what was paid for later
    months is owed back. Right ``benefit.decide``. Raises NoSuchBenefitRow, HasNone, SayWhy.
    """
    had = held(by, pk, "benefit.decide")
    if had.state != Entitlement.State.RUNNING:
        known = catalogue.known(had.name)
        raise HasNone(programme=known.spec.title if known else had.name)
    at = clock.now()
    # before its first day there is nothing to end
    last = Entitled(starts=had.starts, ends=had.ends).until(max(first_without, had.starts)).ends
    had.ends, had.state, had.stopped_at = last, Entitlement.State.STOPPED, at
    had.stop_reason, had.review_due = said(reason), None
    had.save(update_fields=["ends", "state", "stopped_at", "stop_reason", "review_due"])
    told(had, "stopped", by, at, ends=last.isoformat() if last else None, reason=had.stop_reason)
    return had


def sweep(today: date | None = None) -> dict[str, int]:
    """What time itself does, nightly: benefits whose last day is over, persons who died or moved away, reviews that are due."""
    today = today or clock.today()
    done = {"over": 0, "gone": 0, "review": 0}
    running = Entitlement.objects.filter(state=Entitlement.State.RUNNING)
    for pk, ends in running.filter(ends__lt=today).values_list("pk", "ends"):
        assert ends is not None
        stop(SYSTEM, pk, first_without=ends + timedelta(days=1), reason="享受期满")
        done["over"] += 1
    for known in catalogue.programmes():
        done["gone"] += _stop_gone(known)
        month = today.replace(day=1)
        for had in running.filter(
            **known.rows, review_due__gt=month - timedelta(days=31), review_due__lte=today
        ):
            done["review"] += _remind(had)
    return done


def _stop_gone(known: Known) -> int:
    """End the benefits of those whom the people register no longer has: from the day after it said so."""
    gone = Record.objects.filter(register=known.spec.people.register_, state__in=known.spec.people.gone)
    running = Entitlement.objects.filter(**known.rows, state=Entitlement.State.RUNNING)
    found = list(running.filter(person__in=gone.values("key")).values_list("pk", "person"))
    since = dict(gone.filter(key__in=[key for _, key in found]).values_list("key", "changed_at"))
    for pk, key in found:
        first = localdate(since[key]) + timedelta(days=1)
        stop(SYSTEM, pk, first_without=first, reason="人员登记簿登记为迁走或去世")
    return len(found)


@transaction.atomic
def _remind(had: Entitlement) -> int:
    """Say once a month that a review is due."""
    due = had.review_due.isoformat() if had.review_due else ""
    known = Entry.objects.filter(subject=f"entitlement:{had.pk}", kind="review_due", data__due=due)
    if known.exists():
        return 0
    told(had, "review_due", SYSTEM, clock.now(), due=due)
    return 1
