"""Installed versions, trained models, and what reactions leave behind: notices, papers, child cases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Installed(models.Model):
    """One version of a mechanism, kept whole: running cases stay on the version under which they were opened."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    title = models.CharField("名称", max_length=120)
    #: SHA-256 of the folder's content (``engine.mechanisms.digest_of``)
    digest = models.CharField("指纹", max_length=64)
    #: the packed folder (``engine.mechanisms.pack``)
    archive = models.BinaryField()
    #: scenarios that passed when it was installed
    scenarios = models.PositiveIntegerField(default=0)

    #: new cases are opened under it
    active = models.BooleanField("启用", default=False)
    installed_at = models.DateTimeField()
    installed_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = "已安装的机制"
        constraints = [
            models.UniqueConstraint(fields=["mechanism", "version"], name="installed_version_once"),
            # the version of new cases; also the query for it
            models.UniqueConstraint(
                fields=["mechanism"], condition=Q(active=True), name="installed_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism} {self.version}"


class TrainedModel(models.Model):
    """What was learned from labelled texts, as bytes that run nothing when they are read."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    #: the field that it suggests
    field = models.CharField(max_length=64)
    data = models.BinaryField()
    texts = models.PositiveIntegerField()
    labels = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    trained_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "分类模型"
        constraints = [
            # the model in use; also the query for it
            models.UniqueConstraint(
                fields=["mechanism", "field"], condition=Q(active=True), name="model_one_active"
            ),
        ]


class Notice(models.Model):
    """A message to somebody, because of a fact. One per reaction, entry and recipient."""

    id = models.BigAutoField(primary_key=True)
    #: the case that it is about; a routine's notices have none
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="notices")
    #: the bulletin that it brings
    run = models.ForeignKey(
        "mechanisms.RoutineRun", on_delete=models.CASCADE, null=True, db_index=False, related_name="notices"
    )
    #: journal entry that caused it
    entry = models.BigIntegerField()
    reaction = models.CharField(max_length=64)
    #: a person (the reporter, the holder of a task), or a role in an office
    person = models.CharField(max_length=64, blank=True, default="")
    role = models.CharField(max_length=32, blank=True, default="")
    office = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "通知"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "reaction", "person", "role", "office"], name="notice_once"
            ),
        ]
        indexes = [
            # my unread notices
            models.Index(
                fields=["person", "at"], condition=Q(read_at=None) & ~Q(person=""), name="notice_person"
            ),
            # those of my role in my office
            models.Index(
                fields=["role", "office", "at"], condition=Q(read_at=None, person=""), name="notice_role"
            ),
        ]


class Paper(models.Model):
    """A document that a reaction issued: the filled template as it was then."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="papers")
    entry = models.BigIntegerField()
    document = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    body = models.TextField()
    issued_at = models.DateTimeField()

    #: the mechanism whose document it is, in the version under which it was issued
    owner = models.CharField(max_length=64, blank=True, default="")
    owner_version = models.CharField(max_length=32, blank=True, default="")
    #: its own number; empty: it goes by the case's
    number = models.CharField("文号", max_length=60, blank=True, default="")
    #: ``reporter``: they may fetch it by the tracking code
    to = models.CharField(max_length=16, blank=True, default="")
    #: code of the office whose seal it wants; empty: none
    office = models.CharField(max_length=40, blank=True, default="")

    class State(models.TextChoices):
        PLAIN = "plain", "不盖章"
        WAITING = "waiting", "等待盖章"
        SEALED = "sealed", "已盖章"
        REFUSED = "refused", "不予出具"

    state = models.CharField("盖章", max_length=8, choices=State, default=State.PLAIN)
    #: why it waits or was refused: code, sentence, remedy and data of the error
    trouble = models.JSONField(null=True)
    sealed = models.OneToOneField(
        "documents.SealedPaper", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "文书"
        constraints = [
            models.UniqueConstraint(fields=["entry", "document"], name="paper_once"),
            models.CheckConstraint(
                condition=Q(state="sealed", sealed__isnull=False)
                | (~Q(state="sealed") & Q(sealed__isnull=True)),
                name="paper_sealed_has_its_file",
            ),
        ]
        indexes = [
            # what waits for its seal: the periodic retry, the doctor
            models.Index(fields=["id"], condition=Q(state="waiting"), name="paper_waiting"),
        ]


class Child(models.Model):
    """A case that another one opened: by a step that calls it (and waits), or by a reaction."""

    id = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="children")
    #: token of the parent that waits; null when nobody waits
    token = models.PositiveIntegerField(null=True)
    #: the step that called it, and the item of its branch
    step = models.CharField(max_length=64, blank=True, default="")
    item = models.CharField(max_length=64, blank=True, default="")
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="parent_link")
    entry = models.BigIntegerField()
    #: reaction that opened it; empty for a step that calls
    reaction = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "子案件"
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "reaction", "token"], condition=Q(token__isnull=False), name="child_once"
            ),
            models.UniqueConstraint(
                fields=["entry", "reaction"], condition=Q(token__isnull=True), name="child_of_reaction_once"
            ),
        ]


class RoutineRun(models.Model):
    """One occurrence of a routine and what came of it. There is exactly one row per occurrence, whoever made it."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    routine = models.CharField("例行", max_length=64)
    title = models.CharField("名称", max_length=120)
    #: the day that the recurrence names, also where the calendar moved it
    occurrence = models.DateField("日期")
    due_at = models.DateTimeField("应办时间")
    #: the period that it looked back on
    since = models.DateTimeField()

    class Result(models.TextChoices):
        BULLETIN = "bulletin", "已出通报"
        OPENED = "opened", "已开"
        NOTHING = "nothing", "不用开"
        MISSED = "missed", "漏过"
        FAILED = "failed", "没有做成"

    result = models.CharField("结果", max_length=8, choices=Result)
    ran_at = models.DateTimeField("办理时间")
    #: what came of it, in plain words
    said = models.TextField(blank=True, default="")
    number = models.CharField("文号", max_length=60, blank=True, default="")
    #: the paper, filled
    body = models.TextField(blank=True, default="")
    #: agenda and figures as they were then: rows behind every figure
    data = models.JSONField(default=dict)
    #: the case that it opened
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="routine_runs")

    class Meta:
        verbose_name = "例行"
        constraints = [
            # an occurrence once; also the query for the last one of a routine
            models.UniqueConstraint(
                fields=["mechanism", "routine", "occurrence"], name="routine_occurrence_once"
            ),
        ]
        indexes = [
            # the list of bulletins and meetings, newest first
            models.Index(fields=["due_at", "id"], name="routine_run_newest"),
            # what the doctor reports
            models.Index(fields=["id"], condition=Q(result="failed"), name="routine_run_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.routine} {self.occurrence}"

    @property
    def late(self) -> bool:
        """Whether it was made on a later day than the one on which it was due."""
        return timezone.localdate(self.ran_at) > timezone.localdate(self.due_at)
