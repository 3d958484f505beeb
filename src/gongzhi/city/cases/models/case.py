"""One row per case: what lists filter and sort by, beside the state that the engine computed from the facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from gongzhi.city.cases.models.confining import Every, Unconfined
from gongzhi.city.kernel import ids, paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.mandates import covered_cases

#: "No due time": sorts behind every real one, so that one index serves the list and its next page.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

#: Rows that are still somebody's work; every index of the daily lists is limited to them, so a list
#: costs what is open now, not what the city has ever closed.
OPEN = Q(ended_at__isnull=True)


def mandated(agent: str) -> Q:
    """The condition "this person holds a written mandate for the case that is in force today".

    The cases of an agent are few (a range of ``mandate_agent_until``), so the database reads them by primary key.
    """
    return Q(pk__in=covered_cases(agent).values("case"))


class Case(models.Model):
    """A matter that somebody brought. Written only by the actions of this room, from facts.

    The light is never stored: it follows from ``warn_at``, ``due`` and the time at which it is asked.
    """

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)

    # What it runs on; a case stays on the version that it was opened under.
    mechanism = models.CharField("机制", max_length=64)
    version = models.CharField("版本", max_length=32)
    type = models.CharField("事项类型", max_length=64)

    # How it is called.
    tracking_code = models.CharField("查询码", max_length=16, unique=True)
    series = models.ForeignKey(
        "cases.Series", on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )
    seq = models.PositiveIntegerField("序号", null=True)
    number = models.CharField("编号", max_length=48, null=True)

    # What it is about and where.
    subject = models.CharField("标题", max_length=200)
    kind = models.CharField("类型", max_length=32, blank=True, default="")
    category = models.CharField("类别", max_length=64, blank=True, default="")
    urgency = models.CharField("紧急程度", max_length=16, blank=True, default="")
    #: key of the service item, where the case names exactly one
    item = models.CharField("事项", max_length=80, blank=True, default="")
    channel = models.CharField("渠道", max_length=32)
    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    #: path of the area when it was set: lists of a town's subtree are one range of this column
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    # Who brought it and who leads it.
    reporter = models.ForeignKey(
        "people.Resident", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: person id of whoever brought it: the resident, else the grid worker or agent who opened it
    reported_by = models.CharField(max_length=64, blank=True, default="")
    anonymous = models.BooleanField("匿名", default=False)
    confidential = models.BooleanField("保密", default=False)
    #: exists for one post only (``engine.cases.spec.ConfinedSpec``): not among ``objects``
    confined = models.BooleanField("限知", default=False, db_default=False)
    lead = models.ForeignKey(
        "territory.Office",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    lead_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")

    # When.
    opened_at = models.DateTimeField("受理时间")
    ended = models.CharField("结果", max_length=64, blank=True, default="")
    ended_at = models.DateTimeField("办结时间", null=True)
    citizen_due = models.DateTimeField("群众时限", null=True)
    unit_due = models.DateTimeField("承办时限", null=True)
    due = models.DateTimeField("最近时限", default=NEVER)
    warn_at = models.DateTimeField("预警时间", default=NEVER)
    #: when `tick` must look at this case again: its next timer, or a light that will change
    wake_at = models.DateTimeField(null=True)

    # What it belongs to.
    cluster = models.ForeignKey(
        "cases.Cluster", on_delete=models.SET_NULL, null=True, related_name="cases", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )

    # The engine's dump, without any private value: `sealed:<id>` stands for it (see people.SealedValue).
    state = models.JSONField(default=dict)
    #: facts folded into the state; two officers acting on the same sight of a case are told apart by it
    length = models.PositiveIntegerField(default=0)

    objects: ClassVar[Unconfined[Self]] = Unconfined()
    every: ClassVar[Every[Self]] = Every()

    #: what rights are about; an office that only helps reaches single cases, see `sight.may`
    reach = Reach(
        area="area_path",
        offices=("lead_path",),
        person="reported_by",
        mandated=mandated,
        mechanism="mechanism",
    )

    class Meta:
        verbose_name = "案件"
        constraints = [
            models.UniqueConstraint(fields=["series", "seq"], name="case_number_once"),
            models.CheckConstraint(
                condition=Q(ended="") | Q(ended_at__isnull=False), name="case_end_has_time"
            ),
        ]
        indexes = [
            # open cases by due time (desk, command)
            models.Index(fields=["due", "id"], condition=OPEN, name="case_open_due"),
            # open cases of one leading office by due time (a restricted officer's list)
            # (the path equals; for an office with others below it, a range of the path)
            models.Index(fields=["lead_path", "due", "id"], condition=OPEN, name="case_open_lead_due"),
            # open cases of an area's subtree (town, village, unit; the map)
            models.Index(fields=["area_path", "due", "id"], condition=OPEN, name="case_open_area_due"),
            # open cases of one category by due time; board figures by category
            models.Index(fields=["category", "due", "id"], condition=OPEN, name="case_open_category_due"),
            # what is open now, counted for all who look (queries.present): read from the index alone
            models.Index(
                fields=["area_path", "lead_path", "mechanism", "type", "urgency", "due", "warn_at", "id"],
                condition=OPEN,
                name="case_open_present",
            ),
            # open cases near a place
            models.Index(
                fields=["lat", "lon"], condition=OPEN & Q(lat__isnull=False), name="case_open_place"
            ),
            # all cases, newest first; figures of a day
            models.Index(fields=["opened_at", "id"], name="case_opened"),
            # all cases of one leading office, newest first
            models.Index(fields=["lead_path", "opened_at", "id"], name="case_lead_opened"),
            # all cases of an area's subtree
            models.Index(fields=["area_path", "opened_at", "id"], name="case_area_opened"),
            # closed today; figures of a day
            models.Index(fields=["ended_at", "id"], condition=~OPEN, name="case_ended"),
            # cases of a service item that ended in a period; how they were rated
            models.Index(fields=["item", "ended_at"], condition=~Q(item="") & ~OPEN, name="case_item_ended"),
            # what a person reported, newest first
            models.Index(fields=["reported_by", "opened_at", "id"], name="case_reported_by"),
            # cases of a cluster
            models.Index(fields=["cluster", "due"], condition=Q(cluster__isnull=False), name="case_cluster"),
            # what was merged into this one
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_merged"),
            # confined cases of one post's office, newest first; what was said in them and must be destroyed by now
            models.Index(
                fields=["lead_path", "opened_at", "id"], condition=Q(confined=True), name="case_confined"
            ),
            # what tick must look at
            models.Index(fields=["wake_at", "id"], condition=Q(wake_at__isnull=False), name="case_wake"),
            # what the numbering must number
            models.Index(fields=["series", "id"], condition=Q(number__isnull=True), name="case_unnumbered"),
            # find by number
            models.Index(fields=["number"], condition=Q(number__isnull=False), name="case_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.tracking_code} {self.subject}"

    def light(self, at: datetime) -> str:
        """``green``, ``yellow``, ``red`` or ``none`` (ended, or nothing is due) at the given instant."""
        if self.ended_at is not None or self.due >= NEVER:
            return "none"
        return "red" if self.due < at else "yellow" if self.warn_at <= at else "green"


class CaseText(models.Model):
    """What full-text search finds a case by: public and internal text, cut into bigrams, phones redacted.

    A table of its own, so that updating a case never rewrites its text. The integer key is the row id of
    the FTS5 table on SQLite; on PostgreSQL a generated ``tsvector`` column hangs on it (see migration 0002).
    """

    id = models.BigAutoField(primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="text")
    words = models.TextField()

    class Meta:
        verbose_name = "检索文本"
