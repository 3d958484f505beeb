"""Sheets in and out: a file is looked at first, with what is wrong row by row, and taken when its owner says so."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import actions, catalogue
from gongzhi.city.records.errors import BadFile
from gongzhi.city.records.queries import Filter
from gongzhi.city.web.acting import staff
from gongzhi.city.web.refusals import refused
from gongzhi.engine.errors import GongzhiError

FOLDER = "record-imports"
SESSION_KEY = "record_import"
LARGEST = 10 * 2**20
KEPT = timedelta(days=1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, register: str) -> HttpResponse:
    """The records of the list that may leave, as a workbook. Of a register that lists its purposes one is asked first."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "record.export")
    found = catalogue.one(register).register
    asked = Filter(state=request.GET.get("state", ""))
    context: dict[str, Any] = {"register": found, "state": found.states.get(asked.state, "")}
    if request.method != "POST" and found.purposes:
        return render(request, "web/record_export.html", context)
    try:
        made = actions.export_records(by, register, asked, purpose=request.POST.get("purpose", ""))
    except GongzhiError as error:
        context["refusal"] = refused(error)
        return render(request, "web/record_export.html", context, status=error.status)
    headers = {"Content-Disposition": f'attachment; filename="{register}-{made.number}.xlsx"'}
    return HttpResponse(made.content, content_type=XLSX, headers=headers)


@staff()
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, register: str) -> HttpResponse:
    """First the file is looked at; then, with the same file, taken."""
    by: Standing = request.standing  # type: ignore[attr-defined]
    check(by, "record.import")
    found = catalogue.one(register).register
    context: dict[str, Any] = {"register": found, "moves": found.moves_from(found.start, by.role)}
    if request.method != "POST":
        return render(request, "web/record_import.html", context)
    move = request.POST.get("move", "")
    try:
        if request.POST.get("step") == "take":
            return _taken(request, register, by)
        kept = _keep(request, register, move)
        with default_storage.open(kept["path"]) as stream:
            report = actions.import_records(
                cast(Any, stream), kept["name"], register=register, by=by, move=move, dry=True
            )
    except GongzhiError as error:
        context["refusal"] = refused(error)
        return render(request, "web/record_import.html", context, status=error.status)
    titles = [(found.titles[id_], column) for id_, column in report.columns.items()]
    return render(
        request, "web/record_import.html", {**context, "report": report, "kept": kept, "columns": titles}
    )


def _taken(request: HttpRequest, register: str, by: Standing) -> HttpResponse:
    kept = request.session.get(SESSION_KEY) or {}
    if kept.get("token") != request.POST.get("token") or kept.get("register") != register:
        raise BadFile(why=_("这份文件已经处理过或过期，请重新选择"))
    with default_storage.open(kept["path"]) as stream:
        report = actions.import_records(
            cast(Any, stream), kept["name"], register=register, by=by, move=kept["move"]
        )
    default_storage.delete(kept["path"])
    del request.session[SESSION_KEY]
    told = _("新增%(created)d条，修改%(changed)d条，没有变化%(same)d条，没有收%(refused)d行。") % {
        "created": report.created,
        "changed": report.changed,
        "same": report.same,
        "refused": report.refused,
    }
    messages.success(request, told, extra_tags="green" if not report.refused else "yellow")
    return redirect("web:register", register=register)


def _keep(request: HttpRequest, register: str, move: str) -> dict[str, str]:
    """The file on our disk until it is taken; whose session it belongs to, the session knows."""
    sent = request.FILES.get("file")
    if sent is None:
        raise BadFile(why=_("没有选择文件"))
    if (sent.size or 0) > LARGEST:
        raise BadFile(why=_("文件超过10MB，请分成几份，或请管理员用命令行导入"))
    _sweep()
    token = secrets.token_urlsafe(16)
    path = default_storage.save(f"{FOLDER}/{token}", sent)
    kept = {
        "token": token,
        "path": path,
        "name": (sent.name or "")[:100],
        "register": register,
        "move": move[:64],
    }
    request.session[SESSION_KEY] = kept
    return kept


def _sweep() -> None:
    """Files that nobody took."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < timezone.now() - KEPT:
            default_storage.delete(path)
