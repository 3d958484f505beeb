"""Which account belongs to which household of the register ``households``."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.records.models import KEY_LENGTH


class Belonging(models.Model):
    """That an account is somebody of a household: said by the village, for a time. Leaving closes the row, nothing deletes it."""

    id = models.BigAutoField(primary_key=True)
    #: key in the register ``households``
    household = models.CharField("户号", max_length=KEY_LENGTH)
    #: the human being (``Actor.person``)
    person = models.CharField(max_length=64)
    #: path of the unit in which the household lives
    area_path = models.CharField(max_length=paths.MAX_LENGTH)

    since = models.DateTimeField("起", default=clock.now)
    until = models.DateTimeField("止", null=True)
    #: who said so
    said_by = models.CharField(max_length=64)

    reach = Reach(area="area_path", person="person")

    class Meta:
        verbose_name = "账号是哪一户的"
        constraints = [
            # one household at a time; also the query for "which household is mine?"
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="belonging_one_open"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="belonging_ends_after_start"
            ),
        ]
        indexes = [
            # who belongs to this household now
            models.Index(fields=["household"], condition=Q(until=None), name="belonging_household"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.household}"
