"""What is confined to one post is not there for anybody who did not ask for it by name: the managers of ``Case`` and ``Task``.

``objects`` leaves confined rows out, so that whatever list, figure, agenda, export or match somebody writes next can't
leak them by forgetting a condition; ``every`` is for the few places that guard them themselves (``cases.sight``) or that
look at no content (locks, time, numbers, checks). ``tests/test_confined.py`` names those places.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Unconfined(models.Manager[Row]):
    """The rows that are everybody's business as far as their rights go."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(confined=False)


class Every(models.Manager[Row]):
    """All rows, the confined ones too."""
