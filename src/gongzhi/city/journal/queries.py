"""Reading the record."""

from __future__ import annotations

from django.db.models import QuerySet

from gongzhi.city.journal.models import Entry, JournalHead
from gongzhi.engine.cases.model import Fact


def history(subject: str, *, since: int = 0) -> QuerySet[Entry]:
    """The entries of a subject in order, those after number ``since``."""
    return Entry.objects.filter(subject=subject, seq__gt=since).order_by("seq")


def facts(subject: str) -> list[Fact]:
    """The engine's facts of a subject in order."""
    return [entry.fact() for entry in history(subject)]


def length(subject: str) -> int:
    """How many facts a subject has: hand it to ``append(expected=…)``."""
    return JournalHead.objects.filter(pk=subject).values_list("seq", flat=True).first() or 0
