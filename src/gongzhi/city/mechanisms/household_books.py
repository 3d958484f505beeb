"""Points of households for the village's door: a household's book, rules and shelf, what is published, objections and exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import Target, check, may
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.ledgers import actions, books, catalogue, queries
from gongzhi.city.ledgers.models import Account, Exchange
from gongzhi.city.mechanisms import households
from gongzhi.city.mechanisms.errors import NoSuchHousehold, NotPublished
from gongzhi.city.mechanisms.households import Household
from gongzhi.city.records.models import Record
from gongzhi.engine import cases as engine

MECHANISM = "household_points"
POINTS, STOCK = f"{MECHANISM}.points", f"{MECHANISM}.stock"
CLAIM, PUBLISH, QUIET, OBJECTED = "points_claim", "publish", "quiet", "objected"
RULES, GOODS = "points_rules", "points_goods"
#: rows of one list
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something on the shelf."""

    key: str
    title: str
    price: int
    funded_by: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A claim that is open to objections. Nothing of it says who lives there or who reported it."""

    case: Case
    number: str
    household: str
    title: str
    points: int
    happened_on: str
    until: datetime


def installed() -> bool:
    """Whether the city keeps points of households."""
    return catalogue.known(POINTS) is not None


def account(number: str) -> Account | None:
    """The household's account; None while nothing was ever booked for it."""
    return queries.account_of(POINTS, number)


def may_serve(by: Standing | None, house: Household, action: str) -> bool:
    """Whether the post may do it for this household."""
    return by is not None and may(by, action, Target(area_path=house.area_path))


def house_for(by: Standing, number: str) -> Household:
    """The household of a card or number, for somebody who keeps its book. Raises NoSuchHousehold, also where the post is of
    another village: which numbers there are is nobody's business elsewhere."""
    found = households.household(number.strip()[:64])
    if found is None or not may_serve(by, found, "ledger.read"):
        raise NoSuchHousehold(number=number[:64])
    return found


def rules(area_path: str) -> list[Mapping[str, Any]]:
    """The rules in force around a place, rewards first; each with its key."""
    found = _around(RULES, "in_force", area_path)
    shown = [{**row.published.data, "key": row.key} for row in found if row.published]
    return sorted(shown, key=lambda rule: (Decimal(str(rule["points"])) < 0, rule["key"]))


def offers(area_path: str) -> list[Offer]:
    """What the shelf of the village has, cheapest first."""
    rows = [row for row in _around(GOODS, "on_shelf", area_path) if row.published]
    held = dict(
        Account.objects.filter(ledger=STOCK, is_holder=True, key__in=[row.key for row in rows]).values_list(
            "key", "balance"
        )
    )
    found = [_offer(row, held.get(row.key, Decimal(0))) for row in rows]
    return sorted(found, key=lambda offer: (offer.price, offer.key))


def _around(register: str, state: str, area_path: str) -> list[Record]:
    rows = Record.objects.filter(
        register=register, published_state=state, area_path__in=paths.ancestors(area_path)
    )
    return list(rows.select_related("published").order_by("key")[:MOST])


def _offer(row: Record, left: Decimal) -> Offer:
    assert row.published is not None
    data = row.published.data
    return Offer(
        key=row.key,
        title=str(data["title"]),
        price=int(data["price"]),
        funded_by=str(data.get("funded_by") or ""),
        left=int(left),
    )


def claims_of(number: str) -> list[Case]:
    """What is under way for a household, newest first."""
    rows = Case.objects.filter(
        mechanism=MECHANISM, type=CLAIM, records__register=households.REGISTER, records__key=number, ended=""
    )
    return list(rows.order_by("-opened_at")[:20])


def published(area_path: str) -> list[Published]:
    """The claims of an area that anybody of the village may object to, the first to be booked first."""
    rows = Case.objects.filter(
        paths.within(area_path, "area_path"), mechanism=MECHANISM, type=CLAIM, ended=""
    ).order_by("opened_at")
    found = [told for row in rows[:MOST] if (told := _published(row))]
    return sorted(found, key=lambda each: each.until)


def _published(row: Case) -> Published | None:
    state = engine.load_case(row.state)
    at = {token.id: token.node for token in state.flow.tokens}
    until = next(
        (due for token, timer, due in state.timers if at.get(token) == PUBLISH and timer == QUIET), None
    )
    if until is None:
        return None
    return Published(
        case=row,
        number=name_of(row),
        household=str(state.data["household"]),
        title=str(state.data["subject"]),
        points=int(state.data["points"]),
        happened_on=str(state.data["happened_on"]),
        until=until,
    )


@transaction.atomic
def object_to(by: Standing, row: Case, words: str) -> None:
    """Object to a claim that is published: somebody of the village for themselves, or whoever keeps its book for a person without
    a phone. The words are kept in the case, not who said them. Raises NotPublished, NotAllowed.
    """
    mine = households.household_of(by)
    village = books.book_area(catalogue.one(POINTS), row.area_id or "").path
    if mine is None or not paths.is_within(mine.area_path, village):
        check(by, "ledger.claim", Target(area_path=row.area_path))
    row = Case.objects.select_for_update().get(pk=row.pk)
    told = _published(row)
    if told is None or clock.now() >= told.until:
        raise NotPublished
    cases.act(row.pk, "note", {"text": f"公示异议：{words.strip()}"[:1000]}, by=SYSTEM)
    cases.happened(OBJECTED, {}, case_id=row.pk)


def claim(by: Standing, number: str, values: Mapping[str, Any], *, key: str) -> Case:
    """Report a deed of a household: one's own, or for somebody of the village. Raises what opening a case raises."""
    found = {name: value for name, value in values.items() if value not in (None, "")}
    receipt = cases.open_case(MECHANISM, CLAIM, {**found, "household": number}, by=by, key=key)
    return Case.objects.get(pk=receipt.case)


def exchange(
    by: Standing, house: Household, item: str, count: int, *, once: str, own: bool = False
) -> Exchange:
    """Order something off the shelf of the household's village. Raises NoSuchAccount, TooLittle, NotAllowed."""
    offer = next((each for each in offers(house.area_path) if each.key == item), None)
    return actions.order(
        by,
        points=(POINTS, house.number),
        goods=(STOCK, item if offer else ""),
        title=offer.title if offer else item,
        count=count,
        price=offer.price if offer else 1,
        once=once,
        own=own,
    )
