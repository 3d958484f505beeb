"""The workshop: read, fork and edit a mechanism; what is wrong, how it looks and whether its examples come out, at once."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from gongzhi.city.kernel.permissions import may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.mechanisms import library
from gongzhi.city.web.acting import staff
from gongzhi.city.web.forming import controls
from gongzhi.city.web.refusals import refused
from gongzhi.city.web.sent import whole
from gongzhi.city.web.sheet_of_rules import MORE_ROWS, rows_of, sent_rows, text_of
from gongzhi.city.workshop import actions, queries, trying
from gongzhi.city.workshop.errors import NotText, Overtaken
from gongzhi.city.workshop.models import Draft
from gongzhi.city.workshop.queries import File
from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.mechanisms import Mechanism, draw

#: folder -> what a person calls it; the order of the page
KINDS = {
    "mechanism.yaml": gettext_noop("基本情况"),
    "cases": gettext_noop("事项：步骤、时限、表单"),
    "tables": gettext_noop("规则表"),
    "registers": gettext_noop("登记簿"),
    "bundles": gettext_noop("一件事"),
    "measures.yaml": gettext_noop("指标"),
    "reactions.yaml": gettext_noop("联动"),
    "routines.yaml": gettext_noop("例行"),
    "clusters.yaml": gettext_noop("聚类"),
    "boards": gettext_noop("大屏"),
    "scorecards": gettext_noop("考核"),
    "documents": gettext_noop("文书"),
    "scenarios": gettext_noop("情景（检验）"),
    "strings": gettext_noop("英文"),
    "README.md": gettext_noop("说明"),
    "CHANGELOG.md": gettext_noop("改动记录"),
}
#: folders in which a page may begin a file, with the ending
STARTS = {
    "cases": ".yaml",
    "tables": ".csv",
    "registers": ".yaml",
    "scenarios": ".yaml",
    "documents": ".html",
}


def standing(request: HttpRequest) -> Standing:
    """Who acts."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    return by


@staff()
def index(request: HttpRequest) -> HttpResponse:
    """Every draft, and where a new one begins."""
    by = standing(request)
    refusal = None
    if request.method == "POST":
        try:
            forked = request.POST.get("mechanism", "")
            made = (
                actions.fork(forked, by)
                if forked
                else actions.start(request.POST.get("id", "").strip(), request.POST.get("title", ""), by)
            )
            return redirect("web:workshop_draft", made.pk)
        except GongzhiError as error:
            refusal = refused(error)
    context = {
        "drafts": queries.drafts(by)[:200],
        "installed": [(held.mechanism.id, held.mechanism.title) for held in library.active()],
        "may_edit": may(by, "workshop.edit"),
        "refusal": refusal,
        "sent": request.POST,
    }
    return render(request, "web/workshop/index.html", context, status=400 if refusal else 200)


@staff()
@require_safe
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: its files by kind with what is wrong in each, what it changes, what to do next."""
    by = standing(request)
    found = queries.draft(by, pk)
    trial = trying.of_draft(found)
    context = {
        **frame(by, found, "draft"),
        "groups": _groups(queries.files(found), trial),
        "trial": trial,
        "elsewhere": [each for each in trial.problems if not each.where.file],
        "starts": STARTS,
        "running": library.LIBRARY.active_version(found.mechanism),
        "untranslated": trial.untranslated[:100],
        "last": queries.history(found)[:8],
    }
    return render(request, "web/workshop/draft.html", context)


def frame(by: Standing, found: Draft, tab: str) -> dict[str, Any]:
    """What every page of a draft shows at its top."""
    return {
        "draft": found,
        "tab": tab,
        "editable": found.state == Draft.State.EDITING and may(by, "workshop.edit"),
        "may_edit": may(by, "workshop.edit"),
        "may_release": may(by, "workshop.release"),
        "own": by.person in queries.authors(found),
    }


def _groups(files: dict[str, File], trial: trying.Trial) -> list[tuple[str, list[dict[str, Any]]]]:
    """Files under what a person calls their kind: path, whether edited, errors, warnings."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in KINDS}
    titles = _titles(trial.mechanism)
    for path, each in files.items():
        problems = trial.of_file(path)
        errors = sum(problem.severity == "error" for problem in problems)
        row = {
            "path": path,
            "name": path.split("/")[-1],
            "title": titles.get(path, ""),
            "file": each,
            "errors": errors,
            "others": len(problems) - errors,
        }
        groups.setdefault(path.split("/")[0], []).append(row)
    return [(_(KINDS.get(name, name)), rows) for name, rows in groups.items() if rows]


def _titles(mechanism: Mechanism | None) -> dict[str, str]:
    """Path -> what people call it; nothing while the draft can't be read."""
    if mechanism is None:
        return {}
    made = {f"cases/{id_}.yaml": spec.title for id_, spec in mechanism.case_types.items()}
    made |= {f"tables/{id_}.csv": title for id_, title in mechanism.manifest.tables.items()}
    made |= {f"registers/{id_}.yaml": spec.title for id_, spec in mechanism.registers.items()}
    made |= {f"boards/{id_}.yaml": spec.title for id_, spec in mechanism.boards.items()}
    return made | {f"documents/{id_}.html": each.spec.title for id_, each in mechanism.documents.items()}


