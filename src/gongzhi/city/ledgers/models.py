"""A book, its accounts, its seasons, what was posted, and what was exchanged.

A line is never changed and never deleted; what was wrong is reversed by a posting of its own. An account keeps its balance
beside the lines, changed in the same transaction, so that it costs one row to read; ``gongzhi doctor`` adds the lines up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongzhi.city.kernel import clock, ids, paths
from gongzhi.city.kernel.permissions import Reach

KEY_LENGTH = 64
ZERO = Decimal(0)


def money(**more: Any) -> models.DecimalField[Any, Any]:
    """A column for amounts of every ledger."""
    return models.DecimalField(max_digits=18, decimal_places=2, **more)


class Book(models.Model):
    """One book of a kind, for one area: the points of a village."""

    id = models.BigAutoField(primary_key=True)
    #: ``mechanism.ledger``
    ledger = models.CharField("账簿", max_length=128)
    mechanism = models.CharField("机制", max_length=64)
    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, to_field="code", related_name="+", db_index=False
    )
    area_path = models.CharField(max_length=paths.MAX_LENGTH)

    opened_at = models.DateTimeField(default=clock.now)
    #: of the newest posting; counted up under the lock of this row, so that numbers have no gap
    last_number = models.PositiveIntegerField(default=0)

    reach = Reach(area="area_path", mechanism="mechanism")

    class Meta:
        verbose_name = "账簿"
        constraints = [
            # the book of an area; also the index of "all books of this kind"
            models.UniqueConstraint(fields=["ledger", "area"], name="ledger_book_once"),
        ]
        indexes = [
            # the books within an area's subtree
            models.Index(fields=["area_path", "ledger"], name="ledger_book_area"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.area_id}"


class Account(models.Model):
    """One account: of the book itself, or of a record (a household, an item on the shelf)."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    ledger = models.CharField(max_length=128)
    #: id of the book's own account, or key of the record
    key = models.CharField(max_length=KEY_LENGTH)
    is_holder = models.BooleanField()
    area_path = models.CharField(max_length=paths.MAX_LENGTH)

    #: sum of the lines; changed together with them
    balance = money(default=ZERO)
    opened_at = models.DateTimeField(default=clock.now)

    reach = Reach(area="area_path")

    class Meta:
        verbose_name = "户头"
        constraints = [
            # the account of a record: what a balance is read by
            models.UniqueConstraint(
                fields=["ledger", "key"], condition=Q(is_holder=True), name="ledger_holder_once"
            ),
            # the accounts of a book
            models.UniqueConstraint(fields=["book", "is_holder", "key"], name="ledger_account_once"),
        ]
        indexes = [
            # who has most, page by page
            models.Index(
                fields=["book", "-balance", "id"], condition=Q(is_holder=True), name="ledger_most_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.key}"


class Season(models.Model):
    """A season of a book; what is posted until it is closed belongs to it."""

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="seasons", db_index=False)
    name = models.CharField("季", max_length=16)
    starts = models.DateField("起")
    ends = models.DateField("止")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "积分季"
        constraints = [
            models.UniqueConstraint(fields=["book", "name"], name="ledger_season_once"),
            # the season that runs; also the query for it
            models.UniqueConstraint(
                fields=["book"], condition=Q(closed_at=None), name="ledger_season_one_open"
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="ledger_season_ends_late"),
        ]

    def __str__(self) -> str:
        return self.name


class Unchangeable(models.QuerySet[Any]):
    """What is in a book stays: it is added to, never changed."""

    def update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What is posted can't be changed; reverse it.")

    def delete(self) -> NoReturn:
        raise TypeError("What is posted can't be deleted; reverse it.")

    bulk_update = update


class Kept(models.Model):
    """The root of what is written once."""

    objects = Unchangeable.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What is posted can't be changed; reverse it.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What is posted can't be deleted; reverse it.")


class Posting(Kept):
    """One thing that happened in a book: lines whose sum is zero."""

    class Kind(models.TextChoices):
        """How it came about."""

        MOVED = "moved", _("入账")
        REVERSED = "reversed", _("冲正")
        EXPIRED = "expired", _("结季清零")

    id = models.BigAutoField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="postings", db_index=False)
    season = models.ForeignKey(Season, on_delete=models.PROTECT, null=True, db_index=False)
    #: gap-free within the book: ``007-2024-00012`` is the twelfth of book 7, made in 2024
    number = models.CharField("记账号", max_length=32, unique=True)
    kind = models.CharField("方式", max_length=8, choices=Kind.choices)
    words = models.CharField("事由", max_length=200)
    #: what it is counted by within a season, e.g. the code of a rule
    tag = models.CharField(max_length=64, blank=True, default="")
    #: what it came of: ``case:0199…``, ``exchange:…``
    source = models.CharField(max_length=80, blank=True, default="")
    #: the same deed read twice posts once
    once = models.CharField(max_length=120, blank=True, default="")
    #: what it undoes
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    at = models.DateTimeField("时间")
    person = models.CharField(max_length=64)
    role = models.CharField(max_length=40, blank=True, default="")
    who = models.CharField(max_length=60, blank=True, default="")
    #: SHA-256 over number, words and lines; the journal holds the same
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "记账"
        constraints = [
            # also the index by which a deed that was done is found again
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="ledger_posting_once"),
            models.CheckConstraint(
                name="ledger_reversal_names_what",
                condition=Q(kind="reversed", reverses__isnull=False)
                | (~Q(kind="reversed") & Q(reverses__isnull=True)),
            ),
        ]
        indexes = [
            # the journal of a book, newest first
            models.Index(fields=["book", "-id"], name="ledger_posting_newest"),
            # what a case posted
            models.Index(fields=["source"], condition=~Q(source=""), name="ledger_posting_source"),
        ]

    def __str__(self) -> str:
        return self.number


