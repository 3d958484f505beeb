"""Registers for staff: lists, one record, its form, its moves; and what fits while somebody types the name of a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import actions, catalogue, queries, sealing
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries import Filter, Shown
from gongzhi.city.web.acting import acting_post, staff, standing
from gongzhi.city.web.forming import controls, entered
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.cases.casetypes import Ask
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.forms import Field
from gongzhi.engine.registers import Change, Register

#: longer texts of a list's cell are cut
LONGEST_CELL = 60
MOST_PICKED = 20


def _by(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every register with how much is in it."""
    by = _by(request)
    check(by, "record.list")
    listed = [
        {
            "register": each.register,
            "mechanism": each.mechanism,
            "counts": [
                (each.register.states[state], number)
                for state, number in queries.counts(by, each.register.id).items()
                if number or len(each.register.states) == 1
            ],
        }
        for each in catalogue.offered()
    ]
    return render(request, "web/registers.html", {"registers": listed})


@never_cache
@staff()
@require_safe
def listing(request: HttpRequest, register: str) -> HttpResponse:
    """One register: search, states as tabs with counts, page by page."""
    by = _by(request)
    found = catalogue.one(register).register
    asked = Filter(state=request.GET.get("state", ""), text=request.GET.get("text", "")[:100])
    page = queries.records(by, register, asked, after=request.GET.get("cursor", ""))
    counts = queries.counts(by, register)
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "register": found,
        "columns": [found.titles[id_] for id_ in found.lists],
        "rows": rows_of(found, page.rows),
        "after": page.after,
        "query": query.urlencode(),
        "asked": asked,
        "tabs": [(state, title, counts[state]) for state, title in found.states.items()],
        "all": sum(counts.values()),
        "may_change": found.writes(by.role) and may(by, "record.change"),
        "may_import": found.writes(by.role) and may(by, "record.import"),
        "may_export": may(by, "record.export"),
        "kept": _kept(found),
        "agreed": [found.titles[id_] for id_ in found.titles if id_ in found.consent.needed_by],
    }
    return render(request, "web/register.html", context)


def _kept(register: Register) -> str:
    """How long private values stay, in words; empty where they stay until somebody asks."""
    keep = register.keep
    if keep is None:
        return ""
    start = register.states[keep.state] if keep.state else register.titles[keep.column]
    return _("“%(start)s”满%(years)d年，个人信息自动销毁，编号和数目留着") % {
        "start": start,
        "years": keep.years,
    }


def rows_of(register: Register, listed: Sequence[Record]) -> list[dict[str, Any]]:
    """The rows of a list with their cells in words; what is sealed is not even opened here."""
    data = [sealing.masked(register.form, row.data, {}) for row in listed]
    show = queries.shower(register, [row.data for row in listed])
    made = []
    for row, values, derived in zip(listed, data, queries.derived_of(register, listed), strict=True):
        cells = [
            _cell(register.form.by_id.get(id_), values.get(id_, derived.get(id_)), show)
            for id_ in register.lists
        ]
        titled = zip([register.titles[id_] for id_ in register.lists], cells, register.lists, strict=True)
        state = register.states.get(row.state, row.state)
        made.append({"row": row, "cells": list(titled), "state": state})
    return made


