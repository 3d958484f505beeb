"""What the demo's village owns: money with its vouchers, things, land, contracts near their end, shares; its rules and teams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.ledgers.actions import Wanted, post
from gongzhi.city.mechanisms import library
from gongzhi.city.records import actions as records
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record

if TYPE_CHECKING:
    from gongzhi.city.demo.village import Village

Row = tuple[str, str, dict[str, Any]]
MECHANISM, FUNDS = "village_assets", "village_assets.funds"
#: what the books began with
OPENING = "86000.00"
#: days ago, direction, account, how much, what
VOUCHERS = (
    (24, "收入", "银行存款", "12000.00", "老村部一年的租金"),
    (17, "支出", "银行存款", "4200.00", "修水渠买水泥"),
    (9, "支出", "银行存款", "980.00", "村部电费"),
    (2, "支出", "银行存款", "1600.00", "湾口清沟的工钱"),
)
CLAUSES = (
    "1．红白事：酒席不超过二十桌，不比排场",
    "2．门前三包：自家门口自己扫（自己恢复原样）",
    "3．家禽：进圈养，轮到谁家谁去喂（提醒、批评教育）",
)


def fill_property(village: Village) -> int:
    """Fill the registers and the book of the village as far as its mechanisms are installed; gives how many cases were opened."""
    with clock.frozen(village.at(40)):
        for register, key, values in _rows(village):
            declared = catalogue.known(register)
            if declared is not None:
                common = {"area": village.village.code, "office": village.office.code}
                known = {field.id for field in declared.register.form.fields}
                told = {name: value for name, value in (common | values).items() if name in known}
                records.put(register, key, told, by=SYSTEM, because="村里登记")
    return _vouchers(village) if MECHANISM in library.LIBRARY.active_versions() else 0


def _rows(village: Village) -> Iterator[Row]:
    today = village.now.date()

    def day(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    for key, name in (("JD1", "陈守正"), ("JD2", "柯明理"), ("JD3", "冯秋生")):
        yield "committee_members", key, {"name": name, "relation": "都不是", "since": day(-500)}
    for key, title, kind, value in (
        ("ZC1", "老村部", "房屋", "180000.00"),
        ("ZC2", "榨油机一台", "机器设备", "26000.00"),
        ("ZC3", "湾口机井", "道路水利", "42000.00"),
    ):
        yield (
            "collective_assets",
            key,
            {"title": title, "kind": kind, "original_value": value, "net_value": value},
        )
    for key, title, kind, acres in (("ZY1", "后山林地", "林地", 320), ("ZY2", "湾前鱼塘", "水面", 18)):
        yield (
            "collective_resources",
            key,
            {"title": title, "kind": kind, "acres": acres, "bounds": "东到路、西到沟"},
        )
    for key, title, kind, yearly, left in (
        ("HT-Y1", "老村部出租", "资产出租", "12000.00", 21),
        ("HT-Y2", "湾前鱼塘发包", "资源发包", "9000.00", 75),
        ("HT-Y3", "后山林地发包", "资源发包", "16000.00", 900),
    ):
        held = {"title": title, "kind": kind, "yearly": yearly, "party_kind": "本村村民", "related": "不是"}
        yield (
            "asset_contracts",
            key,
            held | {"starts": day(left - 1095), "until": day(left), "voted": "到会的过半同意"},
        )
    for key, months, income, spending, late in (
        ("ZM-1", 3, "21000.00", "8600.00", -2),
        ("ZM-2", 2, "9000.00", "6400.00", 3),
    ):
        began = (today.replace(day=1) - timedelta(days=30 * months)).replace(day=1)
        due = began + timedelta(days=40)
        told = {"title": f"{began:%Y年%m月}", "kind": "按月", "starts": began.isoformat(), "income": income}
        told |= {"spending": spending, "balance": "86000.00", "due_on": due.isoformat()}
        yield "published_books", key, told | {"published_on": (due + timedelta(days=late)).isoformat()}
    yield from _shares(village, today)
    yield from _teams(day)


def _shares(village: Village, today: date) -> Iterator[Row]:
    """The cooperative with last year's dividend, and the covenant."""
    coop = {
        "title": f"{village.village.short_name}股份经济合作社",
        "total_shares": 1200,
        "holders": 300,
        "carried": "0.40",
    }
    yield "cooperatives", "GF1", coop
    divided = {
        "title": "去年经营收益分红",
        "year": today.year - 1,
        "profit": "60000.00",
        "reserve": "18000.00",
    }
    yield (
        "dividends",
        "FH1",
        divided | {"paid_out": "42000.00", "per_share": "35.00", "carried": "0.00", "holders": 300},
    )
    rules = {
        "title": f"{village.village.short_name}村规民约",
        "clauses": len(CLAUSES),
        "words": "\n".join(CLAUSES),
    }
    rules |= {
        "village_name": village.village.short_name,
        "filed_on": (today - timedelta(days=200)).isoformat(),
    }
    yield "covenants", "CG1", rules | {"voted": "应到612人，实到402人，同意388票"}


def _teams(day: Any) -> Iterator[Row]:
    for key, title, kind, skills, roster in (
        ("FW1", "巧媳妇小组", "妇联特色小组", "调解家务、照看老人、红白事帮厨", "陈嫂、柯姐、冯姨"),
        ("FW2", "党员中心户（湾口）", "党员中心户", "跑腿代办、修水电、传消息", "柯叔"),
        ("FW3", "红白理事会", "红白理事会", "喜事丧事从简操办", "杨老、余老"),
    ):
        values = {"title": title, "kind": kind, "skills": skills, "members": 6, "households": 12}
        yield "service_teams", key, values | {"roster": roster, "shift_days": 7, "roster_from": day(-70)}


def _committee(village: Village) -> list[str]:
    """Everybody on the village's supervisory committee: stories may have put more people there."""
    rows = Record.objects.filter(register="committee_members", area_path=village.village.path)
    return list(rows.order_by("key").values_list("key", flat=True)[:9])


def _vouchers(village: Village) -> int:
    """The book begins with what was there; each entry is signed and checked before it is entered. The last one waits."""
    with clock.frozen(village.at(38)):
        opening = Wanted(
            ledger=FUNDS,
            source="income",
            target="bank",
            amount=Decimal(OPENING),
            words="上年结转",
            area=village.village.code,
        )
        post(SYSTEM, [opening], once="demo.opening")
    clerk = village.staff.holder("officer", village.office.code, "officer")
    for number, (days, direction, account, amount, what) in enumerate(VOUCHERS, 1):
        at = village.at(days)
        form: Mapping[str, Any] = {
            "village": village.village.code,
            "direction": direction,
            "account": account,
            "amount": amount,
            "what": what,
            "happened_on": at.date().isoformat(),
            "related": "不是",
        }
        case = village.open(MECHANISM, "voucher", dict(form), clerk, at)
        village.take(case, "head", "sign", at + timedelta(hours=1))
        if number < len(VOUCHERS):
            signers = {"signers": _committee(village)}
            village.take(
                case, "supervise", "approve", at + timedelta(hours=2), signers, by=village.supervisor
            )
    return len(VOUCHERS)
