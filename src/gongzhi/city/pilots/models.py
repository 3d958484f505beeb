"""Pilots, their areas, the changes of their plans, and what was computed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel.permissions import Reach


class Pilot(models.Model):
    """A version of a mechanism tried in some areas while others keep theirs."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        DECLARED = "declared", _("已公布")
        APPROVED = "approved", _("已批准")
        RUNNING = "running", _("进行中")
        ENDED = "ended", _("已结束")
        DECIDED = "decided", _("已定")
        DROPPED = "dropped", _("作废")

    class Decision(models.TextChoices):
        PROMOTED = "promoted", _("推广")
        ADAPTED = "adapted", _("改进再试")
        WITHDRAWN = "withdrawn", _("退出")

    id = models.BigAutoField(primary_key=True)
    title = models.CharField(_("名称"), max_length=120)
    mechanism = models.CharField(_("机制"), max_length=64)
    #: the version that is tried
    version = models.CharField(_("试的版本"), max_length=32)
    #: the version that the others keep
    base = models.CharField(_("其余地方的版本"), max_length=32)
    #: ``plans.Plan`` as JSON: what was said before the start
    plan = models.JSONField(default=dict)
    #: number of the idea that it tries, where one stands behind it
    idea = models.CharField(_("来自哪条微改革"), max_length=48, blank=True, default="")

    author = models.CharField(max_length=64)
    author_name = models.CharField(_("起草人"), max_length=60)
    made_at = models.DateTimeField()

    state = models.CharField(_("到哪一步"), max_length=10, choices=State, default=State.DRAFT)
    #: SHA-256 of the plan as it was declared
    plan_hash = models.CharField(_("方案指纹"), max_length=64, blank=True, default="")
    declared_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_name = models.CharField(max_length=60, blank=True, default="")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_name = models.CharField(max_length=60, blank=True, default="")
    decision = models.CharField(_("决定"), max_length=10, choices=Decision, blank=True, default="")
    reason = models.CharField(_("理由"), max_length=1000, blank=True, default="")
    #: why it did not start by itself on its day: the sentence of the refusal
    trouble = models.CharField(max_length=500, blank=True, default="")

    reach = Reach(person="author", mechanism="mechanism")

    class Meta:
        verbose_name = _("试点")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="decided", decision__gt="") | (~Q(state="decided") & Q(decision="")),
                name="pilot_decided_says_what",
            ),
            # whoever writes a plan does not approve it
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("author")), name="pilot_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="pilot_ends_after_start"
            ),
        ]
        indexes = [
            # the list, newest first
            models.Index(fields=["-id", "state"], name="pilot_newest"),
            # what tries this mechanism now; what the daily look must start or end
            models.Index(fields=["state", "mechanism"], name="pilot_state"),
        ]

    def __str__(self) -> str:
        return self.title


class PilotArea(models.Model):
    """An area of a pilot. What was merged away or split is followed: the successor is a further row of the same unit."""

    class Side(models.TextChoices):
        TREATED = "treated", _("试点")
        COMPARISON = "comparison", _("对照")

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="areas")
    side = models.CharField(max_length=10, choices=Side)
    #: code of the area as it was declared: what counts as one place in the analysis
    unit = models.CharField(max_length=24)
    area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, related_name="+")
    #: its area has ended and its successors were looked after
    followed_at = models.DateTimeField(null=True)
    #: a successor that was not taken in: it belongs to the other side as well
    mixed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("试点的地方")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "unit", "area"], name="pilot_area_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.side} {self.area}"


class Amendment(models.Model):
    """A change of a plan that runs already: dated, and shown beside the result. The plan itself stays as it was."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="amendments")
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    text = models.CharField(_("改了什么、为什么"), max_length=1000)
    #: the new last day, where that is what changed
    ends = models.DateField(null=True)

    class Meta:
        verbose_name = _("方案的修改")
        ordering = ["at", "id"]


class Analysis(models.Model):
    """One computation by the plan: the final one, a look in between that the plan named, or what could be found at all."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("在算")
        DONE = "done", _("算好了")
        FAILED = "failed", _("没算成")

    #: ``look`` of the computation on history alone, before the start
    FORESIGHT = -1
    FINAL = 0

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="analyses")
    look = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: cases read, of how many
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    plan_hash = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    asked_name = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True)
    data = models.JSONField(default=dict)
    said = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("试点的计算")
        constraints = [
            # one result per look, also when two ask at once; also the query for it
            models.UniqueConstraint(fields=["pilot", "look"], name="pilot_analysis_once"),
        ]

    @property
    def percent(self) -> int:
        """How much of the cases has been read, 0 to 100."""
        return 100 if self.state == self.State.DONE else min(99, 100 * self.done // max(1, self.total))
