"""Asking for a comparison, and making it: every new hit opens one case, in the transaction that remembers it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from gongzhi.city.cases import actions as cases
from gongzhi.city.comparisons import reading
from gongzhi.city.comparisons.errors import PurposeNeeded, StillRunning
from gongzhi.city.comparisons.models import ComparisonHit, ComparisonRun
from gongzhi.city.comparisons.queries import known
from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.engine.cases import Fact
from gongzhi.engine.cases.values import json_value
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms.comparisons import ComparisonSpec, Hit, compare

SHORTEST = 4
State = ComparisonRun.State


def ask(by: Standing, mechanism: str, comparison: str, *, purpose: str) -> ComparisonRun:
    """Have a comparison made by a job. Who asked, and what for, is a fact.

    Right ``comparison.run``. Raises NoSuchComparison, PurposeNeeded, StillRunning.
    """
    check(by, "comparison.run")
    declared = known(mechanism, comparison)
    purpose = purpose.strip()
    if len(purpose) < SHORTEST:
        raise PurposeNeeded()
    at = clock.now()
    try:
        with transaction.atomic():
            made = ComparisonRun.objects.create(
                mechanism=mechanism,
                version=declared.version,
                comparison=comparison,
                purpose=purpose[:200],
                asked_by=by.person,
                asked_name=by.name[:60],
                asked_at=at,
            )
            fact = Fact(
                kind="comparison_asked", at=at, by=by, data={"run": made.pk, "purpose": purpose[:200]}
            )
            journal.append(_subject(made), [fact])
            compare_job.using(dedupe_key=f"comparison:{made.pk}").enqueue(made.pk)  # type: ignore[call-arg]
    except IntegrityError as error:
        raise StillRunning() from error
    return made


@task(queue_name="slow")
def compare_job(run_id: int) -> dict[str, Any]:
    """Make one comparison. May be killed and called again: what it found is remembered, and found only once."""
    run = ComparisonRun.objects.get(pk=run_id)
    if run.state in (State.DONE, State.FAILED):
        return {"hits": run.hits}
    ComparisonRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
    try:
        spec = known(run.mechanism, run.comparison).spec
        _made(run, spec)
        run.state = State.DONE
    except GongzhiError as error:
        run.state, run.trouble = State.FAILED, f"{error.sentence % error.data}"[:300]
    run.done_at = clock.now()
    with transaction.atomic():
        run.save()
        data = {"run": run.pk, "rows": run.rows, "hits": run.hits, "fresh": run.fresh, "state": run.state}
        journal.append(_subject(run), [Fact(kind="compared", at=run.done_at, by=SYSTEM, data=data)])
    return {"hits": run.hits}


def _made(run: ComparisonRun, spec: ComparisonSpec) -> None:
    """Read both sides and open a case for each hit that is new."""
    run.rows = run.hits = 0

    def counted() -> Any:
        for row in reading.side(spec.list_, run.mechanism):
            run.rows += 1
            yield row

    for hit in compare(spec, counted(), reading.side(spec.against, run.mechanism), clock.today()):
        run.hits += 1
        _opened(run, spec, hit)
    run.fresh = ComparisonHit.objects.filter(run=run).count()


@transaction.atomic
def _opened(run: ComparisonRun, spec: ComparisonSpec, hit: Hit) -> None:
    """The case of a hit, unless this pair has one already."""
    pair = f"{hit.row}\n{hit.other}"
    fingerprint = salted_hmac("gongzhi.comparison", pair, algorithm="sha256").hexdigest()
    same = {"mechanism": run.mechanism, "comparison": run.comparison, "fingerprint": fingerprint}
    if ComparisonHit.objects.filter(**same).exists():
        return
    form = {name: json_value(value) for name, value in hit.values.items() if value is not None}
    mechanism, _dot, type_id = spec.case.rpartition(".")
    receipt = cases.open_case(mechanism or run.mechanism, type_id, form, by=SYSTEM, channel="comparison")
    ComparisonHit.objects.create(**same, run=run, case=receipt.case, at=clock.now())


def _subject(run: ComparisonRun) -> str:
    return subject("comparison", f"{run.mechanism}.{run.comparison}")
