"""Installed versions, trained models, and what reactions leave behind: notices, papers, child cases."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach

# found by Django through this module
from gongzhi.city.mechanisms.belonging import Belonging as Belonging


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


class Placement(models.Model):
    """A version that runs in an area and below it, while the rest of the city keeps the active one. Of areas within each
    other the nearest counts; a case keeps the version under which it was opened, whatever is placed later."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    area_path = models.CharField("区域", max_length=paths.MAX_LENGTH)
    #: half-open: from ``since`` on, no longer at ``until``
    since = models.DateTimeField("起")
    until = models.DateTimeField("止", null=True)
    #: what placed it, e.g. ``pilot:7``
    source = models.CharField(max_length=64)

    class Meta:
        verbose_name = "机制在哪里运行"
        constraints = [
            # one version of a mechanism in an area at a time; also the query for what is placed there
            models.UniqueConstraint(
                fields=["mechanism", "area_path"], condition=Q(until=None), name="placement_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="placement_ends_after_start"
            ),
        ]
        indexes = [
            # where a version was placed by one pilot
            models.Index(fields=["source", "area_path"], name="placement_source"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism} {self.version} @ {self.area_path}"


class Evidence(models.Model):
    """What was found out about the effect of a version: figures with their intervals, where, over what time, and the verdict,
    also when it is "no effect". It travels with the mechanism to the next city."""

    class Kind(models.TextChoices):
        PILOT = "pilot", "试点"
        MINING = "mining", "流程挖掘"
        SIMULATION = "simulation", "推演"
        APPRAISAL = "appraisal", "考核"

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    kind = models.CharField("来源", max_length=16, choices=Kind)
    title = models.CharField("名称", max_length=200)
    at = models.DateTimeField()
    #: ``figures`` (each with value, low, high, n, unit), ``period``, ``places``, ``verdict`` and what the kind adds
    data = models.JSONField(default=dict)
    #: the row that says more, e.g. ``pilot:7``
    source = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "成效依据"
        constraints = [
            # one finding per source; also the query for what a pilot left behind
            models.UniqueConstraint(
                fields=["source"], condition=~Q(source=""), name="evidence_once_per_source"
            ),
        ]
        indexes = [
            # what is known of a mechanism, newest first
            models.Index(fields=["mechanism", "at"], name="evidence_mechanism"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism} {self.version} {self.title}"


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


class ToSort(models.Model):
    """Something open of an office or area that was split: it went to one successor, and a person must say to which it belongs."""

    id = models.BigAutoField(primary_key=True)
    old_office = models.ForeignKey("territory.Office", on_delete=models.PROTECT, null=True, related_name="+")
    old_area = models.ForeignKey("territory.Area", on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="to_sort")
    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, null=True, related_name="to_sort")
    #: where it is meanwhile: code of the first successor, or of the area around
    now_at = models.CharField("现在在", max_length=40)
    #: paths of where it is: who sorts it
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True, default="")

    reach = Reach(area="area_path", offices=("office_path",))

    class Meta:
        verbose_name = "要人工分"
        constraints = [
            models.CheckConstraint(
                name="to_sort_one_thing",
                condition=Q(case__isnull=False, record__isnull=True)
                | Q(case__isnull=True, record__isnull=False),
            ),
            models.CheckConstraint(
                name="to_sort_one_old",
                condition=Q(old_office__isnull=False, old_area__isnull=True)
                | Q(old_office__isnull=True, old_area__isnull=False),
            ),
            # a case or record once per thing that ended, also when the job is run again
            models.UniqueConstraint(
                fields=["case", "old_office"],
                condition=Q(case__isnull=False, old_office__isnull=False),
                name="to_sort_case_office",
            ),
            models.UniqueConstraint(
                fields=["case", "old_area"],
                condition=Q(case__isnull=False, old_area__isnull=False),
                name="to_sort_case_area",
            ),
            models.UniqueConstraint(
                fields=["record", "old_area"],
                condition=Q(record__isnull=False, old_area__isnull=False),
                name="to_sort_record_area",
            ),
            models.UniqueConstraint(
                fields=["record", "old_office"],
                condition=Q(record__isnull=False, old_office__isnull=False),
                name="to_sort_record_office",
            ),
        ]
        indexes = [
            # what an office must sort
            models.Index(fields=["office_path", "id"], condition=Q(settled_at=None), name="to_sort_office"),
            # what must be sorted in an area
            models.Index(fields=["area_path", "id"], condition=Q(settled_at=None), name="to_sort_area"),
        ]


class Draw(models.Model):
    """One draw by lot: among what, by which seed, and what came out, so that anybody can draw again."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    step = models.CharField(max_length=64)
    #: ISO week, e.g. ``2024-W43``
    week = models.CharField("周", max_length=8)
    #: the week and the root of the newest anchor of the journal
    seed = models.CharField("种子", max_length=80)
    share = models.DecimalField("比例", max_digits=5, decimal_places=4)
    #: reference numbers of all that waited, in order, and of those that were drawn, lowest lot first
    waiting = models.JSONField("抽签范围")
    drawn = models.JSONField("抽中")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "抽签"
        constraints = [
            # once a week; also the index of "was it drawn this week?"
            models.UniqueConstraint(fields=["mechanism", "type", "step", "week"], name="draw_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.mechanism}.{self.type}.{self.step}"