class Line(Kept):
    """One side of a posting."""

    id = models.BigAutoField(primary_key=True)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines", db_index=False)
    #: what it adds; taken away: below zero
    amount = money()
    #: the balance behind it
    after = money()

    class Meta:
        verbose_name = "流水"
        constraints = [
            # one line per account; also the index of "the lines of this posting"
            models.UniqueConstraint(fields=["posting", "account"], name="ledger_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_moves"),
        ]
        indexes = [
            # the statement of an account, newest first
            models.Index(fields=["account", "-id"], name="ledger_line_newest"),
        ]


class Exchange(models.Model):
    """Points for something off the shelf: ordered, then handed over or cancelled. Goods and points move together."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("待领取")
        HANDED = "handed", _("已领取")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=ids.sortable_id, editable=False)
    #: the household's account of points, and the item's account on the shelf
    holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField("换什么", max_length=120)
    count = models.PositiveIntegerField("几件")
    points = models.PositiveIntegerField("用多少分")
    state = models.CharField("状态", max_length=10, choices=State.choices)
    area_path = models.CharField(max_length=paths.MAX_LENGTH)
    #: told at the counter by who has no card with them
    code = models.CharField("领取码", max_length=16, unique=True, default=ids.tracking_code)
    #: the same click twice orders once
    once = models.CharField(max_length=120, blank=True, default="")

    ordered_at = models.DateTimeField(default=clock.now)
    ordered_by = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")

    reach = Reach(area="area_path")

    class Meta:
        verbose_name = "兑换"
        constraints = [
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="ledger_exchange_once"),
            models.CheckConstraint(
                condition=Q(count__gt=0, points__gt=0), name="ledger_exchange_of_something"
            ),
            models.CheckConstraint(
                name="ledger_exchange_ended_when",
                condition=Q(state="ordered", ended_at=None)
                | (~Q(state="ordered") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            # what a household exchanged, newest first
            models.Index(fields=["holder", "-id"], name="ledger_exchange_holder"),
            # what waits to be fetched in a village
            models.Index(
                fields=["area_path", "id"], condition=Q(state="ordered"), name="ledger_exchange_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}×{self.count}"
