"""Mandates at the doorstep: write down who may do what until when, read it aloud, sign by finger or on paper.

Two pages and no script needed: the first asks, the second shows the whole text to be read aloud and takes the
signature (a canvas where there are scripts, a photo of the signed paper everywhere).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases import queries
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check, matrix
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people import actions
from gongzhi.city.people import queries as people
from gongzhi.city.people.actions import Covers, Signature
from gongzhi.city.people.actions.mandates import check_days, check_words
from gongzhi.city.people.errors import BadMandate, MandateExpired
from gongzhi.city.people.mandates import Checked, Mandate, Scope, Signed
from gongzhi.city.people.models import Resident
from gongzhi.city.people.phones import normal_phone
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Post, valid
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError

#: a mandate at the doorstep is for the errand at hand; longer only where somebody asks for it
USUAL = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the first page asked, checked as far as it can be before anybody signs."""

    agent: Standing
    covers: Covers
    until: date
    words: str
    checked: Checked
    name: str
    phone: str
    known: Resident | None


@never_cache
@staff()
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The mandates that this person was given, with the cases that they cover."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "mandate.read")
    rows = people.my_mandates(by)
    cases, today = queries.cases_of(rows), clock.today()
    listed = [
        {
            "row": row,
            "holds": row.holds(today),
            "days": (row.until - today).days,
            "mandator": _masked(row),
            "cases": [cases[each.case] for each in row.cases.all() if each.case in cases],
            "usable": row.holds(today) and row.scope != Scope.CASE and not (row.once and row.cases.all()),
        }
        for row in rows
    ]
    return render(request, "web/mandates.html", {"mandates": listed, "clerk": not acts(by)})


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask, then read aloud and sign. What was typed comes back with every refusal."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "mandate.sign")
    if request.method != "POST":
        return _ask(request, by)
    try:
        draft = _draft(request, by)
    except GongzhiError as error:
        return _ask(request, by, error)
    if request.POST.get("stage") != "sign":
        return _read(request, draft)
    try:
        with transaction.atomic():
            mandator = draft.known or actions.remember_resident(phone=draft.phone, name=draft.name)
            made = actions.sign_mandate(
                by,
                mandator=mandator,
                agent=draft.agent,
                covers=draft.covers,
                words=draft.words,
                until=draft.until,
                signature=_signature(request, draft.checked),
            )
    except GongzhiError as error:
        return _read(request, draft, error)
    messages.success(request, _("委托书签好了。请打印一份，或把委托码抄给委托人。"), extra_tags="green")
    return redirect("web:mandate", mandate=made.pk)


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """The mandate as a paper, to be printed; names masked until somebody says what for."""
    return _paper(request, people.mandate_of(request.standing, mandate))  # type: ignore[attr-defined]


