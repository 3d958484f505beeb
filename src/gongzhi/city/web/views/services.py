"""What one can have done here: the catalogue by everyday words, guides to read and print, and one form for one thing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.cases import actions, catalogue
from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.cases.models import Draft
from gongzhi.city.kernel.references import resident
from gongzhi.city.records import queries as records
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.web import drafting, placing, services
from gongzhi.city.web.drawing import flow_of
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.reporters import reporter_behind
from gongzhi.city.web.views.resident import asked
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.errors import GongzhiError


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Bundles and service items; one box for everyday words."""
    text = request.GET.get("q", "").strip()[:60]
    found, more = [], ""
    try:
        page = records.public_search(services.ITEMS, text, request.GET.get("after", "")[:200])
        found, more = [records.opened_to_all(row) for row in page.rows], page.after
    except NoSuchRegister:
        pass  # no installed mechanism brings a catalogue: bundles alone are shown
    context = {"q": text, "found": found, "more": more, "things": services.things(text)}
    return render(request, "web/services.html", context)


@require_safe
def guide(request: HttpRequest, key: str) -> HttpResponse:
    """The guide of one service item, with the flow that an application takes; to be read, printed and applied from."""
    item = _item(key)
    ways: list[dict[str, Any]] = [
        {
            "title": case_type.title,
            "url": f"{reverse('web:apply', args=[mechanism, case_type.id])}?{_query({field: key})}",
            "mechanism": mechanism,
            "case_type": case_type,
        }
        for mechanism, case_type, field in services.about(services.ITEMS)
    ]
    for way in ways[:1]:
        drawn = (way["mechanism"], way["case_type"].version, way["case_type"].id)
        way |= {"flow": flow_of(*drawn), "tall": flow_of(*drawn, vertical=True)}
    return render(request, "web/guide.html", {"item": item, "ways": ways[:1], "others": ways[1:]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """One form for one thing: questions first where there are any, then what the answers call for, and nothing twice."""
    case_type = _openable(mechanism, type_id, placing.here(request))
    questions = questions_of(mechanism, case_type)
    asks = services.for_applicants(case_type, asked(case_type))
    if request.method == "POST":
        return _sent(request, mechanism, case_type, asks, questions)
    values = _given(case_type, asks, request.GET)
    unanswered = any(case_type.form[name].required and name not in values for name in questions)
    if questions and (unanswered or "again" in request.GET):
        return _questions(request, mechanism, case_type, questions, values)
    return form(request, mechanism, case_type, asks, questions, values, secrets.token_urlsafe(12))


def questions_of(mechanism: str, case_type: CaseType) -> list[str]:
    """The questions of a bundle that come before its form; none for an ordinary case type."""
    _held, bundle = services.bundle_of(mechanism, case_type.id)
    return [field.id for field in bundle.questions] if bundle else []


def _sent(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    asks: tuple[Ask, ...],
    questions: Sequence[str],
) -> HttpResponse:
    key = request.POST.get("key", "")[:48] or secrets.token_urlsafe(12)
    guest = resident(f"guest:{key}")
    values: dict[str, Any] = {}
    try:
        entered(case_type, asks, request, by=guest, owner=guest.person, into=values)
        if drafting.asked_for(request):
            return drafting.keep(request, mechanism, case_type, values, key, Draft.Page.APPLY)
        if request.POST.get("version", case_type.version) != case_type.version:
            notice = _("在您填写期间，这张表更新了。您填的都在，请看一遍新的内容再提交。")
            return form(request, mechanism, case_type, asks, questions, values, key, notice=notice)
        with transaction.atomic():
            drafting.done(request)
            receipt = actions.open_case(
                mechanism,
                case_type.id,
                values,
                by=guest,
                reporter=reporter_behind(case_type, values),
                key=key,
            )
    except GongzhiError as error:
        return form(request, mechanism, case_type, asks, questions, values, key, error=error)
    return redirect(reverse("web:tracking", args=[receipt.tracking_code]) + "?new=1")


def _questions(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    questions: Sequence[str],
    values: Mapping[str, Any],
) -> HttpResponse:
    made = controls(case_type, [Ask(name) for name in questions], values=values)
    context = {
        "case_type": case_type,
        "mechanism": mechanism,
        "controls": made,
        "held": services.bundle_of(mechanism, case_type.id)[0],
    }
    return render(request, "web/apply_questions.html", context)


def form(
    request: HttpRequest,
    mechanism: str,
    case_type: CaseType,
    asks: tuple[Ask, ...],
    questions: Sequence[str],
    values: Mapping[str, Any],
    key: str,
    *,
    error: GongzhiError | None = None,
    notice: str = "",
    shown: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of the form with what is known; ``shown`` is more to tell, of the draft that it comes from."""
    _held, bundle = services.bundle_of(mechanism, case_type.id)
    answers = {name: values.get(name) for name in questions}
    fixed = {name for name in (*questions, *_records_of(case_type, asks)) if values.get(name)}
    rest = [ask for ask in services.shown(case_type, asks, answers) if ask.field not in fixed]
    named = {ask.field: fields for ask in asks if (fields := _said(case_type, ask.field, values))}
    context = {
        "case_type": case_type,
        "mechanism": mechanism,
        "controls": controls(case_type, rest, values=values, errors=fields_of(error) if error else {}),
        "fixed": _hidden(case_type, fixed, values),
        "answers": [
            (case_type.form[name].label, _words(values[name])) for name in questions if values.get(name)
        ],
        "said": named,
        "about": next((pairs[0][1] for pairs in named.values()), ""),
        "materials": _materials(case_type, asks, values),
        "wanted": services.wanted(bundle, case_type, answers) if bundle else None,
        "key": key,
        "notice": notice,
        "again": _query({name: values[name] for name in fixed}),
        "refusal": refused(error) if error else None,
        "code": drafting.code_of(request),
        **(shown or {}),
    }
    return render(request, "web/apply.html", context, status=error.status if error else 200)


def _said(case_type: CaseType, field: str, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What the record that was chosen already says, so that nobody is asked for it: (title, value)."""
    register, key = case_type.form[field].register, values.get(field)
    if not register or not isinstance(key, str):
        return []
    try:
        found = records.public_one(register, key)
    except (NoSuchRecord, NoSuchRegister):
        return []
    pairs = [(case_type.form[field].label, found.name)]
    for filled, column in case_type.fills.get(field, {}).items():
        value = found.values.get(column)
        plain = case_type.form[filled].kind not in ("table", "files", "office", "offices")
        if value not in (None, "", []) and plain and column != found.register.name:
            pairs.append((case_type.form[filled].label, _words(value)))
    return pairs


def _materials(
    case_type: CaseType, asks: Sequence[Ask], values: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """What the chosen item asks for: the rows of the table that is filled from its list of materials."""
    rows: list[Mapping[str, Any]] = []
    for name in _records_of(case_type, asks):
        register, key = case_type.form[name].register, values.get(name)
        tables = [c for f, c in case_type.fills.get(name, {}).items() if case_type.form[f].kind == "table"]
        if not isinstance(key, str) or not tables:
            continue
        try:
            found = records.public_one(register, key).values
        except (NoSuchRecord, NoSuchRegister):
            continue
        for column in tables:
            rows += [row for row in found.get(column) or () if row.get("name")]
    return rows


def _given(case_type: CaseType, asks: Sequence[Ask], sent: QueryDict) -> dict[str, Any]:
    """Answers and records that came with the address."""
    values: dict[str, Any] = {}
    for ask in asks:
        field = case_type.form[ask.field]
        if field.kind in ("choices", "records", "offices"):
            many = [text[:200] for text in sent.getlist(field.id) if text]
            values |= {field.id: many} if many else {}
        elif field.kind == "yesno" and sent.get(field.id) in ("yes", "no"):
            values[field.id] = sent[field.id] == "yes"
        elif field.kind in ("choice", "record", "text", "area", "number") and sent.get(field.id):
            values[field.id] = sent[field.id][:200]
    return values


def _records_of(case_type: CaseType, asks: Sequence[Ask]) -> list[str]:
    return [ask.field for ask in asks if case_type.form[ask.field].kind == "record"]


def _hidden(case_type: CaseType, fixed: set[str], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Inputs that carry the answers along: (name, value)."""
    return [
        (name, _sendable(each))
        for name in sorted(fixed)
        for each in (values[name] if isinstance(values[name], list) else [values[name]])
    ]


def _query(values: Mapping[str, Any]) -> str:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made.setlist(name, [_sendable(each) for each in (value if isinstance(value, list) else [value])])
    return made.urlencode()


def _sendable(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return _("、").join(map(str, value)) if isinstance(value, list) else str(value)


def _item(key: str) -> Any:
    try:
        return records.public_one(services.ITEMS, key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error


def _openable(mechanism: str, type_id: str, place: str) -> CaseType:
    case_type = catalogue.current(mechanism, type_id, place)
    if services.RESIDENT not in case_type.opened_by:
        raise NoSuchCaseType(mechanism=mechanism, version=case_type.version, type=type_id)
    return case_type
