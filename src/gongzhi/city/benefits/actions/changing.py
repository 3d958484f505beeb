"""A parameter is set from a day on, also one in the past: the next run pays the difference."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from gongzhi.city.benefits import catalogue
from gongzhi.city.benefits.actions.recording import said
from gongzhi.city.benefits.errors import NoSuchParameter
from gongzhi.city.benefits.models import ParameterValue
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact

LARGEST, SMALLEST = Decimal(10**9), Decimal("0.0001")


def fits(value: Decimal) -> bool:
    """Whether a value is one that a parameter's column keeps as it is: up to a milliard, four places."""
    return value.is_finite() and 0 <= value <= LARGEST and value == value.quantize(SMALLEST)


@transaction.atomic
def set_parameter(
    by: Standing, programme: str, name: str, *, starts: date, value: Decimal, basis: str
) -> ParameterValue:
    """Set a parameter from a day on, with the document that says so. Right ``benefit.approve``: who makes the lists does not set
    what is on them. Raises NoSuchProgramme, NoSuchParameter, SayWhy.
    """
    known = catalogue.one(programme)
    check(
        by,
        "benefit.approve",
        Target(office_paths=(catalogue.provider(known.spec)[1],), mechanism=known.mechanism),
    )
    if name not in known.spec.parameters or not fits(value):
        raise NoSuchParameter(name=name[:60])
    at = clock.now()
    before = known.programme.parameter(name, starts)
    made = ParameterValue.objects.create(
        **known.rows,
        name=name,
        starts=starts,
        value=value,
        basis=said(basis, 200),
        set_by=by.person,
        set_name=by.name[:60],
        set_at=at,
    )
    data = {
        "parameter": name,
        "from": starts.isoformat(),
        "value": str(value),
        "before": str(before.value) if before else None,
        "basis": made.basis,
    }
    journal.append(subject("programme", known.name), [Fact(kind="parameter_set", at=at, by=by, data=data)])
    return made
