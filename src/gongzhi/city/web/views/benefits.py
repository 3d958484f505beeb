"""Benefits for everybody: what there is, whether one is entitled and why; and for staff: who has it, what was paid, stop and review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.benefits import actions, catalogue, queries
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.errors import NoSuchBenefitRow, NoSuchParameter, NoSuchProgramme
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.kernel.permissions import Target, may
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.web.acting import acting_post, standing
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError


def who(request: HttpRequest) -> Standing:
    """Who looks: the post, a signed-in resident, or anybody."""
    if acting_post(request) is not None:
        return standing(request)
    user = request.user
    return resident(str(getattr(user, "person", ""))) if user.is_authenticated else resident("")


@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every benefit in plain words, and what one's own household has."""
    by, counts = who(request), queries.counts()
    staff_here = by.role != "resident" and may(by, "benefit.read")
    rows = [
        {
            "known": known,
            "parameters": queries.parameters(known),
            "count": n if staff_here or n >= queries.FEWEST or not n else None,
        }
        for known in catalogue.programmes()
        for n in (counts.get(known.name, 0),)
    ]
    context = {"rows": rows, "mine": queries.of_my_household(by), "staff_here": staff_here}
    return render(request, "web/benefits/listed.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, mechanism: str, programme: str) -> HttpResponse:
    """One benefit: conditions, standards, the self-check; for staff who has it."""
    by, known = who(request), _known(mechanism, programme)
    context: dict[str, Any] = {"told": request.POST}
    status = 200
    if request.method == "POST":
        try:
            answer = _DEEDS.get(request.POST.get("do", ""), _check)(request, by, known, context)
            if answer is not None:
                return answer
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
    staff_here = by.role != "resident" and may(by, "benefit.read")
    if staff_here:
        state, last = request.GET.get("state", ""), whole(request.GET.get("after"))
        found = list(queries.listed(by, known, after=last, state=state))
        context |= {
            "rows": found[: queries.PAGE],
            "more": found[queries.PAGE - 1].pk if len(found) > queries.PAGE else 0,
            "state": state,
            "owing": queries.owing(by, known),
            "due": queries.due(by, known),
        }
    office = (catalogue.provider(known.spec)[1],)
    context |= {
        "known": known,
        "count": queries.counts().get(known.name, 0),
        "parameters": queries.parameters(known),
        "conditions": queries.conditions(known),
        "asks": queries.asks(known),
        "staff_here": staff_here,
        "may_decide": by.role != "resident" and may(by, "benefit.decide", _target(office, known)),
        "may_set": by.role != "resident" and may(by, "benefit.approve", _target(office, known)),
    }
    return render(request, "web/benefits/one.html", context, status=status)


def _check(request: HttpRequest, by: Standing, known: Known, context: dict[str, Any]) -> None:
    """The self-check: nothing of it is kept."""
    told = {ask.name: typed(ask.kind, request.POST.get(ask.name, "")) for ask in queries.asks(known)}
    context["assessed"] = queries.self_check(known, told)


def _look_up(request: HttpRequest, by: Standing, known: Known, context: dict[str, Any]) -> None:
    """What the registers say of one person."""
    context["person"] = request.POST.get("person", "").strip()
    context["found"] = queries.look_up(by, known, context["person"])


def _grant(request: HttpRequest, by: Standing, known: Known, context: dict[str, Any]) -> HttpResponse:
    made = actions.decide(by, known.name, request.POST.get("person", "").strip())
    messages.success(request, _("已记上，从下一份发放册开始发。"), extra_tags="green")
    return redirect("web:entitlement", made.pk)


def _set(request: HttpRequest, by: Standing, known: Known, context: dict[str, Any]) -> HttpResponse:
    starts, value = (
        typed("date", request.POST.get("from", "")),
        typed("number", request.POST.get("value", "")),
    )
    name = request.POST.get("name", "")
    if starts is None or value is None:
        raise NoSuchParameter(name=name[:60])
    actions.set_parameter(
        by, known.name, name, starts=starts, value=value, basis=request.POST.get("basis", "")
    )
    messages.success(request, _("已定，差额在下一份发放册里一起补。"), extra_tags="green")
    return redirect("web:benefit", known.mechanism, known.spec.id)


#: decimal places of what is typed: of a standard four, of money two
PLACES = 4

Deed = Callable[[HttpRequest, Standing, Known, dict[str, Any]], HttpResponse | None]
_DEEDS: dict[str, Deed] = {"look": _look_up, "grant": _grant, "set": _set}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entitlement(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person has: why, since when, what was paid for which month; stop, review, money back."""
    by = who(request)
    context: dict[str, Any] = {}
    status = 200
    try:
        had = queries.one(by, pk)
    except NoSuchBenefitRow as error:
        raise Http404(pk) from error
    if request.method == "POST":
        if by.role == "resident":
            raise PermissionDenied("resident")
        try:
            _change(request, by, had)
            return redirect("web:entitlement", pk)
        except GongzhiError as error:
            context["refusal"], status = refused(error), error.status
            had.refresh_from_db()
    context |= {
        "had": had,
        "known": catalogue.known(had.name),
        "months": queries.months(had),
        "lines": had.entries.select_related("run").order_by("-run__month")[:60],
        "rechecks": had.rechecks.order_by("-pk")[:20],
        "recoveries": had.recoveries.order_by("-pk")[:20],
        "may_decide": by.role != "resident" and may(by, "benefit.decide", had),
        "may_pay": by.role != "resident" and may(by, "benefit.pay", had),
        "staff_here": by.role != "resident",
    }
    return render(request, "web/benefits/entitlement.html", context, status=status)


def _change(request: HttpRequest, by: Standing, had: Entitlement) -> None:
    note, do = request.POST.get("note", ""), request.POST.get("do", "")
    first = typed("date", request.POST.get("first_without", ""))
    if do == "stop":
        actions.review(by, had.pk, "stop", note=note, first_without=first)
    elif do == "keep":
        actions.review(by, had.pk, "keep", note=note)
    elif do == "recover":
        actions.recover(
            by, had.pk, amount=typed("number", request.POST.get("amount", "")) or Decimal(0), note=note
        )
    messages.success(request, _("已记下。"), extra_tags="green")


def _known(mechanism: str, programme: str) -> Known:
    try:
        return catalogue.one(f"{mechanism}.{programme}")
    except NoSuchProgramme as error:
        raise Http404(programme) from error


def _target(offices: tuple[str, ...], known: Known) -> Target:
    return Target(office_paths=offices, mechanism=known.mechanism)


def typed(kind: str, text: str) -> Any:
    """What was typed, as the conditions compute; nothing where it is empty or does not fit."""
    text = text.strip()
    try:
        if kind == "date":
            return date.fromisoformat(text) if text else None
        if kind == "number":
            found = Decimal(text) if text else None
            if found is None or not found.is_finite() or abs(found) >= 10**12:
                return None
            # more places than a column keeps would be rounded behind somebody's back
            return found if found == round(found, PLACES) else None
    except (ValueError, InvalidOperation):
        return None
    if kind == "boolean":
        return {"yes": True, "no": False}.get(text)
    return text[:60] or None


def whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 16 else 0
