"""Chain workspaces: all chains at a glance, and one chain with its firms, gaps, artefacts, problems and verdicts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.overviews import industry
from gongzhi.city.records.errors import NoSuchRecord, NoSuchRegister
from gongzhi.city.records.models import Record
from gongzhi.city.web.acting import staff


@never_cache
@staff()
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every chain: chief, firms, gaps, artefacts, open problems by light, what firms say."""
    by = request.standing  # type: ignore[attr-defined]
    try:
        spaces, cut = industry.chains(by)
    except NoSuchRegister:
        return render(request, "web/chains/index.html", {"missing": True})
    told = {"spaces": spaces, "cut": cut, "totals": industry.totals(spaces), "now": clock.now()}
    return render(request, "web/chains/index.html", told)


@never_cache
@staff()
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One chain; 404 for a chain that nobody keeps."""
    by = request.standing  # type: ignore[attr-defined]
    try:
        space, cut = industry.chain(by, key)
    except (NoSuchRecord, NoSuchRegister) as error:
        raise Http404(key) from error
    pairs = list(zip(("两图", "两库", "两池", "两报告"), _twos(space.artefacts), strict=True))
    told = {"space": space, "row": space.row, "cut": cut, "pairs": pairs, "now": clock.now()}
    told["firms"] = _by_position(space)
    return render(request, "web/chains/show.html", told)


def _twos(artefacts: list[industry.Artefact]) -> list[list[industry.Artefact]]:
    return [artefacts[first : first + 2] for first in range(0, len(artefacts), 2)]


def _by_position(space: industry.Workspace) -> list[tuple[str, list[Record]]]:
    """Firms from upstream to services, the head of the chain first in each place."""
    order = ("上游", "中游", "下游", "配套", "生产服务")
    made: dict[str, list[Record]] = {each: [] for each in order}
    for firm in space.firms:
        made.setdefault(str(firm.data.get("position") or ""), []).append(firm)
    for firms in made.values():
        firms.sort(key=lambda firm: (not firm.data.get("head"), firm.name))
    return [(name, firms) for name, firms in made.items() if firms]
