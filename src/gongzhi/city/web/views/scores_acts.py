"""What is done about scorecards: drafting and publishing, reckoning, appeals, the look at the last band."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel.permissions import may
from gongzhi.city.scorecards import actions, queries
from gongzhi.city.scorecards.errors import BadPeriod, NoSuchScheme
from gongzhi.city.scorecards.models import Appeal, LastBand
from gongzhi.city.web import score_words
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views.scores import standing
from gongzhi.engine.errors import GongzhiError


def _told(request: HttpRequest, error: GongzhiError) -> None:
    said = refused(error)
    messages.error(request, f"{said.sentence}{said.remedy}")


@staff()
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft the standard of a period."""
    mechanism, _dot, card = request.POST.get("card", "").partition(".")
    text = request.POST.get("starts", "")
    try:
        try:
            starts = date.fromisoformat(text)
        except ValueError:
            raise BadPeriod(text=text[:20]) from None
        scheme = actions.draft_scheme(mechanism, card, starts, by=standing(request))
    except GongzhiError as error:
        _told(request, error)
        return redirect("web:scores")
    messages.success(request, _("拟好了。请另一位有权公布的人看过以后公布。"))
    return redirect("web:score_standard", scheme.pk)


@staff()
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the standard."""
    try:
        actions.publish_scheme(pk, by=standing(request))
        messages.success(request, _("标准已经公布，每个单位都看得到，从现在起谁也不能改。"))
    except GongzhiError as error:
        _told(request, error)
    return redirect("web:score_standard", pk)


@staff()
@require_POST
def reckon(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute now; it goes on by itself."""
    try:
        found = actions.start_reckoning(pk, by=standing(request))
    except GongzhiError as error:
        _told(request, error)
        return redirect("web:score_standard", pk)
    return redirect("web:score_progress", pk, found.number)


