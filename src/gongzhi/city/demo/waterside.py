"""What the demo's city has of water and land: reaches with their chiefs, networks, sections, firms that are audited, residues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import library
from gongzhi.city.records import actions as records
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, Level, Office

if TYPE_CHECKING:
    from gongzhi.city.demo.village import Village

Row = tuple[str, str, dict[str, Any]]
RIVERS, NETWORKS, GREEN = "river_chiefs", "seven_networks", "green_indicators"
AUDITS, WASTE, PLANTS = "clean_production", "waste_exchange", "plant_relocation"
WATER, ENVIRONMENT, CITY, TRAFFIC = "dy-slj", "dy-hbj", "dy", "dy-jtj"
#: villages of the town whose networks are listed
VILLAGES = 10
#: network -> who builds it, how many villages of ten have it
PROVIDERS = {
    "供水": ("dy-gsgs", 8), "供电": ("dy-gdgs", 10), "道路": (TRAFFIC, 9), "燃气": ("dy-rqgs", 4),
    "宽带": ("dy-gdwl", 9), "公交": (TRAFFIC, 7), "邮路": ("dy-yzgs", 6),
}  # fmt: skip
#: key, title, river, kind, level, chief, days since the last patrol
REACHES = (
    ("HD-01", "大冶湖", "大冶湖", "湖泊", "市级", "市长 张文", 41),
    ("HD-02", "大冶湖港金湖段", "大冶湖港", "河流", "镇级", "街道办主任 何章", 12),
    ("HD-03", "港西河上段", "港西河", "河流", "村级", "村书记 何村", 3),
    ("HD-04", "港西河下段", "港西河", "河流", "村级", "村书记 何村", 13),
    ("HD-05", "湾前水库", "湾前水库", "水库", "镇级", "街道办主任 何章", 27),
)
#: section, title, river, water, target, months of oxygen, permanganate, ammonia, phosphorus; the newest is not settled yet
SECTIONS = (
    ("DM-01", "大冶湖心", "大冶湖", "湖库", 3, ((6.4, 4.1, 0.42, 0.046), (6.1, 4.6, 0.51, 0.057))),
    ("DM-02", "港口桥", "大冶湖港", "河流", 3, ((5.6, 5.2, 0.88, 0.17), (7.1, 3.9, 0.61, 0.12))),
    ("DM-03", "港西河入湖口", "港西河", "河流", 4, ((3.4, 7.8, 1.41, 0.26),)),
)
FIRMS = (
    ("QY-01", "大冶湖畔铜业有限公司", "有毒有害", 1780),
    ("QY-02", "金湖电镀有限公司", "有毒有害", 900),
    ("QY-03", "罗桥水泥有限公司", "超能耗限额", None),
    ("QY-04", "灵乡选矿有限公司", "超标或者超总量", None),
)
LISTINGS = (
    ("YL-01", "有余料", "罗桥热电有限公司", "罗桥园区", "粉煤灰", "一般固废", 900),
    ("YL-02", "要原料", "罗桥新型砖厂", "罗桥园区", "粉煤灰", "一般固废", 400),
    ("YL-03", "要原料", "金牛水泥制品厂", "", "粉煤灰", "一般固废", 200),
    ("YL-04", "有余料", "大冶湖畔铜业有限公司", "", "炉渣", "一般固废", 120),
    ("YL-05", "有余料", "金湖汽修城", "", "废矿物油", "危险废物", 2),
)


def fill_waterside(village: Village) -> int:
    """Registers first, then what happened; gives how many cases were opened. What is not installed is passed by."""
    installed = library.LIBRARY.active_versions()
    with clock.frozen(village.at(60)):
        for register, key, values in _rows(village):
            if catalogue.known(register) is not None:
                records.put(register, key, values, by=SYSTEM, because="登记")
    made = 0
    for mechanism, part in (
        (RIVERS, _rivers), (NETWORKS, _networks), (GREEN, _sections), (AUDITS, _audits), (WASTE, _residues), (PLANTS, _plant),
    ):  # fmt: skip
        made += part(village) if mechanism in installed else 0
    return made


def _rows(village: Village) -> Iterator[Row]:
    today, town = village.now.date(), village.town
    county = Area.objects.get(level=Level.COUNTY)
    assert town.area is not None, "a town's office lies in the town"
    for key, title, river, kind, level, chief, ago in REACHES:
        where, office, upper = {
            "市级": (county.code, CITY, CITY),
            "镇级": (town.area.code, town.code, CITY),
            "村级": (village.village.code, village.office.code, town.code),
        }[level]
        told: dict[str, Any] = {
            "title": title,
            "river": river,
            "kind": kind,
            "level": level,
            "chief": chief,
            "area": where,
        }
        told |= {"office": office, "upper": upper, "target": "Ⅲ类", "hotline": "12345"}
        yield "river_reaches", key, told | {"last_patrol": _ago(today, ago)}
    yield from _cells(town.area, today)
    for key, title, river, water, target, _months in SECTIONS:
        told = {"title": title, "river": river, "water": water, "target": target, "area": town.area.code}
        yield "water_sections", key, told | {"office": town.code}
    for key, title, reason, since in FIRMS:
        told = {"title": title, "reason": reason, "area": town.area.code, "office": ENVIRONMENT}
        yield "audit_firms", key, told | ({"last_accepted": _ago(today, since)} if since else {})
    for key, side, firm, park, waste, kind, monthly in LISTINGS:
        told = {"title": f"{side}：{waste}", "side": side, "firm": firm, "waste": waste, "waste_class": kind}
        told |= {"monthly": monthly, "area": town.area.code, "until": _ago(today, -300)}
        yield "waste_listings", key, told | ({"park": park} if park else {})


def _cells(town: Area, today: date) -> Iterator[Row]:
    """Village × network of one town: who has it is spread evenly, nobody is first or last by name."""
    villages = list(queries.areas_in(town, Level.VILLAGE).order_by("path")[:VILLAGES])
    known = set(
        Office.objects.filter(code__in={code for code, _ in PROVIDERS.values()}).values_list(
            "code", flat=True
        )
    )
    for (number, each), (network, (provider, many)) in product(enumerate(villages), PROVIDERS.items()):
        if provider not in known:
            continue
        has = (number * 7 + len(network) * 3) % VILLAGES < many
        households = 180 + number * 23
        told: dict[str, Any] = {
            "title": f"{each.short_name}{network}",
            "area": each.code,
            "network": network,
            "provider": provider,
        }
        told |= {"households": households, "covered": "通了" if has else "没通"}
        if has:
            told |= {"connected": households - number % 4, "verified_on": _ago(today, 200 + number)}
        yield "network_status", f"{each.code}-{network}", told


def _ago(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()


def _rivers(village: Village) -> int:
    """Patrols that were made, one that is late, and four problems: the last one was reported this morning by a resident."""
    officer = village.staff.holder("officer", WATER, "officer")
    made = 0
    for key, _title, _river, _kind, level, _chief, ago in REACHES:
        chief = _chief_of(village, level)
        case = village.open(RIVERS, "patrol", {"reach": key}, chief, village.at(ago, 8))
        village.take(case, "go", "clear", village.at(ago), {"seen": "水面干净，两岸没有新的堆放"})
        made += 1
    for key, days in (("HD-04", 5), ("HD-03", 0)):
        village.open(RIVERS, "patrol", {"reach": key}, _chief_of(village, "村级"), village.at(days, 8))
    for key in ("HD-01", "HD-02", "HD-05"):
        village.open(RIVERS, "patrol_plan", {"reach": key}, officer, village.at(9))
    return made + 5 + _issues(village, officer)


def _issues(village: Village, officer: Standing) -> int:
    told = (
        ("HD-02", "垃圾漂浮", "闸口漂着一片塑料瓶", 25, village.town.code),
        ("HD-04", "污水直排", "桥下排口早晚冒黑水", 9, ENVIRONMENT),
        ("HD-05", "乱堆", "库边倒了几车渣土", 6, village.town.code),
    )
    for reach, kind, text, days, lead in told:
        by = _chief_of(village, "村级" if reach == "HD-04" else "镇级")
        form = {"reach": reach, "kind": kind, "text": text}
        case = village.open(RIVERS, "water_issue", form, by, village.at(days, 9))
        village.take(case, "assign", "send", village.at(days), {"lead": lead}, by=officer)
        if kind == "污水直排":
            continue
        values = {"done_what": "清走了，旁边立了牌子"}
        village.take(case, "handle", "done", village.at(days - 2), values)
        if kind == "垃圾漂浮":
            village.take(case, "verify", "fixed", village.at(days - 3), {"checked": "看过，干净了"})
    form = {"reach": "HD-03", "kind": "非法捕捞", "text": "夜里有人电鱼，天亮前走的"}
    village.open(RIVERS, "water_issue", form, resident("guest:river"), village.at(0, 8))
    return len(told) + 1


def _chief_of(village: Village, level: str) -> Standing:
    office = {"市级": CITY, "镇级": village.town.code, "村级": village.office.code}[level]
    return village.staff.holder("river_chief", office, "河长")


def _networks(village: Village) -> int:
    """The village's gas is being laid; a resident says that the water does not run."""
    officer = village.staff.holder("officer", "dy-nyj", "officer")
    cells = {each: f"{village.village.code}-{each}" for each in PROVIDERS}
    lacking = next((key for each, key in cells.items() if _says(key) == "没通"), "")
    works = next((key for each, key in cells.items() if _says(key) == "通了"), "")
    made = 0
    if lacking:
        form = {"cell": lacking, "plan": "从镇上接过来", "money": "企业投资"}
        form |= {"finish_by": (village.now.date() + timedelta(days=80)).isoformat()}
        village.open(NETWORKS, "connection", form, officer, village.at(12))
        made += 1
    if works:
        form = {"cell": works, "text": "一早一晚才来一个钟头"}
        village.open(NETWORKS, "doubt", form, resident("guest:network"), village.at(1))
        made += 1
    return made


