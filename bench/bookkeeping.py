"""Fills a book with entries and asks it, for ``ledgers.py``; the last line is JSON."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import django

HOUSEHOLDS, AT_ONCE, ASKED = 10_000, 20_000, 400


def fill(entries: int) -> int:
    """So many lines, two to a posting, in one book; gives the lines of the household that has most."""
    from django.db import transaction

    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.inserting import insert_many
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.ledgers.actions.posting import digest_of
    from gongzhi.city.ledgers.models import Account, Book, Line, Posting, Season
    from gongzhi.city.ledgers.tests.village import award, build

    build()
    first = award("H0", 1)
    book, season = Book.objects.get(), Season.objects.get()
    issued = Account.objects.get(key="issued")
    common = {"book": book, "ledger": issued.ledger, "is_holder": True, "area_path": book.area_path}
    Account.objects.bulk_create(
        [Account(key=f"H{n}", **common) for n in range(1, HOUSEHOLDS)], batch_size=2000
    )
    homes = list(Account.objects.filter(is_holder=True).order_by("pk"))
    chance, at = random.Random(7), clock.now()
    sums = dict.fromkeys((each.pk for each in homes), Decimal(0)) | {homes[0].pk: Decimal(1)}
    counts, given = dict.fromkeys(sums, 0), Decimal(1)
    number, last = first.pk, 1
    for start in range(0, entries // 2 - 1, AT_ONCE):
        postings, rows = [], []
        for _ in range(min(AT_ONCE, entries // 2 - 1 - start)):
            # a few households do much
            home = homes[int(len(homes) * chance.random() ** 3)]
            amount = Decimal(chance.randint(1, 9))
            sums[home.pk] += amount
            counts[home.pk] += 1
            given += amount
            number, last = number + 1, last + 1
            name = f"{book.pk:03}-{at.year}-{last:05}"
            told = sorted([(issued.pk, issued.key, -amount), (home.pk, home.key, amount)])
            digest = digest_of(name, "打扫", [[key, str(each)] for _pk, key, each in told])
            postings.append(_posting(Posting, number, name, book, season, at, SYSTEM.person, digest))
            rows.append(Line(posting_id=number, account_id=issued.pk, amount=-amount, after=-given))
            rows.append(Line(posting_id=number, account_id=home.pk, amount=amount, after=sums[home.pk]))
        with transaction.atomic():
            insert_many(postings)
            insert_many(rows)
    for each in homes:
        each.balance = sums[each.pk]
    Account.objects.bulk_update(homes, ["balance"], batch_size=500)
    Account.objects.filter(pk=issued.pk).update(balance=-given)
    Book.objects.filter(pk=book.pk).update(last_number=last)
    return max(counts.values())


def _posting(
    model: type[Any], pk: int, number: str, book: Any, season: Any, at: datetime, person: str, digest: str
) -> Any:
    return model(
        id=pk, book=book, season=season, number=number, kind="moved", words="打扫",
        at=at + timedelta(milliseconds=pk), person=person, digest=digest,
    )  # fmt: skip


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds of this process: what others do on the machine is no property of ours."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def ask() -> dict[str, float]:
    """What the household door asks, and what a posting costs."""
    from gongzhi.city.ledgers import checks, queries
    from gongzhi.city.ledgers.models import Account
    from gongzhi.city.ledgers.tests.village import POINTS, award

    chance = random.Random(11)
    keys = [f"H{chance.randrange(HOUSEHOLDS)}" for _ in range(ASKED)]
    queries.balance(POINTS, "H1")
    found = sorted(timed(lambda key=key: queries.balance(POINTS, key)) for key in keys)  # type: ignore[misc]
    busiest = Account.objects.get(key="H0")
    pages = [timed(lambda: queries.statement(busiest)) for _ in range(50)]
    began, done = time.process_time(), 0
    while time.process_time() - began < 2:
        award(keys[done % ASKED], 1)
        done += 1
    posted = done / (time.process_time() - began)
    began = time.process_time()
    finding = checks.check_balances(True)
    assert finding.ok, finding.remedy
    return {
        "balance": statistics.median(found),
        "balance_p99": found[int(len(found) * 0.99)],
        "statement": statistics.median(pages),
        "posted": posted,
        "doctor": time.process_time() - began,
    }


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from gongzhi.city.ledgers import catalogue
    from gongzhi.city.ledgers.tests.village import Kinds

    call_command("migrate", verbosity=0)
    catalogue.register(Kinds())
    entries = int(sys.argv[1])
    longest = fill(entries)
    print(json.dumps({"entries": entries, "longest": longest, **ask()}))


if __name__ == "__main__":
    main()
