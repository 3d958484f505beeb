"""Asking a mechanism what would be: the only way a simulation comes to be."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.simulations.models import Simulation
from gongzhi.city.simulations.running import models_of, simulate
from gongzhi.engine.cases.model import Fact
from gongzhi.engine.simulation import FitLine, Model, SimulationSpec, TooLarge

#: case-steps that one question may take; about half a minute
MOST_STEPS = 4_000_000


def start(
    by: Standing,
    *,
    title: str,
    mechanism: str,
    case_type: str,
    spec: SimulationSpec,
    fits: tuple[FitLine, ...] = (),
    area_path: str = "",
) -> Simulation:
    """Ask; the job begins when the transaction is over. The mechanism's active version is simulated.

    Raises NotAllowed, NotInstalled, NoSuchCaseType, BadAssumption, NoArrivals, TooLarge.
    """
    check(by, "study.run", Target(area_path=area_path or by.area_path, mechanism=mechanism))
    held = library.one(mechanism)
    models = models_of(held.mechanism, case_type, spec, fits)
    steps = sum(expected_steps(model) for model in models.values()) * spec.replications
    if steps > MOST_STEPS:
        raise TooLarge(steps=f"{steps:,}", most=f"{MOST_STEPS:,}")
    assumptions = spec.model_dump(mode="json", exclude_unset=True)
    with transaction.atomic():
        row = Simulation.objects.create(
            title=title[:120],
            mechanism=mechanism,
            version=held.mechanism.version,
            case_type=case_type,
            area_path=area_path or by.area_path,
            assumptions=assumptions,
            fits=[[f.key, f.title, f.n, f.text, f.quality] for f in fits],
            seed=spec.seed,
            by=by.person,
            by_name=by.name,
            made_at=clock.now(),
            total=spec.replications,
        )
        data = {"mechanism": mechanism, "version": row.version, "case_type": case_type, "seed": spec.seed}
        fact = Fact(
            kind="simulation_started",
            at=row.made_at,
            by=by,
            data={**data, "assumptions": fingerprint(assumptions)},
        )
        append(subject("simulation", row.pk), [fact])
        simulate.using(dedupe_key=f"simulation:{row.pk}").enqueue(row.pk)  # type: ignore[call-arg]
    row.refresh_from_db()
    return row


def fingerprint(assumptions: dict[str, Any]) -> str:
    """SHA-256 of the assumptions: what was asked can't be changed afterwards unseen."""
    text = json.dumps(assumptions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def expected_steps(model: Model) -> int:
    """About how many case-steps one replication takes: cases that come, times the steps that there are."""
    days = model.warm_up + model.days + model.patience / 2
    arrivals = model.arrivals
    if arrivals.kind == "weekly":
        cases = sum(arrivals.rates) / 7 * days
    elif arrivals.kind == "instants":
        cases = float(len(arrivals.at))
    else:
        gap = arrivals.law[1][0] if arrivals.law else 60.0
        cases = model.axes[0].working(days * 1440) / gap
    steps = sum(_branches(node.each) for node in model.nodes if not node.is_end)
    rounds = max([node.rounds.times for node in model.nodes if node.rounds] or [1])
    return int(cases * steps * rounds)


def _branches(law: Any) -> float:
    return float(max(law[1])) if law else 1.0


__all__ = ["MOST_STEPS", "expected_steps", "fingerprint", "start"]
