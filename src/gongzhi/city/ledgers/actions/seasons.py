"""The close of a season: what expires goes back, and the next season begins."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.ledgers import books, catalogue
from gongzhi.city.ledgers.actions.posting import write
from gongzhi.city.ledgers.errors import NoSeason, SeasonRunning
from gongzhi.city.ledgers.models import ZERO, Account, Book, Posting, Season
from gongzhi.engine.cases.model import Fact


@transaction.atomic
def close_season(by: Standing, book: Book) -> Season:
    """Close the season that runs and begin the next; gives the closed one. On its last day at the earliest.

    Where points expire, every household's go back by one posting that each of them can read. Raises NotAllowed, NoSeason,
    SeasonRunning.
    """
    check(by, "ledger.rule", book)
    declared = catalogue.one(book.ledger)
    held = books.locked([book.pk])[book.pk]
    season = Season.objects.select_for_update().filter(book=held, closed_at=None).first()
    if season is None or declared.spec.season is None:
        raise NoSeason(ledger=declared.spec.title)
    if clock.today() < season.ends:
        raise SeasonRunning(season=season.name, ends=season.ends.isoformat())
    if declared.spec.season.close == "expire":
        left = Account.objects.filter(book=held, is_holder=True, balance__gt=ZERO).order_by("pk")
        amounts = [(pk, -balance) for pk, balance in left.values_list("pk", "balance")]
        if amounts:
            to = books.account(declared, held, declared.spec.season.to)
            amounts.append((to.pk, -sum((amount for _pk, amount in amounts), ZERO)))
            words = f"{season.name}结季清零"
            write(by, held, amounts, kind=Posting.Kind.EXPIRED, words=words, declared=declared)
    season.closed_at, season.closed_by = clock.now(), by.person
    season.save(update_fields=["closed_at", "closed_by"])
    following = books.new_season(declared, held, after=season)
    data = {"season": season.name, "next": following.name if following else ""}
    append(subject("book", held.pk), [Fact(kind="season_closed", at=clock.now(), by=by, data=data)])
    return season