@staff()
@require_POST
def publish_results(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Publish what came out."""
    by = standing(request)
    try:
        found = queries.reckonings(by, queries.scheme(by, pk)).filter(number=number).first()
        if found is None:
            raise NoSuchScheme(which=f"{pk}/{number}")
        actions.publish_results(found.pk, by=by)
        messages.success(request, _("结果已经公布，各单位从现在起可以申诉。"))
    except GongzhiError as error:
        _told(request, error)
    return redirect("web:score_standard", pk)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int, criterion: str) -> HttpResponse:
    """The unit ticks the cases of a criterion and says why."""
    by = standing(request)
    row = queries.result(by, pk)
    if not by.office_path.startswith(row.office_path):
        raise NoSuchScheme(which=pk)
    behind = queries.rows_behind(row, criterion)
    refusal = None
    if request.method == "POST":
        named = [
            {
                "case": each.case_id,
                "ask": "include" if each.excluded else "exclude",
                "reason": request.POST.get(f"why-{each.case_id}", "").strip()
                or request.POST.get("why", "").strip(),
            }
            for each in behind
            if request.POST.get(f"case-{each.case_id}")
        ]
        try:
            found = actions.submit_appeal(row.pk, criterion, named, request.POST.get("text", ""), by=by)
            messages.success(request, _("申诉已经提出，由没有打过分的人复核。"))
            return redirect("web:score_appeal_page", found.pk)
        except GongzhiError as error:
            refusal = refused(error)
    # what speaks against the unit first: nobody appeals against a hit
    worst = sorted(behind, key=lambda each: (each.excluded, each.hit, -(each.value or 0.0), each.case_id))[
        :200
    ]
    numbers = dict(Case.objects.filter(pk__in=[each.case_id for each in worst]).values_list("pk", "number"))
    names = {str(key): number for key, number in numbers.items()}
    context = {
        "row": row,
        "scheme": row.reckoning.scheme,
        "criterion": criterion,
        "figure": next((each for each in score_words.figures(row) if each.line.id == criterion), None),
        "rows": [{"each": each, "number": names.get(each.case_id, "")} for each in worst],
        "until": actions.window(row),
        "refusal": refusal,
        "sent": request.POST,
    }
    return render(request, "web/scores/appeal.html", context, status=422 if refusal else 200)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal: what is asked, until when it is decided; who may decides here."""
    by = standing(request)
    found = queries.appeals(by).filter(pk=pk).first()
    if found is None:
        raise NoSuchScheme(which=pk)
    refusal = None
    if request.method == "POST":
        accept = [key.removeprefix("case-") for key in request.POST if key.startswith("case-")]
        upheld = request.POST.get("decide") == "uphold"
        try:
            actions.decide_appeal(found.pk, upheld=upheld, decision=request.POST.get("decision", ""), accept=accept, by=by)  # fmt: skip
            messages.success(request, _("决定已经写下。成立的马上重算，重算好的那一版随决定公布。"))
            return redirect("web:score_appeal_page", found.pk)
        except GongzhiError as error:
            refusal = refused(error)
            found.refresh_from_db()
    row = found.result
    stood_by = actions.scorers(row.reckoning) | {found.submitted_by}
    context = {
        "appeal": found,
        "row": row,
        "scheme": row.reckoning.scheme,
        "figure": next((each for each in score_words.figures(row) if each.line.id == found.criterion), None),
        "may_decide": may(by, "score.review")
        and found.state == Appeal.State.OPEN
        and by.person not in stood_by,
        "barred": may(by, "score.review") and by.person in stood_by,
        "after": found.reckoning.results.filter(unit=row.unit).first() if found.reckoning else None,
        "refusal": refusal,
        "sent": request.POST,
    }
    return render(request, "web/scores/appeal_page.html", context, status=422 if refusal else 200)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def bottom(request: HttpRequest, pk: int) -> HttpResponse:
    """The look at a unit that stands last, with its context."""
    by = standing(request)
    found = queries.bottoms(by).filter(pk=pk).first()
    if found is None:
        raise NoSuchScheme(which=pk)
    refusal = None
    if request.method == "POST":
        try:
            actions.review_bottom(
                found.pk,
                finding=request.POST.get("finding", ""),
                opinion=request.POST.get("opinion", ""),
                by=by,
            )
            messages.success(request, _("复核意见已经写下。"))
            return redirect("web:score_bottom", found.pk)
        except GongzhiError as error:
            refusal = refused(error)
    context = {
        "found": found,
        "row": found.result,
        "scheme": found.result.reckoning.scheme,
        "lines": _context(found),
        "findings": [(key, _(words)) for key, words in score_words.FINDINGS.items()],
        "finding": _(score_words.FINDINGS[found.finding]) if found.finding else "",
        "refusal": refusal,
        "sent": request.POST,
    }
    return render(request, "web/scores/bottom.html", context, status=422 if refusal else 200)


def _context(found: LastBand) -> list[tuple[str, str]]:
    said = found.context
    titles = {
        line.id: line.title
        for line in score_words.lines(found.result.reckoning.scheme, found.result.class_id)
    }
    made = [
        (_("办件量"), _("%(n)s件，同类中间数%(m)s件") % {"n": said["volume"], "m": said["volume_middle"]}),
        (_("人手"), _("%(n)s人，同类中间数%(m)s人") % {"n": said["staff"], "m": said["staff_middle"]}),
        (_("剔除"), _("%(n)s件") % {"n": said["excluded"]}),
    ]
    made += [
        (
            _("难度：%(title)s") % {"title": titles.get(each["criterion"], each["criterion"])},
            _("这样的件照全类水平该是%(expected).1f%%，全类是%(all).1f%%")
            % {"expected": 100 * each["expected"], "all": 100 * each["class"]},
        )
        for each in said["difficulty"]
    ]
    if said["few"] or said["missing"]:
        names = _("、").join(titles.get(each, each) for each in [*said["few"], *said["missing"]])
        made.append((_("数据少或没有的指标"), names))
    return made
