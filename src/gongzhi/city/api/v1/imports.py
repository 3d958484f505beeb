"""Importing appeals from a file, and what became of its rows."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, UploadedFile

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.commands import ImportIn
from gongzhi.city.api.errors import NoSuchThing
from gongzhi.city.api.v1.operations import ACTING, replies
from gongzhi.city.cases.importing import import_cases
from gongzhi.city.cases.models import ImportRun
from gongzhi.city.kernel.permissions import check, matrix

router = Router(tags=["导入"])
#: a file that is taken within one request; longer ones go by ``gongzhi import``
LARGEST: Final = 8 * 2**20
#: refused rows in an answer; all of them are in the report on the desk
SHOWN: Final = 200
GREATEST_ID: Final = 2**62


@router.post(
    "/imports",
    auth=signed_in("imports.write"),
    response=replies(shapes.ImportOut, 401, 403, 404, 413, 415, status=201),
    openapi_extra=ACTING,
    summary="导入事项",
)
def import_file(request: HttpRequest, asked: Form[ImportIn], file: File[UploadedFile]) -> HttpResponse:
    """Import cases from a CSV or XLSX file of up to 8 MB.

    Repeatable: a row whose id is known gives no second case. Resumable: sent again after a failure, the same file goes
    on where it stopped. Rows that do not pass are listed with their reasons; the others are taken.
    """
    if (file.size or 0) > LARGEST:
        raise RequestDataTooBig
    progress = import_cases(
        file.file,  # type: ignore[arg-type]
        file.name or "",
        mechanism=asked.mechanism,
        type_id=asked.type,
        by=caller(request),
        source=asked.source,
        dated=asked.dated == "true",
    )
    return answer(_shape(ImportRun.objects.get(pk=progress.run)), 201)


@router.get(
    "/imports/{import_id}",
    auth=signed_in("imports.write"),
    response=replies(shapes.ImportOut, 401, 403, 404),
    openapi_extra=ACTING,
    summary="一次导入",
)
def read_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """How far an import is and which rows were refused; for whoever started it, and the administrator."""
    by = caller(request)
    check(by, "case.import")
    run = ImportRun.objects.filter(pk=import_id).first() if 0 < import_id < GREATEST_ID else None
    everything = "all" in matrix().scopes("case.import", by.role)
    if run is None or not (everything or run.by == by.person):
        raise NoSuchThing(which=str(import_id)[:40])
    return answer(_shape(run))


def _shape(run: ImportRun) -> shapes.ImportOut:
    refusals = run.refusals.order_by("row")[:SHOWN]
    return shapes.ImportOut(
        id=run.pk,
        source=run.source,
        position=run.position,
        taken=run.taken,
        known=run.known,
        refused=run.refused,
        started_at=run.started_at,
        ended_at=run.ended_at,
        refusals=[
            shapes.RefusedRow(row=each.row, source_id=each.source_id, code=each.code, reason=each.reason)
            for each in refusals
        ],
    )
