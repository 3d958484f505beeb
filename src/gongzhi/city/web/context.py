"""What every page shows: the doors that this person may open, the post in which they act, the city's name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gongzhi.city.web.acting import acting_post

#: roles for which the command board is the first page
COMMAND_ROLES = frozenset({"duty_officer", "leader", "auditor"})


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the frame; costs one query for staff and none for residents."""
    post = acting_post(request)
    return {"doors": _doors(request, post), "post": post, "city_name": settings.GONGZHI_CITY_NAME}


def _doors(request: HttpRequest, post: Any) -> list[dict[str, Any]]:
    found = [(_("群众"), reverse("web:home")), (_("机制"), reverse("web:mechanisms"))]
    if post is not None:
        found.insert(1, (_("工作台"), reverse("web:desk")))
        found.insert(2, (_("指挥"), reverse("web:command")))
    path = request.path
    best = max((url for _title, url in found if path.startswith(url)), key=len, default="")
    return [{"title": title, "url": url, "current": url == best} for title, url in found]
