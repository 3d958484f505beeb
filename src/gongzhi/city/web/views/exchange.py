"""Handing over: packages out, packages in, versions forward and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import visible
from gongzhi.city.exchange import actions, dry_runs, exporting, keys
from gongzhi.city.exchange.answers import Answers
from gongzhi.city.exchange.candidates import candidate
from gongzhi.city.exchange.city import here
from gongzhi.city.exchange.effects import told
from gongzhi.city.exchange.examining import examine
from gongzhi.city.exchange.models import Import, Provenance, TrustedCity
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.models import Installed
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.views import exchange_forms as forms
from gongzhi.city.web.views.mechanisms import rendered
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism, diff, draw, follows
from gongzhi.engine.mechanisms.packages import Proof, spaced

#: a job that has said nothing for so long has died; another worker takes it when its lease is out
QUIET = timedelta(minutes=2)
#: cases of a dry run that are listed
SHOWN = 50


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What came in, what can go out, whom this city trusts; a POST hands a package in."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "mechanism.export")
    context: dict[str, Any] = {}
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            content = upload.read(actions.MOST + 1) if upload else b""
            row = actions.open_package(content, by=by)
            return redirect("web:exchange_import", row.pk)
        except GongzhiError as error:
            context["refusal"] = refused(error)
    key = keys.current(by)
    context |= {
        "imports": Import.objects.order_by("-at").defer("archive", "dry_run", "scenarios")[:50],
        "held": library.active(),
        "cities": TrustedCity.objects.order_by("revoked_at", "name", "id"),
        "here": here(),
        "key": key,
        "fingerprint": spaced(key.fingerprint),
        "may_trust": may(by, "mechanism.install"),
    }
    return render(request, "web/exchange/index.html", context, status=422 if "refusal" in context else 200)


@staff()
@require_safe
def package(request: HttpRequest, mechanism: str, version: str) -> HttpResponse:
    """The signed package of an installed version."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    made = exporting.export(mechanism, version, by=by)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type="application/octet-stream", headers=headers)


@staff()
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """An import, from who made it to its installation."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    return _page(request, by, number)


def _page(request: HttpRequest, by: Standing, number: int, error: GongzhiError | None = None) -> HttpResponse:
    row = actions.one(by, number)
    signer = keys.known(row.fingerprint, str(row.about["made_by"]["name"]))
    context: dict[str, Any] = {
        "row": row,
        "about": row.about,
        "signer": signer,
        "print": spaced(row.fingerprint),
    }
    context["effects"] = [told(Proof.model_validate(each)) for each in row.about.get("evidence", ())]
    context["refusal"] = refused(error) if error else None
    try:
        found = candidate(row)
    except GongzhiError as broken:
        context["refusal"] = context["refusal"] or refused(broken)
        return render(request, "web/exchange/import.html", context, status=broken.status)
    context |= {
        "findings": examine(row, found, signer),
        "conflicts": found.conflicts,
        "asked": forms.asked(found),
        "roles": forms.role_rows(found),
        "role_choices": forms.role_choices(),
        "changed": found.changed,
        "overlay": found.overlay,
        "readme": rendered(found.source.readme),
        "flows": _drawn(found.source),
        "types": found.source.case_types.items(),
        "against": [
            (f"{m}.{t}", library.one(m).case_types[t].title) for m, _v, t in library.LIBRARY.case_types()
        ],
        "own": by.person == row.person,
        "may_install": may(by, "mechanism.install"),
        "open": row.state in (Import.State.OPENED, Import.State.PREPARED),
        **_progress(by, row),
    }
    return render(request, "web/exchange/import.html", context, status=error.status if error else 200)


def _drawn(mechanism: Mechanism) -> list[tuple[str, SafeString]]:
    """(title, drawing) of each case type; our own engine draws, and escapes every label."""
    types = mechanism.case_types.items()
    return [(spec.title, mark_safe(draw(mechanism, id_))) for id_, spec in types]  # noqa: S308


@staff()
@require_safe
def progress(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """How far the scenarios or the dry run are; the page asks again by itself."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    row = actions.one(by, number)
    part = "scenarios" if what == "scenarios" else "dry"
    context = {
        "row": row,
        "open": row.state in (Import.State.OPENED, Import.State.PREPARED),
        **_progress(by, row),
    }
    return render(request, f"web/exchange/{part}.html", context)


def _progress(by: Standing, row: Import) -> dict[str, Any]:
    dry = row.dry_run
    summary = dry_runs.summary(row) if dry else None
    late = summary["late"] if summary else []
    listed = visible(by).filter(pk__in=late[:SHOWN]) if may(by, "case.list") else Case.objects.none()
    return {
        "scenarios": row.scenarios,
        "dry": dry,
        "summary": summary,
        "late_cases": listed.order_by("-opened_at").only("id", "number", "subject", "tracking_code"),
        "quiet": {name: _is_quiet(said) for name, said in (("scenarios", row.scenarios), ("dry", dry))},
    }


