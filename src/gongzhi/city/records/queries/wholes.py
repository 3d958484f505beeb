"""Records whole, in chunks, private values in clear: for computations (comparisons, benefits), never for a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from gongzhi.city.kernel.references import subject
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import catalogue, sealing
from gongzhi.city.records.models import Record, RecordLink

CHUNK = 500


def whole(
    register: str, *, keys: Sequence[str] | None = None, ended: bool = False
) -> Iterator[dict[str, Any]]:
    """Key, state and all columns of every record in force, in order of the key; two queries a chunk.

    ``keys``: only these. ``ended``: also those that are no longer in force, as they stood last. What was erased, or needs a consent
    that is not there, is not among the values.
    """
    rows = Record.objects.filter(register=register).select_related("published")
    if not ended:
        rows = rows.exclude(published_state="")
    if keys is not None:
        ordered = sorted(set(keys))
        for start in range(0, len(ordered), CHUNK):
            yield from _told(
                register, list(rows.filter(key__in=ordered[start : start + CHUNK]).order_by("key"))
            )
        return
    last = ""
    while True:
        chunk = list(rows.filter(key__gt=last).order_by("key")[:CHUNK])
        yield from _told(register, chunk)
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].key


def naming(register: str, field: str, other: str, key: str) -> list[str]:
    """Keys of the records of a register whose ``field`` names the record ``key`` of ``other``."""
    links = RecordLink.objects.filter(register=other, key=key, field=field, record__register=register)
    return list(links.values_list("record__key", flat=True))


def _told(register: str, chunk: list[Record]) -> Iterator[dict[str, Any]]:
    found = catalogue.one(register).register
    secrets = _secrets(chunk) if sealing.has_private(found.form) else {}
    for row in chunk:
        data = row.published.data if row.published is not None else row.data
        values = sealing.opened(found.form, data, secrets.get(subject("record", row.pk), {}))
        permitted = found.consent.permitted(values)
        clear = {name: None if sealing.is_mark(value) else value for name, value in permitted.items()}
        state = row.published_state or row.state
        yield {**found.form.for_expressions(clear), "key": row.key, "state": state}


def _secrets(chunk: list[Record]) -> dict[str, dict[str, Any]]:
    about = [subject("record", row.pk) for row in chunk]
    found: dict[str, dict[str, Any]] = {}
    for row in SealedValue.objects.filter(subject__in=about, erased_at__isnull=True):
        mark = f"{sealing.MARK}{row.pk}|{row.field}"
        found.setdefault(row.subject, {})[mark] = json.loads(row.value) if row.value else None
    return found
