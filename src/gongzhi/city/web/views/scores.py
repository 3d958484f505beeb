"""Scorecards: the standard, the own unit, the class in bands, the rows behind a figure, and what would be if."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.cases import queries as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.scorecards import actions, marking, queries, standards
from gongzhi.city.scorecards.models import Reckoning, Result, Scheme
from gongzhi.city.web import score_words
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.measures.scorecards import changed, what_if
from gongzhi.engine.mechanisms.scoring import full_name

#: rows of one page behind a figure
MOST = 500


def standing(request: HttpRequest) -> Standing:
    """Who looks."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


def keeping(by: Standing) -> dict[str, bool]:
    """Which of the room's verbs a post has."""
    return {name: may(by, f"score.{name}") for name in ("scheme", "publish", "review")}


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Standards and results, newest first; the own unit beside each; what waits for this post."""
    by = standing(request)
    rows = []
    for scheme in queries.schemes(by)[:24]:
        now = queries.current(by, scheme)
        rows.append({"scheme": scheme, "now": now, "mine": queries.mine(by, now) if now else None})
    context = {
        "rows": rows,
        "may": keeping(by),
        "cards": [
            {"mechanism": mechanism, "spec": spec}
            for mechanism, _version, spec in (standards.offered() if may(by, "score.scheme") else [])
        ],
        "appeals": queries.appeals(by).filter(state="open")[:20],
        "bottoms": queries.bottoms(by).filter(reviewed_at=None)[:20] if may(by, "score.review") else [],
        "may_look": may(by, "person.read"),
        "today": clock.today(),
    }
    return render(request, "web/scores/index.html", context)


@never_cache
@staff()
@require_safe
def standard(request: HttpRequest, pk: int) -> HttpResponse:
    """The standard: classes, units, criteria with formula and points, weights, and the versions computed."""
    by = standing(request)
    scheme = queries.scheme(by, pk)
    spec = standards.spec_of(scheme)
    units = standards.units_of(scheme)
    now = queries.current(by, scheme)
    context = {
        "scheme": scheme,
        "spec": spec,
        "classes": [
            {
                "id": id_,
                "title": one.title,
                "units": [unit.name for unit in units if unit.class_id == id_],
                "lines": [line for line in score_words.lines(scheme, id_) if line.part == "class"],
            }
            for id_, one in spec.classes.items()
        ],
        "others": [line for line in score_words.lines(scheme, "") if line.part != "class"],
        "awards": _awards(scheme),
        "reckonings": queries.reckonings(by, scheme),
        "now": now,
        "may": keeping(by),
        "own_draft": scheme.drafted_by == by.person,
        "latest": standards.latest_day(scheme),
        "begun": clock.today() >= scheme.starts,
        "by": by,
    }
    return render(request, "web/scores/standard.html", context)


def _awards(scheme: Scheme) -> list[tuple[str, str, Any, str]]:
    spec, specs = standards.spec_of(scheme), standards.specs_of(scheme)
    found = []
    for title, part in ((_("加分"), spec.bonus), (_("扣分"), spec.deductions)):
        for each in part.items if part else ():
            known = specs.get(full_name(each.measure, scheme.mechanism))
            found.append((title, each.title or (known.title if known else each.measure), each, known.formula if known else ""))  # fmt: skip
    return found


@never_cache
@staff()
@require_safe
def progress(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """How far a reckoning is; the page asks again by itself while it runs."""
    by = standing(request)
    scheme = queries.scheme(by, pk)
    found = queries.reckonings(by, scheme).filter(number=number).first()
    if found is None:
        raise Http404(str(number))
    return render(
        request, "web/scores/progress.html", {"each": found, "scheme": scheme, "may": keeping(by), "by": by}
    )


@never_cache
@staff()
@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One card: every criterion with its figure, interval, formula and rows; the class beside it; itself over time."""
    by = standing(request)
    row = queries.result(by, pk)
    scheme = row.reckoning.scheme
    rows = list(queries.light(row.reckoning.results.filter(class_id=row.class_id)))
    until = actions.window(row)
    context = {
        "row": row,
        "scheme": scheme,
        "spec": standards.spec_of(scheme),
        "class_title": standards.spec_of(scheme).classes[row.class_id].title,
        "figures": score_words.figures(row),
        "same": [each for each in rows if each.band == row.band and each.pk != row.pk and row.band],
        "unplaced": _(score_words.UNPLACED[row.unplaced]) if row.unplaced else "",
        "earlier": queries.trend(row),
        "versions": Result.objects.filter(
            unit=row.unit, reckoning__scheme=scheme, reckoning__published_at__isnull=False
        ).select_related("reckoning").order_by("-reckoning__number"),
        "own": by.office_path.startswith(row.office_path),
        "until": until,
        "may_appeal": until is not None and clock.now() <= until and by.office_path.startswith(row.office_path),
        "appeals": row.appeals.order_by("-submitted_at"),
        "awards": {each.name: each.title for _path, each in standards.spec_of(scheme).awards()},
    }  # fmt: skip
    return render(request, "web/scores/unit.html", context)