def _cell(field: Field | None, value: Any, show: Any) -> str:
    if value in (None, "", []):
        return ""
    text = show(field, value) if field is not None and field.kind != "table" else in_words(value)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def in_words(value: Any) -> str:
    """A derived value, or the size of a table."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("%(n)d项") % {"n": len(value)}
    return str(value).removesuffix(".0")


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """One record: what it says, its state and what can be done, what it names and what names it, its history."""
    return _page(request, register, key)


def _page(request: HttpRequest, register: str, key: str, error: GongzhiError | None = None) -> HttpResponse:
    by = _by(request)
    shown = queries.record_page(by, register, key)
    say = queries.shower(shown.register, [shown.row.data])
    drafted: Sequence[Change] = ()
    if shown.is_draft and shown.row.published is not None:
        drafted = queries.compare(by, shown.row, shown.row.published.number, shown.row.version)
    context = {
        "shown": shown,
        "row": shown.row,
        "register": shown.register,
        "drafted": [words for change in drafted for words in sentences(change)],
        "state": shown.register.states.get(shown.row.state, shown.row.state),
        "fields": [
            _field(shown, each, say) for each in shown.register.form.fields if _is_filled(shown, each)
        ],
        "derived": [
            (each.title, in_words(shown.derived[id_]))
            for id_, each in shown.register.derived.items()
            if shown.derived.get(id_) not in (None, "")
        ],
        "history": [
            (step, [words for change in step.changes for words in sentences(change)])
            for step in queries.history(by, shown.row)
        ],
        "relations": queries.relations(by, shown.row),
        "used_by": queries.used_by(by, shown.row),
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/record.html", context, status=error.status if error else 200)


def sentences(change: Change) -> Iterator[str]:
    """A change in the reader's language; a table's row by row."""
    if change.rows and change.message == "rows.counts":
        for row in change.rows:
            yield from sentences(row)
    else:
        yield _(change.template) % change.data


def _is_filled(shown: Shown, field: Field) -> bool:
    return shown.values.get(field.id) not in (None, "", [])


def _field(shown: Shown, field: Field, say: Any) -> dict[str, Any]:
    value = shown.values[field.id]
    told: dict[str, Any] = {"field": field, "sealed": field.id in shown.sealed, "value": value}
    if field.kind == "table" and isinstance(value, list):
        told["rows"] = [[_cell(column, row.get(column.id), say) for column in field.columns] for row in value]
    elif field.register:
        keys = value if isinstance(value, list) else [value]
        told["records"] = [(key, say(field, key)) for key in keys]
    elif not told["sealed"] and field.kind != "files":
        told["text"] = say(field, value).removesuffix(".0") if field.kind == "number" else say(field, value)
    return told


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, register: str) -> HttpResponse:
    """The form of a new record."""
    by = _by(request)
    check(by, "record.change")
    found = catalogue.one(register).register
    values: dict[str, Any] = {}
    if request.method != "POST":
        return _form(request, found, values, None)
    try:
        entered(found, _asks(found), request, by=by, into=values)
        row = actions.create(by, register, values, note=request.POST.get("note", ""))
    except GongzhiError as error:
        return _form(request, found, values, None, error)
    messages.success(request, _("已登记。"), extra_tags="green")
    return redirect("web:record", register=register, key=row.key)


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """The form of a change; with ``correct`` in the address, of a correction of what is in force."""
    by = _by(request)
    shown = queries.record_page(by, register, key)
    check(by, "record.correct" if "correct" in request.GET else "record.change", shown.row)
    if request.method != "POST":
        return _form(request, shown.register, open_values(shown), shown)
    values: dict[str, Any] = {}
    try:
        entered(shown.register, _asks(shown.register, shown), request, by=by, into=values)
        changed = _cleared(request, shown, values)
        expected, note = whole(request.POST.get("expected")), request.POST.get("note", "")
        if "correct" in request.GET:
            actions.correct(by, shown.row, changed, expected=expected or 0, reason=note)
        else:
            actions.change(by, shown.row, changed, expected=expected or 0, note=note)
    except GongzhiError as error:
        return _form(request, shown.register, values, shown, error)
    messages.success(request, _("已保存。"), extra_tags="green")
    return redirect("web:record", register=register, key=key)


def open_values(shown: Shown) -> dict[str, Any]:
    """What a form may be filled with: nothing sealed."""
    return {id_: value for id_, value in shown.values.items() if id_ not in shown.sealed}


def _asks(register: Register, shown: Shown | None = None) -> list[Ask]:
    """What the form asks. The key is settled once; a table with sealed cells and files can't be typed anew."""
    asks = []
    for each in register.form.fields:
        if each.kind == "files" or (shown is not None and each.id == register.key):
            continue
        if any(column.privacy not in sealing.OPEN_CLASSES for column in each.columns) and shown is not None:
            continue
        # an empty box stands for the sealed value that is there
        asks.append(Ask(each.id, optional=shown is not None and each.id in shown.sealed))
    return asks


def _cleared(request: HttpRequest, shown: Shown, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values sent, with ``None`` for what was emptied; a sealed value goes only when its box is ticked."""
    changed = dict(values)
    for ask in _asks(shown.register, shown):
        if ask.field in values:
            continue
        if ask.field not in shown.sealed or request.POST.get(f"clear.{ask.field}"):
            changed[ask.field] = None
    return changed


def _form(
    request: HttpRequest,
    register: Register,
    values: Mapping[str, Any],
    shown: Shown | None,
    error: GongzhiError | None = None,
) -> HttpResponse:
    made = controls(
        register,
        _asks(register, shown),
        values=values,
        errors=fields_of(error) if error else {},
        by=_by(request),
    )
    context = {
        "register": register,
        "shown": shown,
        "row": shown.row if shown else None,
        "controls": made,
        "sealed": [
            (register.form[id_], shown.values[id_])
            for id_ in register.form.by_id
            if shown is not None and id_ in shown.sealed
        ],
        "expected": request.POST.get("expected") or (shown.row.version if shown else ""),
        "note": request.POST.get("note", ""),
        "correct": "correct" in request.GET,
        "refusal": refused(error) if error else None,
    }
    return render(request, "web/record_form.html", context, status=error.status if error else 200)


@staff()
@require_POST
def move(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """One move of the lifecycle."""
    by = _by(request)
    row = queries.one(by, register, key)
    sent = request.POST
    try:
        actions.move(
            by,
            row,
            sent.get("move", ""),
            expected=whole(sent.get("expected")) or 0,
            note=sent.get("note", ""),
        )
    except GongzhiError as error:
        return _page(request, register, key, error)
    messages.success(request, _("已办理。"), extra_tags="green")
    return redirect("web:record", register=register, key=key)


@never_cache
@staff()
@require_POST
def reveal(request: HttpRequest, register: str, key: str) -> HttpResponse:
    """A sealed value, once, with a purpose that is written down."""
    by = _by(request)
    row = queries.one(by, register, key)
    field = request.POST.get("field", "")
    value = actions.reveal(row, field, by=by, purpose=request.POST.get("purpose", ""))
    title = catalogue.one(register).register.form[field].label
    return render(request, "web/record_revealed.html", {"row": row, "title": title, "value": value})


@never_cache
@require_safe
def pick(request: HttpRequest, register: str) -> HttpResponse:
    """Records whose names fit what is being typed: options of a list, for anybody who may name them."""
    post = acting_post(request)
    # the box sends itself under its own name, whatever that is
    typed = request.GET.get(next(iter(request.GET), ""), "")[:100]
    by = standing(request) if post is not None else None
    found = queries.choices(register, typed, outside=post is None, most=MOST_PICKED, by=by)
    return render(request, "web/parts/picked.html", {"found": found})
