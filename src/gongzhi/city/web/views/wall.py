"""The wall: a board on a big screen, its tiles one by one with their formulas, and what keeps it up to date."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import figures, screens
from gongzhi.city.mechanisms.screens import Screen
from gongzhi.city.web import walls as shown
from gongzhi.city.web.acting import acting_post, staff
from gongzhi.city.web.live import tickets


@never_cache
@staff()
@require_safe
def walls(request: HttpRequest) -> HttpResponse:
    """Which screens there are."""
    check(_by(request), "board.read")
    language = _language()
    found = [
        {
            "name": each.name,
            "title": each.words(each.spec.title, language),
            "summary": each.words(each.spec.summary, language),
            "mechanism": each.words(each.held.mechanism.title, language),
            "tiles": len(each.spec.tiles),
        }
        for each in screens.screens()
    ]
    return render(request, "web/walls.html", {"found": found})


@never_cache
@staff()
@require_safe
def board(request: HttpRequest, name: str) -> HttpResponse:
    """The whole screen; it works without scripts, and stands still then."""
    chosen, language = _chosen(name), _language()
    found = screens.view(_by(request), chosen)
    boxes = list(shown.boxes(found, language))
    others = [
        {"name": each.name, "title": each.words(each.spec.title, language)} for each in screens.screens()
    ]
    context = {
        "name": name,
        "title": chosen.words(chosen.spec.title, language),
        "at": found.at,
        "boxes": boxes,
        "classes": shown.grid(chosen)["classes"],
        "others": others if len(others) > 1 else [],
        "prints": {},
    }
    response = render(request, "web/wall.html", context)
    if live := tickets.origin(request):
        # the live process may answer on a port of its own: this page may listen to it, and to nothing else
        return _listening(live)(lambda _request: response)(request)  # type: ignore[no-any-return]
    return response


def _listening(live: str) -> Any:
    return csp_update({"connect-src": ["'self'", live]})


@never_cache
@staff()
@require_safe
def state(request: HttpRequest, name: str) -> HttpResponse:
    """What the screen shows now, for one that polls: 304 while nothing changed."""
    check(_by(request), "board.read")
    _chosen(name)
    found = shown.frame(_by(request), name, translation.get_language())
    if found is None:
        raise Http404(name)
    tag = '"' + hashlib.blake2b(json.dumps(found.prints).encode(), digest_size=12).hexdigest() + '"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse(found.changes({}), headers={"ETag": tag})


@never_cache
@staff()
@require_safe
def ticket(request: HttpRequest, name: str) -> HttpResponse:
    """Where to listen, with a ticket that is good for a minute; no address where no live process runs."""
    check(_by(request), "board.read")
    _chosen(name)
    post = acting_post(request)
    assert post is not None  # staff() saw to it
    return JsonResponse({"url": tickets.address(request, post, name)})


@never_cache
@staff()
@require_safe
def tile(request: HttpRequest, name: str, tile: str) -> HttpResponse:
    """One tile: the figure, how it is counted, over what time, out of what, and the way to its rows."""
    chosen, language = _chosen(name), _language()
    spec = chosen.spec.by_id.get(tile)
    if spec is None:
        raise Http404(tile)
    found = screens.view(_by(request), chosen, only=tile)
    box = next(shown.boxes(found, language))
    context = {
        "name": name,
        "title": chosen.words(chosen.spec.title, language),
        "box": box,
        "data": found.tiles[tile].data,
        "period": shown.period_words(spec.period),
        "denominator": chosen.words(spec.denominator, language),
        "measured": _measured(_by(request), chosen, spec.measure) if spec.measure else "",
    }
    return render(request, "web/wall_tile.html", context)


@never_cache
@staff()
@require_safe
def measure(request: HttpRequest, name: str, tile: str) -> HttpResponse:
    """An indicator, worked out when the screen asks for it: it may take longer than the rest of the page."""
    chosen = _chosen(name)
    spec = chosen.spec.by_id.get(tile)
    if spec is None or not spec.measure:
        raise Http404(tile)
    return HttpResponse(_measured(_by(request), chosen, spec.measure))


def _measured(by: Standing, chosen: Screen, measure: str) -> str:
    mechanism = chosen.held.mechanism.id
    check(by, "board.read")
    found = next((row for row in figures.measured(by, mechanism).rows if row.id == measure), None)
    if found is None:
        raise Http404(measure)
    return render_to_string("web/parts/wall/measured.html", {"found": found, "mechanism": mechanism})


def _by(request: HttpRequest) -> Standing:
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


def _language() -> str:
    """The reader's language as mechanisms name it."""
    return (translation.get_language() or "zh").split("-")[0]


def _chosen(name: str) -> Screen:
    found = screens.screen(name)
    if found is None:
        raise Http404(name)
    return found
