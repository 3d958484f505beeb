"""The deeds ``do: post``, ``do: reverse`` and ``do: close`` (``engine.mechanisms.ledgers``): a book follows what a case decided.

What the book refuses is noted on the case by whoever calls; nothing is half done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.matters import by_name
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sealing import is_mark
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import SYSTEM, subject
from gongzhi.city.ledgers import actions as ledgers
from gongzhi.city.ledgers import books, catalogue, queries
from gongzhi.city.ledgers.errors import NoSeason, NothingToReverse
from gongzhi.city.ledgers.models import Posting
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType
from gongzhi.engine.cases.values import evaluate
from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.mechanisms.ledgers import HOLDER, ITEM, CloseSpec, PostSpec, ReverseSpec

#: movements of one deed; a dividend of a whole town is posted village by village
MOST = 2000


class Values:
    """The case as the expressions of a deed see it."""

    def __init__(self, case_type: CaseType, state: engine.Case, beside: Mapping[str, Any]) -> None:
        self.case_type, self.state, self.beside = case_type, state, beside

    def __call__(self, text: str, **more: Any) -> Any:
        if not text:
            return None
        found = evaluate(self.case_type, compile_expression(text), self.state.data, {**self.beside, **more})
        return None if is_mark(found) else found


@transaction.atomic
def post(
    specs: tuple[PostSpec, ...],
    reaction: str,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owner: str,
) -> list[Posting]:
    """Make the movements that a reaction of the mechanism ``owner`` says, once for the entry, and tell the case.

    Raises what the books refuse; then nothing of it was done.
    """
    value = Values(case_type, state, beside)
    wanted = [each for spec in specs for each in _wanted(spec, value, row, owner)][:MOST]
    made = ledgers.post(SYSTEM, wanted, once=f"entry:{entry.pk}:{reaction}", source=subject("case", row.pk))
    for told in dict.fromkeys(spec.tells for spec in specs if spec.tells):
        cases.happened(told, {"postings": [each.number for each in made]}, case_id=row.pk, at=entry.at)
    return made


def _wanted(spec: PostSpec, value: Values, row: Case, owner: str) -> Iterator[ledgers.Wanted]:
    rows = value(spec.each) if spec.each else [None]
    name = spec.ledger if "." in spec.ledger else f"{owner}.{spec.ledger}"
    for item in rows if isinstance(rows, list) else []:
        more = {ITEM: item} if spec.each else {}
        amount = _number(value(spec.amount, **more))
        if not amount:
            continue
        key = str(value(spec.holder, **more) or "")
        to_key = str(value(spec.to_holder, **more) or "") or key
        area = value(spec.book, **more)
        if isinstance(area, Mapping):  # a place
            area = area.get("area")
        yield ledgers.Wanted(
            ledger=name,
            source=spec.from_,
            target=spec.to,
            source_key=key if spec.from_ == HOLDER else "",
            target_key=to_key if spec.to == HOLDER else "",
            amount=amount,
            words=str(value(spec.words, **more) or value.case_type.title),
            area=str(area or home_of(name, key) or row.area_id or ""),
            tag=str(value(spec.tag, **more) or ""),
            partial=spec.partial,
        )


def _number(found: Any) -> Decimal:
    try:
        return Decimal(str(found)) if found is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


def home_of(ledger: str, key: str) -> str:
    """Code of the area of the record whose account is meant; empty where there is none."""
    declared = catalogue.known(ledger)
    if declared is None or not key or not declared.spec.holder:
        return ""
    found = Record.objects.filter(register=declared.spec.holder, key=key).values_list("area_id", flat=True)
    return str(found.first() or "")


@transaction.atomic
def reverse(
    spec: ReverseSpec,
    reaction: str,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owners: Collection[str],
) -> list[Posting]:
    """Reverse the posting, or all postings of the case, that the reaction names, and tell the case. ``owners`` are the mechanisms
    whose books may be corrected: the reaction's own, and those that it needs.

    Raises NothingToReverse; then nothing of it was done.
    """
    value = Values(case_type, state, beside)
    of = str(value(spec.of) or "")
    found = list(Posting.objects.filter(number=of)) if of else []
    about = by_name(of) if of and not found else None
    if about is not None:
        found = queries.of_source(subject("case", about.pk))
    # nobody corrects the books of a mechanism with which this one has nothing to do
    if not found or any(each.book.mechanism not in owners for each in found):
        raise NothingToReverse(which=of[:80])
    words = str(value(spec.words) or case_type.title)
    made = ledgers.reverse(SYSTEM, found, words, once=f"entry:{entry.pk}:{reaction}")
    if spec.tells:
        numbers = [each.number for each in made]
        cases.happened(spec.tells, {"postings": numbers}, case_id=row.pk, at=entry.at)
    return made


@transaction.atomic
def close(
    spec: CloseSpec,
    entry: Entry,
    row: Case,
    case_type: CaseType,
    state: engine.Case,
    beside: Mapping[str, Any],
    owner: str,
) -> None:
    """Close the season of the book that the reaction names, and tell the case.

    Raises NoSeason (also where nothing was ever posted), SeasonRunning; then nothing of it was done.
    """
    declared = catalogue.one(f"{owner}.{spec.ledger}")
    area = Values(case_type, state, beside)(spec.book)
    book = books.find_book(declared, str(area or row.area_id or ""))
    if book is None:
        raise NoSeason(ledger=declared.spec.title)
    ledgers.close_season(SYSTEM, book)
    if spec.tells:
        cases.happened(spec.tells, {}, case_id=row.pk, at=entry.at)


def balance(ledger: str, of: str, area: str) -> Decimal:
    """What FEEL's ``balance`` and ``book_balance`` give."""
    return queries.book_balance(ledger, of, area) if area else queries.balance(ledger, of)


def times_posted(ledger: str, key: str, tag: str) -> int:
    """What FEEL's ``times_posted`` gives."""
    return queries.times_posted(ledger, key, tag)


__all__ = ["Values", "balance", "close", "home_of", "post", "reverse", "times_posted"]
