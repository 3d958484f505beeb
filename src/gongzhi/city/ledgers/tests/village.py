"""A county with a town and two villages, and the ledgers of a points mechanism."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.ledgers import actions
from gongzhi.city.ledgers.catalogue import Declared
from gongzhi.city.ledgers.models import Posting
from gongzhi.city.territory.models import Area
from gongzhi.engine.mechanisms.ledgers import LedgerSpec

POINTS, STOCK, FUND = "village.points", "village.stock", "village.fund"
HILL, LAKE, UNIT = "420281001201", "420281001202", "420281001201001"
AREAS = (
    ("420281000000", "大冶市", "county", "000"),
    ("420281001000", "金湖街道", "town", "000000"),
    (HILL, "上冯村", "village", "000000000"),
    (LAKE, "下湖村", "village", "000000001"),
    (UNIT, "上冯一组", "unit", "000000000000"),
)
SPECS = (
    {
        "id": "points", "title": "文明积分账", "unit": "分", "holder": "households", "holder_word": "户",
        "accounts": {"issued": {"title": "发放"}, "shop": {"title": "兑换"}, "lapsed": {"title": "清零"}},
        "season": {"every": "year", "close": "expire", "to": "lapsed"},
    },
    {
        "id": "stock", "title": "货架", "unit": "件", "holder": "goods",
        "accounts": {"supplied": {"title": "进货"}, "kept": {"title": "待领", "floor": 0}, "given": {"title": "发出"}},
    },
    {
        "id": "fund", "title": "村集体资金", "unit": "元", "decimals": 2, "per": "village",
        "accounts": {"bank": {"title": "存款", "floor": 0}, "income": {"title": "收入"}},
    },
)  # fmt: skip


class Kinds:
    """The mechanism, as the library would offer it."""

    def __init__(self) -> None:
        found = (Declared(mechanism="village", spec=LedgerSpec.model_validate(each)) for each in SPECS)
        self.held = {each.name: each for each in found}

    def ledgers(self) -> dict[str, Declared]:
        return self.held


@dataclass(frozen=True)
class Village:
    """Who acts: the chair of 上冯村, the chair of 下湖村."""

    chair: Standing
    other: Standing


def build() -> Village:
    made: dict[str, Area] = {}
    for code, name, level, path in AREAS:
        made[path] = Area.objects.create(
            code=code, name=name, short_name=name, level=level, path=path, parent=made.get(path[:-3])
        )
    return Village(chair=chair("000000000", HILL), other=chair("000000001", LAKE))


def chair(path: str, code: str) -> Standing:
    return Standing(person=f"user:{code}", role="council_chair", name="理事长", area=code, area_path=path)


def award(household: str, amount: int | str, *, area: str = UNIT, once: str = "", tag: str = "") -> Posting:
    """Points for a household."""
    wanted = actions.Wanted(
        ledger=POINTS, source="issued", target="holder", target_key=household, amount=Decimal(amount),
        words="打扫公共场地", area=area, tag=tag,
    )  # fmt: skip
    return actions.post(SYSTEM, [wanted], once=once)[0]


def supply(item: str, count: int, *, area: str = HILL) -> None:
    wanted = actions.Wanted(
        ledger=STOCK, source="supplied", target="holder", target_key=item, amount=Decimal(count), words="进货", area=area
    )  # fmt: skip
    actions.post(SYSTEM, [wanted])