def _is_quiet(said: Mapping[str, Any]) -> bool:
    """Whether a job that has not ended has said nothing for a while."""
    beat = said.get("beat")
    running = said.get("state") == "running"
    return bool(running and beat and clock.now() - datetime.fromisoformat(beat) > QUIET)


def _post(change: Callable[[HttpRequest, Standing, int], str]) -> Any:
    """A form of the wizard: it changes something and comes back to the page, or the page says what was wrong."""

    @staff()
    @require_POST
    def view(request: HttpRequest, number: int) -> HttpResponse:
        by: Standing = request.standing  # type: ignore[attr-defined]
        try:
            words = change(request, by, number)
        except GongzhiError as error:
            return _page(request, by, number, error)
        messages.success(request, words)
        return redirect("web:exchange_import", number)

    view.__doc__ = change.__doc__
    return view


def _prepare(request: HttpRequest, by: Standing, number: int) -> str:
    """Local values, roles, decided conflicts; the scenarios run again."""
    row = actions.one(by, number)
    answers = forms.sent(request.POST, candidate(row), Answers.load(row.answers))
    done = actions.prepare(by, number, answers)
    if done.state == Import.State.OPENED:
        return _("记下了。还有本地改动要您选用哪一个。")
    return _("记下了。正在按本地参数把情景再跑一遍。")


def _accept(request: HttpRequest, by: Standing, number: int) -> str:
    """Results of scenarios that are right here though they are different."""
    row = actions.one(by, number)
    actions.prepare(by, number, forms.accepted(request.POST, row.scenarios, Answers.load(row.answers)))
    return _("记下了，情景正在重跑。")


def _again(request: HttpRequest, by: Standing, number: int) -> str:
    """The scenarios once more, after a job died."""
    actions.prepare(by, number, Answers.load(actions.one(by, number).answers))
    return _("情景正在重跑。")


def _dry(request: HttpRequest, by: Standing, number: int) -> str:
    """The last month's cases on the candidate."""
    dry_runs.start(by, number, request.POST.get("against", ""), request.POST.get("as", ""))
    return _("正在拿上个月的办件试跑；可以先离开，回来再看。")


def _submit(request: HttpRequest, by: Standing, number: int) -> str:
    """To a second person."""
    actions.submit(by, number)
    return _("已提交，等另一位有安装权的人复核。")


def _install(request: HttpRequest, by: Standing, number: int) -> str:
    """By the second person."""
    done = actions.install(by, number)
    return _("已安装%(version)s；在办的事项留在原来的版本。") % {"version": done.version}


def _decline(request: HttpRequest, by: Standing, number: int) -> str:
    """Not for us, and why."""
    actions.decline(by, number, request.POST.get("reason", ""))
    return _("记下了：不装。")


prepare, accept, again, dry, submit = map(_post, (_prepare, _accept, _again, _dry, _submit))
install, decline = map(_post, (_install, _decline))


@staff()
@require_POST
def trust(request: HttpRequest) -> HttpResponse:
    """Trust a key, or no longer."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    said = request.POST
    try:
        if said.get("revoke"):
            actions.revoke(by, said["revoke"], said.get("reason", ""))
        else:
            values = {name: said.get(name, "") for name in ("name", "code", "public", "how")}
            row = actions.trust(by, **values)
            messages.success(request, _("信任了%(name)s。") % {"name": row.name})
    except GongzhiError as error:
        messages.error(request, f"{refused(error).sentence}{refused(error).remedy}")
    number = said.get("import", "")
    return redirect("web:exchange_import", int(number)) if number.isdigit() else redirect("web:exchange")


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest, mechanism: str) -> HttpResponse:
    """The installed versions, where each came from, what is different; a POST goes back to one of them."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "mechanism.export")
    active = library.LIBRARY.active_version(mechanism)
    if request.method == "POST":
        actions.roll_back(by, mechanism, request.POST.get("version", ""))
        messages.success(
            request,
            _("现行版本是%(version)s；在办的事项留在原来的版本。") % {"version": request.POST["version"]},
        )
        return redirect("web:exchange_versions", mechanism)
    chosen = request.GET.get("to", "")
    rows = Installed.objects.filter(mechanism=mechanism).defer("archive").order_by("-installed_at", "-id")
    came = {each.version: each for each in Provenance.objects.filter(mechanism=mechanism)}
    running = {
        row.version: Case.objects.filter(mechanism=mechanism, version=row.version, ended_at=None).count()
        for row in rows
    }
    held = library.one(mechanism, chosen or active or next(iter(running), ""))
    changes = diff(library.one(mechanism, active).mechanism, held.mechanism) if chosen and active else ()
    context = {
        "rows": [(row, came.get(row.version), running[row.version]) for row in rows],
        "active": active,
        "mechanism": held.mechanism,
        "chosen": chosen,
        "changes": changes,
        "follows": follows(changes),
        "may_install": may(by, "mechanism.install"),
        "lineage": exporting.lineage(mechanism, active) if active else (),
        "here": here(),
    }
    return render(request, "web/exchange/versions.html", context)
