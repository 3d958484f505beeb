"""Accounts, residents, sealed values and tokens; mandates are in a module of their own."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids
from gongzhi.city.people.fields import EncryptedTextField
from gongzhi.city.people.mandates import Mandate, MandateCase, MandatePaper

__all__ = ["Mandate", "MandateCase", "MandatePaper", "Resident", "SealedValue", "Token", "User"]


class User(AbstractUser):
    """Somebody who signs in: staff, grid workers, leaders, and residents who want an account."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    phone = EncryptedTextField(_("电话"), blank=True, privacy="contact")

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username

    @property
    def person(self) -> str:
        """The id of the human being in facts (``Actor.person``)."""
        return f"user:{self.pk}"


class Resident(models.Model):
    """Somebody who reported something without an account: known by a phone number, or not at all."""

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    name = EncryptedTextField(_("姓名"), blank=True, privacy="identity")
    phone = EncryptedTextField(_("电话"), blank=True, privacy="contact")

    #: keyed hash of the normalised phone number; empty for the anonymous
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("群众")
        verbose_name_plural = _("群众")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_hash"], name="resident_phone_once", condition=~Q(phone_hash="")
            ),
            models.CheckConstraint(
                name="resident_phone_is_hashed",
                condition=Q(phone__blank=True, phone_hash="") | ~Q(phone_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"群众 {str(self.pk)[-6:]}"

    @property
    def person(self) -> str:
        """The id of the human being in facts (``Actor.person``)."""
        return f"resident:{self.pk}"


class SealedValue(models.Model):
    """A secret value that facts mention only by reference (``sealed:<id>``).

    Facts are hashed and never change, but keys are rotated and the law lets people have their data erased: so the
    value lives here and the fact keeps the reference.
    """

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: what it belongs to, as in the journal: ``case:0199…``
    subject = models.CharField(max_length=80)
    #: field id in the case type
    field = models.CharField(max_length=60)
    privacy = models.CharField(max_length=20)
    value = EncryptedTextField(privacy="identity", blank=True)
    created_at = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sealed_or_erased", condition=Q(erased_at__isnull=True) | Q(value__blank=True)
            ),
        ]
        indexes = [
            # all secrets of one case: its page, its erasure
            models.Index(fields=["subject"], name="sealed_subject"),
        ]


class Token(models.Model):
    """A key for a program that acts for a user. Only its hash is kept; the token is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    title = models.CharField(_("用途"), max_length=80)
    #: words such as ``cases.read``; space-separated
    scopes = models.CharField(max_length=400)
    expires_at = models.DateTimeField(_("到期"))

    #: SHA-256 of the token: 256 random bits need no slow hash
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("令牌")
        verbose_name_plural = _("令牌")

    def __str__(self) -> str:
        return self.title
