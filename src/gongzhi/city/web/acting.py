"""In which post somebody acts. A person with several posts chooses one; the session remembers it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Post

SESSION_KEY = "post"


def posts(request: HttpRequest) -> list[Post]:
    """The valid posts of the signed-in user, in a stable order; looked up once per request."""
    found = getattr(request, "_posts", None)
    if found is None:
        found = list(territory.posts_of(request.user)) if request.user.is_authenticated else []
        request._posts = found  # type: ignore[attr-defined]
    return found


def acting_post(request: HttpRequest) -> Post | None:
    """The post in which the user acts now: the chosen one, else the first."""
    found = posts(request)
    chosen = request.session.get(SESSION_KEY) if found else None
    return next((post for post in found if str(post.pk) == str(chosen)), found[0] if found else None)


def standing(request: HttpRequest) -> Standing:
    """Who acts, for actions and queries. Raises PermissionDenied for a user without a post."""
    post = acting_post(request)
    if post is None:
        raise PermissionDenied("no post")
    return territory.standing(post)


def staff(*roles: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A page for people in a post (of one of ``roles``, if any are named).

    Which pages a role sees first is the door's; what the person may do is checked in the actions and queries.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            who = standing(request)
            if roles and who.role not in roles:
                raise PermissionDenied("role")
            request.standing = who  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                # what a post sees stays in no browser of a shared desk
                add_never_cache_headers(response)
            return response

        return guarded

    return decorate
