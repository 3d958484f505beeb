"""Households at risk in the demo's village: one just signalled, one published, one listed without help, one helped.

Everything goes through the ordinary actions: departments' lists land in the register, the watches see them, reactions open the cases.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.demo.village import Village
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import library, watching
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Office

MECHANISM = "households_at_risk"
BUREAU, HEALTH, PEOPLE, RELIEF = "农业农村局", "医疗保障局", "人力资源和社会保障局", "应急管理局"
#: kind, threshold, unit, whose data, why
RULES: Final = (
    ("自付医疗费用高", 20000, "元", HEALTH, "报销以后十二个月还要自己出两万以上"),
    ("新办残疾证", 1, "本", "残疾人联合会", "劳力和照料都会变"),
    ("失学辍学", 1, "人", "教育局", "义务教育阶段不能没有学上"),
    ("失业", 60, "天", PEOPLE, "两个月没有工资"),
    ("受灾", 5000, "元", RELIEF, "房屋、庄稼损失五千以上"),
    ("养老金停发", 1, "个月", PEOPLE, "靠它过日子的断了收入"),
    ("产品跌价", 3000, "元", BUREAU, "种养的东西少卖三千以上"),
    ("主要劳力去世或伤残", 1, "人", "民政局", "主要劳力没有了"),
)
#: home in the list, days ago, kind, how much, whose data; the last two are below the threshold
SIGNALS: Final = (
    (0, 62, "自付医疗费用高", 41000, HEALTH),
    (1, 52, "受灾", 12000, RELIEF),
    (2, 6, "失业", 75, PEOPLE),
    (3, 1, "自付医疗费用高", 26500, HEALTH),
    (4, 1, "自付医疗费用高", 13000, HEALTH),
    (5, 2, "产品跌价", 1200, BUREAU),
)
VISIT: Final[Mapping[str, Any]] = {
    "living_together": 4,
    "property": "0",
    "transfers": "2600",
    "coping": "要帮一部分",
    "school_ok": True,
    "housing_ok": True,
    "water_ok": True,
}
MEETING: Final = {"entitled": 24, "present": 20, "agree": 18, "against": 2, "abstain": 0, "persons": 24, "persons_present": 20}  # fmt: skip


def fill_at_risk(*, seed: int = 7) -> int:
    """Fill the village's households as far as the mechanism is installed; gives how many cases were opened."""
    if MECHANISM not in library.LIBRARY.active_versions():
        return 0
    village = Village(clock.now(), random.Random(seed))
    if len(village.homes) < len(SIGNALS):
        return 0
    before = Case.objects.filter(mechanism=MECHANISM).count()
    _rules(village)
    for number, (home, ago, kind, figure, source) in enumerate(SIGNALS, 1):
        _signal(village, f"XH-{number:03}", (home, ago, kind, figure, source))
    for home, ago in ((0, 61), (1, 51), (2, 5)):
        _find(village, village.homes[home], ago, listed=home < 2)
    _help(village, village.homes[0])
    return Case.objects.filter(mechanism=MECHANISM).count() - before


def _rules(village: Village) -> None:
    with clock.frozen(village.at(90)):
        office = _office("农业农村局")
        year = village.now.year
        line = {
            "title": f"{year}年监测线",
            "line": "8200.00",
            "steady_days": 180,
            "basis": "省里当年的监测线文件",
        }
        told = {**line, "valid_from": f"{year - 1}-01-01", "office": office}
        records.put("monitor_lines", f"JCX{year}", told, by=SYSTEM, because="年初登记")
        for kind, threshold, unit, source, explain in RULES:
            rule = {"threshold": threshold, "unit": unit, "source": source, "explain": explain}
            records.put("signal_rules", kind, rule, by=SYSTEM, because="专班定的")


def _signal(village: Village, code: str, told: tuple[int, int, str, int, str]) -> None:
    """A line of a department's list, and the night's run over it."""
    home, ago, kind, figure, source = told
    day = village.at(ago).date()
    with clock.frozen(village.at(max(0, ago - 1), hour=8)):
        row = {"house": village.homes[home], "area": village.unit.code, "kind": kind, "figure": figure}
        row |= {"happened_on": day.isoformat(), "source": _office(source)}
        records.put("risk_signals", code, row, by=SYSTEM, because="部门送来的名单")
        _watch(day)


def _watch(day: date) -> None:
    mine = [each for each in watching.known() if each.held.mechanism.id == MECHANISM]
    watching.run(day, day, only=mine)
    react_to_all()


def _find(village: Village, household: str, ago: int, *, listed: bool) -> None:
    """A household all the way to the publication, or onto the list."""
    case = _case("monitoring", household)
    at = village.at(ago, hour=9)
    told = at.date().isoformat()
    sick = household == village.homes[0]
    numbers = {
        "wages": "18000",
        "business": "9000" if sick else "5200",
        "own_pay": "41000" if sick else "6800",
    }
    says = {
        "household_says": "手术做完了，还欠着亲戚的钱" if sick else "秋粮淹了大半",
        "medical_ok": not sick,
    }
    visit = {**VISIT, **numbers, **says, "went_on": told, "was_poor": not sick, "hardship": True}
    village.take(case, "visit", "real", at, visit)
    village.take(case, "consent", "agreed", at, {"signed_on": told, "agreed_how": "本人签字"})
    compared = [{"office": HEALTH, "result": "一致"}, {"office": "民政局", "result": "没有记录"}]
    village.take(case, "compare", "done", at + timedelta(hours=2), {"compared": compared})
    with clock.frozen(at + timedelta(hours=8)):
        actions.choose(case, "deliberate", "held", dict(MEETING), by=SYSTEM)
        react_to_all()
    village.take(case, "post", "posted", at + timedelta(hours=9))
    if listed:
        village.take(case, "town", "pass", village.at(ago - 7))
        village.take(case, "county", "list", village.at(ago - 8))


def _help(village: Village, household: str) -> None:
    """The first listed household is helped and visited; the second waits for a measure, and the watch says so."""
    case = _case("helping", household)
    first = {"contact_helper": "村里何主任", "measure_kind": "医疗救助", "measure_what": "二次报销"}
    more = {"measure_kind": "公益岗位", "measure_what": "村里保洁", "measure_amount": "600"}
    began, later = village.at(49).date().isoformat(), village.at(20).date().isoformat()
    first |= {"measure_office": _office(HEALTH), "measure_amount": "12000", "measure_from": began}
    more |= {"measure_office": _office(PEOPLE), "measure_from": later}
    village.take(case, "plan", "set", village.at(49), first)
    village.take(case, "help", "visit", village.at(24), {"went_on": village.at(24).date().isoformat(), "seen": "能干轻活了"})  # fmt: skip
    village.take(case, "help", "add", village.at(20), more)
    ledger = Record.objects.get(
        register="help_measures", data__household=household, data__kind="医疗救助"
    ).key
    village.take(case, "help", "effect", village.at(12), {"measure": ledger, "worked": "见效"})
    _watch(village.at(12).date())


def _case(kind: str, household: str) -> UUID:
    rows = Case.objects.filter(mechanism=MECHANISM, type=kind, ended="", records__key=household)
    return rows.order_by("-opened_at").values_list("pk", flat=True)[0]


def _office(name: str) -> str:
    """Code of an office by its name; the county's agriculture bureau where there is none."""
    found = (
        Office.objects.filter(short_name=name).first() or Office.objects.filter(name__contains=name).first()
    )
    return found.code if found else Office.objects.get(short_name=BUREAU).code


__all__ = ["fill_at_risk"]
