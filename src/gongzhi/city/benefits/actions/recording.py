"""Writing what happened to a benefit into the journal, and finding the rows that an action is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gongzhi.city.benefits.errors import NoSuchBenefitRow, SayWhy
from gongzhi.city.benefits.models import Entitlement, PaymentRun
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact

SHORTEST = 4


def told(had: Entitlement, kind: str, by: Standing, at: datetime, **data: Any) -> None:
    """A fact of an entitlement. Nobody's name, and no value of a register: keys, days and amounts."""
    known = {"programme": had.name, "person": had.person}
    journal.append(subject("entitlement", had.pk), [Fact(kind=kind, at=at, by=by, data={**known, **data})])


def told_of_run(run: PaymentRun, kind: str, by: Standing, at: datetime, **data: Any) -> None:
    """A fact of a payment run."""
    known = {"programme": f"{run.mechanism}.{run.programme}", "month": f"{run.month:%Y-%m}"}
    journal.append(subject("payment_run", run.pk), [Fact(kind=kind, at=at, by=by, data={**known, **data})])


def held(by: Standing, pk: int, right: str) -> Entitlement:
    """An entitlement under lock. Raises NoSuchBenefitRow, NotAllowed."""
    found = Entitlement.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NoSuchBenefitRow()
    check(by, right, found)
    return found


def run_of(by: Standing, pk: int, right: str) -> PaymentRun:
    """A run under lock. Raises NoSuchBenefitRow, NotAllowed."""
    found = PaymentRun.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NoSuchBenefitRow()
    check(by, right, found)
    return found


def said(text: str, most: int = 300) -> str:
    """Words that somebody must give. Raises SayWhy."""
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        raise SayWhy()
    return text[:most]
