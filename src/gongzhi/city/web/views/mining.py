"""Process mining: ask what really happened, wait (or come back), read it in sentences, on the picture and in tables."""

from __future__ import annotations

from typing import IO, Any, cast
from urllib.parse import quote
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mining import actions, queries
from gongzhi.city.mining.exporting import FORMATS
from gongzhi.city.mining.models import MiningStudy
from gongzhi.city.mining.periods import Period, period
from gongzhi.city.mining.words import FEW, conformance, percent
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mining import HowToRead, UnreadableLog, show_hours

#: rows of each table on the page; a study keeps more
MOST_ROWS = 50
MOST_MOVES = 20
#: a BPMN model is small
MOST_MODEL = 4 * 1024 * 1024
#: columns that a form may name
COLUMNS = ("case", "activity", "time", "start", "group")


@staff()
def index(request: HttpRequest) -> HttpResponse:
    """What was asked, and the two ways to ask: of our own cases, of a log from elsewhere."""
    by = _standing(request)
    refusal = None
    if request.method == "POST":
        try:
            row = _study_log(request, by) if "file" in request.FILES else _study_own(request, by)
            return redirect("web:mining_study", row.pk)
        except GongzhiError as error:
            refusal = refused(error)
    context = {
        "rows": queries.studies(by),
        "may_run": may(by, "study.run"),
        "choices": queries.choices(by),
        "formats": sorted(FORMATS),
        "columns": COLUMNS,
        "refusal": refusal,
        "sent": request.POST,
        "most": actions.MOST_UPLOADED // 2**20,
    }
    return render(request, "web/mining/index.html", context, status=422 if refusal else 200)


def _study_own(request: HttpRequest, by: Standing) -> MiningStudy:
    mechanism, _dot, type_id = request.POST.get("of", "").partition(".")
    then = period(request.POST.get("then_first", ""), request.POST.get("then_last", ""))
    compare = then if then != Period() else None
    return actions.study_own(by, mechanism, type_id, period=_period(request), compare=compare)


def _study_log(request: HttpRequest, by: Standing) -> MiningStudy:
    sent, model = _file(request, "file"), _file(request, "model")
    assert sent is not None, "asked for only where a file came along"
    if model is not None and (model.size or 0) > MOST_MODEL:
        raise UnreadableLog(why=_("流程图文件太大"))
    mapping = {name: text for name in COLUMNS if (text := request.POST.get(f"col_{name}", "").strip())}
    how = HowToRead(
        mapping=mapping,
        time_format=request.POST.get("time_format", "").strip()[:60],
        most=actions.MOST_UPLOADED,
    )
    bpmn = model.read() if model is not None else b""
    return actions.study_log(by, cast(IO[bytes], sent.file), sent.name or "", how=how, model=bpmn)


def _file(request: HttpRequest, name: str) -> UploadedFile[Any] | None:
    found = request.FILES.get(name)
    return found if isinstance(found, UploadedFile) else None


def _period(request: HttpRequest) -> Period:
    return period(request.POST.get("first", ""), request.POST.get("last", ""))


