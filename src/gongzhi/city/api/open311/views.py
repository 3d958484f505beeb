"""The six methods of GeoReport v2 and its discovery document, in both formats."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gongzhi.city.api.answers import explanation
from gongzhi.city.api.callers import acting, idempotency_key
from gongzhi.city.api.errors import BadApiKey, BadOpen311, NoSuchService, WrongMediaType
from gongzhi.city.api.open311 import requests, services
from gongzhi.city.api.open311.formats import failure, w3, written
from gongzhi.city.api.open311.reading import argument, form_of, name_of
from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.world import home_area
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people import queries as people
from gongzhi.city.people.actions import remember_resident
from gongzhi.city.people.errors import ScopeMissing, TokenRefused

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def open311(*methods: str) -> Callable[[View], View]:
    """A method of GeoReport: errors in the format that was asked for, statuses as the specification has them."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *, format: str = "xml", **path: Any) -> HttpResponse:
            if request.method not in (*methods, "HEAD"):
                refused = failure(
                    [(405, _("这个地址不支持%(method)s。") % {"method": request.method})], format, 405
                )
                refused["Allow"] = ", ".join(methods)
                return refused
            try:
                _check_jurisdiction(request)
                return view(request, format=format, **path)
            except Exception as error:
                return _failed(request, error, format)

        return guarded

    return decorate


def _failed(request: HttpRequest, error: Exception, format: str) -> HttpResponse:
    """404 for what is not there, 403 for a wrong key or a missing right, 400 for anything else (and 5xx for our own)."""
    words, status = explanation(error)
    if status >= 500:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
    else:
        status = {401: 403, 403: 403, 404: 404, 413: 413}.get(status, 400)
    details = "".join(f" {name}: {text}" for name, text in words.fields.items())
    return failure([(status, f"{words.sentence}{words.remedy}{details} [{words.code}]")], format, status)


def _check_jurisdiction(request: HttpRequest) -> None:
    """One city serves one jurisdiction: its area code or its host name, or nothing."""
    asked = (request.POST if request.method == "POST" else request.GET).get("jurisdiction_id", "").strip()
    if asked and asked not in (home_area(), request.get_host(), request.get_host().partition(":")[0]):
        raise NoSuchService(name="jurisdiction_id", which=asked[:60])


@open311("GET")
def discovery(request: HttpRequest, format: str) -> HttpResponse:
    """Where the API is, in which formats."""
    changed = "2024-01-01T00:00:00+08:00"
    base = request.build_absolute_uri("/open311/v2")
    value = {
        "changeset": changed,
        "contact": _("请联系本市政务服务便民热线。"),
        "key_service": _("令牌由系统管理员发放。"),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": base,
                "changeset": changed,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return written("discovery", value, format)


@open311("GET")
def service_list(request: HttpRequest, format: str) -> HttpResponse:
    """``GET services``"""
    return written("services", [services.listed(each) for each in services.services()], format)


@open311("GET")
def service_definition(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """``GET services/{service_code}``"""
    return written("service_definition", services.definition(services.service(code)), format)


@open311("GET", "POST")
def request_list(request: HttpRequest, format: str) -> HttpResponse:
    """``GET requests`` and ``POST requests``"""
    if request.method == "POST":
        return _create(request, format)
    return written("service_requests", requests.shown(requests.chosen(request.GET)), format)


@open311("GET")
def request_one(request: HttpRequest, request_id: str, format: str) -> HttpResponse:
    """``GET requests/{service_request_id}``"""
    return written("service_requests", requests.shown([requests.one(request_id)]), format)


@open311("GET")
def token(request: HttpRequest, token: str, format: str) -> HttpResponse:
    """``GET tokens/{token}``: the token is the tracking code."""
    code = ids.read_tracking_code(token)
    row = Case.objects.filter(tracking_code=code).first() if code else None
    if row is None:
        raise NoSuchService(name="token", which=token[:40])
    found = {"service_request_id": requests.id_of(row), "token": token}
    return written("service_requests", [found], format)


def _create(request: HttpRequest, format: str) -> HttpResponse:
    if request.content_type != "application/x-www-form-urlencoded":
        raise WrongMediaType(wanted="application/x-www-form-urlencoded")
    sent = request.POST
    by = _key_holder(request)
    code = argument(sent, "service_code", 120)
    if not code:
        raise BadOpen311(name="service_code", why="没有填写")
    service = services.service(code)
    form = form_of(service, sent)
    key = idempotency_key(request.headers)
    phone = argument(sent, "phone")
    resident = remember_resident(phone=phone, name=name_of(sent)) if phone else None
    found = actions.open_case(
        service.mechanism,
        service.case_type.id,
        form,
        by=by,
        channel="open311",
        reporter=resident.pk if resident else None,
        key=key,
    )
    return written("service_requests", [_accepted(found)], format, 201)


def _key_holder(request: HttpRequest) -> Standing:
    """Who acts: the user of the token in ``api_key``. Raises BadApiKey."""
    plain = argument(request.POST, "api_key", 200)
    try:
        holder = people.token_holder(plain, "open311.write")
    except (TokenRefused, ScopeMissing) as error:
        raise BadApiKey() from error
    return acting(holder.user, request.headers.get("X-Acting-Post", ""))


def _accepted(found: actions.Receipt) -> dict[str, Any]:
    """The answer to ``POST requests``: the id, or a token until there is a number; and how the reporter follows it."""
    due = queries.tracking(found.tracking_code, at=clock.now()).due
    notice = _("查询码 %(code)s，请保存好，凭它查看进度。") % {"code": ids.spaced(found.tracking_code)}
    if due:
        notice += _("预计%(due)s前办结。") % {"due": w3(due)}
    identity = {"service_request_id": found.number} if found.number else {"token": found.tracking_code}
    return {**identity, "service_notice": notice, "account_id": None}


def nowhere(request: HttpRequest, path: str = "") -> HttpResponse:
    """An address that GeoReport does not have."""
    format = "json" if path.endswith(".json") else "xml"
    return failure([(404, _("没有这个地址。"))], format, 404)
