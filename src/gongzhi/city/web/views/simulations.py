"""Simulations: what would two more people change? Ask, wait (or come back), read the answer with its interval."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.simulations import actions, asking, queries, words
from gongzhi.city.simulations.models import Simulation
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.flows.overlays import Overlay
from gongzhi.engine.mechanisms import draw

#: waiting before a step at which its badge turns yellow and red
YELLOW, RED = 1.0, 5.0


@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was asked, newest first."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    rows = queries.recent(by, whole(request.GET.get("before")) or 0)
    more = rows[-1].pk if len(rows) == queries.PAGE else 0
    context = {"rows": rows, "more": more, "may_run": may(by, "study.run")}
    return render(request, "web/simulations/index.html", context)


@staff()
def new(request: HttpRequest) -> HttpResponse:
    """Choose what, change the numbers, ask."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    mechanism, _dot, case_type = request.GET.get("of", "").partition(".")
    if not case_type:
        return render(request, "web/simulations/choose.html", {"groups": _groups()})
    question = asking.prepare(by, mechanism, case_type)
    refusal = None
    if request.method == "POST":
        try:
            return redirect("web:simulation", _start(by, question, request.POST.dict()).pk)
        except GongzhiError as error:
            refusal = refused(error)
    context = {
        "question": question,
        "refusal": refusal,
        "sent": request.POST,
        "swaps": _swaps(question, request.POST.dict()),
        "most_days": asking.MOST_DAYS,
        "most_replications": asking.MOST_REPLICATIONS,
    }
    return render(request, "web/simulations/new.html", context, status=422 if refusal else 200)


def _start(by: Standing, question: asking.Question, sent: dict[str, str]) -> Simulation:
    spec = asking.answer(question, sent)
    title = sent.get("title", "").strip() or (
        spec.variants[0].name + _("会怎样") if spec.variants else question.kind.title
    )
    return actions.start(
        by,
        title=title,
        mechanism=question.mechanism.id,
        case_type=question.case_type,
        spec=spec,
        fits=question.fits,
    )


def _swaps(question: asking.Question, sent: dict[str, str]) -> list[tuple[int, list[tuple[str, str, str]]]]:
    """The fields in which people say how many more, or fewer: name, title, what was sent."""
    return [
        (
            number,
            [
                (name, row.title, sent.get(name, ""))
                for row in question.people
                for name in [f"more{number}-{row.name.removeprefix('people-')}"]
            ],
        )
        for number in range(1, asking.VARIANTS + 1)
    ]


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            held.mechanism.title,
            [(f"{held.mechanism.id}.{id_}", spec.title) for id_, spec in held.mechanism.case_types.items()],
        )
        for held in library.active()
        if held.mechanism.case_types
    ]


@staff()
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer, or how far it is. The page asks again by itself; it may be left."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = queries.one(by, pk)
    context: dict[str, Any] = {"row": row, "may_run": may(by, "study.run")}
    if row.state == Simulation.State.DONE:
        context |= _answer(row)
    live = bool(getattr(request, "htmx", False))
    response = render(request, "web/simulations/live.html" if live else "web/simulations/one.html", context)
    if live and row.is_over:
        response["HX-Refresh"] = "true"
    return response


def _answer(row: Simulation) -> dict[str, Any]:
    held = library.one(row.mechanism, row.version)
    spec, result = held.mechanism.case_types[row.case_type], row.result
    titles = {**held.mechanism.roles}
    first = next(iter(result["variants"].values()))
    return {
        "kind": spec,
        "told": words.headline(result),
        "columns": words.columns(result),
        "figures": words.figures(result),
        "pools": words.pools(result, titles),
        "steps": words.steps(result, [(id_, step.title) for id_, step in spec.steps.items()]),
        "assumed": first["assumed"],
        "not_modelled": first["not_modelled"],
        "fits": [{**each, "title": titles.get(each["title"], each["title"])} for each in first["fits"]],
        "replications": first["replications"],
        "flow": _flow(row, words.queues(result, spec.steps)),
    }


def _flow(row: Simulation, queues: dict[str, float]) -> SafeString:
    """The drawn flow with the average queue on every step where people wait."""
    marks = {
        step: Overlay(
            text=_("排%(n)s") % {"n": f"{value:.1f}"},
            light="red" if value >= RED else "yellow" if value >= YELLOW else "green",
            here=False,
        )
        for step, value in queues.items()
    }
    lang = "en" if get_language() == "en" else "zh"
    held = library.one(row.mechanism, row.version)
    # drawn by our own engine, which escapes every label
    return mark_safe(draw(held.mechanism, row.case_type, lang=lang, marks=marks))  # noqa: S308
