"""The page of a person: results from facts, opened for a purpose; the own one is always open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.city.scorecards import persons
from gongzhi.city.web.acting import staff
from gongzhi.city.web.views.scores import standing


@never_cache
@staff()
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody, say why."""
    words = request.GET.get("q", "")
    found = persons.candidates(standing(request), words)
    context = {"words": words, "found": found, "purposes": persons.PURPOSES}
    return render(request, "web/scores/people.html", context)


@never_cache
@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of somebody: the own one is always open, another's needs a purpose that is sent, never linked."""
    purpose = request.POST.get("purpose", "")
    found = persons.look(standing(request), pk, purpose)
    own = found.user.person == standing(request).person
    return render(request, "web/scores/person.html", {"found": found, "own": own, "purpose": purpose})
