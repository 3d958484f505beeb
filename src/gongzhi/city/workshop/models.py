"""Drafts of mechanisms: what each is forked from, every edit of every file, and how it was released."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """A mechanism that is being written: the version from which it was forked, with edits laid over it."""

    id = models.BigAutoField(primary_key=True)
    mechanism = models.CharField("机制", max_length=64)
    title = models.CharField("名称", max_length=120)
    #: null: written anew
    base = models.ForeignKey("mechanisms.Installed", on_delete=models.PROTECT, null=True, related_name="+")
    author = models.CharField("起草人", max_length=64)
    author_name = models.CharField(max_length=60, blank=True, default="")

    class State(models.TextChoices):
        EDITING = "editing", "正在改"
        ASKED = "asked", "等待复核"
        RELEASED = "released", "已发布"
        DROPPED = "dropped", "已放弃"

    state = models.CharField("状态", max_length=8, choices=State, default=State.EDITING)
    #: number of edits so far; the next one is one more
    revision = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    #: who asked for the release, of which content, and what they say has changed
    asked_by = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    digest = models.CharField("送审内容的指纹", max_length=64, blank=True, default="")
    words = models.TextField("改了什么、为什么", blank=True, default="")
    #: who released it or sent it back, and why
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField("复核意见", blank=True, default="")
    version = models.CharField("发布的版本", max_length=32, blank=True, default="")

    class Meta:
        verbose_name = "机制草稿"
        constraints = [
            models.CheckConstraint(
                name="draft_asked_of_a_content",
                condition=~Q(state__in=["asked", "released"]) | (~Q(digest="") & ~Q(asked_by="")),
            ),
            # four eyes, also against whoever writes rows by hand
            models.CheckConstraint(
                name="draft_released_by_another",
                condition=~Q(state="released") | (~Q(decided_by="") & ~Q(decided_by=models.F("asked_by"))),
            ),
        ]
        indexes = [
            # the list of drafts, newest change first
            models.Index(fields=["-changed_at", "-id"], name="draft_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"


class Edit(models.Model):
    """One saved change of one file. Edits are added, never changed: the newest of a path is the file."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, db_index=False, related_name="edits")
    revision = models.PositiveIntegerField()
    path = models.CharField("文件", max_length=200)
    #: null: the file was taken out
    content = models.BinaryField(null=True)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "修改"
        constraints = [
            # the history of a draft in order; also what keeps two authors from writing the same revision
            models.UniqueConstraint(fields=["draft", "revision"], name="edit_revision_once"),
        ]
        indexes = [
            # the newest edit of each file
            models.Index(fields=["draft", "path", "-revision"], name="edit_newest_of_path"),
        ]
