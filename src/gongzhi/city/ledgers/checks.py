"""What the ledgers room can prove about itself."""

from __future__ import annotations

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.references import subject
from gongzhi.city.ledgers.actions.posting import digest_of
from gongzhi.city.ledgers.models import ZERO, Account, Book, Line, Posting

#: what a quick check looks at: the newest
SAMPLE = 200


@checks.register("ledger balances")
def check_balances(full: bool) -> Finding:
    """Every posting adds up to zero, and every account holds the sum of its lines (a quick check: the newest)."""
    newest = Posting.objects.order_by("-id").values("pk")[:SAMPLE]
    sides = (
        Line.objects.order_by()
        if full
        else Line.objects.filter(posting__in=list(newest.values_list("pk", flat=True))).order_by()
    )
    off = (
        sides.values("posting__number")
        .annotate(total=Sum("amount"))
        .exclude(total=0)
        .order_by("posting__number")
        .first()
    )
    accounts = Account.objects.all()
    if not full:
        accounts = accounts.filter(
            pk__in=list(sides.values_list("account_id", flat=True).distinct()[:SAMPLE])
        )
    added = (
        Line.objects.filter(account=OuterRef("pk"))
        .order_by()
        .values("account")
        .annotate(s=Sum("amount"))
        .values("s")
    )
    total = Coalesce(Subquery(added), ZERO, output_field=DecimalField(max_digits=18, decimal_places=2))
    unlike = accounts.annotate(total=total).exclude(balance=F("total")).first()
    wrong = [
        f"{off['posting__number']}两边不平" if off else "",
        f"{unlike}的余额与流水之和不符" if unlike else "",
    ]
    found = "；".join(filter(None, wrong))
    return Finding(ok=not found, title="账簿两边相平", remedy=f"{found}。请从备份核对。" if found else "")


@checks.register("ledger postings")
def check_postings(full: bool) -> Finding:
    """Numbers of a book have no gap, and each posting is still what the journal wrote down."""
    wrong = []
    for book in Book.objects.all():
        rows = Posting.objects.filter(book=book)
        if rows.count() != book.last_number:
            wrong.append(f"{book}的记账号不连续")
    rows = Posting.objects.order_by("-id").prefetch_related("lines__account")
    for posting in rows.iterator(chunk_size=SAMPLE) if full else rows[:SAMPLE]:
        told = [
            [line.account.key, str(line.amount)]
            for line in sorted(posting.lines.all(), key=lambda each: each.account_id)
        ]
        if digest_of(posting.number, posting.words, told) != posting.digest:
            wrong.append(f"{posting.number}被改过")
    if full:
        wrong += _unwritten()
    remedy = f"{'；'.join(wrong[:5])}。请从备份核对。" if wrong else ""
    return Finding(ok=not wrong, title="账簿的记账", remedy=remedy)


def _unwritten() -> list[str]:
    """Postings whose digest the journal does not have."""
    wrong = []
    for book in Book.objects.all():
        facts = Entry.objects.filter(subject=subject("book", book.pk), kind="posted")
        known = {each.data.get("digest") for each in facts.iterator(chunk_size=500)}
        rows = Posting.objects.filter(book=book).values_list("number", "digest")
        wrong += [f"{number}没有写进日志" for number, digest in rows if digest not in known]
    return wrong
