"""Half-filled forms: kept for whoever holds the code, and for nobody else; gone when sent, thrown away or forgotten.

Nothing here is checked against the form, because it is not finished, and nothing is written into the journal, because
nothing was brought to anybody yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from gongzhi.city.cases.actions.attaching import attached_in
from gongzhi.city.cases.errors import DraftTooLong, NoSuchDraft
from gongzhi.city.cases.models import Attachment, Draft
from gongzhi.city.kernel import clock, ids
from gongzhi.city.people import keys
from gongzhi.engine.cases import CaseType

#: how long a draft waits for whoever wrote it, counted anew each time it is saved
KEPT = timedelta(days=30)
#: characters of JSON
LONGEST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft as it was left."""

    code: str
    mechanism: str
    type: str
    #: version of the form that was filled in
    version: str
    page: str
    #: field id -> value as typed
    values: Mapping[str, Any]
    #: key of the form, under which its files were uploaded
    key: str
    saved_at: datetime
    expires_at: datetime


@transaction.atomic
def save_draft(
    mechanism: str,
    case_type: CaseType,
    values: Mapping[str, Any],
    *,
    key: str,
    page: str = Draft.Page.APPLY,
    code: str = "",
    at: datetime | None = None,
) -> str:
    """Keep what was typed into a form; gives the code. With the ``code`` of a draft that is there, that one is saved anew.

    Values of fields that the form no longer has are carried along from the older draft. Raises DraftTooLong.
    """
    at = at or clock.now()
    row = _row(code, at, lock=True) if code else None
    if row is not None:
        older = json.loads(row.content)
        values = {**{id_: old for id_, old in older["values"].items() if id_ not in case_type.form}, **values}
        key = older["key"]
    content = json.dumps({"values": dict(values), "key": key}, ensure_ascii=False)
    if len(content) > LONGEST:
        raise DraftTooLong(most=LONGEST)
    if row is None:
        code = ids.tracking_code()
        row = Draft(code_hash=_hash(code))
    row.mechanism, row.type, row.version, row.page = mechanism, case_type.id, case_type.version, page
    row.content, row.saved_at, row.expires_at = content, at, at + KEPT
    row.save()
    row.files.update(draft=None)
    mine = Attachment.objects.filter(case=None, added_by=f"guest:{key}")
    mine.filter(sha256__in=attached_in(case_type, values)).update(draft=row)
    return ids.read_tracking_code(code) or code


def load_draft(code: str, *, at: datetime | None = None) -> Drafted:
    """The draft of a code, typed as people type codes. Raises NoSuchDraft, also for one whose days are over."""
    row = _row(code, at or clock.now())
    if row is None:
        raise NoSuchDraft
    content = json.loads(row.content)
    return Drafted(
        code=ids.read_tracking_code(code) or "",
        mechanism=row.mechanism,
        type=row.type,
        version=row.version,
        page=row.page,
        values=content["values"],
        key=content["key"],
        saved_at=row.saved_at,
        expires_at=row.expires_at,
    )


def has_draft(code: str) -> bool:
    """Whether there is a draft under the code."""
    return _row(code, clock.now()) is not None


def discard_draft(code: str) -> bool:
    """Throw a draft away for good; its files go with the next sweep. Gives whether there was one."""
    row = _row(code, clock.now())
    return bool(row and row.delete()[0])


def sweep_drafts(at: datetime | None = None, *, most: int = 1000) -> int:
    """Remove drafts whose days are over. Gives how many."""
    stale = list(Draft.objects.filter(expires_at__lte=at or clock.now()).order_by("expires_at")[:most])
    for row in stale:
        row.delete()
    return len(stale)


def _row(code: str, at: datetime, *, lock: bool = False) -> Draft | None:
    read = ids.read_tracking_code(code)
    if read is None:
        return None
    rows = Draft.objects.filter(code_hash=_hash(read), expires_at__gt=at)
    return (rows.select_for_update() if lock else rows).first()


def _hash(code: str) -> str:
    return keys.keyed_hash(f"draft:{code}")
