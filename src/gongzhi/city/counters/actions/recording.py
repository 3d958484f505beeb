"""How the room's actions write to the journal, and take their rows under a lock."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from gongzhi.city.counters.errors import WordsMissing
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases.model import Fact

Row = TypeVar("Row", bound=Model)


def record(by: Standing, kind: str, about: Model, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of the row. Never put anything private into ``data``."""
    append(
        subject(about._meta.model_name or "", about.pk), [Fact(kind=kind, at=clock.now(), by=by, data=data)]
    )


def locked(row: Row) -> Row:
    """The row as it is now, under a lock until the transaction ends. The lock is on this row alone."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    related = [
        name
        for name in ("line__office", "office__area", "seat__office")
        if hasattr(type(row), name.split("__")[0])
    ]
    return rows.select_related(*related).get(pk=row.pk)


def said(words: str, what: str, limit: int, *, need: bool = True) -> str:
    """The words without blanks around them. WordsMissing when there are none, or too many."""
    words = words.strip()
    if len(words) > limit or (need and not words):
        raise WordsMissing(what=_(what), limit=limit)
    return words
