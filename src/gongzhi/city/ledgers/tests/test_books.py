"""Books: what is posted adds up, nothing falls below its floor, a reversal undoes, a season is drawn up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, resident
from gongzhi.city.ledgers import actions, checks, queries
from gongzhi.city.ledgers.errors import (
    ExchangeOver,
    NoSuchAccount,
    NoSuchLedger,
    NothingToReverse,
    SeasonRunning,
    TooLittle,
)
from gongzhi.city.ledgers.models import Account, Book, Line, Posting, Season
from gongzhi.city.ledgers.tests.village import FUND, HILL, LAKE, POINTS, STOCK, Village, award, supply
from gongzhi.engine.ledgers import BadAmount

pytestmark = pytest.mark.django_db


def healthy() -> None:
    for check in (checks.check_balances, checks.check_postings):
        found = check(True)
        assert found.ok, found.remedy
    assert (Line.objects.aggregate(Sum("amount"))["amount__sum"] or 0) == 0


def test_points_of_a_household_are_posted_in_the_book_of_its_village(village: Village) -> None:
    posting = award("H1", 5)
    assert posting.book.area_id == HILL
    assert posting.number.endswith("-2024-00001")
    assert queries.balance(POINTS, "H1") == 5
    assert queries.book_balance(POINTS, "issued", HILL) == -5
    assert queries.book_balance(POINTS, "issued", LAKE) == 0
    assert queries.balance(POINTS, "nobody") == 0
    assert Entry.objects.filter(subject=f"book:{posting.book_id}", kind="posted").count() == 1
    healthy()


def test_the_same_deed_read_twice_posts_once(village: Village) -> None:
    first, again = award("H1", 5, once="entry:7:award"), award("H1", 5, once="entry:7:award")
    assert first == again
    assert queries.balance(POINTS, "H1") == 5


def test_several_movements_are_made_together_or_not_at_all(village: Village) -> None:
    def to(key: str, amount: int) -> actions.Wanted:
        return actions.Wanted(
            ledger=POINTS, source="issued", target="holder", target_key=key, amount=Decimal(amount), words="分红", area=HILL
        )  # fmt: skip

    with pytest.raises(BadAmount):
        actions.post(SYSTEM, [to("H1", 5), to("H2", -1)])
    assert not Posting.objects.exists()
    assert [each.number[-5:] for each in actions.post(SYSTEM, [to("H1", 5), to("H2", 3)])] == [
        "00001",
        "00002",
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ledger": "village.nothing"}, NoSuchLedger),
        ({"source": "nothing"}, NoSuchAccount),
        ({"target_key": ""}, NoSuchAccount),
        ({"amount": Decimal("0.5")}, BadAmount),
        ({"amount": Decimal(0)}, BadAmount),
    ],
)
def test_it_refuses_what_no_book_can_hold(village: Village, changes: dict[str, Any], error: type) -> None:
    right = {
        "ledger": POINTS,
        "source": "issued",
        "target": "holder",
        "target_key": "H1",
        "amount": Decimal(1),
    }
    with pytest.raises(error):
        actions.post(SYSTEM, [actions.Wanted(**{**right, "words": "试", "area": HILL, **changes})])
    assert not Posting.objects.exists()


def test_money_counts_to_the_cent_and_the_bank_is_never_overdrawn(village: Village) -> None:
    def move(source: str, target: str, amount: str) -> None:
        wanted = actions.Wanted(
            ledger=FUND, source=source, target=target, amount=Decimal(amount), words="租金", area=HILL
        )
        actions.post(SYSTEM, [wanted])

    move("income", "bank", "1000.05")
    move("bank", "income", "1000.05")
    with pytest.raises(TooLittle) as refused:
        move("bank", "income", "0.01")
    assert refused.value.data == {"account": "存款", "there": "0", "wanted": "0.01", "unit": "元"}
    healthy()


def test_a_deduction_takes_no_more_than_is_there(village: Village) -> None:
    award("H1", 3)
    takes = actions.Wanted(
        ledger=POINTS, source="holder", source_key="H1", target="issued", amount=Decimal(5), words="占道", partial=True
    )  # fmt: skip
    assert len(actions.post(SYSTEM, [takes])) == 1
    assert actions.post(SYSTEM, [takes]) == []
    assert queries.balance(POINTS, "H1") == 0


def test_a_reversal_undoes_once_also_where_the_points_were_spent(village: Village) -> None:
    first = award("H1", 5)
    supply("soap", 1)
    actions.order(village.chair, points=(POINTS, "H1"), goods=(STOCK, "soap"), title="肥皂", count=1, price=4)
    undone = actions.reverse(SYSTEM, [first], "记错了户", once="x")
    assert actions.reverse(SYSTEM, [first], "记错了户", once="x") == undone
    assert queries.balance(POINTS, "H1") == -4
    with pytest.raises(NothingToReverse):
        actions.reverse(SYSTEM, [first], "再来一次")
    with pytest.raises(NothingToReverse):
        actions.reverse(SYSTEM, undone, "冲正的冲正")
    award("H1", 3)  # who only gains is never refused
    healthy()


def test_nothing_posted_is_ever_changed(village: Village) -> None:
    posting = award("H1", 5)
    with pytest.raises(TypeError):
        posting.save()
    with pytest.raises(TypeError):
        Line.objects.all().delete()
    with pytest.raises(TypeError):
        Posting.objects.update(words="别的")


def test_how_often_a_rule_counted_this_season(village: Village) -> None:
    first = award("H1", 2, tag="R1")
    award("H1", 2, tag="R1")
    award("H1", 2, tag="R2")
    assert queries.times_posted(POINTS, "H1", "R1") == 2
    actions.reverse(SYSTEM, [first], "误记")
    assert queries.times_posted(POINTS, "H1", "R1") == 1


def test_a_season_closes_on_its_last_day_and_what_expires_goes_back(village: Village, monday: Any) -> None:
    award("H1", 5, tag="R1")
    award("H2", 3)
    book = Book.objects.get()
    with pytest.raises(SeasonRunning):
        actions.close_season(village.chair, book)
    with pytest.raises(NotAllowed):
        actions.close_season(village.other, book)
    with clock.frozen(monday.replace(month=12, day=31)):
        assert actions.close_season(village.chair, book).name == "2024"
        assert [queries.balance(POINTS, key) for key in ("H1", "H2")] == [0, 0]
        assert queries.book_balance(POINTS, "lapsed", HILL) == 8
        award("H1", 1)
    assert Season.objects.get(closed_at=None).name == "2025"
    assert queries.times_posted(POINTS, "H1", "R1") == 0
    account = Account.objects.get(key="H1")
    assert [(season.name, came, went) for season, came, went in queries.seasons_of(account)] == [
        ("2025", 1, 0),
        ("2024", 5, 5),
    ]
    healthy()


def test_points_and_goods_move_together(village: Village) -> None:
    award("H1", 10)
    supply("soap", 2)
    soap: dict[str, Any] = {"points": (POINTS, "H1"), "goods": (STOCK, "soap"), "title": "肥皂", "price": 3}
    made = actions.order(village.chair, **soap, count=2, once="click")
    assert actions.order(village.chair, **soap, count=2, once="click") == made
    assert (queries.balance(POINTS, "H1"), queries.balance(STOCK, "soap")) == (4, 0)
    with pytest.raises(TooLittle):  # no soap left: no points are taken either
        actions.order(village.chair, **soap, count=1)
    assert queries.balance(POINTS, "H1") == 4
    assert queries.waiting(village.chair) == [made]
    assert queries.waiting(village.other) == []
    with pytest.raises(NotAllowed):
        actions.hand_over(village.other, made)
    actions.hand_over(village.chair, made)
    assert queries.book_balance(STOCK, "given", HILL) == 2
    with pytest.raises(ExchangeOver):
        actions.cancel(village.chair, made)
    healthy()


def test_an_order_that_is_cancelled_gives_everything_back(village: Village) -> None:
    award("H1", 10)
    supply("soap", 1)
    made = actions.order(
        resident("user:h1"), points=(POINTS, "H1"), goods=(STOCK, "soap"), title="肥皂", count=1, price=3, own=True
    )  # fmt: skip
    actions.cancel(resident("user:h1"), made, own=True)
    assert (queries.balance(POINTS, "H1"), queries.balance(STOCK, "soap")) == (10, 1)
    healthy()


def test_who_has_too_few_points_gets_nothing(village: Village) -> None:
    award("H1", 2)
    supply("soap", 1)
    with pytest.raises(TooLittle):
        actions.order(
            village.chair, points=(POINTS, "H1"), goods=(STOCK, "soap"), title="肥皂", count=1, price=3
        )
    assert queries.balance(STOCK, "soap") == 1


def test_the_book_is_read_in_its_own_village(village: Village) -> None:
    award("H1", 2)
    book = Book.objects.get()
    assert queries.visible_books(village.chair, POINTS) == [book]
    assert queries.visible_books(village.other, POINTS) == []
    with pytest.raises(NotAllowed):
        queries.holders(village.other, book)
    assert [each.key for each in queries.holders(village.chair, book).rows] == ["H1"]
    assert queries.totals(book).held == 2


def test_the_doctor_notices_a_balance_that_somebody_wrote(village: Village) -> None:
    award("H1", 2)
    Account.objects.filter(key="H1").update(balance=200)
    assert not checks.check_balances(False).ok


def test_a_statement_is_a_page_of_lines(village: Village) -> None:
    for _ in range(3):
        award("H1", 2)
    found = queries.statement(Account.objects.get(key="H1"), size=2)
    assert [line.after for line in found.rows] == [6, 4]
    assert [
        line.after for line in queries.statement(Account.objects.get(key="H1"), found.after, size=2).rows
    ] == [2]
