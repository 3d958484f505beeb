"""What watches saw, what became of it, which watches are suspended, and when which days were computed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach


class Alert(models.Model):
    """A window in which a watch saw something: written once, never changed by what follows, only judged."""

    class State(models.TextChoices):
        """What became of it."""

        RAISED = "raised", _("刚发现")
        COVERED = "covered", _("有报备")
        OPEN = "open", _("在核查")
        TRUE = "true", _("属实")
        FALSE = "false", _("误报")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(_("机制"), max_length=64)
    watch = models.CharField(_("规则"), max_length=64)
    title = models.CharField(_("规则名称"), max_length=120)
    kind = models.CharField(max_length=16)
    #: version of the mechanism, and SHA-256 of what the watch said when it saw this
    version = models.CharField(_("版本"), max_length=32)
    digest = models.CharField(max_length=64)
    #: key of the record that it is about; of a surge ``area|category``
    subject = models.CharField(_("对象"), max_length=160)
    name = models.CharField(_("名称"), max_length=200, blank=True, default="")
    area = models.ForeignKey(
        "territory.Area",
        verbose_name=_("地点"),
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    since = models.DateTimeField(_("从"))
    until = models.DateTimeField(_("到"))
    says = models.TextField(_("内容"))
    #: the numbers that the rule saw, in the unit of its feed, and what the watch keeps beside them
    numbers = models.JSONField(default=dict)
    #: feed and series, so that the curve can be drawn again: part -> ids
    feed = models.CharField(max_length=128, blank=True, default="")
    series = models.JSONField(default=dict)
    #: the only roles that may see it, ``|monitor|leader|``; empty: all that may see alerts
    read_by = models.CharField(max_length=500, blank=True, default="")

    #: number of the declaration that explains it
    covered = models.CharField(_("报备"), max_length=80, blank=True, default="")
    #: declarations of the same subject and why they did not count
    why_not = models.JSONField(default=list)
    why = models.TextField(_("为什么没有抵掉"), blank=True, default="")

    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.RAISED)
    #: the case that looks into it; of several alerts of one case only the first opened it
    case = models.UUIDField(null=True)
    first = models.BooleanField(default=True)
    reason = models.CharField(_("结果"), max_length=500, blank=True, default="")
    raised_at = models.DateTimeField(_("发现"))
    judged_at = models.DateTimeField(_("判定"), null=True)

    reach = Reach(area="area_path", mechanism="mechanism")

    class Meta:
        verbose_name = _("预警")
        constraints = [
            # a re-run finds the same alerts again
            models.UniqueConstraint(fields=["mechanism", "watch", "subject", "since"], name="alert_once"),
        ]
        indexes = [
            # the list, newest first
            models.Index(fields=["-since", "-id"], name="alert_newest"),
            # what an area's subtree has, newest first
            models.Index(fields=["area_path", "-since"], name="alert_area_newest"),
            # of one watch: its list, and how it was judged in the last weeks
            models.Index(fields=["mechanism", "watch", "state", "-since"], name="alert_watch_state"),
            # the alerts of a case, when it ends
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="alert_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.watch} {self.subject} {self.since:%Y-%m-%d %H:%M}"


class RuleState(models.Model):
    """A watch that was suspended, or that is put up for it."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    watch = models.CharField(max_length=64)
    suspended = models.BooleanField(_("停用"), default=False)
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    changed_at = models.DateTimeField()
    #: the case that decides on it, while it is open
    proposal = models.UUIDField(null=True)
    #: judged alerts before this are not counted again for a proposal
    counted_from = models.DateTimeField(null=True)

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("规则状态")
        constraints = [
            # also the look-up of a watch
            models.UniqueConstraint(fields=["mechanism", "watch"], name="rule_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.watch}"


class WatchRun(models.Model):
    """Some days through the watches: what was computed, how long it took, whom it could not look at."""

    id = models.BigAutoField(primary_key=True)
    #: local days, the last one included
    first = models.DateField(_("从"))
    last = models.DateField(_("到"))
    at = models.DateTimeField(_("何时"))
    seconds = models.FloatField(_("秒"), default=0)
    alerts = models.PositiveIntegerField(_("预警"), default=0)
    fresh = models.PositiveIntegerField(_("新的"), default=0)
    covered = models.PositiveIntegerField(_("有报备"), default=0)
    #: ``mechanism.watch`` -> rows that could not be watched and why, or what went wrong
    unwatched = models.JSONField(default=dict)
    trouble = models.JSONField(default=dict)

    reach = Reach()

    class Meta:
        verbose_name = _("补算")
        indexes = [
            # the last runs
            models.Index(fields=["-id"], name="watch_run_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
