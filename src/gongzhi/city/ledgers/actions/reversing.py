"""Reversal: the opposite of what was posted, as a posting of its own."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.kernel.references import Standing
from gongzhi.city.ledgers import books, catalogue
from gongzhi.city.ledgers.actions.posting import write
from gongzhi.city.ledgers.errors import NothingToReverse
from gongzhi.city.ledgers.models import Posting


@transaction.atomic
def reverse(by: Standing, postings: list[Posting], words: str, *, once: str = "") -> list[Posting]:
    """Reverse what was posted, the newest first; what was reversed before, and reversals themselves, stay as they are.

    With the same ``once`` again gives what was reversed then. A balance may fall below its floor by it: the household had spent
    what it should not have had. Rights are asked by whoever calls. Raises NothingToReverse.
    """
    locked = books.locked([each.book_id for each in postings])
    made = []
    for each in sorted(postings, key=lambda posting: -posting.pk):
        word = f"{once}#{each.pk}" if once else ""
        done = Posting.objects.filter(reverses=each).first()
        if done is not None and word and done.once == word:
            made.append(done)
            continue
        if done is not None or each.kind == Posting.Kind.REVERSED:
            continue
        declared = catalogue.one(each.book.ledger)
        amounts = [(pk, -amount) for pk, amount in each.lines.values_list("account_id", "amount")]
        made.append(
            write(
                by,
                locked[each.book_id],
                amounts,
                kind=Posting.Kind.REVERSED,
                words=words,
                tag=each.tag,
                source=each.source,
                once=word,
                reverses=each,
                declared=declared,
            )
        )
    if not made:
        raise NothingToReverse(which="、".join(each.number for each in postings)[:120])
    return made
