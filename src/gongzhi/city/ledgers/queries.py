"""Questions to the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from gongzhi.city.kernel.pagination import Page, page
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.kernel.statements import Prepared
from gongzhi.city.ledgers import books, catalogue
from gongzhi.city.ledgers.errors import NoSuchBook
from gongzhi.city.ledgers.models import ZERO, Account, Book, Exchange, Line, Posting, Season

#: one row of an index, whatever the book holds
BALANCE = Prepared(
    lambda ledger, key: Account.objects.filter(ledger=ledger, key=key, is_holder=True), str, str
)


def balance(ledger: str, key: str) -> Decimal:
    """What the account of a record holds; zero where nothing was ever posted. One row of an index."""
    row = BALANCE.first(ledger, key)
    return row.balance if row else ZERO


def book_balance(ledger: str, account: str, area: str) -> Decimal:
    """What an account of the book of an area holds; zero where nothing was ever posted."""
    declared = catalogue.known(ledger)
    book = books.find_book(declared, area) if declared else None
    if book is None:
        return ZERO
    row = Account.objects.filter(book=book, key=account, is_holder=False).first()
    return row.balance if row else ZERO


def account_of(ledger: str, key: str) -> Account | None:
    """The account of a record."""
    return BALANCE.first(ledger, key)


def times_posted(ledger: str, key: str, tag: str) -> int:
    """How often something of this tag was posted to a record's account in the season that runs, reversed ones not counted."""
    row = account_of(ledger, key)
    if row is None:
        return 0
    found = Line.objects.filter(account=row, posting__tag=tag, posting__kind=Posting.Kind.MOVED)
    season = Season.objects.filter(book_id=row.book_id, closed_at=None).first()
    if season is not None:
        found = found.filter(posting__season=season)
    return found.filter(posting__reversed_by=None).count()


def statement(account: Account, after: str = "", *, size: int = 30) -> Page[Line]:
    """The lines of an account, newest first, each with its posting. One query."""
    rows = Line.objects.filter(account=account).select_related("posting__reversed_by", "posting__reverses")
    return page(rows, ("-id",), cursor=after, size=size)


def seasons_of(account: Account) -> list[tuple[Season, Decimal, Decimal]]:
    """For each season of the book, newest first: what came in and what went out of the account."""
    rows = Line.objects.filter(account=account, posting__season__isnull=False).order_by()
    came = dict(rows.filter(amount__gt=0).values_list("posting__season").annotate(Sum("amount")))
    went = dict(rows.filter(amount__lt=0).values_list("posting__season").annotate(Sum("amount")))
    seasons = Season.objects.filter(book_id=account.book_id).order_by("-starts")
    return [(each, came.get(each.pk, ZERO), -went.get(each.pk, ZERO)) for each in seasons]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A book at a glance."""

    book: Book
    season: Season | None
    #: own account -> balance
    own: Mapping[str, Decimal]
    #: how many records have an account, and what they hold together
    holders: int
    held: Decimal


def totals(book: Book) -> Totals:
    """What stands in a book; the sum of everything is zero."""
    own = dict(Account.objects.filter(book=book, is_holder=False).values_list("key", "balance"))
    theirs = Account.objects.filter(book=book, is_holder=True)
    held = theirs.aggregate(Sum("balance"))["balance__sum"] or ZERO
    return Totals(
        book=book,
        season=Season.objects.filter(book=book, closed_at=None).first(),
        own=own,
        holders=theirs.count(),
        held=held,
    )


def visible_books(by: Standing, ledger: str) -> list[Book]:
    """The books of a kind that the post may read, in the order of their areas."""
    rows = scope(by, "ledger.read", Book.objects.filter(ledger=ledger))
    return [each for each in rows.select_related("area").order_by("area_path")[:500] if _opens(by, each)]


def _opens(by: Standing, book: Book) -> bool:
    """Whether the kind of book is kept from the role (``read_by``)."""
    declared = catalogue.known(book.ledger)
    return declared is None or not declared.spec.read_by or by.role in declared.spec.read_by


def _check_book(by: Standing, book: Book) -> None:
    check(by, "ledger.read", book)
    if not _opens(by, book):
        raise NoSuchBook(which=str(book.pk))


def one_book(by: Standing, pk: int) -> Book:
    """A book that the post may read. Raises NoSuchBook."""
    row = scope(by, "ledger.read", Book.objects.filter(pk=pk)).select_related("area").first()
    if row is None or not _opens(by, row):
        raise NoSuchBook(which=str(pk))
    return row


def holders(by: Standing, book: Book, after: str = "", *, size: int = 50) -> Page[Account]:
    """The records' accounts of a book, most first. Raises NotAllowed, and NoSuchBook where its kind is kept from the role."""
    _check_book(by, book)
    return page(
        Account.objects.filter(book=book, is_holder=True), ("-balance", "-id"), cursor=after, size=size
    )


def postings(by: Standing, book: Book, after: str = "", *, size: int = 50) -> Page[Posting]:
    """What was posted in a book, newest first. NotAllowed without the right to read it."""
    _check_book(by, book)
    rows = Posting.objects.filter(book=book).prefetch_related("lines__account")
    return page(rows, ("-id",), cursor=after, size=size)


def of_source(source: str) -> list[Posting]:
    """What something (``case:…``) posted, oldest first."""
    return list(Posting.objects.filter(source=source).order_by("id"))


def waiting(by: Standing) -> list[Exchange]:
    """What waits to be fetched in the villages of a post, oldest first."""
    rows = scope(by, "ledger.exchange", Exchange.objects.filter(state=Exchange.State.ORDERED))
    return list(rows.select_related("holder", "item").order_by("id")[:200])


def exchanges_of(account: Account) -> list[Exchange]:
    """What a household exchanged, newest first."""
    return list(Exchange.objects.filter(holder=account).order_by("-id")[:50])
