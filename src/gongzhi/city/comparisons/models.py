"""When which comparison was made and how many it hit; which case a hit became. Nobody's name, nobody's number."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel.permissions import Reach


class ComparisonRun(models.Model):
    """A list held against a register once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        RUNNING = "running", _("正在比")
        DONE = "done", _("比完")
        FAILED = "failed", _("没有做成")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(_("机制"), max_length=64)
    version = models.CharField(_("版本"), max_length=32)
    comparison = models.CharField(_("比对"), max_length=64)
    #: what for, on what basis: the words of whoever asked
    purpose = models.CharField(_("用途和依据"), max_length=200)
    asked_by = models.CharField(max_length=64)
    asked_name = models.CharField(_("谁发起"), max_length=60, blank=True, default="")
    asked_at = models.DateTimeField(_("发起"))

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: records of the list that were looked at, and how many pairs were hits
    rows = models.PositiveIntegerField(_("比了多少条"), default=0)
    hits = models.PositiveIntegerField(_("对上多少条"), default=0)
    #: hits that no earlier run had found
    fresh = models.PositiveIntegerField(_("新的"), default=0)
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("比对")
        constraints = [
            # one at a time
            models.UniqueConstraint(
                fields=["mechanism", "comparison"],
                condition=Q(state__in=("waiting", "running")),
                name="comparison_run_one_open",
            ),
        ]
        indexes = [
            # the runs of a comparison, newest first
            models.Index(fields=["mechanism", "comparison", "-id"], name="comparison_run_of"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.comparison} #{self.pk}"


class ComparisonHit(models.Model):
    """An equal pair and the case that it opened: found again, it is no second case."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ComparisonRun, on_delete=models.PROTECT, related_name="found", db_index=False)
    mechanism = models.CharField(max_length=64)
    comparison = models.CharField(max_length=64)
    #: keyed hash of both records' keys
    fingerprint = models.CharField(max_length=64)
    case = models.UUIDField()
    at = models.DateTimeField()

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("比对疑点")
        constraints = [
            # also the index of "was this pair found before?", and of the hits of a comparison
            models.UniqueConstraint(
                fields=["mechanism", "comparison", "fingerprint"], name="comparison_hit_once"
            ),
        ]
        indexes = [
            # what a run found
            models.Index(fields=["run", "id"], name="comparison_hit_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.comparison} {self.fingerprint[:8]}"
