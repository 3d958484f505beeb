"""Lines, windows and the numbers that people hold."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.territory.models import Office, Post


class DayCount(models.Model):
    """How many numbers a series has given on a day. Its row is locked while a number is given, and with the number it
    is taken back when the transaction fails: so numbers have no gap."""

    #: ``line:7``, ``video``, ``slot:7:9`` (appointments of line 7 at 9 o'clock)
    series = models.CharField(max_length=40)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="daycount_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.day}: {self.last}"


class Line(models.Model):
    """One queue at a service point: what it is for, and which office answers for it."""

    #: key of a record in the register ``service_points``
    point = models.CharField(_("服务点"), max_length=80)
    letter = models.CharField(_("字母"), max_length=2)
    title = models.CharField(_("名称"), max_length=40)
    office = models.ForeignKey(Office, models.PROTECT, related_name="lines")
    #: what can be done in this line, in everyday words; empty: everything
    items = models.JSONField(_("事项"), default=list)
    #: appointments that one hour takes; 0: this line takes none
    hourly = models.PositiveSmallIntegerField(_("每小时预约数"), default=0)
    is_open = models.BooleanField(_("取号"), default=True)

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("排队")
        # also gives the lines of a point in the order in which they are shown
        constraints = [models.UniqueConstraint(fields=["point", "letter"], name="line_once_at_point")]

    def __str__(self) -> str:
        return f"{self.letter} {self.title}"


class Window(models.Model):
    """A desk at which somebody sits."""

    class State(models.TextChoices):
        OPEN = "open", _("办理中")
        PAUSED = "paused", _("暂停")
        CLOSED = "closed", _("未开")

    point = models.CharField(_("服务点"), max_length=80)
    number = models.PositiveSmallIntegerField(_("窗口号"))
    title = models.CharField(_("名称"), max_length=40)
    office = models.ForeignKey(Office, models.PROTECT, related_name="windows")
    lines = models.ManyToManyField(Line, related_name="windows")

    state = models.CharField(max_length=8, choices=State, default=State.CLOSED)
    #: the post of whoever sits here now
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="windows")

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = _("窗口")
        constraints = [
            # also gives the windows of a point in the order in which they stand
            models.UniqueConstraint(fields=["point", "number"], name="window_once_at_point"),
            models.UniqueConstraint(
                fields=["post"], name="window_one_per_post", condition=Q(post__isnull=False)
            ),
            models.CheckConstraint(
                name="window_open_has_somebody", condition=Q(state="closed") | Q(post__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}号窗口"


class QueueNumber(models.Model):
    """What somebody holds who waits: a letter and a number, gap-free per line and day."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候")
        CALLED = "called", _("已叫号")
        SERVING = "serving", _("办理中")
        DONE = "done", _("已办完")
        MISSED = "missed", _("过号")
        LEFT = "left", _("不等了")

    #: states in which a window is taken
    AT_WINDOW = ("called", "serving")

    line = models.ForeignKey(Line, models.PROTECT, related_name="numbers")
    day = models.DateField(default=clock.today)
    seq = models.PositiveIntegerField()
    #: who holds the number holds this code: the way to its page
    code = models.CharField(max_length=16, unique=True)
    #: what the person comes for, in their words or the line's
    item = models.CharField(_("办什么"), max_length=60, blank=True)
    case = models.CharField(_("办件"), max_length=64, blank=True)

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="numbers")
    #: the place in the line: when it was taken, or when a missed one came back
    ready_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    serving_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    #: how often it was called out
    calls = models.PositiveSmallIntegerField(default=0)

    reach = Reach(area="line__office__area__path", offices=("line__office__path",))

    class Meta:
        verbose_name = _("排队号")
        constraints = [
            models.UniqueConstraint(fields=["line", "day", "seq"], name="number_once_a_day"),
            models.UniqueConstraint(
                fields=["window"], name="number_one_at_a_window", condition=Q(state__in=("called", "serving"))
            ),
            models.CheckConstraint(
                name="number_called_has_window",
                condition=~Q(state__in=("called", "serving", "done")) | Q(window__isnull=False),
            ),
        ]
        indexes = [
            # who is next in this line today; how many wait before me
            models.Index(fields=["line", "day", "state", "ready_at"], name="number_waiting"),
            # how long the last ones took: the estimate
            models.Index(fields=["line", "ended_at"], condition=Q(state="done"), name="number_done"),
            # from which number a case was opened
            models.Index(fields=["case"], condition=~Q(case=""), name="number_case"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What is called out: A012."""
        return f"{self.line.letter}{self.seq:03}"
