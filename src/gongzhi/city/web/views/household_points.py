"""Points of households: my household's book, rules, shelf, what is published; and the village's side for people without a phone."""

from __future__ import annotations

import secrets
from datetime import date
from itertools import islice
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing, resident
from gongzhi.city.ledgers import actions, queries
from gongzhi.city.ledgers.models import Exchange
from gongzhi.city.mechanisms import household_books, households
from gongzhi.city.mechanisms.households import Household
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Area
from gongzhi.city.web.acting import acting_post, staff, standing
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError

#: cards that are printed at once: a village, three to a row
MOST_CARDS = 600


def _post(request: HttpRequest) -> Standing | None:
    """The post in which somebody keeps points; None for everybody else."""
    by = standing(request) if acting_post(request) is not None else None
    return by if by is not None and may(by, "ledger.exchange") else None


def _key() -> str:
    return secrets.token_urlsafe(12)


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My household's points; for whoever keeps them, the box into which a card is scanned or a number typed."""
    if not household_books.installed():
        return render(request, "web/points/home.html", {"missing": True})
    by = _post(request)
    mine = None
    if request.user.is_authenticated:
        mine = households.household_of(resident(request.user.person))
    context: dict[str, Any] = {"by": by, "mine": mine, "today": clock.today()}
    if mine is not None:
        context |= _book(mine, request.GET.get("after", "")[:200]) | {"own": True, "key": _key()}
    if by is not None:
        context["waiting"] = queries.waiting(by)
        context["books"] = [
            (each, queries.totals(each)) for each in queries.visible_books(by, household_books.POINTS)[:20]
        ]
    return render(request, "web/points/home.html", context)


def _book(house: Household, after: str) -> dict[str, Any]:
    """What a household's page shows: its sum, its lines, what is under way, what it exchanged, what it may have."""
    account = household_books.account(house.number)
    return {
        "house": house,
        "account": account,
        "balance": account.balance if account else 0,
        "lines": queries.statement(account, after) if account else None,
        "seasons": queries.seasons_of(account) if account else [],
        "claims": household_books.claims_of(house.number),
        "exchanges": queries.exchanges_of(account) if account else [],
        "offers": household_books.offers(house.area_path),
        "rules": household_books.rules(house.area_path),
    }


@never_cache
@staff()
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a scanned card or a typed number to the household's page."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    text = request.GET.get("number", "").strip().rstrip("/")
    number = text.rpartition("/")[2] if "/" in text else text
    try:
        house = household_books.house_for(by, number.upper())
    except GongzhiError as error:
        messages.error(request, refused(error).sentence, extra_tags="red")
        return redirect("web:household_points")
    return redirect("web:points_house", number=house.number)


@never_cache
@staff()
@require_safe
def house(request: HttpRequest, number: str) -> HttpResponse:
    """A household's book for whoever serves it: claim for it, hand over goods, print its card."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = household_books.house_for(by, number)
    context = _book(found, request.GET.get("after", "")[:200])
    context |= {
        "key": _key(),
        "today": clock.today(),
        "may_claim": household_books.may_serve(by, found, "ledger.claim"),
        "may_exchange": household_books.may_serve(by, found, "ledger.exchange"),
        "may_join": household_books.may_serve(by, found, "household.join"),
        "members": User.objects.filter(
            pk__in=[
                person.partition(":")[2]
                for person in households.members_of(found.number)
                if person.startswith("user:")
            ]
        ),
    }
    return render(request, "web/points/house.html", context)


@never_cache
@staff()
@require_safe
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """What was posted in a village's book, newest first: the rows behind its sums."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    try:
        found = queries.one_book(by, pk)
    except GongzhiError as error:
        raise Http404(str(pk)) from error
    page = queries.postings(by, found, request.GET.get("after", "")[:200])
    context = {"book": found, "total": queries.totals(found), "page": page, "now": clock.now()}
    return render(request, "web/points/ledger.html", context)


def _served(request: HttpRequest, number: str) -> tuple[Standing, Household, bool]:
    """Who acts for which household: a member for their own, or a post that may read its book."""
    me = resident(request.user.person)  # type: ignore[union-attr]
    mine = households.household_of(me)
    if mine is not None and mine.number == number and acting_post(request) is None:
        return me, mine, True
    if acting_post(request) is None:
        raise Http404(number)
    by = standing(request)
    return by, household_books.house_for(by, number), False


def _back(own: bool, number: str) -> HttpResponse:
    return redirect("web:household_points") if own else redirect("web:points_house", number=number)


@login_required
@require_POST
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Report a deed of the household. What is refused is said on the page that the form stands on."""
    by, found, own = _served(request, number)
    sent = request.POST
    values = {
        "rule": sent.get("rule", "")[:64],
        "happened_on": _day(sent.get("happened_on")),
        "what": sent.get("what", "").strip()[:500],
    }
    try:
        row = household_books.claim(by, found.number, values, key=sent.get("key", "")[:48])
    except GongzhiError as error:
        _say(request, error)
    else:
        told = {"title": row.subject}
        messages.success(
            request,
            _("报上去了：%(title)s。两个人核实、评议、公示三天，没人有异议就记上。") % told,
            extra_tags="green",
        )
    return _back(own, found.number)


@login_required
@require_POST
def exchange(request: HttpRequest, number: str) -> HttpResponse:
    """Order goods; at the counter they are handed over at once."""
    by, found, own = _served(request, number)
    sent = request.POST
    count = whole(sent.get("count")) or 1
    try:
        with transaction.atomic():
            made = household_books.exchange(
                by,
                found,
                sent.get("item", "")[:64],
                min(count, 1000),
                once=f"{by.person}:{sent.get('key', '')[:48]}",
                own=own,
            )
            if not own and made.state == Exchange.State.ORDERED:
                made = actions.hand_over(by, made)
    except GongzhiError as error:
        _say(request, error)
        return _back(own, found.number)
    if own:
        told = {"what": made, "code": made.code}
        messages.success(
            request, _("换好了：%(what)s。到兑换点说领取码 %(code)s，或者报户号。") % told, extra_tags="green"
        )
        return redirect("web:household_points")
    return redirect("web:points_slip", pk=made.pk)


@never_cache
@staff()
@require_safe
def slip(request: HttpRequest, pk: str) -> HttpResponse:
    """The slip of an exchange, to print and sign."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = Exchange.objects.select_related("holder").filter(pk=pk).first()
    if row is None or not may(by, "ledger.exchange", row):
        raise Http404(pk)
    return render(request, "web/points/slip.html", {"row": row, "now": clock.now()})


