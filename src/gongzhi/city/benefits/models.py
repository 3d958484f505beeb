"""Who has which benefit, what was paid for which month, what is looked at again, and what a change would mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField

ZERO = Decimal("0.00")


#: a column of yuan with cents
MONEY: Any = {"max_digits": 14, "decimal_places": 2}


class ParameterValue(models.Model):
    """A value of a programme's parameter that the city has set, from one day on. Never changed; a later row stands over it."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    programme = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    starts = models.DateField(_("从哪天起"))
    #: null ends the parameter
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=4, null=True)
    basis = models.CharField(_("依据"), max_length=200)
    set_by = models.CharField(max_length=64)
    set_name = models.CharField(_("谁定的"), max_length=60, blank=True, default="")
    set_at = models.DateTimeField(default=clock.now)

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("待遇标准")
        indexes = [
            # all values of a programme, the newest row of a day last
            models.Index(fields=["mechanism", "programme", "name", "starts", "id"], name="benefit_value_of"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.programme}.{self.name} {self.starts}"


class Entitlement(models.Model):
    """That a person has a benefit: from when, to when, and why."""

    class State(models.TextChoices):
        RUNNING = "running", _("享受中")
        STOPPED = "stopped", _("已停")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    programme = models.CharField(max_length=64)
    #: key in the people register: no name, no number
    person = models.CharField(_("人员编号"), max_length=64)
    household = models.CharField(_("户号"), max_length=64, blank=True, default="")
    area = models.CharField(max_length=40, blank=True, default="")
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    #: who decides and pays
    office = models.CharField(max_length=64, blank=True, default="")
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    starts = models.DateField(_("从哪天起"))
    #: the last day; null while nothing ends it
    ends = models.DateField(_("到哪天"), null=True)
    #: what a decision fixed instead of the programme's amount
    fixed = models.DecimalField(_("定下的金额"), null=True, **MONEY)

    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    #: words and row of the table that decided
    because = models.CharField(_("为什么"), max_length=300, blank=True, default="")
    row = models.PositiveIntegerField(default=0)
    #: the case whose decision gave it; null: nobody had to apply
    case = models.UUIDField(null=True)
    granted_at = models.DateTimeField(default=clock.now)
    stop_reason = models.CharField(_("为什么停"), max_length=300, blank=True, default="")
    stopped_at = models.DateTimeField(null=True)
    #: when it is looked at again; null: never, or it has stopped
    review_due = models.DateField(_("下次年审"), null=True)
    #: what was paid too much and has not come back
    owes = models.DecimalField(_("多发未收回"), default=ZERO, **MONEY)

    reach = Reach(area="area_path", offices=("office_path",), mechanism="mechanism")

    class Meta:
        verbose_name = _("待遇资格")
        constraints = [
            # one at a time; also "does this person have it?"
            models.UniqueConstraint(
                fields=["mechanism", "programme", "person"],
                condition=Q(state="running"),
                name="entitlement_once",
            ),
            models.CheckConstraint(
                name="entitlement_in_order",
                condition=Q(ends__isnull=True)
                | Q(stopped_at__isnull=False)
                | Q(ends__gte=models.F("starts")),
            ),
        ]
        indexes = [
            # everything that one person has or had
            models.Index(fields=["person", "mechanism", "programme"], name="entitlement_of_person"),
            # the list of a programme, page by page, and the people of a payment run
            models.Index(fields=["mechanism", "programme", "state", "id"], name="entitlement_of_programme"),
            # what is to be reviewed
            models.Index(fields=["review_due"], condition=Q(state="running"), name="entitlement_review"),
            # what is to come back
            models.Index(
                fields=["mechanism", "programme", "id"], condition=Q(owes__gt=0), name="entitlement_owes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person}"

    @property
    def number(self) -> str:
        """How people call it."""
        return f"DY{self.pk:07d}"

    @property
    def name(self) -> str:
        """``mechanism.programme``."""
        return f"{self.mechanism}.{self.programme}"


class PaymentRun(models.Model):
    """One month of one programme: made by one, approved by another, sent to the bank."""

    class State(models.TextChoices):
        MAKING = "making", _("正在算")
        DRAFT = "draft", _("待复核")
        APPROVED = "approved", _("已复核")
        SENT = "sent", _("已送银行")
        DROPPED = "dropped", _("已作废")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    programme = models.CharField(max_length=64)
    #: first day of the month
    month = models.DateField(_("月份"))
    office = models.CharField(max_length=64, blank=True, default="")
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.MAKING)
    #: version of the mechanism with which it was reckoned
    version = models.CharField(max_length=32)
    made_by = models.CharField(max_length=64)
    made_name = models.CharField(_("谁造册"), max_length=60, blank=True, default="")
    made_at = models.DateTimeField(default=clock.now)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_name = models.CharField(_("谁复核"), max_length=60, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(_("人数"), default=0)
    total = models.DecimalField(_("合计"), default=ZERO, **MONEY)
    back = models.DecimalField(_("其中补发"), default=ZERO, **MONEY)
    returned = models.PositiveIntegerField(_("退回"), default=0)
    trouble = models.CharField(max_length=300, blank=True, default="")

    reach = Reach(offices=("office_path",), mechanism="mechanism")

    class Meta:
        verbose_name = _("发放册")
        constraints = [
            # a month is paid once
            models.UniqueConstraint(
                fields=["mechanism", "programme", "month"],
                condition=~Q(state="dropped"),
                name="payment_run_once",
            ),
            # one at a time: the next one needs to know what this one paid
            models.UniqueConstraint(
                fields=["mechanism", "programme"],
                condition=Q(state__in=("making", "draft")),
                name="payment_run_one_open",
            ),
            models.CheckConstraint(
                name="payment_run_two_people",
                condition=Q(approved_by="") | ~Q(approved_by=models.F("made_by")),
            ),
        ]
        indexes = [
            # the runs of a programme, newest first
            models.Index(fields=["mechanism", "programme", "-month"], name="payment_run_of"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.month:%Y-%m}"

    @property
    def number(self) -> str:
        """How people call it."""
        return f"FF{self.pk:06d}"


class PaymentLine(models.Model):
    """One person in one run."""

    class State(models.TextChoices):
        LISTED = "listed", _("在册")
        RETURNED = "returned", _("银行退回")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="entries", db_index=False)
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    amount = models.DecimalField(_("发多少"), **MONEY)
    #: differences of earlier months in it
    back = models.DecimalField(_("其中补发"), default=ZERO, **MONEY)
    #: paid too much, beyond what this line sets off
    owes = models.DecimalField(default=ZERO, **MONEY)
    because = models.CharField(_("为什么"), max_length=300, blank=True, default="")
    #: what was known of the person on the day of the run, as ``engine.benefits.Basis`` writes it; empty: as on the line before
    basis = EncryptedTextField(blank=True, default="", privacy="identity")
    state = models.CharField(max_length=8, choices=State, default=State.LISTED)
    returned_reason = models.CharField(_("为什么退回"), max_length=200, blank=True, default="")

    reach = Reach(area="entitlement__area_path", offices=("run__office_path",), mechanism="run__mechanism")

    class Meta:
        verbose_name = _("发放明细")
        constraints = [
            # also the index of a run's lines
            models.UniqueConstraint(fields=["run", "entitlement"], name="payment_line_once"),
        ]
        indexes = [
            # what one person was paid
            models.Index(fields=["entitlement", "run"], name="payment_line_of"),
            # what the bank returned
            models.Index(fields=["run", "id"], condition=Q(state="returned"), name="payment_line_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.entitlement_id} {self.amount}"


class PaymentPart(models.Model):
    """What a line pays, or takes back, for one month."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(PaymentLine, on_delete=models.CASCADE, related_name="parts", db_index=False)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    amount = models.DecimalField(**MONEY)

    class Meta:
        verbose_name = _("发放明细的月份")
        constraints = [
            # also the index of a line's parts
            models.UniqueConstraint(fields=["line", "month"], name="payment_part_once"),
        ]
        indexes = [
            # what stands as paid for each month of a person
            models.Index(fields=["entitlement", "month"], name="payment_part_of"),
        ]


class Recovery(models.Model):
    """Money that came back from a person, for the month that was paid too much."""

    id = models.BigAutoField(primary_key=True)
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="recoveries", db_index=False
    )
    month = models.DateField()
    amount = models.DecimalField(_("收回多少"), **MONEY)
    note = models.CharField(_("怎样收回的"), max_length=200)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("收回")
        constraints = [models.CheckConstraint(name="recovery_positive", condition=Q(amount__gt=0))]
        indexes = [
            # what came back of one person
            models.Index(fields=["entitlement", "month"], name="recovery_of"),
        ]


class Recheck(models.Model):
    """An entitlement looked at again: yearly, by a person."""

    class Result(models.TextChoices):
        KEEP = "keep", _("继续享受")
        STOP = "stop", _("停发")

    id = models.BigAutoField(primary_key=True)
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="rechecks", db_index=False
    )
    due = models.DateField()
    result = models.CharField(max_length=4, choices=Result)
    #: what the conditions said that day
    because = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("年审")
        indexes = [
            # the reviews of one person
            models.Index(fields=["entitlement", "id"], name="recheck_of"),
        ]


class WhatIf(models.Model):
    """One question of what a change would mean, and its answer."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        DONE = "done", _("算好了")
        FAILED = "failed", _("没有算成")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    programme = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    month = models.DateField()
    #: parameter -> the value it would have
    changes = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=64)
    asked_name = models.CharField(max_length=60, blank=True, default="")
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    #: sums, by area, by age; and the first rows of who gains and who loses
    result = models.JSONField(default=dict)
    people = models.PositiveIntegerField(default=0)
    #: of the extract, and of the question itself
    extract_ms = models.PositiveIntegerField(default=0)
    query_ms = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, default="")

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("政策测算")
        indexes = [
            # what was asked of a programme, newest first
            models.Index(fields=["mechanism", "programme", "-id"], name="what_if_of"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.programme} {self.month:%Y-%m} {self.changes}"
