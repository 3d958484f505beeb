"""What the resident says of the service, once (好差评)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongzhi.city.cases.models.case import Case
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import Reach


class Grade(models.IntegerChoices):
    """The five grades of the national norm (国办发〔2019〕51号, GB/T 39734)."""

    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    BAD = 2, _("不满意")
    VERY_BAD = 1, _("非常不满意")


class Channel(models.TextChoices):
    """By which way the verdict came in."""

    WEB = "web", _("网上")
    WINDOW = "window", _("窗口评价器")
    QR = "qr", _("扫码")
    TERMINAL = "terminal", _("自助终端")
    PHONE = "phone", _("12345热线")
    VIDEO = "video", _("视频办理")


class Dimension(models.TextChoices):
    """What the verdict rests on. Online and offline service have lists of their own, see ``asked_of``."""

    EFFICIENCY = "efficiency", _("办事效率")
    GUIDE = "guide", _("指南准确")
    CONVENIENCE = "convenience", _("方便快捷")
    USABILITY = "usability", _("页面好用")
    SKILL = "skill", _("业务水平")
    ATTITUDE = "attitude", _("服务态度")


ONLINE = (Dimension.EFFICIENCY, Dimension.GUIDE, Dimension.CONVENIENCE, Dimension.USABILITY)
OFFLINE = (Dimension.EFFICIENCY, Dimension.SKILL, Dimension.ATTITUDE)
#: channels of a case that never came to a counter or a person
ONLINE_CASES = frozenset({"web", "online", "app", "open311", "api"})
#: grades that count as good, and those that must be followed up
GOOD_FROM, BAD_TO = Grade.FAIR, Grade.BAD


def asked_of(case_channel: str) -> tuple[Dimension, ...]:
    """The closed list of dimensions for a case that came in by this channel."""
    return ONLINE if case_channel in ONLINE_CASES else OFFLINE


class Rating(models.Model):
    """The reporter's own verdict, separate from the call-back: one per case, never changed.

    Who said it is not in this table, and the rated never read the case from here: see ``queries.ratings``. What the
    public figures group by is copied at the time of the verdict, so that they never read the cases.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="rating")
    contacted = models.BooleanField("联系过我", null=True)
    solved = models.BooleanField("解决了", null=True)
    stars = models.PositiveSmallIntegerField("满意程度", choices=Grade.choices)
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices, default=Channel.WEB)
    dimensions = models.JSONField("评的是哪些方面", default=list, blank=True)
    words = models.TextField("想说的话", blank=True, default="")
    #: the rater lets the words be published, without name and number
    publishable = models.BooleanField("可以公开原话", default=False)
    rated_at = models.DateTimeField()

    office = models.CharField("被评价单位", max_length=40, blank=True, default="")
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    #: ``mechanism.type`` of the case, and the service item that it named
    type = models.CharField(max_length=130, blank=True, default="")
    item = models.CharField(max_length=80, blank=True, default="")
    #: how the case came in
    case_channel = models.CharField(max_length=32, blank=True, default="")
    #: the month in which it was said, ``202410``: what is published says no day
    month = models.PositiveIntegerField(default=0)

    reach = Reach(area="area_path", offices=("office_path",))

    class Meta:
        verbose_name = "评价"
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"),
        ]
        indexes = [
            # figures by month and office; the rows behind them
            models.Index(fields=["month", "office_path"], name="rating_month_office"),
            # bad grades and what came of them, newest month first
            models.Index(fields=["month", "case"], condition=models.Q(stars__lte=2), name="rating_bad_month"),
        ]