def _says(key: str) -> str:
    row = Record.objects.filter(register="network_status", key=key).first()
    return str(row.data.get("covered", "")) if row else ""


def _sections(village: Village) -> int:
    """Two months of water, graded; the newest of one section waits for the office to agree."""
    monitor = village.staff.holder("monitor", ENVIRONMENT, "环境监测员")
    made = 0
    for key, _title, _river, water, _target, months in SECTIONS:
        for number, (oxygen, permanganate, ammonia, phosphorus) in enumerate(months):
            waits = key == "DM-03"
            at = village.at(1 if waits else 30 * (len(months) - number) - 12)
            month = (at - timedelta(days=25)).date()
            form = {"section": key, "month": f"{month:%Y-%m}", "station": "市环境监测站", "oxygen": oxygen}
            form |= {"permanganate": permanganate, "ammonia": ammonia, "phosphorus": phosphorus}
            case = village.open(GREEN, "water_test", form, monitor, at)
            village.take(case, "judge", "lake" if water == "湖库" else "river", at + timedelta(hours=2))
            made += 1
            if waits:  # graded yesterday: the office has not said anything yet
                continue
            village.take(case, "agree", "agree", at + timedelta(hours=5))
            _confirm(village, case, at + timedelta(days=1))
    return made


def _confirm(village: Village, case: Any, at: Any) -> None:
    data: Mapping[str, Any] = Case.every.get(pk=case).state["data"]
    met = float(data["water_class"]) <= float(data["target"])
    village.take(case, "confirm", "met" if met else "not_met", at)


