"""What a telephone keeps of the grid door for times without a network: a shell that says nothing about anybody.

The service worker keeps the shell, its scripts and pictures, and nothing else: pages with tasks, households or names are never
stored. What belongs to a person (their units, the key of their drafts) is told to their own signed-in browser by ``me.json``.
"""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.mechanisms import grid_kit
from gongzhi.city.web.drafted import key_of, mark_of
from gongzhi.city.web.views.grid import ROLE, my_units, walker, walking
from gongzhi.city.web.views.grid_reports import LONGEST_NOTE, LONGEST_PLACE, MOST_PHOTOS

#: what the shell needs without a network
FILES = (
    "web/gongzhi.css",
    "web/grid.css",
    "web/grid.svg",
    "web/mark.svg",
    "web/grid_drafts.js",
    "web/grid.js",
)


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its text changes with the shell, so that browsers fetch the new one."""
    files = [static(name) for name in FILES]
    shell = render(request, "web/grid/shell.html", _shell()).content
    version = hashlib.sha256(shell + "".join(files).encode()).hexdigest()[:12]
    context = {
        "files": files,
        "shell": reverse("web:grid_shell"),
        "version": version,
        "drafts": static("web/grid_drafts.js"),
    }
    response = render(request, "web/grid/sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("web:grid")
    return response


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page that opens without a network: the form of a report and the drafts of this telephone, filled in by scripts."""
    return render(request, "web/grid/shell.html", _shell())


def _shell() -> dict[str, object]:
    kit = grid_kit.kit(ROLE)
    return {
        "kit": kit,
        "most_photos": MOST_PHOTOS,
        "longest_note": LONGEST_NOTE,
        "longest_place": LONGEST_PLACE,
    }


@walking
@require_safe
def me(request: HttpRequest) -> JsonResponse:
    """What the scripts of the signed-in grid worker need to keep and send drafts; stored by nobody on the way."""
    by = walker(request)
    return JsonResponse(
        {
            "who": mark_of(by.person),
            "key": key_of(by.person),
            "name": by.name,
            "post": by.post,
            "units": [[each.code, each.name] for each in my_units(by)],
            "form": grid_kit.kit(by.role).version,
            "token": get_token(request),
        }
    )
