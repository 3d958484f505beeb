"""Series of numbers: one per mechanism, case type, office and year."""

from __future__ import annotations

from django.db import models


class Series(models.Model):
    """Where a number comes from. Its row is locked by the numbering alone, never by a business transaction."""

    mechanism = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    office = models.CharField(max_length=64, blank=True, default="")
    year = models.PositiveSmallIntegerField()

    #: how a number is written, e.g. ``MQ{yyyy}{seq:06}``
    pattern = models.CharField(max_length=64)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "编号序列"
        constraints = [
            models.UniqueConstraint(fields=["mechanism", "type", "office", "year"], name="series_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}/{self.type}/{self.office}/{self.year}"