def _audits(village: Village) -> int:
    """One audit in its report, one that has not begun in time, one that was told today."""
    officer = village.staff.holder("officer", ENVIRONMENT, "officer")
    for firm, days, steps in (("QY-01", 50, 3), ("QY-03", 52, 2), ("QY-04", 3, 0)):
        listed = village.at(days + 12).date().isoformat()
        form = {"firm": firm, "listed_on": listed, "list_no": "鄂环清审〔演示〕1号"}
        case = village.open(AUDITS, "audit", form, officer, village.at(days))
        if steps:
            village.take(case, "serve", "told", village.at(days - 1))
            village.take(case, "disclose", "done", village.at(days - 9), {"where": "企业网站"})
        if steps > 2:
            values = {"begun_by": "委托机构", "agency": "某某咨询"}
            village.take(case, "begin", "begun", village.at(days - 20), values)
    return 3


def _residues(village: Village) -> int:
    """Fly ash on its way from the power plant to the brickworks in the same park."""
    officer = village.staff.holder("officer", "dy-fgj", "officer")
    form = {"offer": "YL-01", "want": "YL-02", "tonnes": 120}
    case = village.open(WASTE, "match", form, officer, village.at(8))
    village.take(case, "talk", "agreed", village.at(5), {"sample": "强度够", "contract_no": "HT-演示-1"})
    return 1


def _plant(village: Village) -> int:
    """A foundry that has stopped: four tracks run at once."""
    officer = village.staff.holder("officer", "dy-fgj", "officer")
    form: dict[str, Any] = {
        "firm": "老铸造厂",
        "area": village.village.code,
        "land_office": "dy-zgj",
        "people_office": "dy-rsj",
    }
    form |= {"land_mu": 32, "workers": 84, "stop_by": (village.now.date() + timedelta(days=20)).isoformat()}
    case = village.open(PLANTS, "plant", form, officer, village.at(40))
    village.take(case, "sign", "signed", village.at(30), {"agreement": "BQ-演示-1"})
    stopped = {"stopped_on": village.at(10).date().isoformat()}
    village.take(case, "stop", "stopped", village.at(9), stopped)
    village.take(case, "check_stop", "agree", village.at(8), {"seen": "断电断料，门卫换了"})
    village.take(case, "count_award", "count", village.at(6))
    return 1
