"""What a scenario tells of books, posted in the city's own: households, children and funds begin with what the story says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from gongzhi.city.cases.world import home_area
from gongzhi.city.demo.registry import Registry
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.ledgers import actions, catalogue, queries
from gongzhi.city.ledgers.catalogue import Declared
from gongzhi.city.mechanisms import posting
from gongzhi.engine.mechanisms.ledgers import HOLDER

WORDS = "期初"


def bring_balances(registry: Registry, told: Mapping[str, int | float | str]) -> None:
    """Post until the books hold what is told: ``ledger/key``, ``ledger/key#tag`` (how often), ``ledger/account/area``."""
    for name, amount in sorted(told.items(), key=lambda each: "#" not in each[0]):
        ledger, _, rest = name.partition("/")
        declared = catalogue.known(ledger)
        if declared is None:
            continue
        of, slash, area = rest.partition("/")
        wanted = Decimal(str(amount))
        if slash:
            _fill_account(declared, of, registry.place(area), wanted)
            continue
        key, _, tag = of.partition("#")
        key = registry.key(declared.spec.holder, key)
        if tag:
            _count(declared, key, tag, int(wanted))
        else:
            _move(declared, key, wanted - queries.balance(declared.name, key))


def _source(declared: Declared) -> str:
    """The first of the book's own accounts that may fall below zero: where things come from."""
    return next(name for name, each in declared.spec.accounts.items() if each.floor is None)


def _fill_account(declared: Declared, account: str, area: str, wanted: Decimal) -> None:
    """An account that keeps something gets it; what stands on the other side follows."""
    if declared.spec.accounts[account].floor is None:
        return
    missing = wanted - queries.book_balance(declared.name, account, area)
    ends = (_source(declared), account) if missing > 0 else (account, _source(declared))
    if missing:
        movement = actions.Wanted(
            ledger=declared.name,
            source=ends[0],
            target=ends[1],
            amount=abs(missing),
            words=WORDS,
            area=area,
        )
        actions.post(SYSTEM, [movement])


def _count(declared: Declared, key: str, tag: str, wanted: int) -> None:
    for _ in range(wanted - queries.times_posted(declared.name, key, tag)):
        _move(declared, key, Decimal(1), tag)


def _move(declared: Declared, key: str, amount: Decimal, tag: str = "") -> None:
    if not amount:
        return
    given = amount > 0
    movement = actions.Wanted(
        ledger=declared.name,
        source=_source(declared) if given else HOLDER,
        target=HOLDER if given else _source(declared),
        source_key="" if given else key,
        target_key=key if given else "",
        amount=abs(amount),
        words=WORDS,
        area=home_of(declared.name, key),
        tag=tag,
    )
    actions.post(SYSTEM, [movement])


def home_of(ledger: str, key: str) -> str:
    """Code of the area of the record that holds the account; the whole city where it has none."""
    return posting.home_of(ledger, key) or home_area()
