"""Keys of this city and of others, packages on their way in, and where installed versions came from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Reach
from gongzhi.city.people.fields import EncryptedTextField


class ExchangeKey(models.Model):
    """A key pair with which this city signs packages. Retired ones stay: packages out there still bear their signature."""

    id = models.BigAutoField(primary_key=True)
    #: 32 bytes as 64 hexadecimal digits
    public = models.CharField(_("公钥"), max_length=64)
    #: SHA-256 of the public key
    fingerprint = models.CharField(_("指纹"), max_length=64, unique=True)
    #: the private key, 64 hexadecimal digits
    private = EncryptedTextField(privacy="identity")
    made_at = models.DateTimeField(default=clock.now)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = "移交密钥"
        constraints = [
            # the key that signs; also the query for it
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="exchange_key_one_active"
            ),
        ]


class TrustedCity(models.Model):
    """A public key of another city that somebody here trusts, and how they made sure that it is that city's."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("城市"), max_length=120)
    code = models.CharField(_("区划代码"), max_length=12)
    public = models.CharField(_("公钥"), max_length=64)
    fingerprint = models.CharField(_("指纹"), max_length=64, unique=True)
    #: how the fingerprint was compared: by telephone with whom, on which paper
    how = models.CharField(_("怎样核对的"), max_length=200)
    trusted_at = models.DateTimeField()
    trusted_by = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(_("不再信任的原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "信任的城市"

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A package that was handed in, from the first look to its installation. Never deleted."""

    class State(models.TextChoices):
        OPENED = "opened", _("拆封看过")
        PREPARED = "prepared", _("填好本地参数")
        SUBMITTED = "submitted", _("等人复核安装")
        INSTALLED = "installed", _("已安装")
        DECLINED = "declined", _("不装")

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(_("机制"), max_length=64)
    title = models.CharField(_("名称"), max_length=120)
    version = models.CharField(_("包的版本"), max_length=32)
    digest = models.CharField(max_length=64)
    #: the package as it came
    archive = models.BinaryField()
    #: package.json
    about = models.JSONField()
    #: of the key that signed it; empty: unsigned
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    #: of the person who handed it in, who may not install it
    person = models.CharField(max_length=64)
    office = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()

    # Set by people.
    state = models.CharField(_("到哪一步"), max_length=10, choices=State, default=State.OPENED)
    #: values of adaptation points, role map, decided conflicts, accepted results (``answers.Answers``)
    answers = models.JSONField(default=dict)
    #: counts changes of the answers: what a job found out about older ones is not written
    revision = models.PositiveIntegerField(default=0)
    #: ``mechanism.type`` of the city whose cases the dry run takes
    against = models.CharField(max_length=130, blank=True, default="")
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("不装的原因"), max_length=300, blank=True, default="")

    # Recorded by machine.
    #: version and digest under which it was (or will be) installed here
    local_version = models.CharField(max_length=32, blank=True, default="")
    local_digest = models.CharField(max_length=64, blank=True, default="")
    #: results of its scenarios, and of the dry run (``trying.runs``, ``trying.replays``)
    scenarios = models.JSONField(default=dict)
    dry_run = models.JSONField(default=dict)

    reach = Reach()

    class Meta:
        verbose_name = "机制导入"
        indexes = [
            # the list, newest first
            models.Index(fields=["-at"], name="import_newest"),
            # earlier imports of a mechanism
            models.Index(fields=["mechanism", "-at"], name="import_mechanism"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Provenance(models.Model):
    """Where an installed version came from: its line of cities, what this city changed, and what others know of its effect."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    #: the version that came in the package
    source_version = models.CharField(max_length=32)
    #: ``packages.Ancestor`` of every version before this one, oldest first
    lineage = models.JSONField(default=list)
    #: ``packages.Proof`` of other cities
    evidence = models.JSONField(default=list)
    #: what this city laid over it (``answers.dump_overlay``)
    overlay = models.JSONField(default=dict)
    source = models.ForeignKey(Import, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "机制来历"
        constraints = [
            # what is known of an installed version
            models.UniqueConstraint(fields=["mechanism", "version"], name="provenance_once"),
        ]
