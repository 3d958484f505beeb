"""Where data come from: every feed, what one of them sent, and what became of a batch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.alerts import actions, provenance
from gongzhi.city.alerts.actions.receiving import LARGEST_FILE
from gongzhi.city.alerts.errors import TooLarge
from gongzhi.city.kernel.pagination import page
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every feed at a glance."""
    return render(request, "web/feeds/index.html", {"found": provenance.overview(_standing(request))})


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, mechanism: str, feed: str) -> HttpResponse:
    """One feed: its contract, its days, its batches; and a file to be brought in."""
    by, name = _standing(request), f"{mechanism}.{feed}"
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            made = _uploaded(by, name, request)
            messages.success(request, _("文件已收下。"), extra_tags="green")
            return redirect("web:feed_batch", made.pk)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    found = provenance.one(by, name)
    rows = page(provenance.batches(by, name), ("-id",), cursor=request.GET.get("after", ""), size=20)
    context |= {
        "found": found,
        "spec": found.declared.spec,
        "days": provenance.days(found.declared),
        "page": rows,
        "names": provenance.names(name),
        "may_push": may(by, "feed.push"),
    }
    return render(request, "web/feeds/feed.html", context, status=status)


def _uploaded(by: Standing, name: str, request: HttpRequest) -> Any:
    file = request.FILES.get("file")
    if file is None or not file.size:
        raise TooLarge(limit="0")
    if file.size > LARGEST_FILE:
        raise TooLarge(limit=f"{LARGEST_FILE >> 20} MB")
    return actions.receive(by, name, content=file.file, name=file.name or "")  # type: ignore[arg-type]


@never_cache
@staff()
@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What came in at once, what was odd, what was kept apart."""
    by = _standing(request)
    made = provenance.batch(by, batch_id)
    mechanism, _dot, feed = made.feed.partition(".")
    context = {
        "batch": made,
        "mechanism": mechanism,
        "feed": feed,
        "title": provenance.one(by, made.feed).declared.spec.title,
        "findings": made.findings.order_by("kind", "-count", "id")[:200],
        "apart": provenance.apart(by, made),
        "unknown": made.findings.filter(kind="unknown").order_by("-count")[:50],
        "retries": made.retries.order_by("id"),
        "may_push": may(by, "feed.push"),
    }
    return render(request, "web/feeds/batch.html", context)


@never_cache
@staff()
@require_safe
def apart(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """The rows that were kept apart, as a file."""
    by = _standing(request)
    made = provenance.batch(by, batch_id)
    answer = StreamingHttpResponse(provenance.apart_csv(by, made), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="apart-{made.pk}.csv"'
    return answer


@never_cache
@staff()
@require_POST
def again(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Look again at what was kept apart; with a name for a series, if one is given."""
    by = _standing(request)
    made = provenance.batch(by, batch_id)
    try:
        if given := request.POST.get("given", ""):
            actions.name_series(by, made.feed, given, request.POST.get("series", ""))
        fresh = actions.retry(by, made.pk)
        messages.success(request, _("正在重新核对。"), extra_tags="green")
        return redirect("web:feed_batch", fresh.pk)
    except GongzhiError as error:
        messages.error(request, error.sentence % error.data, extra_tags="red")
        return redirect("web:feed_batch", made.pk)


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
