"""What cases have to do with each other."""

from __future__ import annotations

from django.db import models

from gongzhi.city.cases.models.case import Case
from gongzhi.city.kernel import ids


class Cluster(models.Model):
    """Many reporters, one matter: found in the texts or made by hand, with one owner."""

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    title = models.CharField("热点问题", max_length=200)
    place = models.CharField("地点", max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        "territory.Office", on_delete=models.PROTECT, to_field="code", null=True, related_name="+"
    )

    #: first and last message
    since = models.DateTimeField()
    until = models.DateTimeField()
    size = models.PositiveIntegerField(default=0)
    heat = models.FloatField("热度", default=0)
    found_by = models.CharField(max_length=64)
    #: mechanism and rule (``clusters.yaml``) by which it was found; empty: made by hand
    mechanism = models.CharField(max_length=64, blank=True, default="")
    rule = models.CharField(max_length=64, blank=True, default="")
    #: the case that looks for the cause; it opens once
    project = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="cluster_of")
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "热点"
        # the hottest on the board
        indexes = [
            models.Index(fields=["-heat"], condition=models.Q(closed_at__isnull=True), name="cluster_hot")
        ]

    def __str__(self) -> str:
        return self.title


class CaseRecord(models.Model):
    """That a case names a record of a register: the project it belongs to, the item it is about, the power it reviews."""

    id = models.BigAutoField(primary_key=True)
    # its own index would repeat the unique one
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="records", db_index=False)
    register = models.CharField(max_length=64)
    #: as long as a record's key
    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = "所涉登记"
        constraints = [
            # also the index of "what does this case name?"
            models.UniqueConstraint(fields=["case", "register", "key"], name="case_record_once"),
        ]
        indexes = [
            # the cases about a record: of a project, a parcel, a power
            models.Index(fields=["register", "key", "case"], name="case_record_target"),
        ]


class CaseClaim(models.Model):
    """What a case has for itself in a period: a second case that claims the same is refused (``only_one``)."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claims")
    mechanism = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    #: SHA-256 of the claim's key
    digest = models.CharField(max_length=64)
    #: given back when the case ends
    while_open = models.BooleanField(default=False)

    class Meta:
        verbose_name = "独占"
        constraints = [
            models.UniqueConstraint(fields=["mechanism", "type", "digest"], name="case_claim_once")
        ]


class CaseLink(models.Model):
    """A named relation between two cases: same matter, parent and child, follows from."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        verbose_name = "关联"
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once")]
