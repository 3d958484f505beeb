"""Rooms, shifts, who is on them, and who stands in for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office


class DutyRoom(models.Model):
    """The duty room of an office. Its row is the lock under which shifts change hands."""

    office = models.OneToOneField(Office, models.PROTECT, related_name="duty_room")
    title = models.CharField(_("名称"), max_length=40)
    #: the public number; a private one is sealed with the person
    phone = models.CharField(_("值班电话"), max_length=20, blank=True)
    #: the general duty room (总值班室): whom ``@ on_duty`` means
    is_main = models.BooleanField(_("总值班室"), default=False)
    #: minutes after the beginning of a shift that nobody took over, when the alert goes out
    grace = models.PositiveSmallIntegerField(_("几分钟没有接班就提醒"), default=15)
    #: minutes before its beginning from which a shift may be taken over
    early = models.PositiveSmallIntegerField(_("可以提前几分钟接班"), default=60)
    #: minutes in which a message to somebody on duty is read, before the next one is called
    patience = models.PositiveSmallIntegerField(_("几分钟没有看消息就叫下一位"), default=10)

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("值班室")
        constraints = [
            # also the query for it
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="dutyroom_one_main"),
        ]

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """A span of time for which some people answer; responsible is who took it over, until the next ones do."""

    class State(models.TextChoices):
        PLANNED = "planned", _("未接班")
        HELD = "held", _("值班中")
        OVER = "over", _("已交班")
        MISSED = "missed", _("无人接班")

    room = models.ForeignKey(DutyRoom, models.PROTECT, related_name="shifts")
    title = models.CharField(_("班次"), max_length=20)
    starts = models.DateTimeField(_("开始"))
    ends = models.DateTimeField(_("结束"))

    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    taken_at = models.DateTimeField(null=True, blank=True)
    #: ``user:7`` and the name as it was then
    taken_by = models.CharField(max_length=64, blank=True)
    taken_name = models.CharField(_("接班人"), max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: when the alert went out that nobody had taken over
    warned_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="room__office__area__path", offices=("room__office__path",))

    class Meta:
        verbose_name = _("班次")
        constraints = [
            # also gives a month of the roster, and the next shift
            models.UniqueConstraint(fields=["room", "starts"], name="shift_once"),
            models.CheckConstraint(name="shift_ends_after_start", condition=Q(ends__gt=F("starts"))),
            # two people can't both be responsible; also the query for the one who is
            models.UniqueConstraint(fields=["room"], condition=Q(state="held"), name="shift_one_held"),
            models.CheckConstraint(
                name="shift_held_was_taken",
                condition=~Q(state__in=("held", "over")) | Q(taken_at__isnull=False),
            ),
        ]
        indexes = [
            # which shifts nobody has taken over (the watch, every half minute)
            models.Index(fields=["starts"], condition=Q(state="planned"), name="shift_planned"),
        ]

    def __str__(self) -> str:
        return self.title

    def late_at(self, at: datetime) -> bool:
        """Whether it should have been taken over by now."""
        return self.state == self.State.PLANNED and at >= self.starts + timedelta(minutes=self.room.grace)


class Place(models.Model):
    """Somebody's place in a shift."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("带班领导")
        OFFICER = "officer", _("值班员")

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="places")
    part = models.CharField(max_length=8, choices=Kind, default=Kind.OFFICER)
    #: empty for somebody who has no account here: they are phoned
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="duty_places")
    name = models.CharField(_("姓名"), max_length=40)
    phone = EncryptedTextField(_("电话"), blank=True, privacy="contact")
    #: somebody else stands in; the row stays, so that it is seen who was planned
    left_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="shift__room__office__area__path", offices=("shift__room__office__path",))

    class Meta:
        verbose_name = _("值班人员")
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "name"], condition=Q(left_at__isnull=True), name="place_once_a_shift"
            ),
        ]
        indexes = [
            # is this person on another shift at the same time; my shifts
            models.Index(fields=["user"], condition=Q(left_at__isnull=True), name="place_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person(self) -> str:
        """The id of the person in facts; empty without an account."""
        return f"user:{self.user_id}" if self.user_id else ""

    @property
    def number(self) -> str:
        """The number to ring: the roster's, else the account's."""
        return self.phone or (self.user.phone if self.user else "")


class Swap(models.Model):
    """Somebody asks another one to stand in, perhaps against a shift of theirs; a leader decides."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        APPROVED = "approved", _("已批准")
        DECLINED = "declined", _("未批准")

    giving = models.ForeignKey(Place, models.CASCADE, related_name="swaps")
    #: the place that the asker takes in return; empty: none
    taking = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("替班人"), max_length=40)
    reason = models.CharField(_("原因"), max_length=200)

    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.CharField(max_length=64)
    asked_name = models.CharField(max_length=40)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_name = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(_("意见"), max_length=200, blank=True)

    reach = Reach(
        area="giving__shift__room__office__area__path", offices=("giving__shift__room__office__path",)
    )

    class Meta:
        verbose_name = _("换班")
        constraints = [
            models.UniqueConstraint(fields=["giving"], condition=Q(state="asked"), name="swap_one_asked"),
            models.CheckConstraint(
                name="swap_decided_by_another",
                condition=Q(state="asked") | (~Q(decided_by="") & ~Q(decided_by=F("asked_by"))),
            ),
        ]

    def __str__(self) -> str:
        return self.name
