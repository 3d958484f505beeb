"""A mechanism's folder read aloud: for residents who wonder, clerks who learn, and the city that wants to copy it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from gongzhi.city.cases.errors import NoSuchCaseType
from gongzhi.city.mechanisms import library
from gongzhi.city.web.drawing import flow_of
from gongzhi.engine.mechanisms.drawing import export_bpmn

#: raw HTML inside a README is shown as text
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
TABS = (
    ("mechanism", "说明"),
    ("mechanism_tables", "规则表"),
    ("mechanism_measures", "指标"),
    ("mechanism_scenarios", "情景"),
    ("mechanism_changes", "版本"),
)


def _page(request: HttpRequest, template: str, mechanism: str, tab: str, **more: Any) -> HttpResponse:
    held = library.one(mechanism)
    tabs = [(name, _(title), name == tab) for name, title in TABS]
    types = [(id_, spec.title, id_ == more.get("type_id")) for id_, spec in held.mechanism.case_types.items()]
    return render(
        request, template, {"held": held, "mechanism": held.mechanism, "tabs": tabs, "types": types, **more}
    )


def rendered(text: str) -> SafeString:
    """Markdown as HTML; the parser escapes whatever is HTML in it."""
    return mark_safe(str(MARKDOWN.render(text)))  # noqa: S308


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every installed mechanism."""
    return render(request, "web/mechanisms.html", {"found": library.active()})


@require_safe
def summary(request: HttpRequest, mechanism: str) -> HttpResponse:
    """What it is for, how it was run, what to adapt."""
    held = library.one(mechanism)
    return _page(
        request, "web/mechanism.html", mechanism, "mechanism", readme=rendered(held.mechanism.readme)
    )


@require_safe
def case_type(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """One case type: the drawn flow, who does which step within what time, what is asked."""
    held = library.one(mechanism)
    compiled = held.case_types.get(type_id)
    if compiled is None:
        raise NoSuchCaseType(mechanism=mechanism, version=held.mechanism.version, type=type_id)
    spec = held.mechanism.case_types[type_id]
    flow, tall = (
        flow_of(mechanism, held.mechanism.version, type_id),
        flow_of(mechanism, held.mechanism.version, type_id, vertical=True),
    )
    return _page(
        request,
        "web/mechanism_case.html",
        mechanism,
        "",
        type_id=type_id,
        compiled=compiled,
        spec=spec,
        flow=flow,
        tall=tall,
    )


@require_safe
def bpmn(request: HttpRequest, mechanism: str, type_id: str) -> HttpResponse:
    """The flow as a BPMN 2.0 file."""
    held = library.one(mechanism)
    if type_id not in held.mechanism.case_types:
        raise NoSuchCaseType(mechanism=mechanism, version=held.mechanism.version, type=type_id)
    response = HttpResponse(export_bpmn(held.mechanism, type_id), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{mechanism}-{type_id}.bpmn"'
    return response


@require_safe
def tables(request: HttpRequest, mechanism: str) -> HttpResponse:
    """The decision tables, as an official reads them."""
    return _page(request, "web/mechanism_tables.html", mechanism, "mechanism_tables")


@require_safe
def measures(request: HttpRequest, mechanism: str) -> HttpResponse:
    """What is measured, and by which formula."""
    return _page(request, "web/mechanism_measures.html", mechanism, "mechanism_measures")


@require_safe
def scenarios(request: HttpRequest, mechanism: str) -> HttpResponse:
    """The examples with their results, run by this very installation."""
    return _page(
        request,
        "web/mechanism_scenarios.html",
        mechanism,
        "mechanism_scenarios",
        report=library.one(mechanism).report,
    )


@require_safe
def changes(request: HttpRequest, mechanism: str) -> HttpResponse:
    """Versions and what they changed."""
    held = library.one(mechanism)
    return _page(
        request,
        "web/mechanism_changes.html",
        mechanism,
        "mechanism_changes",
        changelog=rendered(held.mechanism.changelog),
    )
