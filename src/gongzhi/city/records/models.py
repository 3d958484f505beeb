"""A record, its versions, what it names, and the text by which it is found.

The row shows the newest version, which may be a draft. ``published`` is the version that everybody else works with:
the one in force while the next is being written.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.permissions import Reach

#: longest key that a form takes (``engine.forms``: codes)
KEY_LENGTH = 64


class Record(models.Model):
    """One entry of a register. Written only by the actions of this room."""

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    register = models.CharField("登记簿", max_length=64)
    #: the mechanism that declares the register; a post may hold for one mechanism only
    mechanism = models.CharField("机制", max_length=64)
    key = models.CharField("编号", max_length=KEY_LENGTH)
    name = models.CharField("名称", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=64)

    #: values of the newest version; private ones stand as ``sealed:<id>`` (see people.SealedValue)
    data = models.JSONField(default=dict)
    #: number of the newest version; hand it back with a change
    version = models.PositiveIntegerField(default=0)
    #: the version in force: what cases and the public see; null while there is none
    published = models.ForeignKey(
        "records.Version", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: state of the version in force; empty while there is none
    published_state = models.CharField(max_length=64, blank=True, default="")

    area = models.ForeignKey(
        "territory.Area",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    #: path of the area; of the whole city where the register names none
    area_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")
    office = models.ForeignKey(
        "territory.Office",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        related_name="+",
        db_index=False,
    )
    office_path = models.CharField(max_length=paths.MAX_LENGTH, blank=True, default="")

    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    #: when everything sealed in it was erased because its time was over; a new private value makes it null again
    erased_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(area="area_path", offices=("office_path",), mechanism="mechanism")

    class Meta:
        verbose_name = "登记"
        constraints = [
            # the record of a key; also the whole list of a register, page by page
            models.UniqueConstraint(fields=["register", "key"], name="record_key_once"),
            models.CheckConstraint(
                name="record_published_has_state",
                condition=Q(published__isnull=True, published_state="")
                | Q(published__isnull=False) & ~Q(published_state=""),
            ),
        ]
        indexes = [
            # the list of one state, page by page; counts by state
            models.Index(fields=["register", "state", "key"], name="record_state_key"),
            # what the public and cases may name, page by page
            models.Index(
                fields=["register", "published_state", "key"],
                condition=~Q(published_state=""),
                name="record_published_key",
            ),
            # the list of one office
            models.Index(fields=["register", "office_path", "key"], name="record_office_key"),
            # the list of an area's subtree
            models.Index(fields=["register", "area_path", "key"], name="record_area_key"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.key} {self.name}"


class Unchangeable(models.QuerySet[Any]):
    """Versions are history: they are added, never changed."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Versions of records can't be changed; write the next one.")

    def delete(self) -> NoReturn:
        raise TypeError("Versions of records can't be deleted.")

    bulk_update = update


class Version(models.Model):
    """A record as it stood after one change. Never edited."""

    class Cause(models.TextChoices):
        """How a version came about."""

        CREATED = "created", _("登记")
        CHANGED = "changed", _("修改")
        CORRECTED = "corrected", _("更正")
        MOVED = "moved", _("变更状态")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions", db_index=False)
    #: 1, 2, 3 … within the record
    number = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=64)
    cause = models.CharField(max_length=16, choices=Cause.choices)
    #: id of the move, for ``moved``
    move = models.CharField(max_length=64, blank=True, default="")
    note = models.CharField("说明", max_length=500, blank=True, default="")

    at = models.DateTimeField()
    person = models.CharField(max_length=64)
    role = models.CharField(max_length=40, blank=True, default="")
    who = models.CharField(max_length=60, blank=True, default="")
    #: SHA-256 over number, state and data; the journal holds the same
    digest = models.CharField(max_length=64)

    objects = Unchangeable.as_manager()

    class Meta:
        verbose_name = "版本"
        constraints = [
            # also the index of "the history of this record"
            models.UniqueConstraint(fields=["record", "number"], name="record_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Versions of records can't be changed; write the next one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Versions of records can't be deleted.")


class RecordLink(models.Model):
    """That the newest version of a record names another one."""

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links", db_index=False)
    #: field id; of a table's column: ``table.column``
    field = models.CharField(max_length=128)
    register = models.CharField(max_length=64)
    key = models.CharField(max_length=KEY_LENGTH)

    class Meta:
        verbose_name = "关联"
        constraints = [
            # also the index of "what does this record name?"
            models.UniqueConstraint(fields=["record", "field", "register", "key"], name="record_link_once"),
        ]
        indexes = [
            # used by: who names this record?
            models.Index(fields=["register", "key", "record"], name="record_link_target"),
        ]


class RecordText(models.Model):
    """What full-text search finds a record by, cut into bigrams: one row for staff, one of the version in force.

    The integer key is the row id of the FTS5 table on SQLite; on PostgreSQL a generated ``tsvector`` column hangs on
    it (see migration 0002). ``head`` is the name, which counts more than ``words``.
    """

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="texts", db_index=False)
    #: whether it holds only what the public may read of the version in force
    public = models.BooleanField()
    head = models.TextField()
    words = models.TextField()

    class Meta:
        verbose_name = "检索文本"
        constraints = [
            # also the index by which a change finds the text
            models.UniqueConstraint(fields=["record", "public"], name="record_text_once"),
        ]
