"""The log, which is only ever added to, and the note with which a shift is handed over."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.duty.models.rosters import DutyRoom, Shift
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField


class LogEntry(models.Model):
    """One line of the log (值班日志). It is never changed: a mistake is put right, and a matter settled, by a new line."""

    class Kind(models.TextChoices):
        CALL = "call", _("来电")
        PAPER = "paper", _("来文")
        EVENT = "event", _("情况")
        ORDER = "order", _("指令")
        CASE = "case", _("事项")
        HANDOVER = "handover", _("交接班")
        SETTLED = "settled", _("了结")
        OTHER = "other", _("其他")

    room = models.ForeignKey(DutyRoom, models.PROTECT, related_name="entries")
    #: whose shift it was; empty when nobody had taken over
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="entries")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(_("时间"), default=clock.now)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind, default=Kind.EVENT)
    source = models.CharField(_("来源"), max_length=60, blank=True)
    text = models.TextField(_("内容"))
    #: number of whoever rang
    phone = EncryptedTextField(_("来电号码"), blank=True, privacy="contact")
    #: reference number of the case that it belongs to
    case = models.CharField(_("事项编号"), max_length=64, blank=True)
    #: somebody must come back to it
    is_open = models.BooleanField(_("还要跟进"), default=False)
    #: the line that this one settles
    settles = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="settled_by")
    person = models.CharField(max_length=64, blank=True)
    name = models.CharField(_("记录人"), max_length=40, blank=True)

    reach = Reach(area="room__office__area__path", offices=("room__office__path",))

    class Meta:
        verbose_name = _("值班日志")
        constraints = [
            # also the query for the newest page
            models.UniqueConstraint(fields=["room", "seq"], name="logentry_once"),
            models.CheckConstraint(
                name="logentry_settles_and_is_settled",
                condition=Q(settles__isnull=True) | Q(kind="settled", is_open=False),
            ),
        ]
        indexes = [
            # what is open in this room: the desk, every handover
            models.Index(fields=["room", "seq"], condition=Q(is_open=True), name="logentry_open"),
            # what the log says of a case
            models.Index(fields=["case"], condition=~Q(case=""), name="logentry_case"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("Lines of the log are not changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Lines of the log cannot be deleted.")


class Handover(models.Model):
    """What one shift told the next one: written once by the one, signed by the other."""

    room = models.ForeignKey(DutyRoom, models.PROTECT, related_name="handovers")
    #: empty for the first shift of a room
    before = models.OneToOneField(Shift, models.PROTECT, null=True, blank=True, related_name="handed_over")
    after = models.OneToOneField(Shift, models.PROTECT, null=True, blank=True, related_name="taken_over")
    #: what was open then: ``[{"what", "number", "text", "since", "due", "light"}]``
    items = models.JSONField(default=list)
    words = models.CharField(_("交代"), max_length=1000, blank=True)
    given_by = models.CharField(max_length=64, blank=True)
    given_name = models.CharField(_("交班人"), max_length=40, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    received_by = models.CharField(max_length=64, blank=True)
    received_name = models.CharField(_("接班人"), max_length=40, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    #: why it was taken over without the signature of the one before
    because = models.CharField(_("未签字原因"), max_length=200, blank=True)

    reach = Reach(area="room__office__area__path", offices=("room__office__path",))

    class Meta:
        verbose_name = _("交接班")
        constraints = [
            models.CheckConstraint(
                name="handover_signed_or_said_why",
                condition=Q(received_at__isnull=True)
                | Q(before__isnull=True)
                | Q(given_at__isnull=False)
                | ~Q(because=""),
            ),
        ]
        indexes = [
            # the handovers of a room, newest first
            models.Index(fields=["room", "-id"], name="handover_room"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} → {self.received_name}"
