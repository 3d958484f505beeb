"""What every door shares: large type, the own account and post, and pages for what went wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.web.acting import SESSION_KEY, acting_post, posts

YEAR = 365 * 24 * 3600


@require_POST
def large(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off for this browser."""
    response = HttpResponseRedirect(_back(request))
    if request.COOKIES.get("large"):
        response.delete_cookie("large")
    else:
        response.set_cookie("large", "1", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where somebody who has just signed in begins: the grid worker at the grid, other posts at their tasks."""
    post = acting_post(request)
    if post is None:
        return redirect("web:home")
    return redirect("web:grid" if post.role == "grid_worker" else "web:desk")


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """The own account; a POST chooses the post in which to act."""
    if request.method == "POST":
        chosen = request.POST.get("post", "")
        if any(str(post.pk) == chosen for post in posts(request)):
            request.session[SESSION_KEY] = chosen
        return redirect("web:start")
    return render(request, "web/me.html", {"posts": posts(request), "acting": acting_post(request)})


def _back(request: HttpRequest) -> str:
    """The page from which the form was sent, if it is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"
