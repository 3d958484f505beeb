"""Who is called, in which order, by which channel, and what became of every single message."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.territory.models import Office


class Summons(models.Model):
    """One thing that somebody must hear of: rung after rung of people and channels, until somebody has read it."""

    class State(models.TextChoices):
        OPEN = "open", _("等人看")
        ANSWERED = "answered", _("已有人看")
        EXHAUSTED = "exhausted", _("叫完了没人应")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: what it is about, so that the same thing is never said twice: ``shift:7:untaken``
    key = models.CharField(max_length=160, unique=True)
    #: whose duty room or case it belongs to: who may see what became of it
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    #: reference of the thing: ``case:0199…``, ``shift:7``
    about = models.CharField(max_length=80, blank=True)
    number = models.CharField(_("编号"), max_length=60, blank=True)
    #: shown inside the site
    text = models.CharField(_("内容"), max_length=600)
    #: leaves the house: a number and plain words
    plain = models.CharField(_("短信"), max_length=70)
    #: ``[[{"person": "user:7", "name": "周敏", "channel": "sms"}, …], …]``: who is called at once, and who next
    rungs = models.JSONField(default=list)

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    rung = models.PositiveSmallIntegerField(default=0)
    #: minutes until the next rung; 0: only a failure leads there
    wait = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_name = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("传呼")
        constraints = [
            models.CheckConstraint(
                name="summons_answered_by_somebody",
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            # who must be called next (the climb, every ten seconds)
            models.Index(fields=["next_at"], condition=Q(state="open"), name="summons_next"),
            # what is still unanswered at this office's duty desk
            models.Index(
                fields=["office", "created_at"], condition=~Q(state="answered"), name="summons_waiting"
            ),
            # what was said about this case or shift
            models.Index(fields=["about"], condition=~Q(about=""), name="summons_about"),
        ]

    def __str__(self) -> str:
        return self.plain


class Message(models.Model):
    """One message to one person by one channel. Its id goes with it: whoever gets it twice shows it once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("正在发")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没有发出去")
        READ = "read", _("已看")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    summons = models.ForeignKey(Summons, models.CASCADE, related_name="messages")
    rung = models.PositiveSmallIntegerField(default=0)
    person = models.CharField(max_length=64, blank=True)
    name = models.CharField(_("收信人"), max_length=40)
    #: ``in_app`` or a channel of ``messages.channels``
    channel = models.CharField(_("渠道"), max_length=12)
    #: phone or account; empty inside the site
    to = EncryptedTextField(_("地址"), blank=True, privacy="contact")

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField(default=clock.now)
    #: who sends it just now, and until when others leave it alone
    holder = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    #: what the gateway calls it
    receipt = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="summons__office__area__path", offices=("summons__office__path",), person="person")

    class Meta:
        verbose_name = _("消息")
        constraints = [
            models.UniqueConstraint(
                fields=["summons", "rung", "person", "name", "channel"], name="message_once_a_rung"
            ),
            models.CheckConstraint(
                name="message_sent_has_time",
                condition=~Q(state__in=("sent", "read")) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_read_after_sent",
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("sent_at")),
            ),
        ]
        indexes = [
            # what is to be sent now
            models.Index(fields=["run_after"], condition=Q(state="waiting"), name="message_waiting"),
            # my unread ones, newest first
            models.Index(
                fields=["person", "-id"], condition=Q(channel="in_app", state="sent"), name="message_mine"
            ),
            # what could not be sent: the duty desk, the doctor
            models.Index(fields=["-id"], condition=Q(state="failed"), name="message_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.channel}"