@never_cache
@staff()
@require_POST
def full_name(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """The same paper with the whole name on it: for a purpose, and on the record."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = people.mandate_of(by, mandate)
    covered = row.holds(clock.today()) and row.agent_person == by.person
    about = Target(area_path=row.area_path, mandated=covered)
    name = actions.reveal(by, row.mandator, "name", request.POST.get("purpose", ""), about=about)
    return _paper(request, row, name)


@never_cache
@staff()
@require_safe
def signature(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """What was signed, as an image; closed to the agent with the mandate."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = people.mandate_of(by, mandate)
    if row.agent_person == by.person and not row.holds(clock.today()):
        raise MandateExpired(**people.why_closed(row))
    image, kind = people.mandate_image(row)
    return HttpResponse(image, content_type=kind)


@staff()
@require_POST
def revoke(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Give it back, or end it at the mandator's word before a clerk."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    actions.revoke_mandate(by, mandate, why=request.POST.get("why", "").strip())
    messages.success(request, _("委托已经撤销，相关事项从现在起看不到了。"), extra_tags="green")
    return redirect("web:mandates")


def acts(by: Standing) -> bool:
    """Whether this post acts for others itself; a clerk takes mandates for those who do."""
    return "mandate" in matrix().scopes("case.read", by.role)


def agents_of(by: Standing) -> list[Standing]:
    """For whom this post may take a mandate: itself, or for a clerk the agents of the area."""
    if acts(by):
        return [by]
    roles = [role for role in matrix().roles if "mandate" in matrix().scopes("case.read", role)]
    rows = Post.objects.filter(valid(), role__in=roles, user__is_active=True)
    found = rows.select_related("user", "office__area", "area").order_by("role", "user__name")[:300]
    standings = [territory.standing(post) for post in found]
    return [each for each in standings if each.area_path.startswith(by.area_path)]


def _draft(request: HttpRequest, by: Standing) -> Draft:
    sent = request.POST
    known, covers = _covers(request)
    agents = {each.post: each for each in agents_of(by)}
    agent = by if acts(by) else agents.get(sent.get("agent", ""))
    until, checked = parse_date(sent.get("until", "")), sent.get("checked", "")
    name = sent.get("name", "").strip()[:40]
    if agent is None:
        raise BadMandate(why=_("没有选谁来代办"))
    if known is None and not name:
        raise BadMandate(why=_("没有写委托人的姓名"))
    if until is None:
        raise BadMandate(why=_("没有写到哪一天为止"))
    if checked not in Checked.values:
        raise BadMandate(why=_("没有写怎么核对的身份"))
    check_days(clock.today(), until)
    return Draft(
        agent=agent,
        covers=covers,
        until=until,
        words=check_words(sent.get("words", "")),
        checked=Checked(checked),
        name=name,
        phone="" if known else normal_phone(sent.get("phone", "")),
        known=known,
    )


def _covers(request: HttpRequest) -> tuple[Resident | None, Covers]:
    """What is to be done for the mandator: the case of a tracking code, or one kind of matter."""
    code, kind = request.POST.get("code", "").strip(), request.POST.get("kind", "")
    if code:
        row, mandator = queries.whose(code)
        return mandator, Covers(scope=Scope.CASE, title=row.subject, case=row.pk)
    wanted = next((each for each in queries.offered() if f"{each.mechanism}.{each.type}" == kind), None)
    if wanted is None:
        raise BadMandate(why=_("没有选委托办什么事"))
    once = request.POST.get("once", "yes") != "no"
    return None, Covers(
        scope=Scope.TYPES, title=wanted.title, mechanism=wanted.mechanism, types=[wanted.type], once=once
    )


def _signature(request: HttpRequest, checked: Checked) -> Signature:
    paper = request.FILES.get("paper")
    if paper is not None and not isinstance(paper, list):
        return Signature(how=Signed.PAPER, image=paper.read(), checked=checked)
    image = actions.drawn_image(request.POST.get("drawn", ""))
    return Signature(how=Signed.DRAWN, image=image, checked=checked)


def _ask(request: HttpRequest, by: Standing, error: GongzhiError | None = None) -> HttpResponse:
    today = clock.today()
    usual = {
        "code": request.GET.get("code", ""),
        "until": (today + USUAL).isoformat(),
        "once": "yes",
        "words": _(
            "替我填表、交材料，替我收通知、问进度，替我取办好的结果。不替我领钱，不替我签这件事以外的字。"
        ),
    }
    context = {
        "sent": request.POST if request.method == "POST" else usual,
        "kinds": [(f"{each.mechanism}.{each.type}", each.title) for each in queries.offered()],
        "agents": [] if acts(by) else [(each.post, each.name) for each in agents_of(by)],
        "checks": Checked.choices,
        "today": today.isoformat(),
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/mandate_new.html", context, status=error.status if error else 200)


def _read(request: HttpRequest, draft: Draft, error: GongzhiError | None = None) -> HttpResponse:
    name = people.masked(draft.known, "name") if draft.known else draft.name
    kept = ("code", "kind", "once", "until", "words", "checked", "name", "phone", "agent")
    context: dict[str, Any] = {
        "draft": draft,
        "name": name,
        "kept": [(each, request.POST.get(each, "")) for each in kept],
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/mandate_sign.html", context, status=error.status if error else 200)


def _paper(request: HttpRequest, row: Mandate, name: str = "") -> HttpResponse:
    by: Standing = request.standing  # type: ignore[attr-defined]
    holds = row.holds(clock.today())
    context = {
        "row": row,
        "holds": holds,
        "name": name or _masked(row),
        "whole": bool(name),
        "image": holds or row.agent_person != by.person,
        "link": request.build_absolute_uri(f"/mandates/{row.code}/"),
    }
    return render(request, "web/mandate.html", context)


def _masked(row: Mandate) -> str:
    """The mandator as a list shows them: no whole name, no whole number."""
    return people.masked(row.mandator, "name") or people.masked(row.mandator, "phone") or str(row.mandator)
