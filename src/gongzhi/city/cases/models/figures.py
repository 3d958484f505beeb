"""Figures of days gone by, so that no screen counts all rows."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models


class Counter(models.Model):
    """How many cases of an office had what happen to them on a day.

    Recomputed from the cases of that day by ``tick`` (see ``figures.refresh``), so that it can be checked
    and no writer ever queues on it. ``kind`` is ``opened``, ``ended`` or ``ended:<end>``.
    """

    id = models.BigAutoField(primary_key=True)
    day: models.DateField[date, date] = models.DateField()
    #: code of the leading office; empty where none leads yet
    office = models.CharField(max_length=64, blank=True, default="")
    kind = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    counted_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    class Meta:
        verbose_name = "日计数"
        # a period of one kind, all offices or one
        constraints = [models.UniqueConstraint(fields=["kind", "day", "office"], name="counter_once")]
