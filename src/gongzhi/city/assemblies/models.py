"""Rows of meetings: topics, meetings, rolls, marks, ballots, paper counts, objections.

A secret ballot and the fact that somebody has voted are apart by construction. The marks (who has voted) and the ballots
(empty, with random keys) are written when the ballot is opened, one of each per voter; casting a vote *updates* one mark and one
ballot picked at random. Neither row has a time or an order, and nothing of a single secret vote enters the journal. When the
ballot closes, the ballots are written anew in the order of their numbers, in one transaction.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.territory.models import Area
from gongzhi.engine.assemblies import Rules, load_rules


class Meeting(models.Model):
    """A meeting that was called: when, where, of whom, and its minutes."""

    kind = models.CharField(max_length=60)
    #: how the engine decides (``engine.assemblies.dump_rules``), as it was when the meeting was called
    rules_data = models.JSONField()
    title = models.CharField(_("名称"), max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField(_("开会时间"))
    venue = models.CharField(_("地点"), max_length=120)
    #: whether people may vote by phone as well
    by_phone = models.BooleanField(_("可以用手机投票"), default=True)
    minutes = models.TextField(_("会议记录"), blank=True)

    number = models.CharField(_("编号"), max_length=40, unique=True)
    called_at = models.DateTimeField(default=clock.now)
    called_by = models.CharField(max_length=64)
    called_name = models.CharField(_("召集人"), max_length=40, blank=True)
    #: the first ballot was opened, the meeting was closed, or it was called off
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField(_("取消原因"), max_length=200, blank=True)
    minuted_name = models.CharField(_("记录人"), max_length=40, blank=True)

    reach = Reach(area="area__path", person="called_by")

    class Meta:
        verbose_name = _("会议")
        indexes = [
            # the meetings of a village and below, newest first
            models.Index(fields=["area", "-starts_at"], name="meeting_area"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def rules(self) -> Rules:
        """What the engine decides by."""
        return load_rules(self.rules_data)

    @property
    def is_open(self) -> bool:
        """Neither closed nor called off."""
        return self.closed_at is None


class Topic(models.Model):
    """One question that a meeting decides. It waits until a meeting takes it up."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等开会")
        CALLED = "called", _("已通知开会")
        VOTING = "voting", _("正在表决")
        PUBLISHED = "published", _("结果公示中")
        DECIDED = "decided", _("已生效")
        WITHDRAWN = "withdrawn", _("不再表决")

    kind = models.CharField(max_length=60)
    rules_data = models.JSONField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="topics")
    title = models.CharField(_("议题"), max_length=200)
    text = models.TextField(_("说明"), blank=True)
    #: who waits for the decision, and by which word they know the topic (a case, its step and task)
    asked_by = models.CharField(max_length=80)
    token = models.CharField(max_length=80, blank=True)
    raised_at = models.DateTimeField(default=clock.now)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="topics")
    is_secret = models.BooleanField(_("无记名"), default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: objections are taken before this instant
    open_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    says = models.CharField(max_length=200, blank=True)
    because = models.CharField(max_length=200, blank=True)
    #: Merkle root of the published list of ballots
    root = models.CharField(max_length=64, blank=True)
    file_by = models.DateField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_as = models.CharField(_("备案号"), max_length=80, blank=True)

    reach = Reach(area="area__path")

    class Meta:
        verbose_name = _("议题")
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "token"],
                condition=~Q(state="withdrawn"),
                name="topic_once",
            ),
            models.CheckConstraint(
                name="topic_in_a_meeting_once_called",
                condition=Q(state__in=["waiting", "withdrawn"]) | Q(meeting__isnull=False),
            ),
        ]
        indexes = [
            # what waits for a meeting in a village and below; what is being voted on
            models.Index(fields=["area", "state"], name="topic_area_state"),
            # results whose window is over: the periodic look
            models.Index(fields=["open_until"], condition=Q(state="published"), name="topic_open_until"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> Rules:
        """What the engine decides by."""
        return load_rules(self.rules_data)

    @property
    def last_day(self) -> date | None:
        """The last day on which objections are taken."""
        return localdate(self.open_until - timedelta(seconds=1)) if self.open_until else None

    @property
    def list_name(self) -> str:
        """What binds the published list to this topic (``engine.assemblies.root_of``)."""
        return f"topic:{self.pk}"


class Voter(models.Model):
    """One line of a meeting's roll, fixed when the meeting was called: a household, or a person."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="roll")
    #: household number or key of the person in its register: what has the one vote
    unit = models.CharField(_("编号"), max_length=64)
    name = EncryptedTextField(_("姓名"), blank=True, privacy="identity")
    household = models.CharField(_("户号"), max_length=64, blank=True)
    #: account of a person, where the register of members names one
    person = models.CharField(max_length=64, blank=True)
    #: keyed hash of the code on the printed slip; the code itself is nowhere
    code_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)

    came_at = models.DateTimeField(_("签到"), null=True, blank=True)
    left_at = models.DateTimeField(_("离场"), null=True, blank=True)
    #: who came for the household, in words
    came_as = models.CharField(_("到会的人"), max_length=40, blank=True)

    reach = Reach(area="meeting__area__path", person="person")

    class Meta:
        verbose_name = _("名册")
        constraints = [
            # one vote per household or person: also the way from a unit to its line
            models.UniqueConstraint(fields=["meeting", "unit"], name="voter_once"),
        ]
        indexes = [
            # which lines are this account's
            models.Index(fields=["person"], condition=~Q(person=""), name="voter_person"),
            # in how many meetings a household is called to vote now
            models.Index(fields=["unit", "meeting"], name="voter_unit"),
        ]

    def __str__(self) -> str:
        return self.unit


class Mark(models.Model):
    """That somebody has voted on a topic, and by which way; of an open ballot also how."""

    class Channel(models.TextChoices):
        NONE = "", _("没有投")
        PHONE = "phone", _("手机")
        PAPER = "paper", _("纸质票")
        HAND = "hand", _("举手")

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="marks")
    voter = models.ForeignKey(Voter, models.PROTECT, related_name="marks")
    channel = models.CharField(max_length=5, choices=Channel, blank=True, default="")
    #: of an open ballot; of a secret one it is empty for ever
    choice = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            # exactly one vote; also the way to it
            models.UniqueConstraint(fields=["topic", "voter"], name="mark_once"),
        ]


class Ballot(models.Model):
    """A secret ballot: a random number that only its voter saw, and the choice. Nothing else."""

    #: random, so that no order is kept
    key = models.CharField(max_length=32, primary_key=True)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="ballots")
    receipt = models.CharField(max_length=20, blank=True)
    choice = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "receipt"], condition=~Q(receipt=""), name="ballot_receipt_once"
            ),
            models.CheckConstraint(
                name="ballot_is_empty_or_whole",
                condition=Q(receipt="", choice="") | (~Q(receipt="") & ~Q(choice="")),
            ),
        ]
        indexes = [
            # an empty ballot, picked at random
            models.Index(fields=["topic", "key"], condition=Q(choice=""), name="ballot_empty"),
        ]


class PaperCount(models.Model):
    """The paper ballots of a topic as one person counted them; two different people must come to the same."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="paper_counts")
    person = models.CharField(max_length=64)
    name = models.CharField(_("计票人"), max_length=40)
    agree = models.PositiveIntegerField(_("同意"))
    against = models.PositiveIntegerField(_("反对"))
    abstain = models.PositiveIntegerField(_("弃权"))
    spoilt = models.PositiveIntegerField(_("废票"))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            # one count per person and topic, the last one holds; also the counts of a topic
            models.UniqueConstraint(fields=["topic", "person"], name="papercount_once"),
        ]

    @property
    def sums(self) -> tuple[int, int, int, int]:
        """agree, against, abstain, spoilt."""
        return self.agree, self.against, self.abstain, self.spoilt


class Objection(models.Model):
    """What somebody has against a result while it hangs out."""

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="objections")
    person = models.CharField(max_length=64)
    name = EncryptedTextField(_("提出人"), blank=True, privacy="identity")
    text = models.TextField(_("异议"), max_length=1000)
    at = models.DateTimeField(default=clock.now)

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_name = models.CharField(_("答复人"), max_length=40, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="topic__area__path", person="person")

    class Meta:
        verbose_name = _("异议")
        constraints = [
            models.CheckConstraint(
                name="objection_answered_in_words",
                condition=Q(state="open") | ~Q(answer=""),
            ),
            # a double tap is one objection
            models.UniqueConstraint(fields=["topic", "person", "text"], name="objection_once"),
        ]


__all__ = ["Ballot", "Mark", "Meeting", "Objection", "PaperCount", "Topic", "Voter"]
