"""Files of a case: the row; the bytes lie once per content under their hash (see ``attachments``)."""

from __future__ import annotations

from django.db import models

from gongzhi.city.cases.models.case import Case


class Attachment(models.Model):
    """A file that belongs to a case, or that was just received and waits for its case."""

    id = models.BigAutoField(primary_key=True)
    #: empty between the upload and the form that mentions it; `tick` removes those that nobody claimed
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="attachments")
    #: the half-filled form that keeps it, so that it is not removed as unclaimed
    draft = models.ForeignKey("cases.Draft", on_delete=models.SET_NULL, null=True, related_name="files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField("文件名", max_length=200)
    type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = "附件"
        indexes = [
            # may this person see the file with this hash: by the cases that carry it
            models.Index(fields=["sha256"], name="attachment_sha256"),
            # uploads that nobody claimed
            models.Index(
                fields=["added_at"], condition=models.Q(case__isnull=True), name="attachment_unclaimed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]})"
