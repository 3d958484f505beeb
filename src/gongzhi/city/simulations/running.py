"""The job: replications one after the other, each kept as soon as it is finished, until all are done or time is up."""

from __future__ import annotations

import math
import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.simulations import tables
from gongzhi.city.simulations.models import Simulation
from gongzhi.engine.cases.model import Fact
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.simulation import (
    FitLine,
    Model,
    Replication,
    SimulationSpec,
    checked,
    merged,
    model_of,
    replicate,
)

#: seconds of computing that one question may cost
BUDGET = 60.0
#: replications below which an interval says nothing
LEAST = 5
#: the name of what is as it is now
NOW = gettext_noop("现在")


def models_of(
    mechanism: Mechanism, case_type: str, spec: SimulationSpec, fits: tuple[FitLine, ...] = ()
) -> dict[str, Model]:
    """The base and its variants. Raises what ``model_of`` raises."""
    made = {NOW: model_of(mechanism, case_type, spec, fits=fits)}
    for variant in spec.variants:
        other = merged(spec, variant)
        made[variant.name] = model_of(mechanism, other.case_type or case_type, other, fits=fits)
    return made


@task()
def simulate(pk: int) -> str:
    """Run what is left of a simulation. A second call goes on where the first was killed, or changes nothing."""
    row = Simulation.objects.get(pk=pk)
    if row.is_over:
        return row.state
    Simulation.objects.filter(pk=pk).update(
        state=Simulation.State.RUNNING, started_at=row.started_at or clock.now()
    )
    try:
        spec = checked(row.assumptions)
        held = library.one(row.mechanism, row.version)
        models = models_of(held.mechanism, row.case_type, spec, tuple(FitLine(*line) for line in row.fits))
        said = _run(row, models, spec)
    except GongzhiError as error:
        _finish(row, Simulation.State.FAILED, {}, error.message[:500])
        return Simulation.State.FAILED
    except Exception:
        _finish(row, Simulation.State.FAILED, {}, _("程序出了错，已经记下。请换一组数再试。"))
        raise
    _finish(row, Simulation.State.DONE, tables.as_json(models, _kept(row)), said)
    return Simulation.State.DONE


def _run(row: Simulation, models: dict[str, Model], spec: SimulationSpec) -> str:
    """All variants of one replication, then the next; so whatever is there is a fair comparison."""
    for number in range(spec.replications):
        if row.seconds > BUDGET and number >= LEAST:
            return _("时间到了，只重复了%(n)d次，区间会宽一些。") % {"n": number}
        for name, model in models.items():
            known = row.runs.setdefault(name, [])
            if any(each[0] == number for each in known):
                continue
            before = time.process_time()
            made = replicate(model, row.seed, number)
            row.seconds += time.process_time() - before
            known.append([number, made.figures, made.steps])
        row.done = number + 1
        kept = {"runs": _plain(row.runs), "done": row.done, "seconds": row.seconds}
        Simulation.objects.filter(pk=row.pk).update(**kept)
    return ""


def _plain(runs: dict[str, Any]) -> dict[str, Any]:
    """As JSON knows it: a figure of which nothing was seen is null."""
    return {
        name: [
            [number, {key: None if value is None or math.isnan(value) else value for key, value in figures.items()}, steps]
            for number, figures, steps in each
        ]
        for name, each in runs.items()
    }  # fmt: skip


def _kept(row: Simulation) -> dict[str, list[Replication]]:
    """The finished replications of every variant, as many as all of them have."""
    least = min(len(each) for each in row.runs.values())
    return {
        name: [
            Replication(number, {key: math.nan if v is None else v for key, v in figures.items()}, steps, 0)
            for number, figures, steps in each[:least]
        ]
        for name, each in row.runs.items()
    }


def _finish(row: Simulation, state: str, result: dict[str, Any], said: str) -> None:
    """The result and the fact that it is there, together."""
    with transaction.atomic():
        changed = {"state": state, "result": result, "said": said, "ended_at": clock.now()}
        Simulation.objects.filter(pk=row.pk).update(**changed)
        by = Standing(person="system", role="system", name="系统")
        data = {"state": state, "replications": row.done, "seconds": round(row.seconds, 1), "said": said}
        append(
            subject("simulation", row.pk), [Fact(kind="simulation_ended", at=clock.now(), by=by, data=data)]
        )


__all__ = ["BUDGET", "LEAST", "NOW", "models_of", "simulate"]
