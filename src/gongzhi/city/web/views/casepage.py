"""One page for a case of any type: what is expected of me, the form, the history, both clocks, the drawn flow."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.cases import actions, matters, queries
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.queries import CasePage
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library, meetings, suggestions
from gongzhi.city.mechanisms import queries as mechanisms
from gongzhi.city.mechanisms.chains import chain
from gongzhi.city.mechanisms.papers import masked
from gongzhi.city.mechanisms.parts import parts
from gongzhi.city.web.acting import staff
from gongzhi.city.web.choices import colleagues
from gongzhi.city.web.drawing import flow_of
from gongzhi.city.web.forming import controls, entered, unsent
from gongzhi.city.web.refusals import fields_of, refused
from gongzhi.city.web.sent import whole
from gongzhi.engine.errors import GongzhiError

LONGEST = 2000
#: keys of a keyboard for the first choices of a page
KEYS = "123456789"
#: common actions that are one line of text
WORDS: Mapping[str, str] = {
    "note": "记一笔",
    "ask": "问反映人",
    "answer": "代反映人回答",
    "urge": "催办",
    "supervise": "督办",
}


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, case: UUID) -> HttpResponse:
    """The page of a case."""
    return _page(request, case)


def _page(
    request: HttpRequest,
    case: UUID,
    *,
    tried: str = "",
    values: Mapping[str, Any] | None = None,
    typed: str = "",
    error: GongzhiError | None = None,
) -> HttpResponse:
    """The page, with what was typed into the choice ``tried`` (``task.choice``) when that was refused.

    Where the form for it is gone (somebody else was faster), and for ``typed``, the words stand on the page by
    themselves, so that nobody writes them twice.
    """
    by = _standing(request)
    page = queries.case_page(by, case)
    work = list(_work(page, by, tried, values or {}, fields_of(error) if error else {}))
    kept = any(made["name"] == tried for each in work for made in each["choices"])
    context = {
        "page": page,
        "row": page.row,
        "topics": meetings.topics_of(page.row.pk) if meetings.asks_meetings(page.case_type) else (),
        "unsent": [typed] if typed else [] if kept else unsent(page.case_type, values or {}),
        "light": page.row.light(clock.now()),
        "work": work,
        "flow": flow_of(page.row.mechanism, page.row.version, page.row.type, page.state),
        "similar": queries.similar(by, page.row),
        "refusal": refused(error) if error else None,
        "words": [
            (kind, _(title)) for kind, title in WORDS.items() if kind in page.actions and _fits(kind, page)
        ],
        "may_withdraw": "withdraw" in page.actions,
        "may_merge": "merge" in page.actions,
        "may_link": "link" in page.actions,
        "may_attach": "attach" in page.actions,
        "may_correct": "correct" in page.actions,
        "key": secrets.token_urlsafe(9),
        "colleagues": colleagues(by),
        "tables": library.table_titles(page.row.mechanism, page.row.version),
        "papers": [] if page.blind else list(mechanisms.papers(page.row.pk)),
        "parts": parts(page.row, page.case_type, page.state),
        # whoever calls back must not learn who handled it
        "chain": None if page.blind else chain(page.row, by),
        "counts_only": page.handler_hidden,
        "children": [each for each in mechanisms.children(page.row.pk) if each.token is None],
        "named_by": [] if page.blind else matters.naming(page.row, by),
        "about_it": [] if page.blind else _about_it(page, by),
        "can_hand_over": [held for held in page.holdings if held.choices],
    }
    return render(request, "web/case.html", context, status=error.status if error else 200)


def _about_it(page: CasePage, by: Standing) -> list[dict[str, str]]:
    """What this post may open about this case, each with the address of its form."""
    asked = urlencode({"about": name_of(page.row)})
    return [
        {"title": case_type.title, "url": f"{reverse('web:intake', args=[mechanism, case_type.id])}?{asked}"}
        for mechanism, case_type, _field in matters.about_it(by)
    ]


def _fits(kind: str, page: CasePage) -> bool:
    """A question can be asked while none waits, an answer given while one does."""
    waiting = bool(page.state.question)
    return {"ask": not waiting, "answer": waiting}.get(kind, True)


def _work(
    page: CasePage, by: Standing, tried: str, values: Mapping[str, Any], errors: Mapping[str, str]
) -> Any:
    """Each open task of mine with the forms of its choices."""
    number = 0
    for held in page.holdings:
        if not held.choices:
            continue
        offered = suggestions.for_step(page.row, page.case_type, page.state, held.task.step)
        made = []
        for choice in held.choices:
            name = f"{held.task.id}.{choice.id}"
            mine = name == tried
            given = {**_before(page, choice), **(values if mine else {})}
            made.append(
                {
                    "choice": choice,
                    "name": name,
                    "open": mine or (number == 0 and not tried),
                    "key": KEYS[number] if number < len(KEYS) else "",
                    "controls": controls(
                        page.case_type,
                        choice.asks,
                        values=given,
                        errors=errors if mine else {},
                        suggestions=offered,
                        by=by,
                        prefix=f"{name}.",
                    ),
                }
            )
            number += 1
        yield {"held": held, "choices": made}


def _before(page: CasePage, choice: Any) -> dict[str, Any]:
    """What the case knows already of the fields asked, so that nobody types it twice; not what is sealed."""
    sealed = {shown.field.id for shown in page.values if shown.sealed}
    names = (ask.field for ask in choice.asks)
    return {name: page.state.data[name] for name in names if name in page.state.data and name not in sealed}


@staff()
@require_POST
def choose(request: HttpRequest, case: UUID) -> HttpResponse:
    """Take one choice of one task. A refusal shows the page again with everything as typed."""
    by = _standing(request)
    name = request.POST.get("name", "")
    task, _dot, choice_id = name.partition(".")
    values: dict[str, Any] = {}
    try:
        page = queries.case_page(by, case)
        held = next((each for each in page.holdings if str(each.task.id) == task), None)
        step = held.task.step if held else request.POST.get("step", "")
        rule = page.case_type.steps.get(step)
        choice = rule.choices.get(choice_id) if rule else None
        if choice is not None:
            entered(page.case_type, choice.asks, request, by=by, prefix=f"{name}.", into=values)
        receipt = actions.choose(
            case,
            step,
            choice_id,
            values,
            by=by,
            task=whole(task),
            seen=whole(request.POST.get("seen")),
            key=request.POST.get("key", "")[:64],
        )
    except GongzhiError as error:
        return _page(request, case, tried=name, values=values, error=error)
    messages.success(request, _("已办。这一步的记录已写入日志。"), extra_tags="green")
    return redirect(
        "web:desk"
        if request.POST.get("then") == "desk" and not receipt.ended
        else request.path[: -len("choose/")]
    )


@staff()
@require_POST
def act(request: HttpRequest, case: UUID, kind: str) -> HttpResponse:
    """The common actions: a word, a file, a hand-over, a link, a merge, a correction."""
    by, sent = _standing(request), request.POST
    key = sent.get("key", "")[:64]
    text = sent.get("text", "").strip()[:LONGEST]
    try:
        if kind in WORDS:
            actions.act(case, kind, {"text": text}, by=by, key=key)
        elif kind == "withdraw":
            actions.act(case, kind, {"reason": text}, by=by, key=key)
        elif kind == "hand_over":
            actions.act(
                case, kind, {"person": sent.get("person", "")}, by=by, task=whole(sent.get("task")), key=key
            )
        elif kind == "correct":
            actions.act(
                case,
                kind,
                {sent.get("field", ""): sent.get("value", "").strip(), "reason": text},
                by=by,
                key=key,
            )
        elif kind == "attach":
            rows = [
                actions.upload(each.name or "", cast(BinaryIO, each), by=by)
                for each in request.FILES.getlist("files")
            ]
            actions.attach(case, [row.pk for row in rows], by=by, words=text, key=key)
        elif kind == "merge":
            actions.merge(case, queries.one(by, sent.get("into", "")).pk, by=by, reason=text, key=key)
        elif kind == "link":
            actions.link(case, queries.one(by, sent.get("to", "")).pk, "related", by=by, key=key)
        else:
            raise Http404(kind)
    except GongzhiError as error:
        return _page(request, case, typed=text, error=error)
    messages.success(request, _("已记下。"), extra_tags="green")
    return redirect("web:case", case=case)


@never_cache
@staff()
@require_POST
def reveal(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show a masked value once, for a stated purpose; who looked, when and why is in the journal."""
    by = _standing(request)
    field = request.POST.get("field", "")
    try:
        value = actions.reveal(case, field, by=by, purpose=request.POST.get("purpose", "").strip())
    except GongzhiError as error:
        return _page(request, case, error=error)
    context = {"value": value, "case": case, "title": request.POST.get("title", field)}
    return render(request, "web/revealed.html", context)


@never_cache
@staff()
@require_safe
def paper(request: HttpRequest, case: UUID, paper: int) -> HttpResponse:
    """A paper as it was issued, to be read and printed."""
    page = queries.case_page(_standing(request), case)
    found = mechanisms.papers(page.row.pk).filter(pk=paper).first()
    if found is None or page.blind:
        raise Http404(paper)
    # the mechanism's template, with every value escaped when it was filled; the CSP lets no script of it run
    body = mark_safe(masked(found))  # noqa: S308
    return render(request, "web/paper.html", {"paper": found, "row": page.row, "body": body})


@never_cache
@staff()
@require_safe
def file(request: HttpRequest, sha256: str) -> FileResponse:
    """A file of a case that I may see; never run by the browser."""
    row, path = queries.file_of(_standing(request), sha256)
    response = FileResponse(
        path.open("rb"),
        content_type=row.type,
        as_attachment=not row.type.startswith("image/"),
        filename=row.name,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _standing(request: HttpRequest) -> Standing:
    found: Standing = request.standing  # type: ignore[attr-defined]
    return found