@staff()
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: edit and save it, with what follows from the text beside it."""
    by = standing(request)
    found = queries.draft(by, pk)
    path = request.POST.get("path") or request.GET.get("path", "")
    known = queries.files(found).get(path)
    text = _text(known) if known else ""
    seen = known.revision if known else queries.last_revision(found, path)
    more: dict[str, Any] = {"refusal": None, "theirs": None}
    if request.method == "POST":
        seen = whole(request.POST.get("seen")) or 0
        text = _sent_text(request)
        if request.POST.get("do") != "row":
            try:
                gone = request.POST.get("do") == "remove"
                edit = actions.save(pk, path, None if gone else text.encode(), seen=seen, by=by)
                messages.success(
                    request, _("已保存。") if edit else _("和存着的一样，没有什么要存。"), extra_tags="green"
                )
                return redirect("web:workshop_draft", pk) if gone else redirect(_address(pk, path, request))
            except Overtaken as error:
                more = {"refusal": refused(error), "theirs": _difference(error.data["theirs"], text)}
                seen = error.data["revision"]
            except GongzhiError as error:
                more["refusal"] = refused(error)
    sheet = rows_of(text) if path.endswith(".csv") and not _as_text(request) else None
    context = {
        **frame(by, found, "draft"),
        **more,
        "path": path,
        "kind": _(KINDS.get(path.split("/")[0], path)),
        "text": text,
        "seen": seen,
        "is_new": known is None,
        "sheet": sheet,
        "width": len(sheet[0]) if sheet else 0,
        "spare": range(len(sheet), len(sheet) + MORE_ROWS) if sheet else (),
        "height": len(sheet) + MORE_ROWS if sheet else 0,
        **_look(found, path, text),
    }
    return render(request, "web/workshop/file.html", context, status=409 if more["refusal"] else 200)


def _as_text(request: HttpRequest) -> bool:
    return (request.POST.get("as") or request.GET.get("as")) == "text"


def _address(pk: int, path: str, request: HttpRequest) -> str:
    asked = {"path": path} | ({"as": "text"} if _as_text(request) else {})
    return f"{reverse('web:workshop_file', args=[pk])}?{urlencode(asked)}"


def _text(known: File) -> str:
    try:
        return known.content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText(path=known.path) from error


def _sent_text(request: HttpRequest) -> str:
    """The text of the page: as typed, or composed of the cells of a sheet; line ends as in files."""
    if "text" in request.POST:
        return request.POST["text"].replace("\r\n", "\n")
    height, width = whole(request.POST.get("height")) or 0, whole(request.POST.get("width")) or 0
    return text_of(sent_rows(request.POST.dict(), height, width))


def _difference(theirs: str, mine: str) -> list[tuple[str, str]]:
    """Lines of both texts that differ: (sign, line)."""
    lines = difflib.unified_diff(theirs.splitlines(), mine.splitlines(), n=2, lineterm="")
    return [(line[:1], line[1:]) for line in list(lines)[2:400]]


@staff()
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows from a text that is not saved yet; nothing is written."""
    found = queries.draft(standing(request), pk)
    path, text = request.POST.get("path", ""), _sent_text(request)
    return render(
        request, "web/workshop/look.html", {"draft": found, "path": path, **_look(found, path, text)}
    )


def _look(found: Draft, path: str, text: str) -> dict[str, Any]:
    """Problems of the file and elsewhere; of a case type also the drawing and the form."""
    trial = trying.of_draft(found, path, text.encode())
    here = trial.of_file(path)
    made: dict[str, Any] = {
        "problems": here,
        "others": [each for each in trial.problems if each.where.file != path and each.severity == "error"],
        "usable": trial.mechanism is not None,
    }
    name = path.removeprefix("cases/").removesuffix(".yaml")
    if trial.mechanism is not None and path == f"cases/{name}.yaml":
        made |= _shown(trial, name)
    return made


def _shown(trial: trying.Trial, file_name: str) -> dict[str, Any]:
    case_type = trial.case_types.get(file_name)
    if case_type is None or trial.mechanism is None:
        return {}
    return {
        "compiled": case_type,
        # drawn by our own engine, which escapes every label
        "flow": mark_safe(draw(trial.mechanism, file_name)),  # noqa: S308
        "form": controls(case_type, case_type.opening, prefix="preview-"),
    }


@staff()
@require_POST
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """English for the texts that have none yet: ``zh-<n>`` and ``en-<n>``."""
    sent = request.POST
    pairs = {sent[name]: sent.get(f"en-{name[3:]}", "") for name in sent if name.startswith("zh-")}
    if actions.translate(pk, pairs, standing(request)):
        messages.success(request, _("已保存。"), extra_tags="green")
    return redirect("web:workshop_draft", pk)


@staff()
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who saved what when; an earlier text is one step away."""
    by = standing(request)
    found = queries.draft(by, pk)
    path = request.GET.get("path", "")
    revision = whole(request.GET.get("revision"))
    edit = found.edits.filter(revision=revision).first() if revision else None
    old = bytes(edit.content or b"").decode("utf-8", "replace") if edit else ""
    now = queries.files(found).get(edit.path) if edit else None
    context = {
        **frame(by, found, "history"),
        "path": path,
        "edits": queries.history(found, path)[:300],
        "edit": edit,
        "old": old,
        "seen": queries.last_revision(found, edit.path) if edit else 0,
        "lines": _difference(_text(now) if now else "", old) if edit else [],
    }
    return render(request, "web/workshop/history.html", context)


@staff()
@require_safe
def examples(request: HttpRequest, pk: int) -> HttpResponse:
    """Every scenario of the draft, played now."""
    by = standing(request)
    found = queries.draft(by, pk)
    trial = trying.of_draft(found)
    return render(
        request,
        "web/workshop/examples.html",
        {**frame(by, found, "examples"), "report": trial.report, "trial": trial},
    )
