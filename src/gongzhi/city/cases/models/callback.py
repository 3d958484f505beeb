"""The one-time list from which a caller works: it tells whom to ask and what about, never who handled it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.city.cases.models.case import Case


class CallbackList(models.Model):
    """A handful of matters drawn for one caller; a matter is on one living list at a time."""

    id = models.BigAutoField(primary_key=True)
    person = models.CharField("回访员", max_length=64)
    drawn_at = models.DateTimeField()
    #: after this the items that were not called go back into the pool
    valid_until = models.DateTimeField()

    class Meta:
        verbose_name = "回访清单"
        # the caller's living list
        indexes = [models.Index(fields=["person", "valid_until"], name="callback_person")]


class CallbackItem(models.Model):
    """One call to make."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(CallbackList, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="callbacks")
    token = models.PositiveIntegerField()
    #: null: still to be called; false: the list lapsed or another call superseded it
    done_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "回访项"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "token"],
                condition=Q(done_at__isnull=True, released_at__isnull=True),
                name="callback_one_living_item",
            ),
        ]
