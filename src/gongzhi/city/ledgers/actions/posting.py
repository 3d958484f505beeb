"""Posting: movements between accounts, made together or not at all, once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.ledgers import books, catalogue
from gongzhi.city.ledgers.catalogue import Declared
from gongzhi.city.ledgers.errors import TooLittle
from gongzhi.city.ledgers.models import ZERO, Account, Book, Line, Posting, Season
from gongzhi.engine.cases.model import Fact
from gongzhi.engine.ledgers import Line as Side
from gongzhi.engine.ledgers import Movement, lines, require_balanced
from gongzhi.engine.mechanisms.ledgers import HOLDER

#: longest words that a line shows
MOST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A movement that somebody wants to make."""

    #: ``mechanism.ledger``
    ledger: str
    #: account of the book, or ``holder``
    source: str
    target: str
    #: keys of the records whose accounts ``holder`` means at either end
    source_key: str = ""
    target_key: str = ""
    amount: Decimal
    words: str
    #: code of an area of the book; a record that has an account keeps its book, wherever this is
    area: str = ""
    #: what it is counted by, e.g. the code of a rule
    tag: str = ""
    #: where less is there than the amount, what is there is moved (nothing where nothing is there)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class _Ready:
    wanted: Wanted
    declared: Declared
    book: Book
    source: Account
    target: Account


@transaction.atomic
def post(by: Standing, wanted: Sequence[Wanted], *, once: str = "", source: str = "") -> list[Posting]:
    """Make the movements, one posting each, in the order given; with the same ``once`` again gives what was posted then.

    Rights are asked by whoever calls: a deed of a mechanism has none of its own to show. Raises NoSuchLedger, NoSuchBook,
    NoSuchAccount, BadAmount, TooLittle; then nothing is posted.
    """
    ready = [_prepared(each) for each in wanted]
    locked = books.locked([each.book.pk for each in ready])
    if once and (done := _done(once)):
        return done
    made = []
    for place, each in enumerate(ready):
        amount = _there(each) if each.wanted.partial else each.wanted.amount
        if amount == ZERO and each.wanted.partial:
            continue
        movement = Movement(source=str(each.source.pk), target=str(each.target.pk), amount=amount)
        posted = lines([movement], decimals=each.declared.spec.decimals)
        made.append(
            write(
                by,
                locked[each.book.pk],
                [(int(line.account), line.amount) for line in posted],
                kind=Posting.Kind.MOVED,
                words=each.wanted.words,
                tag=each.wanted.tag,
                source=source,
                once=f"{once}#{place}" if once else "",
                declared=each.declared,
            )
        )
    return made


def _prepared(wanted: Wanted) -> _Ready:
    declared = catalogue.one(wanted.ledger)
    keys = [key for key in (wanted.source_key, wanted.target_key) if key]
    known = next((found for key in keys if (found := books.holder(declared, key))), None)
    book = known.book if known else books.open_book(declared, wanted.area)
    return _Ready(
        wanted,
        declared,
        book,
        books.account(declared, book, wanted.source, wanted.source_key),
        books.account(declared, book, wanted.target, wanted.target_key),
    )


def _done(once: str) -> list[Posting]:
    """What was posted under this word before."""
    found = Posting.objects.filter(once__startswith=f"{once}#").order_by("id")
    return [each for each in found if each.once.rpartition("#")[0] == once]


def _there(ready: _Ready) -> Decimal:
    """As much of the amount as the source has above its floor."""
    floor = ready.declared.floor(ready.wanted.source)
    if floor is None:
        return ready.wanted.amount
    balance: Decimal = Account.objects.get(pk=ready.source.pk).balance
    return max(ZERO, min(ready.wanted.amount, balance - floor))


def write(
    by: Standing,
    book: Book,
    amounts: Sequence[tuple[int, Decimal]],
    *,
    kind: Posting.Kind,
    words: str,
    declared: Declared,
    tag: str = "",
    source: str = "",
    once: str = "",
    reverses: Posting | None = None,
) -> Posting:
    """One posting into a book under lock: (account id, amount) add up to zero. Accounts may not fall below their floor, but for
    a reversal: what was wrong is put right, also where it was spent. Raises TooLittle."""
    at = clock.now()
    by_id = {row.pk: row for row in Account.objects.filter(pk__in=[pk for pk, _amount in amounts])}
    require_balanced([Side(account=str(pk), amount=amount) for pk, amount in amounts])
    after = {
        pk: _moved(declared, by_id[pk], amount, force=kind == Posting.Kind.REVERSED) for pk, amount in amounts
    }
    book.last_number += 1
    Book.objects.filter(pk=book.pk).update(last_number=book.last_number)
    number = f"{book.pk:03}-{localdate(at).year}-{book.last_number:05}"
    told = [[by_id[pk].key, str(amount)] for pk, amount in sorted(amounts)]
    posting = Posting.objects.create(
        book=book,
        season=Season.objects.filter(book=book, closed_at=None).first(),
        number=number,
        kind=kind,
        words=words[:MOST_WORDS],
        tag=tag[:64],
        source=source,
        once=once,
        reverses=reverses,
        at=at,
        person=by.person,
        role=by.role,
        who=by.name[:60],
        digest=digest_of(number, words[:MOST_WORDS], told),
    )
    rows = [
        Line(posting=posting, account_id=pk, amount=amount, after=after[pk]) for pk, amount in sorted(amounts)
    ]
    Line.objects.bulk_create(rows)
    data = {"number": number, "kind": str(kind), "lines": told, "digest": posting.digest, "source": source}
    append(subject("book", book.pk), [Fact(kind="posted", at=at, by=by, data=data)])
    return posting


def _moved(declared: Declared, account: Account, amount: Decimal, *, force: bool) -> Decimal:
    """Change one balance and give what it is now; the condition holds also where two change it at the same moment."""
    floor = None if force or amount > 0 else declared.floor(HOLDER if account.is_holder else account.key)
    row = Account.objects.filter(pk=account.pk)
    if floor is not None:
        row = row.filter(balance__gte=floor - amount)
    if not row.update(balance=F("balance") + amount):
        there = Account.objects.get(pk=account.pk).balance
        raise TooLittle(
            account=account.key if account.is_holder else declared.spec.accounts[account.key].title,
            there=shown(there),
            wanted=shown(-amount),
            unit=declared.spec.unit,
        )
    now: Decimal = Account.objects.get(pk=account.pk).balance
    return now


def shown(amount: Decimal) -> str:
    """An amount without idle places: ``12``, ``12.50``."""
    return str(int(amount)) if amount == amount.to_integral_value() else f"{amount:.2f}"


def digest_of(number: str, words: str, told: Sequence[Sequence[str]]) -> str:
    """SHA-256 over what a posting says."""
    text = "|".join([number, words, *(f"{key}={Decimal(amount):.2f}" for key, amount in told)])
    return hashlib.sha256(text.encode()).hexdigest()