@staff()
@require_safe
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The answer, or how far it is. The page asks again by itself; it may be left."""
    by = _standing(request)
    row = queries.one(by, pk)
    context: dict[str, Any] = {"row": row, "may_run": may(by, "study.run")}
    if row.state == MiningStudy.State.DONE:
        context |= _answer(row)
    live = bool(getattr(request, "htmx", False))
    response = render(request, "web/mining/live.html" if live else "web/mining/one.html", context)
    if live and row.is_over:
        response["HX-Refresh"] = "true"
    return response


def _answer(row: MiningStudy) -> dict[str, Any]:
    """Everything of the page, in words; of our own cases small numbers are not told."""
    result = row.result
    study, names, offices = result["study"], result["names"], result["offices"]

    def few(n: int) -> str:
        return _("不足%(n)d") % {"n": FEW} if row.is_own and n < FEW else f"{n:,}"

    moves = [each for each in study["offices"] if each["giver"] != each["taker"]]
    return {
        "result": result,
        "study": study,
        "median": show_hours(study["median_hours"]),
        "p90": show_hours(study["p90_hours"]),
        # drawn by our own engine, which escapes every label
        "svg": mark_safe(row.svg),  # noqa: S308
        "variants": [_variant(each, names, few) for each in study["variants"][:MOST_ROWS]],
        "arcs": [_arc(each, names, few) for each in _heaviest(study["arcs"])],
        "steps": [_step(each, names, few) for each in study["steps"]],
        "handovers": [_handover(each, offices, few) for each in moves[:MOST_MOVES]],
        "other_moves": len(moves[MOST_MOVES:]),
        "odd": [(_odd()[kind], n) for kind, n in result["odd"].items()],
        "conformance": conformance(result["conformance"]) if result["conformance"] else [],
    }


def _heaviest(arcs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(arcs, key=lambda arc: (-arc["share"], arc["source"], arc["target"]))[:MOST_ROWS]


def _variant(each: dict[str, Any], names: dict[str, str], few: Any) -> dict[str, Any]:
    rare = few(each["cases"]) != f"{each['cases']:,}"
    return {
        "path": [names.get(step, step) for step in each["path"]],
        "cases": few(each["cases"]),
        "share": "—" if rare else percent(each["share"]),
        "cumulative": percent(each["cumulative"]),
        "median": "—" if rare else show_hours(each["median_hours"]),
        "key": each["key"],
    }


def _arc(each: dict[str, Any], names: dict[str, str], few: Any) -> dict[str, Any]:
    times = each["times"]
    shown = few(each["n"]) == f"{each['n']:,}"
    worked = times["worked_mean"]
    return {
        "source": each["source"],
        "target": each["target"],
        "from": names.get(each["source"], each["source"]),
        "to": names.get(each["target"], each["target"]),
        "n": few(each["n"]),
        "mean": show_hours(times["mean"]) if shown else "—",
        "median": show_hours(times["median"]) if shown else "—",
        "p90": show_hours(times["p90"]) if shown else "—",
        "worked": show_hours(worked) if shown and worked is not None else "—",
        "share": percent(each["share"]) if shown else "—",
    }


def _step(each: dict[str, Any], names: dict[str, str], few: Any) -> dict[str, Any]:
    handling = each["handling"]
    shown = handling is not None and few(each["n"]) == f"{each['n']:,}"
    return {
        "title": names.get(each["label"], each["label"]),
        "n": few(each["n"]),
        "cases": few(each["cases"]),
        "again": few(each["again"]) if each["again"] else "0",
        "mean": show_hours(handling["mean"]) if shown else "—",
        "p90": show_hours(handling["p90"]) if shown else "—",
    }


def _handover(each: dict[str, Any], offices: dict[str, str], few: Any) -> dict[str, Any]:
    return {
        "giver": offices.get(each["giver"], each["giver"]),
        "taker": offices.get(each["taker"], each["taker"]),
        "n": few(each["n"]),
        "mean": show_hours(each["mean_hours"]) if few(each["n"]) == f"{each['n']:,}" else "—",
    }


def _odd() -> dict[str, str]:
    return {
        "duplicate": _("同一件事记了两遍"),
        "end_before_start": _("结束早于开始"),
        "backwards": _("时间倒退：后记的事，时间在前"),
        "no_start": _("有开始、还没有结束"),
    }


@staff()
@require_safe
def rows(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The cases behind a figure that this post may read."""
    by = _standing(request)
    row = queries.one(by, pk)
    if not row.is_own:
        raise Http404("a log from elsewhere has no cases here")
    words = {name: request.GET.get(name, "")[:2000] for name in ("path", "source", "target")}
    found = queries.behind(by, row, **words)
    names = row.result.get("names", {})
    context = {
        "row": row,
        "cases": found.cases,
        "total": found.total,
        "few": found.total < FEW and not found.cases,
        "source": names.get(words["source"], words["source"]),
        "target": names.get(words["target"], words["target"]),
    }
    return render(request, "web/mining/rows.html", context)


@staff()
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Our own log for other tools: pseudonyms only."""
    mechanism, _dot, type_id = request.POST.get("of", "").partition(".")
    form = request.POST.get("form", "")
    if form not in FORMATS:
        raise Http404(form)
    by = _standing(request)
    name, parts = actions.export_own(by, mechanism, type_id, form=form, period=_period(request))
    response = StreamingHttpResponse(parts, content_type=FORMATS[form][1])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _standing(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by
