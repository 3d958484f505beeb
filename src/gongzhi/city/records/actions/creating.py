"""A new record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.records import catalogue, rows
from gongzhi.city.records.actions.checking import checked
from gongzhi.city.records.actions.writing import Writing, fresh, insert, now
from gongzhi.city.records.errors import KeyTaken
from gongzhi.city.records.models import Record, Version
from gongzhi.city.records.sight import require_writer


def create(
    by: Standing, register: str, values: Mapping[str, Any], *, note: str = "", at: datetime | None = None
) -> Record:
    """A new record in the first state of its register.

    Right ``record.change`` for where the record belongs. Raises NoSuchRegister, NotAllowed, RecordRefused (``fields``),
    KeyTaken.
    """
    declared = catalogue.one(register)
    check(by, "record.change")
    require_writer(by, declared.register)
    clean = checked(declared.register, values)
    check(by, "record.change", rows.target(declared.register, declared.mechanism, clean))
    why = Writing(by=by, cause=Version.Cause.CREATED, at=now(at), note=note)
    made = fresh(declared, clean, declared.register.start, why)
    if Record.objects.filter(register=register, key=made.row.key).exists():
        raise KeyTaken(register=declared.register.title, key=made.row.key)
    try:
        with transaction.atomic():
            insert([made])
    except IntegrityError as error:
        # somebody else took the key at the same moment
        if Record.objects.filter(register=register, key=made.row.key).exists():
            raise KeyTaken(register=declared.register.title, key=made.row.key) from error
        raise
    return made.row
