"""Seal certificates, sealed papers, and who used them for what."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField


class Ink(models.TextChoices):
    """The colour of a seal: red is formal, blue binds nobody yet (模拟审批)."""

    RED = "red", _("红章")
    BLUE = "blue", _("蓝章（模拟审批专用）")


class SealCertificate(models.Model):
    """A certificate with its private key. Never deleted: papers rest on it."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", _("本市自建的签发机构")
        SEAL = "seal", _("单位印章")
        PERSON = "person", _("个人签名")
        TIMESTAMP = "timestamp", _("时间戳")

    class Status(models.TextChoices):
        ACTIVE = "active", _("有效")
        SUSPENDED = "suspended", _("停用")
        REVOKED = "revoked", _("吊销")
        REPLACED = "replaced", _("已换发")

    id = models.BigAutoField(primary_key=True)
    #: whose seal it is; null for the authority and the time stamps
    office = models.ForeignKey(
        "territory.Office", models.PROTECT, to_field="code", null=True, related_name="+", db_index=False
    )
    kind = models.CharField(_("用途"), max_length=10, choices=Kind)
    ink = models.CharField(_("颜色"), max_length=4, choices=Ink, default=Ink.RED)
    #: what the ring of the seal says, or whose signature it is
    name = models.CharField(_("印文"), max_length=120)

    # What the certificate itself says.
    subject = models.CharField(_("主体"), max_length=200)
    issuer = models.CharField(_("签发机构"), max_length=200)
    serial = models.CharField(_("序列号"), max_length=64)
    fingerprint = models.CharField(_("指纹"), max_length=64, unique=True)
    pem = models.TextField()
    #: certificates above it up to the root, as PEM one after another
    chain = models.TextField(blank=True, default="")
    not_before = models.DateTimeField(_("生效"))
    not_after = models.DateTimeField(_("到期"))

    #: PKCS#8; empty when the key was taken away
    key = EncryptedTextField(privacy="identity", blank=True)
    #: made by the city's own authority: nobody outside vouches for it
    local = models.BooleanField(_("自建"), default=False)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(_("原因"), max_length=200, blank=True, default="")
    status_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaces", db_index=False
    )
    created_at = models.DateTimeField(default=clock.now)

    reach = Reach(area="office__area__path", offices=("office__path",))

    class Meta:
        verbose_name = "印章证书"
        constraints = [
            # the seal of an office in this colour; also the query for it. A suspended one still is the office's.
            models.UniqueConstraint(
                fields=["office", "ink"],
                condition=Q(status__in=("active", "suspended"), kind="seal"),
                name="seal_one_in_use",
            ),
            # the signature of a person in an office
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(status__in=("active", "suspended"), kind="person"),
                name="seal_one_of_a_person",
            ),
            # the authority, the time stamps
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(status__in=("active", "suspended"), office__isnull=True),
                name="seal_one_authority",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("authority", "timestamp"), office__isnull=True)
                | Q(kind__in=("seal", "person"), office__isnull=False),
                name="seal_has_its_office",
            ),
        ]
        indexes = [
            # what an office has, newest first: is its last seal revoked?
            models.Index(fields=["office", "kind", "ink", "-id"], name="seal_of_office"),
            # which certificates end soon (doctor, the list of seals)
            models.Index(fields=["not_after"], condition=Q(status="active"), name="seal_active_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_ink_display()}"


class PaperSeries(models.Model):
    """Where the numbers of one kind of paper of one office and year stand."""

    id = models.BigAutoField(primary_key=True)
    office = models.CharField(max_length=40)
    pattern = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "文号"
        constraints = [
            models.UniqueConstraint(fields=["office", "pattern", "year"], name="paper_series_once"),
        ]


class SealedPaper(models.Model):
    """A paper that an office sealed. The file never changes; only its standing does."""

    class Status(models.TextChoices):
        VALID = "valid", _("有效")
        WITHDRAWN = "withdrawn", _("已撤回")
        REPLACED = "replaced", _("已被替换")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    code = models.CharField(_("核验码"), max_length=16, unique=True, default=ids.verification_code)

    # What it is about.
    #: what it was issued for, as in the journal: ``case:0199…``
    subject = models.CharField(max_length=80)
    #: what must not be sealed twice, e.g. ``paper:17``; empty: anything goes
    source = models.CharField(max_length=80, blank=True, default="")
    mechanism = models.CharField(max_length=64, blank=True, default="")
    document = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(_("名称"), max_length=120)
    number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    kind = models.CharField(_("证明种类"), max_length=60, blank=True, default="")
    office = models.ForeignKey(
        "territory.Office", models.PROTECT, to_field="code", related_name="+", db_index=False
    )
    office_path = models.CharField(max_length=paths.MAX_LENGTH)
    area_path = models.CharField(max_length=paths.MAX_LENGTH)
    #: for whom, masked once and for all (李**); the name itself is in the file only
    holder = models.CharField(_("持有人"), max_length=60, blank=True, default="")

    # The file and what proves it.
    ink = models.CharField(_("颜色"), max_length=4, choices=Ink, default=Ink.RED)
    sha256 = models.CharField(_("文件指纹"), max_length=64, unique=True)
    size = models.PositiveIntegerField()
    #: of what it says, without number, date and notices (``engine.mechanisms.papers.content_hash``)
    content_sha256 = models.CharField(_("内容指纹"), max_length=64)
    certificate = models.ForeignKey(SealCertificate, models.PROTECT, related_name="papers", db_index=False)
    signed_at = models.DateTimeField(_("盖章时间"))
    sealed_by = models.CharField(max_length=64)

    # Its standing.
    valid_from = models.DateField(_("生效日期"))
    #: last day on which it is valid
    valid_to = models.DateField(_("失效日期"), null=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.VALID)
    status_reason = models.CharField(_("原因"), max_length=200, blank=True, default="")
    status_at = models.DateTimeField(null=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")

    reach = Reach(area="area_path", offices=("office_path",), mechanism="mechanism")

    class Meta:
        verbose_name = "已盖章的文书"
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="sealed_source_once"),
        ]
        indexes = [
            # papers of one case: its page, the tracking page
            models.Index(fields=["subject"], name="sealed_paper_subject"),
            # papers of one office, newest first
            models.Index(fields=["office_path", "-id"], name="sealed_paper_office"),
            # what rests on a certificate that was revoked
            models.Index(fields=["certificate", "signed_at"], name="sealed_paper_certificate"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def spaced(self) -> str:
        """The verification code in groups for the eye."""
        return ids.spaced(self.code)

    def standing(self, on: date) -> str:
        """``valid``, ``withdrawn``, ``replaced``, ``expired`` or ``early`` on a day."""
        if self.status != self.Status.VALID:
            return str(self.status)
        if on < self.valid_from:
            return "early"
        return "expired" if self.valid_to is not None and self.valid_to < on else "valid"


class PaperUse(models.Model):
    """An office used a paper: who, for what, and how the holder agreed. The holder sees every line."""

    class Consent(models.TextChoices):
        PRESENT = "present", _("本人在场同意")
        CODE = "code", _("本人出示核验码")
        WRITTEN = "written", _("本人书面同意")
        LAW = "law", _("法律规定可以查用")

    id = models.BigAutoField(primary_key=True)
    paper = models.ForeignKey(SealedPaper, models.PROTECT, related_name="uses", db_index=False)
    office = models.CharField(max_length=40)
    office_name = models.CharField(_("使用单位"), max_length=80)
    person = models.CharField(max_length=64)
    name = models.CharField(_("经办人"), max_length=40, blank=True, default="")
    purpose = models.CharField(_("用途"), max_length=200)
    consent = models.CharField(_("同意方式"), max_length=8, choices=Consent)
    #: what proves it: the article, the number of the written consent
    basis = models.CharField(_("凭据"), max_length=200, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "文书使用记录"
        indexes = [
            # the holder's list of uses
            models.Index(fields=["paper", "at"], name="paper_use_paper"),
        ]


class Redaction(models.Model):
    """A file out of which something must be taken before it is given away. Both versions stay, each with rights of its own."""

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        TEXT = "text", _("文本")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    title = models.CharField(_("名称"), max_length=120)
    #: for what: the number of a request for information, of a case that is published
    about = models.CharField(_("为哪件事"), max_length=60, blank=True, default="")
    kind = models.CharField(_("种类"), max_length=4, choices=Kind)
    name = models.CharField(_("文件名"), max_length=200)
    #: of the file as it came
    original_sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(_("页数"), default=1)
    #: what is removed and why (``redacting.Marks``): it holds the words themselves, so it is kept like any private value
    marks = EncryptedTextField(privacy="identity", blank=True)
    #: of what is given away; empty as long as it is being marked
    result_sha256 = models.CharField(max_length=64, blank=True, default="")
    #: the one before, where a finished one was made anew
    again = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)

    office = models.ForeignKey(
        "territory.Office", models.PROTECT, to_field="code", related_name="+", db_index=False
    )
    office_path = models.CharField(max_length=paths.MAX_LENGTH)
    area_path = models.CharField(max_length=paths.MAX_LENGTH)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.CharField(max_length=64, blank=True, default="")

    reach = Reach(area="area_path", offices=("office_path",))

    class Meta:
        verbose_name = "涂改的文件"
        constraints = [
            models.CheckConstraint(
                condition=Q(result_sha256="", finished_at__isnull=True)
                | (~Q(result_sha256="") & Q(finished_at__isnull=False)),
                name="redaction_finished_has_its_file",
            ),
        ]
        indexes = [
            # the list of an office, newest first
            models.Index(fields=["office_path", "-id"], name="redaction_of_office"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        """Whether there is a copy that may be given away."""
        return bool(self.result_sha256)
