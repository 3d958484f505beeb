"""The counter (综合窗口): any matter, by keyboard: what is wanted, who it is, the form, the materials, the receipt, next."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import segno
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases import actions, catalogue, queries
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.kernel import ids
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people import actions as people
from gongzhi.city.people import queries as persons
from gongzhi.city.people.mandates import Mandate
from gongzhi.city.people.models import Resident
from gongzhi.city.web import placing
from gongzhi.city.web.acting import staff
from gongzhi.city.web.forming import entered
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.city.web.views.intake import first_step, form_context, values_of
from gongzhi.city.web.views.resident import asked
from gongzhi.city.web.wanted import kinds, openable
from gongzhi.engine.cases import CaseType
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.forms import Field

#: how a case came in, by the post that took it
CHANNELS = {"seat": "video", "hotline_agent": "hotline", "grid_worker": "doorstep", "proxy": "doorstep"}
#: for how long a person who was found stays before the counter, in seconds
AT_THE_COUNTER = 1800
SALT = "counter"
#: what happened to a paper that was handed over
HANDED = ("原件", "复印件", "看过已退还", "电子件", "以后补")


@never_cache
@staff()
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """The one page: look for a matter by everyday words, and for the person by code or number."""
    return _page(request)


@staff()
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Who stands here: by the code of their case or their number, for a purpose; the look-up is on the record."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    sent = request.POST
    try:
        typed, known = sent.get("who", "").strip(), None
        if ids.read_tracking_code(typed):
            known = queries.whose(typed)[1]
        found = people.find_resident(by, purpose=sent.get("purpose", ""), phone=typed, known=known)
    except GongzhiError as error:
        return _page(request, error)
    return redirect(f"{reverse('web:counter')}?who={_token(by, found)}")


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """The form with what is known filled in, the materials, and the first step where it is this post's."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    case_type = catalogue.current(mechanism, type_id, placing.here(request, by))
    mandate = _mandate(request, by)
    if mandate is None and not openable(by, case_type):
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    person = mandate.mandator if mandate else _person(request, by)
    known = known_of(case_type, person)
    if request.method != "POST":
        return _form(request, mechanism, case_type, {}, known, secrets.token_urlsafe(12))
    key, values = request.POST.get("key", "")[:64], dict[str, Any]()
    try:
        entered(case_type, asked(case_type), request, by=by, into=values)
        placing.check_form(request, mechanism, case_type)
        values |= known
        case = _open(request, mechanism, case_type, values, key, person, mandate)
    except GongzhiError as error:
        return _form(request, mechanism, case_type, values, known, key, error)
    return redirect("web:counter_receipt", case=case)


@never_cache
@staff()
@require_safe
def receipt(request: HttpRequest, case: UUID) -> HttpResponse:
    """What the person takes home: number, code, what was handed over, how to follow and how to rate."""
    page = queries.case_page(request.standing, case)  # type: ignore[attr-defined]
    code = page.row.tracking_code
    follow = request.build_absolute_uri(reverse("web:tracking", args=[code]))
    rate = request.build_absolute_uri(reverse("web:rate", args=[code]) + "?from=qr")
    handed = [each for event in page.history for each in event.data.get("values", {}).get("materials", [])]
    context = {
        "page": page,
        "row": page.row,
        "handed": handed,
        "follow": drawn(follow),
        "rate": drawn(rate),
        "follow_url": follow,
    }
    return render(request, "web/counter_receipt.html", context)


def drawn(address: str) -> str:
    """The address as a QR code, an SVG for the page itself."""
    made = segno.make(address, error="m", micro=False)
    return mark_safe(made.svg_inline(scale=4, border=2, svgclass="qr", omitsize=True))  # noqa: S308 - our own address, escaped


def known_of(case_type: CaseType, person: Resident | None) -> dict[str, Any]:
    """Fields of the opening form that the city knows of this person, so that nobody types them again."""
    if person is None:
        return {}
    fields = [case_type.form[ask.field] for ask in case_type.opening]
    found: dict[str, Any] = {}
    for each in fields:
        name = each.prefill == "reporter.name" or (each.privacy == "identity" and each.kind == "text")
        phone = each.prefill == "reporter.phone" or each.kind == "phone"
        value = person.name if name else person.phone if phone else ""
        if value and value not in found.values():
            found[each.id] = value
    return found


