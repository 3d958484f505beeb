"""What-if: the programme with other numbers over everybody; a job makes an extract of the day and asks DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from django.db import transaction

from gongzhi.city.benefits import catalogue, reckoning
from gongzhi.city.benefits.actions.changing import fits
from gongzhi.city.benefits.errors import AskedTooSoon, MonthOver, NoSuchParameter
from gongzhi.city.benefits.models import WhatIf
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.benefits.months import month_of
from gongzhi.engine.cases import Fact
from gongzhi.engine.errors import GongzhiError


@transaction.atomic
def ask(by: Standing, programme: str, changes: Mapping[str, Decimal], month: date | None = None) -> WhatIf:
    """Ask who gains and who loses if parameters were other numbers. Right ``benefit.study``.

    Raises NoSuchProgramme, NoSuchParameter, AskedTooSoon.
    """
    check(by, "benefit.study")
    known = catalogue.one(programme)
    for name, value in changes.items():
        if name not in known.spec.parameters or not fits(value):
            raise NoSuchParameter(name=name[:60])
    if not changes:
        raise NoSuchParameter(name="")
    month = month_of(month or clock.today())
    if not 2000 <= month.year <= 2100:
        raise MonthOver(month=f"{month:%Y-%m}")
    if WhatIf.objects.filter(**known.rows, state=WhatIf.State.WAITING, asked_by=by.person).exists():
        raise AskedTooSoon()
    at = clock.now()
    made = WhatIf.objects.create(
        **known.rows,
        version=known.version,
        month=month,
        changes={name: str(value) for name, value in changes.items()},
        asked_by=by.person,
        asked_name=by.name[:60],
        asked_at=at,
    )
    data = {"what_if": made.pk, "month": f"{month:%Y-%m}", "changes": made.changes}
    journal.append(subject("programme", known.name), [Fact(kind="what_if_asked", at=at, by=by, data=data)])
    study_job.using(dedupe_key=f"what-if:{made.pk}").enqueue(made.pk)  # type: ignore[call-arg]
    return made


@task(queue_name="slow")
def study_job(pk: int) -> dict[str, Any]:
    """Answer one question. Asked again it gives the same answer."""
    asked = WhatIf.objects.get(pk=pk)
    if asked.state != WhatIf.State.WAITING:
        return {"state": asked.state}
    try:
        known = catalogue.one(f"{asked.mechanism}.{asked.programme}")
        changes = {name: Decimal(value) for name, value in asked.changes.items()}
        found = reckoning.answer(known, changes, asked.month)
        asked.result, asked.people = found.result, found.people
        asked.extract_ms, asked.query_ms = found.extract_ms, found.query_ms
        asked.state = WhatIf.State.DONE
    except GongzhiError as error:
        asked.state, asked.trouble = WhatIf.State.FAILED, error.message[:300]
    except duckdb.Error as error:
        # the numbers do not fit; whoever asked must not wait for it for ever
        asked.state, asked.trouble = WhatIf.State.FAILED, str(error).split("\n", maxsplit=1)[0][:300]
    asked.save()
    return {"state": asked.state}
