"""Published standards, what they came to, objections, and the human look at who stands last."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach


class Scheme(models.Model):
    """A scorecard of a mechanism for one period: the standard. Once published it never changes."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    card = models.CharField("方案", max_length=64)
    title = models.CharField("名称", max_length=120)
    #: first day of the period, and the first day after it
    starts = models.DateField("期初")
    ends = models.DateField("期末")
    #: the scorecard as the mechanism's file said it
    spec = models.JSONField(default=dict)
    #: ``mechanism.measure`` -> its definition and the version it comes from, as they stood when this was drafted
    measures = models.JSONField(default=dict)
    #: which office stands in which class, with the paths by which its cases are found
    units = models.JSONField(default=list)
    #: SHA-256 over all of the above
    digest = models.CharField("指纹", max_length=64)
    drafted_by = models.CharField("拟定人", max_length=64)
    drafted_by_name = models.CharField(max_length=60, blank=True, default="")
    drafted_at = models.DateTimeField("拟定时间")

    published_on = models.DateField("公布日期", null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField("公布人", max_length=64, blank=True, default="")
    published_by_name = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "考核方案"
        constraints = [
            models.CheckConstraint(name="scheme_ends_after_start", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(
                name="scheme_standard_before_period",
                condition=Q(published_on__isnull=True) | Q(published_on__lt=F("starts")),
            ),
            models.CheckConstraint(
                name="scheme_four_eyes", condition=Q(published_by="") | ~Q(published_by=F("drafted_by"))
            ),
            models.UniqueConstraint(
                fields=["mechanism", "card", "starts"],
                condition=Q(published_on__isnull=False),
                name="scheme_one_per_period",
            ),
        ]
        indexes = [
            # the list of standards, newest period first
            models.Index(fields=["-starts", "-id"], name="scheme_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.starts}"


class Reckoning(models.Model):
    """The scheme computed once: version 1 at the end of the period, a further one for every appeal that was upheld."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待核算"
        RUNNING = "running", "正在核算"
        DONE = "done", "已算出"
        FAILED = "failed", "没有算成"

    id = models.BigAutoField(primary_key=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="reckonings", db_index=False)
    number = models.PositiveIntegerField("版次")
    because = models.CharField("为什么算", max_length=200)
    #: facts up to this instant count
    upto = models.DateTimeField("截止")
    made_by = models.CharField("核算人", max_length=64)
    made_by_name = models.CharField(max_length=60, blank=True, default="")
    made_at = models.DateTimeField()
    #: published as soon as it is done: the decision on an appeal was published with its reasons
    follows_appeal = models.BooleanField(default=False)

    state = models.CharField("进度", max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=300, blank=True, default="")
    #: SHA-256 over all results
    digest = models.CharField("指纹", max_length=64, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    published_at = models.DateTimeField("公布时间", null=True)
    published_by = models.CharField("公布人", max_length=64, blank=True, default="")
    published_by_name = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "核算"
        constraints = [
            # the versions of a scheme in order; also the query for the newest
            models.UniqueConstraint(fields=["scheme", "number"], name="reckoning_number_once"),
            models.CheckConstraint(
                name="reckoning_published_when_done",
                condition=Q(published_at__isnull=True) | Q(state="done"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} v{self.number}"


class Result(models.Model):
    """The card of one unit in one reckoning: every figure with its counts, so that it can be reckoned again."""

    id = models.BigAutoField(primary_key=True)
    reckoning = models.ForeignKey(Reckoning, models.CASCADE, related_name="results", db_index=False)
    #: code of the office
    unit = models.CharField("单位", max_length=40)
    name = models.CharField("名称", max_length=80)
    office_path = models.CharField(max_length=paths.MAX_LENGTH)
    class_id = models.CharField("类别", max_length=64)
    #: criterion -> what was counted (n, total, …, strata, before)
    observed = models.JSONField(default=dict)
    awards = models.JSONField(default=dict)
    #: one per criterion: value, interval, points, weight declared and effective, or why it is missing
    cells = models.JSONField(default=list)
    bonus = models.JSONField(default=list)
    deductions = models.JSONField(default=list)
    base = models.FloatField()
    added = models.FloatField()
    taken = models.FloatField()
    green = models.FloatField()
    score = models.FloatField(null=True)
    low = models.FloatField()
    high = models.FloatField()
    #: 1 is the best; 0: not placed
    band = models.PositiveIntegerField("档")
    unplaced = models.CharField(max_length=12, blank=True, default="")
    ahead = models.PositiveIntegerField()
    behind = models.PositiveIntegerField()

    reach = Reach(offices=("office_path",))

    class Meta:
        verbose_name = "考核结果"
        constraints = [
            # the card of a unit
            models.UniqueConstraint(fields=["reckoning", "unit"], name="result_unit_once"),
        ]
        indexes = [
            # the page of a class, band by band
            models.Index(fields=["reckoning", "class_id", "band"], name="result_class"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.reckoning}"

    def cell(self, criterion: str) -> dict[str, Any]:
        """The cell of a criterion; empty when there is none."""
        return next((each for each in self.cells if each["criterion"] == criterion), {})


class Appeal(models.Model):
    """A unit objects to a figure of its card: within the window after publication, decided by somebody who did not score it."""

    class State(models.TextChoices):
        OPEN = "open", "复核中"
        UPHELD = "upheld", "成立"
        REJECTED = "rejected", "不成立"

    id = models.BigAutoField(primary_key=True)
    result = models.ForeignKey(Result, models.PROTECT, related_name="appeals", db_index=False)
    criterion = models.CharField("指标", max_length=64)
    #: what is asked for each case: ``{case, number, ask: exclude|include, reason}``
    cases = models.JSONField("涉及的办件")
    text = models.TextField("申诉理由")
    office_path = models.CharField(max_length=paths.MAX_LENGTH)
    submitted_by = models.CharField(max_length=64)
    submitted_by_name = models.CharField(max_length=60, blank=True, default="")
    submitted_at = models.DateTimeField("提出时间")
    due = models.DateTimeField("应在此前决定")
    #: the case in which it is handled, where the mechanism has the type for it
    case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+", db_index=False)

    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_by_name = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField("决定时间", null=True)
    decision = models.TextField("决定和理由", blank=True, default="")
    #: the reckoning that followed
    reckoning = models.ForeignKey(
        Reckoning, models.PROTECT, null=True, related_name="appeals", db_index=False
    )

    reach = Reach(offices=("office_path",))

    class Meta:
        verbose_name = "申诉"
        constraints = [
            models.UniqueConstraint(
                fields=["result", "criterion"], condition=Q(state="open"), name="appeal_one_open"
            ),
            models.CheckConstraint(
                name="appeal_not_by_itself",
                condition=Q(decided_by="") | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="appeal_decided_is_whole",
                condition=Q(state="open", decided_at__isnull=True) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            # what waits for a decision, by due time
            models.Index(fields=["due", "id"], condition=Q(state="open"), name="appeal_open_due"),
            # the appeals of a unit's card, newest first
            models.Index(fields=["result", "-submitted_at"], name="appeal_of_result"),
        ]


class Exclusion(models.Model):
    """A case that a decision took out of a criterion, or put back in. It stands in every reckoning from then on."""

    id = models.BigAutoField(primary_key=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="exclusions", db_index=False)
    criterion = models.CharField(max_length=64)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_index=False)
    #: left out from now on; otherwise counted although the measure leaves it out
    out = models.BooleanField(default=True)
    reason = models.CharField("理由", max_length=300)
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="exclusions")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "剔除"
        constraints = [
            models.UniqueConstraint(fields=["appeal", "case"], name="exclusion_once"),
        ]
        indexes = [
            # what a reckoning leaves out, in the order of the decisions
            models.Index(fields=["scheme", "id"], name="exclusion_scheme"),
        ]


class LastBand(models.Model):
    """Who stands last is looked at by people, with volume, difficulty and staff before them. Nothing follows by itself."""

    id = models.BigAutoField(primary_key=True)
    result = models.OneToOneField(Result, models.CASCADE, related_name="review")
    office_path = models.CharField(max_length=paths.MAX_LENGTH)
    #: volume, difficulty and resources beside those of the class
    context = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=64, blank=True, default="")
    reviewed_by_name = models.CharField(max_length=60, blank=True, default="")
    reviewed_at = models.DateTimeField(null=True)
    #: what the reviewer found: a real gap, or volume, difficulty, staff, data
    finding = models.CharField(max_length=16, blank=True, default="")
    opinion = models.TextField("复核意见", blank=True, default="")

    reach = Reach(offices=("office_path",))

    class Meta:
        verbose_name = "末档复核"
        indexes = [
            # what waits for a look
            models.Index(fields=["id"], condition=Q(reviewed_at=None), name="bottom_review_open"),
        ]
