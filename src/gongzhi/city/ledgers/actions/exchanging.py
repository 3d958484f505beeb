"""Points for something off the shelf: points and goods move in one transaction, so neither is ever short."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import Target, check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.ledgers import books, catalogue
from gongzhi.city.ledgers.actions.posting import Wanted, post
from gongzhi.city.ledgers.actions.reversing import reverse
from gongzhi.city.ledgers.errors import ExchangeOver, NoSuchAccount
from gongzhi.city.ledgers.models import Account, Exchange, Posting
from gongzhi.engine.mechanisms.ledgers import HOLDER

#: accounts that a ledger of points and one of goods must have for this
SHOP, KEPT, GIVEN = "shop", "kept", "given"


@transaction.atomic
def order(
    by: Standing,
    *,
    points: tuple[str, str],
    goods: tuple[str, str],
    title: str,
    count: int,
    price: int,
    once: str = "",
    own: bool = False,
) -> Exchange:
    """Take ``count`` of an item for ``price`` points each and put it aside for the household.

    ``points`` is (ledger, key of the household), ``goods`` (ledger, key of the item). ``own``: the household asks for itself (whoever
    calls has made sure that ``by`` belongs to it); otherwise the right ``ledger.exchange`` in its village is needed. The same ``once``
    again gives the same order. Raises NotAllowed, NoSuchAccount, TooLittle.
    """
    holder, item = _account(*points), _account(*goods)
    if not own:
        check(by, "ledger.exchange", Target(area_path=holder.area_path))
    books.locked([holder.book_id, item.book_id])
    if once and (done := Exchange.objects.filter(once=once).first()):
        return done
    made = Exchange(
        holder=holder,
        item=item,
        title=title[:120],
        count=count,
        points=price * count,
        state=Exchange.State.ORDERED,
        area_path=holder.area_path,
        once=once,
        ordered_at=clock.now(),
        ordered_by=by.person,
    )
    words = f"兑换 {title}×{count}"
    source = subject("exchange", made.pk)
    moved = [
        Wanted(
            ledger=points[0],
            source=HOLDER,
            source_key=points[1],
            target=SHOP,
            amount=Decimal(made.points),
            words=words,
        ),
        Wanted(
            ledger=goods[0],
            source=HOLDER,
            source_key=goods[1],
            target=KEPT,
            amount=Decimal(count),
            words=words,
        ),
    ]
    post(by, moved, source=source)
    made.save(force_insert=True)
    return made


@transaction.atomic
def hand_over(by: Standing, exchange: Exchange) -> Exchange:
    """It was fetched. Raises NotAllowed, ExchangeOver."""
    row = _open(by, exchange)
    item = Account.objects.get(pk=row.item_id)
    moved = Wanted(
        ledger=item.ledger,
        source=KEPT,
        target=GIVEN,
        area=item.book.area_id,
        amount=Decimal(row.count),
        words=f"领取 {row.title}×{row.count}",
    )
    post(by, [moved], source=f"handed:{row.pk}")
    return _end(by, row, Exchange.State.HANDED)


@transaction.atomic
def cancel(by: Standing, exchange: Exchange, *, own: bool = False) -> Exchange:
    """It was not fetched: points and goods go back. Raises NotAllowed, ExchangeOver."""
    row = _open(by, exchange, own=own)
    postings = list(Posting.objects.filter(source=subject("exchange", row.pk)))
    reverse(by, postings, f"取消兑换 {row.title}×{row.count}")
    return _end(by, row, Exchange.State.CANCELLED)


def _account(ledger: str, key: str) -> Account:
    declared = catalogue.one(ledger)
    found = books.holder(declared, key)
    if found is None:
        raise NoSuchAccount(ledger=declared.spec.title, account=key[:64])
    return found


def _open(by: Standing, exchange: Exchange, *, own: bool = False) -> Exchange:
    if not own:
        check(by, "ledger.exchange", exchange)
    row = Exchange.objects.select_for_update().get(pk=exchange.pk)
    if row.state != Exchange.State.ORDERED:
        raise ExchangeOver(state=row.get_state_display())
    return row


def _end(by: Standing, row: Exchange, state: Exchange.State) -> Exchange:
    row.state, row.ended_at, row.ended_by = state, clock.now(), by.person
    row.save(update_fields=["state", "ended_at", "ended_by"])
    return row
