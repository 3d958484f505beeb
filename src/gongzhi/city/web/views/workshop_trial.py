"""A draft beside the version that runs: the same arrivals, the same people, the same chances; what would be different?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.simulations import asking, tables, words
from gongzhi.city.simulations.actions import expected_steps
from gongzhi.city.simulations.running import LEAST, NOW
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.workshop import frame, standing
from gongzhi.city.workshop import queries, trying
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism
from gongzhi.engine.simulation import Model, TooLarge, model_of, replicate

#: case-steps that one look may take, so that the page answers in seconds; a longer question is asked at the simulations
MOST_STEPS, MOST_REPLICATIONS = 600_000, 12
DRAFT = "草稿"


@staff()
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a case type of the draft; it is run against the version in force on what history says."""
    by = standing(request)
    found = queries.draft(by, pk)
    trial = trying.of_draft(found)
    running = library.LIBRARY.active_version(found.mechanism)
    now = library.one(found.mechanism, running).mechanism if running else None
    context: dict[str, Any] = {
        **frame(by, found, "simulate"),
        "types": _both(trial.mechanism, now),
        "may_run": may(by, "study.run"),
        "trial": trial,
        "chosen": request.POST.get("type", ""),
        "refusal": None,
    }
    if request.method == "POST" and trial.mechanism is not None and now is not None:
        try:
            context |= _compared(by, trial.mechanism, request.POST.get("type", ""))
        except GongzhiError as error:
            context["refusal"] = refused(error)
    return render(request, "web/workshop/simulate.html", context, status=422 if context["refusal"] else 200)


def _both(draft: Mechanism | None, now: Mechanism | None) -> list[tuple[str, str]]:
    """Case types that both have."""
    if draft is None or now is None:
        return []
    return [(id_, spec.title) for id_, spec in draft.case_types.items() if id_ in now.case_types]


def _compared(by: Standing, draft: Mechanism, case_type: str) -> dict[str, Any]:
    """Both run on the same streams of chance, so that their difference is of the rules and not of luck."""
    question = asking.prepare(by, draft.id, case_type)
    models: dict[str, Model] = {
        NOW: model_of(question.mechanism, case_type, question.spec, fits=question.fits),
        DRAFT: model_of(draft, case_type, question.spec, fits=question.fits),
    }
    steps = sum(map(expected_steps, models.values()))
    if steps * LEAST > MOST_STEPS:
        raise TooLarge(steps=f"{steps * LEAST:,}", most=f"{MOST_STEPS:,}")
    count = min(MOST_REPLICATIONS, MOST_STEPS // max(1, steps))
    runs = {
        name: [replicate(model, question.spec.seed, number) for number in range(count)]
        for name, model in models.items()
    }
    result = tables.as_json(models, runs)
    return {
        "told": words.headline(result),
        "columns": words.columns(result),
        "figures": words.figures(result),
        "fits": result["variants"][NOW]["fits"],
        "assumed": result["variants"][DRAFT]["assumed"],
        "not_modelled": result["variants"][DRAFT]["not_modelled"],
        "replications": count,
    }
