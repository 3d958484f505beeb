"""Written mandates (委托书): who may act for whom, in what, until when, and how that was signed."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField


class Scope(models.TextChoices):
    """What a mandate covers."""

    CASE = "case", _("只办这一件")
    ITEM = "item", _("只办这一个事项")
    TYPES = "types", _("办这几类事")


class State(models.TextChoices):
    """What was done with it; that its day has come is read from ``until``, not stored."""

    ACTIVE = "active", _("有效")
    USED = "used", _("已用于办理")
    REVOKED = "revoked", _("已撤销")


class Signed(models.TextChoices):
    """How it was signed."""

    DRAWN = "drawn", _("屏幕上手写签名")
    PAPER = "paper", _("纸上签名，拍照存档")


class Checked(models.TextChoices):
    """How the identity of the mandator was checked."""

    CARD_SEEN = "card_seen", _("当面查看了身份证件")
    CARD_READ = "card_read", _("当面刷身份证核验")
    VIDEO = "video", _("视频核验")
    WITNESSED = "witnessed", _("本人到场，由村（社区）见证")


class Mandate(models.Model):
    """One mandate. Civil code, articles 165 (contents of a written mandate) and 173 (how it ends).

    It costs nothing: there is no field for a fee, and there will be none.
    """

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: by which the mandator finds it again, like the tracking code of a case
    code = models.CharField(_("委托码"), max_length=16, unique=True, default=ids.tracking_code)

    # its own index would repeat the one below
    mandator = models.ForeignKey(
        "people.Resident", models.PROTECT, related_name="mandates", db_index=False, verbose_name=_("委托人")
    )
    #: the human being who acts (``Actor.person``), and the post in which the mandate was given
    agent_person = models.CharField(max_length=60)
    agent_name = models.CharField(_("受托人"), max_length=60)
    agent_role = models.CharField(max_length=40)
    agent_office = models.CharField(max_length=40, blank=True)
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")

    scope = models.CharField(_("范围"), max_length=8, choices=Scope.choices)
    mechanism = models.CharField(max_length=64, blank=True)
    #: case types of the mechanism, for ``types`` and ``item``
    types = models.JSONField(default=list, blank=True)
    #: key of the service item, for ``item``
    item = models.CharField(max_length=80, blank=True)
    #: what is covered in the words of the paper, e.g. 高龄津贴申请
    title = models.CharField(_("委托事项"), max_length=200)
    #: what may be done, in plain words, as it was read aloud
    words = models.TextField(_("可以做什么"))
    #: one application only; it is used up when that one is handed in
    once = models.BooleanField(default=False)

    starts_on = models.DateField(_("自"))
    #: the last day on which it holds
    until = models.DateField(_("至"))

    signed_how = models.CharField(max_length=8, choices=Signed.choices)
    #: SHA-256 of the image that is kept as its paper
    signature = models.CharField(max_length=64)
    checked_how = models.CharField(_("身份核验"), max_length=12, choices=Checked.choices)
    signed_at = models.DateTimeField(default=clock.now)
    witnessed_by = models.CharField(max_length=60, blank=True)

    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    revoked_at = models.DateTimeField(null=True)
    #: ``mandator``, ``agent`` or ``clerk``
    revoked_by = models.CharField(max_length=12, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    #: the agent's own; a clerk reaches those of the area. The mandator comes by a code, see ``actions.revoke_mandate``
    reach = Reach(area="area_path", person="agent_person")

    class Meta:
        verbose_name = _("委托书")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="mandate_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False)
                | (~Q(state="revoked") & Q(revoked_at__isnull=True)),
                name="mandate_revoked_when",
            ),
            models.CheckConstraint(condition=~Q(scope="item") | ~Q(item=""), name="mandate_item_is_named"),
        ]
        indexes = [
            # my mandates, the longest first; which cases a mandate opens to an agent
            models.Index(fields=["agent_person", "until", "id"], name="mandate_agent_until"),
            # who may act for this resident
            models.Index(fields=["mandator", "until"], name="mandate_mandator_until"),
            # mandates of an area (the counter)
            models.Index(fields=["area_path", "id"], name="mandate_area"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def holds(self, today: date) -> bool:
        """Whether it opens what it covers on this day."""
        return self.state != State.REVOKED and self.starts_on <= today <= self.until


class MandateCase(models.Model):
    """A case that a mandate covers: the one it was signed for, or one that was handed in under it.

    The ground floor knows no cases, so the id stands alone; the rows are few and are asked by case or by mandate.
    """

    id = models.BigAutoField(primary_key=True)
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="cases", db_index=False)
    case = models.UUIDField()
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            # also the index of "the cases of this mandate"
            models.UniqueConstraint(fields=["mandate", "case"], name="mandate_case_once"),
        ]
        indexes = [
            # who may act in this case
            models.Index(fields=["case"], name="mandate_case"),
        ]


class MandatePaper(models.Model):
    """What was signed, as an image, encrypted. A table of its own, so that no list ever reads it."""

    mandate = models.OneToOneField(Mandate, models.CASCADE, primary_key=True, related_name="paper")
    #: base64 of a PNG (drawn) or JPEG (a photo of paper); empty once it was erased
    image = EncryptedTextField(privacy="identity", blank=True)
    type = models.CharField(max_length=20)


def in_force(today: date, prefix: str = "") -> Q:
    """The condition that a mandate holds on this day."""
    return Q(**{f"{prefix}starts_on__lte": today, f"{prefix}until__gte": today}) & ~Q(
        **{f"{prefix}state": State.REVOKED}
    )


def covered_cases(agent: str) -> models.QuerySet[MandateCase]:
    """Rows whose ``case`` is open to this person today by a mandate; one range of the index of agents."""
    return MandateCase.objects.filter(in_force(clock.today(), "mandate__"), mandate__agent_person=agent)
