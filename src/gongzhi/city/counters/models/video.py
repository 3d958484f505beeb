"""The remote desk: seats, sessions, and the short-lived messages by which two browsers find each other."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.territory.models import Office, Post


class Seat(models.Model):
    """A desk from which somebody talks to people at a distance."""

    class State(models.TextChoices):
        FREE = "free", _("空闲")
        TALKING = "talking", _("通话中")
        AWAY = "away", _("离席")

    office = models.ForeignKey(Office, models.PROTECT, related_name="seats")
    title = models.CharField(_("名称"), max_length=40)
    #: what this seat can help with, in everyday words; empty: everything
    skills = models.JSONField(_("能办什么"), default=list)

    state = models.CharField(max_length=8, choices=State, default=State.AWAY)
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="seats")
    #: the last sign of life of the page at this seat
    seen_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("云端坐席")
        constraints = [
            models.UniqueConstraint(fields=["office", "title"], name="seat_once_at_office"),
            models.UniqueConstraint(
                fields=["post"], name="seat_one_per_post", condition=Q(post__isnull=False)
            ),
            models.CheckConstraint(
                name="seat_taken_has_somebody", condition=Q(state="away") | Q(post__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def fits(self, skill: str) -> bool:
        """Whether this seat helps with the skill that a caller wants."""
        return not skill or not self.skills or skill in self.skills


class VideoSession(models.Model):
    """One matter talked over by video, over however many connections it takes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        CONNECTED = "connected", _("已接通")
        IDENTIFIED = "identified", _("身份已核对")
        HANDLING = "handling", _("办理中")
        SIGNED = "signed", _("已签名")
        DONE = "done", _("已办结")
        DROPPED = "dropped", _("掉线待回拨")
        ASKED = "asked", _("留号待回拨")
        CALLING = "calling", _("回拨中")
        UNREACHED = "unreached", _("多次未接通")
        CANCELLED = "cancelled", _("已取消")

    #: both sides are there
    LIVE = ("connected", "identified", "handling", "signed")
    #: a seat is bound
    HELD = (*LIVE, "calling")
    #: somebody must call back
    OWED = ("dropped", "asked")
    ENDED = ("done", "unreached", "cancelled")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: the only way in for the caller
    code = models.CharField(max_length=16, unique=True)
    day = models.DateField(default=clock.today)
    seq = models.PositiveIntegerField()
    #: what they want help with: a skill of the seats, or empty for any
    skill = models.CharField(_("办什么"), max_length=60, blank=True)
    words = models.CharField(_("说明"), max_length=200, blank=True)
    #: the service point at whose screen the caller sits; empty: at home
    point = models.CharField(_("服务点"), max_length=80, blank=True)
    name = EncryptedTextField(_("姓名"), blank=True, privacy="identity")
    phone = EncryptedTextField(_("电话"), blank=True, privacy="contact")
    id_number = EncryptedTextField(_("证件号"), blank=True, privacy="identity")
    case = models.CharField(_("办件"), max_length=64, blank=True)

    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="sessions")
    #: one connection after the other: messages of an earlier round are not heard any more
    round = models.PositiveSmallIntegerField(default=0)
    #: empty, ``digits`` or ``card``: how the person's identity was checked in this connection
    identity = models.CharField(max_length=8, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    #: the form that lies open in the caller's page: ``mechanism/case type``, and the item for which it is
    form = models.CharField(max_length=130, blank=True)
    form_item = models.CharField(max_length=80, blank=True)
    #: what the caller is asked to sign; empty when nothing
    to_sign = models.CharField(max_length=300, blank=True)
    result = models.CharField(_("结果"), max_length=500, blank=True)

    asked_at = models.DateTimeField(default=clock.now)
    #: since when it waits in its place; a dropped one that comes back keeps it
    ready_at = models.DateTimeField(default=clock.now)
    connected_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    drops = models.PositiveSmallIntegerField(default=0)
    call_backs = models.PositiveSmallIntegerField(default=0)
    #: the last signs of life
    caller_seen = models.DateTimeField(null=True, blank=True)
    seat_seen = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="seat__office__area__path", offices=("seat__office__path",))

    class Meta:
        verbose_name = _("视频办事")
        constraints = [
            models.UniqueConstraint(fields=["day", "seq"], name="session_once_a_day"),
            models.UniqueConstraint(
                fields=["seat"],
                name="session_one_at_a_seat",
                condition=Q(state__in=("connected", "identified", "handling", "signed", "calling")),
            ),
            models.CheckConstraint(
                name="session_held_has_seat",
                condition=~Q(state__in=("connected", "identified", "handling", "signed", "calling"))
                | Q(seat__isnull=False),
            ),
        ]
        indexes = [
            # who is next; whom must somebody call back; who may have dropped (tick)
            models.Index(
                fields=["state", "ready_at"],
                condition=~Q(state__in=("done", "unreached", "cancelled")),
                name="session_open",
            ),
            # figures of a period
            models.Index(fields=["day", "state"], name="session_day"),
            # from which session a case was opened
            models.Index(fields=["case"], condition=~Q(case=""), name="session_case"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What is shown in the queue: V007."""
        return f"V{self.seq:03}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def is_ended(self) -> bool:
        return self.state in self.ENDED

    def silent_since(self, at: datetime, seconds: float) -> str:
        """Which side has given no sign of life for so long: ``caller``, ``seat`` or nobody (empty)."""
        for side, seen in (("caller", self.caller_seen), ("seat", self.seat_seen)):
            if seen is None or (at - seen).total_seconds() > seconds:
                return side
        return ""


class Signal(models.Model):
    """A message from one browser to the other through us. It holds network addresses of a person's home: it is deleted
    when the connection is over, and after an hour at the latest."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(VideoSession, models.CASCADE, related_name="signals")
    round = models.PositiveSmallIntegerField()
    #: who sent it: caller or seat
    side = models.CharField(max_length=6)
    kind = models.CharField(max_length=12)
    data = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            # what is new for this side: polled once a second while two browsers find each other
            models.Index(fields=["session", "round", "id"], name="signal_new"),
            # what is old enough to forget
            models.Index(fields=["at"], name="signal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.kind}"