@never_cache
@staff()
@require_safe
def rows(request: HttpRequest, pk: int, criterion: str) -> HttpResponse:
    """The cases behind a figure. A case that the post may not see is counted and named by number alone."""
    by = standing(request)
    row = queries.result(by, pk)
    behind = queries.rows_behind(row, criterion)
    ids = [each.case_id for each in behind[:MOST]]
    seen = {str(case.pk) for case in cases.by_ids(by, ids)}
    named = {
        str(pk_): number or "" for pk_, number in Case.objects.filter(pk__in=ids).values_list("pk", "number")
    }
    found = next((each for each in score_words.figures(row) if each.line.id == criterion), None)
    context = {
        "row": row,
        "scheme": row.reckoning.scheme,
        "figure": found,
        "rows": [{"each": each, "number": named.get(each.case_id, ""), "mine": each.case_id in seen} for each in behind[:MOST]],
        "all": len(behind),
        "most": MOST,
    }  # fmt: skip
    return render(request, "web/scores/rows.html", context)


@never_cache
@staff()
@require_safe
def group(request: HttpRequest, pk: int, class_id: str) -> HttpResponse:
    """A class in bands. Within a band units stand in order of their names: nothing more is established."""
    by = standing(request)
    scheme = queries.scheme(by, pk)
    now = _current(by, scheme)
    spec = standards.spec_of(scheme)
    if class_id not in spec.classes:
        raise Http404(class_id)
    found = sorted(
        queries.light(now.results.filter(class_id=class_id)), key=lambda each: (each.band or 9999, each.name)
    )
    own = queries.mine(by, now)
    context = {
        "scheme": scheme,
        "now": now,
        "class_id": class_id,
        "classes": [(id_, one.title) for id_, one in spec.classes.items()],
        "title": spec.classes[class_id].title,
        "bands": [(band, list(members)) for band, members in groupby(found, key=lambda each: each.band)],
        "chart": score_words.chart(found, own.unit if own else ""),
        "confidence": f"{spec.confidence:.0%}",
        "own": own,
        "unplaced": {key: _(words) for key, words in score_words.UNPLACED.items()},
    }
    return render(request, "web/scores/class.html", context)


@never_cache
@staff()
@require_safe
def trial(request: HttpRequest, pk: int, class_id: str) -> HttpResponse:
    """What if: other weights, other lines. Nothing is kept."""
    by = standing(request)
    scheme = queries.scheme(by, pk)
    now = _current(by, scheme)
    spec = standards.spec_of(scheme)
    if class_id not in spec.classes:
        raise Http404(class_id)
    lines = score_words.lines(scheme, class_id)
    sent = {key: str(value).strip() for key, value in request.GET.items() if str(value).strip()}
    moved, refusal = None, None
    if sent:
        try:
            moved = _moved(scheme, now, class_id, sent)
        except GongzhiError as error:
            refusal = refused(error)
    names = dict(now.results.values_list("unit", "name"))
    context = {
        "scheme": scheme,
        "class_id": class_id,
        "title": spec.classes[class_id].title,
        "lines": [
            {
                "line": line,
                "declared": float(line.spec.weight),
                "weight": sent.get(f"w-{line.id}", ""),
                "best": sent.get(f"b-{line.id}", ""),
                "may_best": line.spec.best is not None,
            }
            for line in lines
        ],
        "special": sent.get("special", ""),
        "declared_special": spec.weights.special,
        "moved": [(names.get(each.unit, each.unit), each) for each in moved or ()],
        "tried": moved is not None,
        "refusal": refusal,
    }
    return render(request, "web/scores/trial.html", context)


def _moved(scheme: Scheme, now: Reckoning, class_id: str, sent: dict[str, str]) -> Any:
    made = standards.engine_scheme(scheme)
    changes: dict[str, dict[str, float]] = {}
    for key, value in sent.items():
        kind, _dash, name = key.partition("-")
        if kind in ("w", "b") and name:
            changes.setdefault(name, {})[{"w": "weight", "b": "best"}[kind]] = _float(value)
    special = _float(sent["special"]) if "special" in sent else None
    sheets = [marking.sheet_of(row) for row in now.results.filter(class_id=class_id)]
    known = {each.id for _part, each in made.of(class_id)}
    after = changed(
        made, {key: each for key, each in changes.items() if key in known}, special_weight=special
    )
    return what_if(made, after, sheets)


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise Http404(text) from None
    if not -1e9 < value < 1e9:
        raise Http404(text)
    return value


def _current(by: Standing, scheme: Scheme) -> Reckoning:
    now = queries.current(by, scheme)
    if now is None:
        raise Http404(str(scheme.pk))
    return now
