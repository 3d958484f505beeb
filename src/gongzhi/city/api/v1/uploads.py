"""Files: sent first, then mentioned in a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, UploadedFile

from gongzhi.city.api import shapes
from gongzhi.city.api.answers import answer
from gongzhi.city.api.callers import caller, signed_in
from gongzhi.city.api.v1 import rendering
from gongzhi.city.api.v1.operations import ACTING, replies
from gongzhi.city.cases import actions

router = Router(tags=["附件"])


@router.post(
    "/files",
    auth=signed_in("cases.write"),
    response=replies(shapes.UploadOut, 401, 403, 413, 415, 507, status=201),
    openapi_extra=ACTING,
    summary="上传附件",
)
def upload(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Send one file (multipart/form-data). It is looked into by content; pictures lose their EXIF data.

    Put the `file` object of the answer into a field of kind `files`; unclaimed uploads go after a day.
    """
    row = actions.upload(file.name or "", file.file, by=caller(request))  # type: ignore[arg-type]
    return answer(shapes.UploadOut(id=row.pk, file=rendering.file(row)), 201)