@login_required
@require_POST
def end(request: HttpRequest, pk: str) -> HttpResponse:
    """An order is fetched, or cancelled by the household or the counter."""
    row = Exchange.objects.select_related("holder").filter(pk=pk).first()
    if row is None:
        raise Http404(pk)
    by, found, own = _served(request, row.holder.key)
    try:
        if request.POST.get("deed") == "hand" and not own:
            actions.hand_over(by, row)
            messages.success(request, _("已领取：%(what)s。") % {"what": row}, extra_tags="green")
        else:
            actions.cancel(by, row, own=own)
            messages.success(request, _("已取消，分退回户上，东西放回货架。"), extra_tags="green")
    except GongzhiError as error:
        _say(request, error)
    return _back(own, found.number)


@never_cache
@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules in force of a village, with the vote behind each, and what is published now. Open to everybody."""
    area = Area.objects.filter(code=code[:24]).first()
    if area is None or not household_books.installed():
        raise Http404(code)
    person = resident(request.user.person) if request.user.is_authenticated else None
    by = _post(request)
    context = {
        "area": area,
        "rules": household_books.rules(area.path),
        "offers": household_books.offers(area.path),
        "published": household_books.published(area.path),
        "may_object": by is not None or (person is not None and households.household_of(person) is not None),
        "now": clock.now(),
    }
    return render(request, "web/points/rules.html", context)


@login_required
@require_POST
def object_to(request: HttpRequest, pk: str) -> HttpResponse:
    """Object to what is published; who objects is kept nowhere on the page."""
    row = Case.objects.filter(pk=pk, mechanism=household_books.MECHANISM, type=household_books.CLAIM).first()
    words = request.POST.get("words", "").strip()
    if row is None:
        raise Http404(pk)
    by = _post(request) or resident(request.user.person)  # type: ignore[union-attr]
    try:
        if words:
            household_books.object_to(by, row, words)
            messages.success(request, _("收到了异议：先不记，由没经手的人复核。"), extra_tags="green")
        else:
            messages.error(request, _("请写一句哪里不对。"), extra_tags="red")
    except GongzhiError as error:
        _say(request, error)
    village = Area.objects.filter(path=row.area_path).values_list("code", flat=True).first()
    return redirect(
        request.POST.get("back", "") if _ours(request) else reverse("web:points_rules", args=[village or "0"])
    )


def _ours(request: HttpRequest) -> bool:
    return request.POST.get("back", "").startswith("/village/points/")


@never_cache
@staff()
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """Cards of households to print and cut: a QR code and the number in large type, a line for the name to be written by hand."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    number, code = request.GET.get("number", "")[:64], request.GET.get("area", "")[:24]
    if number:
        found = [household_books.house_for(by, number)]
    else:
        area = (
            Area.objects.filter(code=code).first() if code else Area.objects.filter(path=by.area_path).first()
        )
        if area is None or not household_books.may_serve(
            by, Household(number="", area=area.code, area_path=area.path), "ledger.read"
        ):
            raise Http404(code)
        found = list(islice(households.households_in(area.path), MOST_CARDS))
    shown = [
        (each, _qr(request.build_absolute_uri(reverse("web:points_house", args=[each.number]))))
        for each in found
    ]
    return render(request, "web/points/cards.html", {"cards": shown, "one": number})


def _qr(address: str) -> str:
    """A QR code as an SVG without any script."""
    made = segno.make(address, error="m", micro=False)
    return mark_safe(made.svg_inline(scale=4, border=2, svgclass="qr", omitsize=True))  # noqa: S308 - our own address, escaped


@staff()
@require_POST
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Say that an account is of this household, or no longer."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = household_books.house_for(by, number)
    user = User.objects.filter(username=request.POST.get("username", "").strip()[:150]).first()
    try:
        if user is None:
            messages.error(request, _("没有这个登录名。"), extra_tags="red")
        elif request.POST.get("deed") == "leave":
            households.leave(by, user.person)
            messages.success(request, _("已摘下。"), extra_tags="green")
        else:
            households.join(by, found.number, user.person)
            messages.success(request, _("挂上了：登录后就能看到这一户的积分。"), extra_tags="green")
    except GongzhiError as error:
        _say(request, error)
    return redirect("web:points_house", number=found.number)


def _say(request: HttpRequest, error: GongzhiError) -> None:
    told = refused(error)
    words = [told.sentence, told.remedy]
    fields = error.data.get("fields")
    if isinstance(fields, dict):
        words += [str(each) for each in fields.values()]
    messages.error(request, " ".join(filter(None, words)), extra_tags="red")


def _day(text: str | None) -> str:
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return ""
