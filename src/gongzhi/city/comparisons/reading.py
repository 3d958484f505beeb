"""The records of a register as a comparison sees them: whole, in chunks, for the computation's eyes only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gongzhi.city.kernel.references import subject
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import catalogue, sealing
from gongzhi.city.records.models import Record

CHUNK = 500


def whole(register: str) -> Iterator[dict[str, Any]]:
    """Key, state and all columns of every record in force, private values in clear. Two queries a chunk.

    What was erased, or needs a consent that is not there, is not among them.
    """
    found = catalogue.one(register).register
    rows = Record.objects.filter(register=register).exclude(published_state="").select_related("published")
    last = ""
    while True:
        chunk = list(rows.filter(key__gt=last).order_by("key")[:CHUNK])
        secrets = _secrets(chunk) if sealing.has_private(found.form) else {}
        for row in chunk:
            if row.published is None:
                continue
            values = sealing.opened(
                found.form, row.published.data, secrets.get(subject("record", row.pk), {})
            )
            permitted = found.consent.permitted(values)
            yield {**found.form.for_expressions(permitted), "key": row.key, "state": row.published_state}
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].key


def _secrets(chunk: list[Record]) -> dict[str, dict[str, Any]]:
    about = [subject("record", row.pk) for row in chunk]
    found: dict[str, dict[str, Any]] = {}
    for row in SealedValue.objects.filter(subject__in=about, erased_at__isnull=True):
        mark = f"{sealing.MARK}{row.pk}|{row.field}"
        found.setdefault(row.subject, {})[mark] = json.loads(row.value) if row.value else None
    return found
