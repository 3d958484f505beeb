"""Which book and which account is meant; both are made when something is first posted there."""

from __future__ import annotations

from datetime import timedelta

from gongzhi.city.kernel import clock, paths
from gongzhi.city.ledgers.catalogue import Declared
from gongzhi.city.ledgers.errors import NoSuchAccount, NoSuchBook
from gongzhi.city.ledgers.models import KEY_LENGTH, Account, Book, Season
from gongzhi.city.territory.models import Area, Level
from gongzhi.engine.ledgers import season_of
from gongzhi.engine.mechanisms.ledgers import HOLDER

_LEVELS = {"unit": Level.UNIT, "village": Level.VILLAGE, "town": Level.TOWN}


def book_area(declared: Declared, area: str) -> Area:
    """The area whose book it is: the one of the ledger's level around ``area`` (a code), else the area itself; for a book of the
    city its root. Raises NoSuchBook."""
    here = Area.objects.filter(code=area).first() if area else None
    if declared.spec.per == "city":
        root = Area.objects.order_by("path").first()
        here = Area.objects.get(path=paths.ancestors(here.path)[0]) if here else root
    if here is None:
        raise NoSuchBook(which=area or declared.spec.title)
    level = _LEVELS.get(declared.spec.per)
    if level is None or here.level == level:
        return here
    return Area.objects.filter(path__in=paths.ancestors(here.path), level=level).first() or here


def find_book(declared: Declared, area: str) -> Book | None:
    """The book of an area, if something was ever posted in it."""
    return Book.objects.filter(ledger=declared.name, area=book_area(declared, area)).first()


def open_book(declared: Declared, area: str) -> Book:
    """The book of an area, opened if there is none, with its season."""
    place = book_area(declared, area)
    book, made = Book.objects.get_or_create(
        ledger=declared.name,
        area=place,
        defaults={"area_path": place.path, "mechanism": declared.mechanism},
    )
    if made:
        new_season(declared, book)
    return book


def new_season(declared: Declared, book: Book, after: Season | None = None) -> Season | None:
    """The season that runs from now on; none in a ledger without seasons."""
    if declared.spec.season is None:
        return None
    found = season_of(clock.today(), declared.spec.season.every)
    if (
        after is not None and found.starts <= after.starts
    ):  # closed on its last day: the next one begins tomorrow
        found = season_of(after.ends + timedelta(days=1), declared.spec.season.every)
    row, _made = Season.objects.get_or_create(
        book=book, name=found.name, defaults={"starts": found.starts, "ends": found.ends}
    )
    return row


def locked(book_ids: list[int]) -> dict[int, Book]:
    """The books under lock, always in the same order, so that nobody waits in a circle."""
    rows = Book.objects.select_for_update().filter(pk__in=book_ids).order_by("pk")
    return {row.pk: row for row in rows}


def holder(declared: Declared, key: str) -> Account | None:
    """The account of a record, if it has one. One row of an index."""
    return Account.objects.filter(ledger=declared.name, key=key, is_holder=True).first()


def account(declared: Declared, book: Book, name: str, key: str = "") -> Account:
    """An account of a book, opened if there is none: its own one by name, or (``holder``) that of a record by key."""
    is_holder = name == HOLDER
    wanted = key if is_holder else name
    if not wanted or (is_holder and not declared.spec.holder) or len(wanted) > KEY_LENGTH:
        raise NoSuchAccount(ledger=declared.spec.title, account=wanted[:64])
    if not is_holder and name not in declared.spec.accounts:
        raise NoSuchAccount(ledger=declared.spec.title, account=name[:64])
    row, _made = Account.objects.get_or_create(
        ledger=declared.name,
        key=wanted,
        is_holder=is_holder,
        **({} if is_holder else {"book": book}),
        defaults={"book": book, "area_path": book.area_path},
    )
    return row
