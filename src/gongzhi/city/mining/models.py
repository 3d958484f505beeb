"""A study: what was asked of which cases, how far it is, and what came out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.city.kernel import ids, paths
from gongzhi.city.kernel.permissions import Reach


class MiningStudy(models.Model):
    """One question to the facts, or to a log from elsewhere. Its answer is kept as it was found."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    title = models.CharField("名称", max_length=120)

    # What was asked.
    #: empty: a log from elsewhere
    mechanism = models.CharField("机制", max_length=64, blank=True, default="")
    version = models.CharField("版本", max_length=32, blank=True, default="")
    type = models.CharField("事项类型", max_length=64, blank=True, default="")
    #: only cases within this area; empty: the whole city
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    #: periods as ``2024-01-01..2024-06-30``, either side may be open
    period = models.CharField("时间段", max_length=24, default="..")
    compare = models.CharField("比较", max_length=24, blank=True, default="")
    #: of a log from elsewhere: what was odd in it, told when it was read
    troubles = models.JSONField(default=list)
    #: a BPMN model to compare with came along
    model = models.BooleanField(default=False)

    by = models.CharField(max_length=64)
    by_name = models.CharField("提出人", max_length=60, blank=True, default="")
    made_at = models.DateTimeField("提出时间")

    # What the job says.
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    #: the question that is being answered now, in words
    doing = models.CharField(max_length=60, blank=True, default="")
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    #: the picture, drawn by our own engine
    svg = models.TextField(blank=True, default="")

    #: an area's leader reads what was asked of the area; whoever asked reads it anyway
    reach = Reach(area="area_path", person="by", mechanism="mechanism")

    class Meta:
        verbose_name = "过程挖掘"
        constraints = [
            models.CheckConstraint(
                name="study_over_has_time",
                condition=~Q(state__in=["done", "failed"]) | Q(finished_at__isnull=False),
            ),
        ]
        indexes = [
            # the list, newest first
            models.Index(fields=["-made_at"], name="study_made_at"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Nothing more will come."""
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def is_own(self) -> bool:
        """Of our own facts, so that its figures open to cases."""
        return bool(self.mechanism)
