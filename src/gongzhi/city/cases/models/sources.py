"""Imports: which file was read how far, which rows it gave, which were refused and why."""

from __future__ import annotations

from django.db import models

from gongzhi.city.cases.models.case import Case


class ImportRun(models.Model):
    """One reading of one file. A run that was interrupted goes on at ``position``."""

    id = models.BigAutoField(primary_key=True)
    #: the name under which ids of the source are unique, e.g. ``hot.csv``
    source = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    mechanism = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)

    #: rows of the file that are dealt with
    position = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=64)

    class Meta:
        verbose_name = "导入"
        constraints = [models.UniqueConstraint(fields=["source", "sha256"], name="import_file_once")]


class ImportSource(models.Model):
    """A row of a source that became a case: what makes a repeated import give no duplicate."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=100)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sources")
    #: when it was said there; the case itself is opened when the city receives it
    said_at = models.DateTimeField(null=True)
    #: the whole text where the case type's field is too short for it; empty otherwise
    full_text = models.TextField(blank=True, default="")
    likes = models.PositiveIntegerField(default=0)
    dislikes = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "来源记录"
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="import_source_once")]


class ImportRow(models.Model):
    """A row that was refused, with the reason in the words of the error."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refusals")
    row = models.PositiveIntegerField("行")
    source_id = models.CharField(max_length=100, blank=True, default="")
    code = models.CharField(max_length=16)
    reason = models.TextField("原因")

    class Meta:
        verbose_name = "拒收行"
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="import_refusal_once")]
