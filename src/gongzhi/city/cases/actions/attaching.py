"""Files: received and looked into first, claimed by a case when a form mentions them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from gongzhi.city.cases import files
from gongzhi.city.cases.actions.writing import Receipt, decide, hold, once, write
from gongzhi.city.cases.errors import NotYourFile
from gongzhi.city.cases.models import Attachment
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.cases import CaseType, Common

#: how long an upload waits for its form
PATIENCE = timedelta(hours=24)


def upload(name: str, stream: BinaryIO, *, by: Standing, owner: str = "") -> Attachment:
    """Take in a file before its form is sent. ``owner`` names who may claim it where nobody is signed in (a session).

    The row's ``sha256``, ``name``, ``size`` and ``type`` are what a ``files`` field wants. Raises FileRefused, NoRoom.
    """
    seen = files.inspect(name, stream)
    sha256, size = files.put(seen.stream)
    return Attachment.objects.create(
        sha256=sha256,
        name=seen.name,
        type=seen.type,
        size=size,
        width=seen.width,
        height=seen.height,
        added_at=clock.now(),
        added_by=owner or by.person,
    )


def attach(
    case_id: UUID | str,
    uploads: Sequence[int],
    *,
    by: Standing,
    words: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Add files that were uploaded to a case that is already open. Raises NotYourFile and the engine's refusals."""
    asked = {"attach": [str(case_id), list(uploads)], "words": words}

    def action() -> Receipt:
        held = hold(case_id, by, "case.read")
        rows = list(Attachment.objects.filter(pk__in=uploads, case=None, added_by=by.person))
        if len(rows) != len(set(uploads)):
            raise NotYourFile(name="")
        listed = [
            {"name": row.name, "sha256": row.sha256, "size": row.size, "type": row.type} for row in rows
        ]
        when = at or clock.now()
        values = {"files": listed, "text": words}
        write(held, decide(held, Common(kind="attach", values=values), at=when, by=by), at=when)
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(case=held.row)
        return held.receipt()

    return once(by, key, asked, action)


def attached_in(case_type: CaseType, values: Mapping[str, Any]) -> list[str]:
    """Hashes of the files that a form's values mention."""
    return [
        str(each.get("sha256", ""))
        for field in case_type.form.fields
        if field.kind == "files"
        for each in _listed(values.get(field.id))
    ]


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def claim(case_id: UUID, hashes: Sequence[str], by: Standing, owner: str = "") -> None:
    """Bind uploads to the case whose form mentions them; NotYourFile for a hash that this person never uploaded.

    Somebody who only knows a hash gets no file by it.
    """
    wanted = set(hashes)
    if not wanted:
        return
    rows = Attachment.objects.filter(sha256__in=wanted, case=None, added_by=owner or by.person)
    waiting = {row.sha256: row.pk for row in rows}
    if missing := wanted - set(waiting) - _bound(case_id, wanted):
        raise NotYourFile(name=sorted(missing)[0][:12])
    Attachment.objects.filter(pk__in=waiting.values()).update(case_id=case_id, draft=None)


def _bound(case_id: UUID, wanted: set[str]) -> set[str]:
    """Hashes that the case carries already: a form sent again mentions them again."""
    return set(Attachment.objects.filter(case=case_id, sha256__in=wanted).values_list("sha256", flat=True))


def sweep_uploads(at: datetime | None = None) -> int:
    """Forget uploads that nobody claimed, and the bytes that no other row mentions. Gives how many."""
    before = (at or clock.now()) - PATIENCE
    stale = list(Attachment.objects.filter(case=None, draft=None, added_at__lt=before)[:500])
    for row in stale:
        row.delete()
        if not Attachment.objects.filter(sha256=row.sha256).exists():
            files.remove(row.sha256)
    return len(stale)
