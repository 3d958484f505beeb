"""What came in, who sent it, what became of it, and what was odd about it. The readings themselves lie in Parquet files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach

#: ``mechanism.feed``
FEED_LENGTH = 128
SERIES_LENGTH = 120


class Batch(models.Model):
    """A file, a message or a push of one feed: kept as it came, then judged and stored."""

    class Channel(models.TextChoices):
        """By which way it came."""

        FILE = "file", _("网页上传")
        COMMAND = "command", _("命令导入")
        PUSH = "push", _("接口推送")
        MQTT = "mqtt", _("消息队列")
        RETRY = "retry", _("重新核对")

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待入库")
        STORED = "stored", _("已入库")
        BROKEN = "broken", _("读不下去")

    id = models.BigAutoField(primary_key=True)
    feed = models.CharField(_("数据来源"), max_length=FEED_LENGTH)
    mechanism = models.CharField(_("机制"), max_length=64)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    name = models.CharField(_("文件名"), max_length=200, blank=True, default="")
    size = models.PositiveBigIntegerField(_("字节"))
    #: SHA-256 of what came; also the name of the kept file
    digest = models.CharField(max_length=64)
    #: the same key is the same batch; of a file its digest
    key = models.CharField(max_length=160, blank=True, default="")
    #: the batch whose rows that were kept apart are looked at again
    of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="retries", db_index=False
    )
    received_at = models.DateTimeField(_("收到"), default=clock.now)
    by = models.CharField(max_length=64)
    who = models.CharField(_("谁送来"), max_length=60, blank=True, default="")

    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    rows = models.PositiveBigIntegerField(_("行数"), default=0)
    added = models.PositiveBigIntegerField(_("新收"), default=0)
    #: equal to what was there, or twice in the file
    same = models.PositiveBigIntegerField(_("重复"), default=0)
    replaced = models.PositiveBigIntegerField(_("改正"), default=0)
    apart = models.PositiveBigIntegerField(_("放一边"), default=0)
    late = models.PositiveBigIntegerField(_("迟到"), default=0)
    #: start of the first and the last step that it told of
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    stored_at = models.DateTimeField(null=True)

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("批次")
        constraints = [
            # the same file or push twice is one; also the query for it
            models.UniqueConstraint(fields=["feed", "key"], condition=~Q(key=""), name="feed_batch_once"),
        ]
        indexes = [
            # the batches of a feed, newest first
            models.Index(fields=["feed", "-id"], name="feed_batch_newest"),
            # what waits to be stored, the oldest first; and how much it is
            models.Index(fields=["feed", "id"], condition=Q(state="waiting"), name="feed_batch_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.feed} #{self.pk}"

    @property
    def settled(self) -> bool:
        """Whether it was judged."""
        return self.state != self.State.WAITING


class Finding(models.Model):
    """Something odd in a batch: of one series, or of the whole."""

    class Kind(models.TextChoices):
        """What it is; the first that a person should look at first."""

        BROKEN = "broken", _("文件读不下去")
        CLOCK = "clock", _("时钟可能偏了")
        FUTURE = "future", _("时间在将来")
        UNKNOWN = "unknown", _("编号不在册")
        UNREADABLE = "unreadable", _("读不懂")
        RANGE = "range", _("超出范围")
        ZEROS = "zeros", _("整天为零")
        GAP = "gap", _("缺数")
        SILENT = "silent", _("一个数也没来")
        CONFLICT = "conflict", _("与先前不同")
        RESET = "reset", _("表底归零")
        LATE = "late", _("迟到")

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="findings", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    series = models.CharField(_("编号"), max_length=SERIES_LENGTH, blank=True, default="")
    #: how many readings, or for a clock: how many minutes it is ahead (below zero: behind)
    count = models.BigIntegerField(default=0)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("发现的问题")
        constraints = [
            # the findings of a batch in order of their kind; each once
            models.UniqueConstraint(fields=["batch", "kind", "series", "since"], name="feed_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.series}"

    @property
    def minutes(self) -> int:
        """How far a clock is off, in minutes, whichever way."""
        return abs(self.count)


class Alias(models.Model):
    """What a provider calls a series that the register knows by another key: a firm that was renamed."""

    id = models.BigAutoField(primary_key=True)
    feed = models.CharField(max_length=FEED_LENGTH)
    mechanism = models.CharField(max_length=64)
    given = models.CharField(_("送来的编号"), max_length=SERIES_LENGTH)
    series = models.CharField(_("在册的编号"), max_length=SERIES_LENGTH)
    by = models.CharField(max_length=64)
    who = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    reach = Reach(mechanism="mechanism")

    class Meta:
        verbose_name = _("编号对照")
        constraints = [
            # also the index of "all names of a feed"
            models.UniqueConstraint(fields=["feed", "given"], name="feed_alias_once"),
        ]

    def __str__(self) -> str:
        return f"{self.given} → {self.series}"
