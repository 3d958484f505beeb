"""A form that somebody has half filled and wants to come back to (暂存)."""

from __future__ import annotations

from django.db import models

from gongzhi.city.kernel import ids
from gongzhi.city.people.fields import EncryptedTextField


class Draft(models.Model):
    """What was typed so far, encrypted; it is nobody's matter yet, so nothing of it stands in the journal.

    Only the keyed hash of its code is kept: whoever reads the table can neither read a draft nor open it.
    """

    class Page(models.TextChoices):
        """The page on which it was being filled in."""

        APPLY = "apply", "申请"
        REPORT = "report", "反映"

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    code_hash = models.CharField(max_length=64, unique=True)
    mechanism = models.CharField("机制", max_length=64)
    type = models.CharField("事项类型", max_length=64)
    #: version of the form that was being filled in
    version = models.CharField("版本", max_length=32)
    page = models.CharField(max_length=8, choices=Page, default=Page.APPLY)
    #: JSON: the values as typed, and the key of the form (who may claim its uploads)
    content = EncryptedTextField(privacy="identity")

    saved_at = models.DateTimeField("暂存时间")
    expires_at = models.DateTimeField("保留到")

    class Meta:
        verbose_name = "暂存"
        indexes = [
            # what the sweep removes
            models.Index(fields=["expires_at"], name="draft_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.mechanism}.{self.type} {self.saved_at:%Y-%m-%d}"
