"""Payment runs: made by one, approved by another, sent to the bank; what comes back is paid again, what was too much is claimed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from gongzhi.city.benefits import catalogue, people
from gongzhi.city.benefits.actions.recording import held, run_of, said, told, told_of_run
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.errors import MonthOver, OneAtATime, SamePerson, TooMuchBack, WrongMoment
from gongzhi.city.benefits.models import (
    ZERO,
    Entitlement,
    PaymentLine,
    PaymentPart,
    PaymentRun,
    Recovery,
)
from gongzhi.city.benefits.sheets import bank_sheet
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.benefits import Basis, Entitled, basis_of, facts_of, line_of, owed_until
from gongzhi.engine.benefits.months import after, end_of, month_of, span

State = PaymentRun.State
CHUNK = 500
CENT = Decimal("0.01")
#: nothing was paid from here before
EARLIEST = date(2000, 1, 1)
#: benefits that were stopped are looked at for so long after: what is owed, or owed back
LOOKED_BACK = timedelta(days=400)


def make_run(by: Standing, programme: str, month: date) -> PaymentRun:
    """Make the list of a month; a job reckons the lines. Right ``benefit.pay``.

    Raises NoSuchProgramme, MonthOver (not begun, or not later than the last one paid), OneAtATime.
    """
    known = catalogue.one(programme)
    office, office_path = catalogue.provider(known.spec)
    check(by, "benefit.pay", Target(office_paths=(office_path,), mechanism=known.mechanism))
    month = month.replace(day=1)
    paid = PaymentRun.objects.filter(**known.rows, state__in=(State.APPROVED, State.SENT))
    last = paid.order_by("-month").values_list("month", flat=True).first()
    if (
        month > clock.today()
        or month < EARLIEST
        or (last is not None and month < last)
        or known.spec.kind != "money"
    ):
        raise MonthOver(month=f"{month:%Y-%m}")
    at = clock.now()
    try:
        with transaction.atomic():
            run = PaymentRun.objects.create(
                **known.rows,
                month=month,
                office=office,
                office_path=office_path,
                version=known.version,
                made_by=by.person,
                made_name=by.name[:60],
                made_at=at,
            )
            told_of_run(run, "run_asked", by, at)
            run_job.using(dedupe_key=f"benefit-run:{run.pk}").enqueue(run.pk)  # type: ignore[call-arg]
    except IntegrityError as error:
        raise OneAtATime(month=f"{month:%Y-%m}") from error
    return run


@task(queue_name="slow")
def run_job(pk: int) -> dict[str, Any]:
    """Reckon the lines of a run. May be killed and called again: what has a line is not reckoned twice."""
    run = PaymentRun.objects.get(pk=pk)
    if run.state != State.MAKING:
        return {"lines": run.lines}
    known = catalogue.one(f"{run.mechanism}.{run.programme}")
    facts = people.reckoned(known.programme)
    recent = Q(state=Entitlement.State.RUNNING) | Q(owes__gt=0) | Q(stopped_at__gte=run.made_at - LOOKED_BACK)
    rows = Entitlement.objects.filter(recent, **known.rows, starts__lte=end_of(run.month))
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        _lines(run, known, chunk, facts)
        last = chunk[-1]
    with transaction.atomic():
        run = PaymentRun.objects.select_for_update().get(pk=pk)
        if run.state == State.MAKING:
            sums = run.entries.aggregate(total=Sum("amount"), back=Sum("back"))
            run.lines = run.entries.filter(amount__gt=0).count()
            run.total, run.back = sums["total"] or ZERO, sums["back"] or ZERO
            run.state = State.DRAFT
            run.save()
            told_of_run(run, "run_made", _maker(run), clock.now(), lines=run.lines, total=str(run.total))
    return {"lines": run.lines}


def _maker(run: PaymentRun) -> Standing:
    return Standing(person=run.made_by, role="welfare_clerk", name=run.made_name, office=run.office)


@transaction.atomic
def _lines(run: PaymentRun, known: Known, chunk: list[int], facts: Mapping[str, Mapping[str, Any]]) -> None:
    """The lines of some entitlements: this month and every difference before it. None once the list is complete or dropped."""
    if PaymentRun.objects.select_for_update().get(pk=run.pk).state != State.MAKING:
        return
    there = run.entries.filter(entitlement__in=chunk).values("entitlement")
    # under lock: money that is just being given back is seen, or waits until this list is settled
    locked = Entitlement.objects.select_for_update().filter(pk__in=chunk).order_by("pk")
    wanted = list(locked.exclude(pk__in=there))
    paid = paid_by_month([each.pk for each in wanted])
    looked, last = _looked_at(wanted)
    persons = people.some(known.programme, [each.person for each in wanted])
    made: list[tuple[PaymentLine, Any]] = []
    for each in wanted:
        person = persons.get(each.person, {"key": each.person, "state": "gone"})
        had = Entitled(starts=each.starts, ends=each.ends, amount=each.fixed)
        stood = paid.get(each.pk, {})
        own = facts_of(known.programme, person, facts)
        worth = owed_until(known.programme, had, run.month, person, own, stood, looked.get(each.pk))
        basis = basis_of(known.programme, person, own)
        line = line_of(worth, stood, run.month)
        # who gets nothing and owes nothing is on the list only where the conditions are not met any more: somebody must look
        if line.parts or line.owes or (each.state == Entitlement.State.RUNNING and had.touches(run.month)):
            row = PaymentLine(
                run=run,
                entitlement=each,
                amount=line.amount,
                back=line.back,
                owes=line.owes,
                because=line.because[:300],
                basis="" if basis == last.get(each.pk) else basis.to_text(),
            )
            made.append((row, line.parts))
    PaymentLine.objects.bulk_create([row for row, _parts in made])
    PaymentPart.objects.bulk_create(
        [
            PaymentPart(line=row, entitlement_id=row.entitlement_id, month=part.month, amount=part.amount)
            for row, parts in made
            for part in parts
        ]
    )


def _looked_at(wanted: list[Entitlement]) -> tuple[dict[int, dict[date, Basis]], dict[int, Basis]]:
    """What each month rested on when a list first looked at it, and what the newest list rested on. One query."""
    found: dict[int, dict[date, Basis]] = {}
    last: dict[int, Basis] = {}
    following = {each.pk: month_of(each.starts) for each in wanted}
    lines = PaymentLine.objects.filter(entitlement__in=wanted, run__state__in=(State.APPROVED, State.SENT))
    for pk, month, text in lines.order_by("run__month", "pk").values_list(
        "entitlement", "run__month", "basis"
    ):
        if text:
            last[pk] = Basis.from_text(text)
        if pk in last:
            found.setdefault(pk, {}).update((each, last[pk]) for each in span(following[pk], month))
            following[pk] = max(following[pk], after(month))
    return found, last


def paid_by_month(entitlements: list[int]) -> dict[int, dict[date, Decimal]]:
    """What stands as paid: approved lines that the bank did not return, less what came back. Two queries."""
    found: dict[int, dict[date, Decimal]] = {}
    parts = PaymentPart.objects.filter(
        entitlement__in=entitlements,
        line__state=PaymentLine.State.LISTED,
        line__run__state__in=(State.APPROVED, State.SENT),
    )
    for pk, month, amount in parts.values_list("entitlement", "month").annotate(Sum("amount")).order_by():
        found.setdefault(pk, {})[month] = amount
    back = Recovery.objects.filter(entitlement__in=entitlements)
    for pk, month, amount in back.values_list("entitlement", "month").annotate(Sum("amount")).order_by():
        months = found.setdefault(pk, {})
        months[month] = months.get(month, ZERO) - amount
    return found


@transaction.atomic
def approve(by: Standing, pk: int) -> PaymentRun:
    """Approve a list that somebody else made: from now on it counts as paid. Right ``benefit.approve``.

    Raises NoSuchBenefitRow, SamePerson, WrongMoment.
    """
    run = run_of(by, pk, "benefit.approve")
    _at(run, State.DRAFT, _("复核"))
    if run.made_by == by.person:
        raise SamePerson()
    at = clock.now()
    run.state, run.approved_by, run.approved_name, run.approved_at = (
        State.APPROVED,
        by.person,
        by.name[:60],
        at,
    )
    run.save()
    _owing(run, by)
    told_of_run(run, "run_approved", by, at, lines=run.lines, total=str(run.total))
    for line in run.entries.filter(amount__gt=0).select_related("entitlement").iterator(chunk_size=CHUNK):
        told(
            line.entitlement,
            "paid",
            by,
            at,
            month=f"{run.month:%Y-%m}",
            amount=str(line.amount),
            back=str(line.back),
        )
    return run


def _owing(run: PaymentRun, by: Standing) -> None:
    """Who owes how much now; whoever did not owe before is told of once."""
    lines = run.entries.select_related("entitlement")
    for line in lines.filter(Q(owes__gt=0) | Q(entitlement__owes__gt=0)):
        had = line.entitlement
        before, had.owes = had.owes, line.owes
        had.save(update_fields=["owes"])
        if line.owes > before:
            told(had, "overpaid", by, clock.now(), amount=str(line.owes))


@transaction.atomic
def drop(by: Standing, pk: int, *, reason: str) -> PaymentRun:
    """Take back a list that nobody approved. Right ``benefit.pay``. Raises NoSuchBenefitRow, WrongMoment, SayWhy."""
    run = run_of(by, pk, "benefit.pay")
    if run.state not in (State.MAKING, State.DRAFT):
        raise WrongMoment(state=run.get_state_display(), deed=_("作废"))
    run.state = State.DROPPED
    run.save(update_fields=["state"])
    told_of_run(run, "run_dropped", by, clock.now(), reason=said(reason))
    return run


@transaction.atomic
def send(by: Standing, pk: int, *, purpose: str) -> tuple[PaymentRun, bytes]:
    """The file for the bank: number, name, account, amount. It opens what is sealed, so who made it and what for is a fact.

    Right ``benefit.pay``. Raises NoSuchBenefitRow, WrongMoment, SayWhy.
    """
    run = run_of(by, pk, "benefit.pay")
    if run.state not in (State.APPROVED, State.SENT):
        raise WrongMoment(state=run.get_state_display(), deed=_("送银行"))
    content = bank_sheet(run, catalogue.one(f"{run.mechanism}.{run.programme}"))
    run.state, run.sent_at = State.SENT, run.sent_at or clock.now()
    run.save(update_fields=["state", "sent_at"])
    told_of_run(
        run, "run_sent", by, clock.now(), lines=run.lines, total=str(run.total), purpose=said(purpose, 200)
    )
    return run, content


@transaction.atomic
def return_line(by: Standing, pk: int, *, reason: str) -> PaymentLine:
    """The bank gave a line back: it is paid again with the next list. Right ``benefit.pay``.

    Raises NoSuchBenefitRow, WrongMoment, SayWhy.
    """
    found = PaymentLine.objects.filter(pk=pk).values_list("run", flat=True).first()
    run = run_of(by, found or 0, "benefit.pay")
    line = run.entries.select_related("entitlement").get(pk=pk)
    if (
        run.state not in (State.APPROVED, State.SENT)
        or line.state != PaymentLine.State.LISTED
        or not line.amount
    ):
        raise WrongMoment(state=line.get_state_display(), deed=_("退回"))
    line.state, line.returned_reason = PaymentLine.State.RETURNED, said(reason, 200)
    line.save(update_fields=["state", "returned_reason"])
    run.returned += 1
    run.save(update_fields=["returned"])
    month, amount = f"{run.month:%Y-%m}", str(line.amount)
    told(
        line.entitlement, "returned", by, clock.now(), month=month, amount=amount, reason=line.returned_reason
    )
    return line


@transaction.atomic
def recover(by: Standing, pk: int, *, amount: Decimal, note: str) -> list[Recovery]:
    """Money that was paid too much has come back; it is booked on the latest months paid beyond the end first. Right ``benefit.pay``.

    Raises NoSuchBenefitRow, TooMuchBack, SayWhy; WrongMoment while a list of the programme is not settled.
    """
    had = held(by, pk, "benefit.pay")
    if not (ZERO < amount <= had.owes and amount == amount.quantize(CENT)):
        raise TooMuchBack(owes=had.owes)
    open_ = PaymentRun.objects.filter(
        mechanism=had.mechanism, programme=had.programme, state__in=(State.MAKING, State.DRAFT)
    ).first()
    if open_ is not None:
        # its lines were reckoned without this money, and would claim it again
        raise WrongMoment(state=open_.get_state_display(), deed=_("收回"))
    note, at, left, made = said(note, 200), clock.now(), amount, []
    paid = paid_by_month([had.pk]).get(had.pk, {})
    for month in sorted(paid, reverse=True):
        part = min(left, paid[month])
        if part > 0:
            made.append(
                Recovery(
                    entitlement=had,
                    month=month,
                    amount=part,
                    note=note,
                    by=by.person,
                    by_name=by.name[:60],
                    at=at,
                )
            )
            left -= part
    if left:
        raise TooMuchBack(owes=amount - left)
    Recovery.objects.bulk_create(made)
    had.owes -= amount
    had.save(update_fields=["owes"])
    told(had, "recovered", by, at, amount=str(amount), note=note)
    return made


def _at(run: PaymentRun, state: str, deed: str) -> None:
    if run.state != state:
        raise WrongMoment(state=run.get_state_display(), deed=deed)
