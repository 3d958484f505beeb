"""Appointments: somebody comes to the window at an agreed hour, or we come to them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.counters.models.queues import Line, QueueNumber
from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.territory.models import Area, Office


class Appointment(models.Model):
    """One agreed meeting."""

    class Kind(models.TextChoices):
        HOME_VISIT = "home_visit", _("上门")
        WINDOW = "window", _("到窗口")

    class State(models.TextChoices):
        ASKED = "asked", _("已申请")
        ACCEPTED = "accepted", _("已约定")
        VISITED = "visited", _("已见面")
        DONE = "done", _("已办完")
        CANCELLED = "cancelled", _("已取消")

    class Reason(models.TextChoices):
        IMMOBILE = "immobile", _("行动不便")
        OLD = "old", _("高龄独居")
        DISABLED = "disabled", _("残疾")
        ILL = "ill", _("生病住院")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    kind = models.CharField(_("方式"), max_length=12, choices=Kind)
    #: who meets the person
    office = models.ForeignKey(Office, models.PROTECT, related_name="appointments")
    #: where they live, for a visit
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="appointments")
    #: the line at a service point, for the window
    line = models.ForeignKey(Line, models.PROTECT, null=True, blank=True, related_name="appointments")
    item = models.CharField(_("办什么"), max_length=60)
    reason = models.CharField(_("为什么上门"), max_length=10, choices=Reason, blank=True)
    day = models.DateField(_("日期"))
    hour = models.PositiveSmallIntegerField(_("时段"))
    #: how to address them at their door; nobody checks it against a card, so it is a way of contact
    name = EncryptedTextField(_("称呼"), blank=True, privacy="contact")
    phone = EncryptedTextField(_("电话"), privacy="contact")
    place = EncryptedTextField(_("详细地址"), blank=True, privacy="contact")
    case = models.CharField(_("办件"), max_length=64, blank=True)

    code = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    #: the person in facts who goes; empty until it is accepted
    visitor = models.CharField(max_length=64, blank=True)
    visitor_name = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: the number that was given on arrival at the window
    number = models.OneToOneField(
        QueueNumber, models.PROTECT, null=True, blank=True, related_name="appointment"
    )

    reach = Reach(area="area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("预约")
        constraints = [
            models.CheckConstraint(name="appointment_hour", condition=Q(hour__gte=0, hour__lte=23)),
            models.CheckConstraint(
                name="appointment_has_its_place",
                condition=Q(kind="home_visit", line__isnull=True) | Q(kind="window", line__isnull=False),
            ),
        ]
        indexes = [
            # what this office has agreed to, day by day
            models.Index(
                fields=["office", "day", "hour"],
                condition=Q(state__in=("asked", "accepted", "visited")),
                name="appointment_open",
            ),
            # how many have taken this hour of a line
            models.Index(fields=["line", "day", "hour"], name="appointment_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day} {self.hour}:00"