def _open(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    values: dict[str, Any],
    key: str,
    person: Resident | None,
    mandate: Mandate | None,
) -> str:
    """Open, take the first step, note what was handed over: one transaction. Gives the id of the case."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    first = first_step(case_type, by)
    chosen = first.choices.get(request.POST.get("next", "")) if first else None
    more = values_of(case_type, chosen, values, request, by) if chosen else {}
    handed = [f"{title}（{how}）" for title, how in _handed(request, case_type) if how]
    with transaction.atomic():
        made = actions.open_case(
            mechanism,
            case_type.id,
            values,
            by=by,
            channel=CHANNELS.get(by.role, "window"),
            reporter=None if mandate else person.pk if person else reporter_behind(case_type, values),
            mandate=mandate.pk if mandate else None,
            key=key,
        )
        if handed:
            said = {"text": _("窗口收件：") + "；".join(handed), "materials": handed}
            actions.act(made.case, "note", said, by=by, key=f"{key}.m")
        if first is not None and chosen is not None:
            actions.choose(made.case, first.id, chosen.id, more, by=by, key=f"{key}.next")
    return made.case


def materials(case_type: CaseType) -> list[Field]:
    """What an applicant hands in with the application."""
    fields = [case_type.form[ask.field] for ask in case_type.opening]
    return [field for field in fields if field.kind == "files"]


def _handed(request: HttpRequest, case_type: CaseType) -> list[tuple[str, str]]:
    """The materials that the case type asks for, and what was done with each."""
    sent = request.POST
    given = [(field, sent.get(f"handed.{field.id}", "")) for field in materials(case_type)]
    return [(field.label, how if how in HANDED else "") for field, how in given]


def _page(request: HttpRequest, error: GongzhiError | None = None) -> HttpResponse:
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "case.open")
    words, person = request.GET.get("q", "")[:60], _person(request, by)
    context = {
        "words": words,
        "kinds": kinds(by, words),
        "person": shown(person) if person else None,
        "who": request.GET.get("who", ""),
        "typed": request.POST.get("who", ""),
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/counter.html", context, status=error.status if error else 200)


def _form(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    values: dict[str, Any],
    known: Mapping[str, Any],
    key: str,
    error: GongzhiError | None = None,
) -> HttpResponse:
    by: Standing = request.standing  # type: ignore[attr-defined]
    context = form_context(request, mechanism, case_type, values, key, error, frozenset(known))
    mandate = _mandate(request, by)
    person = mandate.mandator if mandate else _person(request, by)
    context |= {
        "materials": materials(case_type),
        "ways": HANDED,
        "known": [case_type.form[name].label for name in known],
        "person": shown(person) if person else None,
        "mandate": mandate,
        "again": request.get_full_path(),
    }
    return render(request, "web/counter_take.html", context, status=error.status if error else 200)


def shown(person: Resident) -> dict[str, str]:
    """A person as the counter shows them: masked, enough to ask "is that you?"."""
    return {"name": persons.masked(person, "name"), "phone": persons.masked(person, "phone")}


def _token(by: Standing, person: Resident) -> str:
    return signing.dumps([str(person.pk), by.person], salt=SALT)


def _person(request: HttpRequest, by: Standing) -> Resident | None:
    """Who was found a while ago by this very clerk."""
    try:
        key, finder = signing.loads(request.GET.get("who", ""), salt=SALT, max_age=AT_THE_COUNTER)
    except (signing.BadSignature, ValueError):
        return None
    return Resident.objects.filter(pk=key).first() if finder == by.person else None


def _mandate(request: HttpRequest, by: Standing) -> Mandate | None:
    """The mandate that the address names; NoSuchMandate for another's."""
    asked_for = request.GET.get("mandate", "")
    try:
        return persons.mandate_of(by, UUID(asked_for)) if asked_for else None
    except ValueError:
        return None
