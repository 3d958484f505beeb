"""Early signs: one kind of matter becomes more in one place; how many against usually, who looks into it, what it was."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms.overviews import early_signs
from gongzhi.city.web.acting import staff


@never_cache
@staff()
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What the watches saw, newest first."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    installed = early_signs.is_installed()
    context = {
        "installed": installed,
        "signs": early_signs.signs(by) if installed else [],
        "now": clock.now(),
    }
    return render(request, "web/warnings/signs.html", context)


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """One sign: five weeks day by day, and the matters of its window."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    found = early_signs.one(by, key)
    if found is None:
        raise Http404(str(key))
    context = {"found": found, "sign": found.sign, "bars": early_signs.bars(found.days)}
    return render(request, "web/warnings/sign.html", context)
