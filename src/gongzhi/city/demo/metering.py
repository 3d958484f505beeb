"""Firms with meters in the demo: six weeks of readings, one that stops its treatment at night, and those that said so beforehand.

The readings are synthetic on real load shapes (``demo.power``); everything after them goes the ordinary way: the watches see,
declarations cover, reactions open checks, staff go and look.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from gongzhi.city.alerts import actions as receiving
from gongzhi.city.alerts import readings
from gongzhi.city.cases.models import Case
from gongzhi.city.demo.power import Event, Shapes, Year, make_firms, tables
from gongzhi.city.demo.power.firms import Firm
from gongzhi.city.demo.village import Village
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import library, watching
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import SHANGHAI

MECHANISM, FEED = "power_watch", "power_watch.power"
BUREAU, MONITOR = "生态环境分局", "jiance"
METERS, DAYS, SEED = 20, 42, 11
#: the watches run over the days from here; before it they learn what is usual
LEARNT, JUDGED = 15, 33
POINTS = 96
#: firm, cause, rule, kind, first step, last step; the last day is yesterday
STORY: Final = (
    (0, "off", "R1", "violation", 41 * POINTS + 78, 42 * POINTS),
    (1, "停产检修", "R1", "declared", 39 * POINTS, 42 * POINTS),
    (2, "weak", "R2", "violation", 24 * POINTS, 27 * POINTS),
    (3, "设备改造", "R2", "innocent", 26 * POINTS, 28 * POINTS),
    (4, "late", "R3", "violation", 28 * POINTS, 30 * POINTS),
    (5, "停电", "R7", "declared", 37 * POINTS + 36, 37 * POINTS + 70),
    (6, "stuck", "R7", "violation", 39 * POINTS + 30, 39 * POINTS + 62),
    (-1, "nights", "R4", "violation", 35 * POINTS, 38 * POINTS),
)
#: which firms a story of a shift needs
SHIFT: Final = {0: "three", 2: "two", 3: "two", 4: "day"}
CERTIFICATES: Final = {"first_officer": "鄂B-HB-001", "second_officer": "鄂B-HB-002"}


def fill_power(*, seed: int = SEED) -> int:
    """Fill it as far as the mechanism is installed; gives how many alerts were raised."""
    if MECHANISM not in library.LIBRARY.active_versions():
        return 0
    village = Village(clock.now(), random.Random(seed))
    year = _year(village.now.date() - timedelta(days=DAYS), seed)
    with clock.frozen(village.at(DAYS)):
        _registers(year, village)
    *before, (last_day, newest) = tables(year)
    readings.write(FEED, pa.concat_tables(table for _day, table in before))
    _receive(last_day, newest)
    _declare(year, village)
    first = _watch(
        village, year.start + timedelta(days=LEARNT), year.start + timedelta(days=JUDGED), DAYS - JUDGED - 1
    )
    _look(village, year)
    last = _watch(village, year.start + timedelta(days=JUDGED + 1), year.start + timedelta(days=DAYS - 1), 0)
    _respond(village)
    return first + last


def _year(start: date, seed: int) -> Year:
    firms = make_firms(METERS, seed)
    year = Year(firms=firms, start=start, days=DAYS, seed=seed, shapes=Shapes.load())
    free = [firm for firm in firms if not firm.main]
    chosen: dict[int, Firm] = {}
    for place, shift in SHIFT.items():
        found = next((firm for firm in free if firm.shift == shift), free[0])
        free.remove(found)
        chosen[place] = found
    for number, (place, cause, rule, kind, begin, end) in enumerate(STORY, 1):
        firm = firms[-1] if place < 0 else chosen.get(place) or free.pop()
        year.events.append(
            Event(number=number, firm=firm, cause=cause, rule=rule, kind=kind, first=begin, last=end)
        )
    return year


def _registers(year: Year, village: Village) -> None:
    office = Office.objects.get(short_name=BUREAU).code
    towns = list(Area.objects.filter(level="town").order_by("code").values_list("code", flat=True)[:6])
    held = year.registers
    for register in ("power_firms", "power_lines", "power_devices", "power_meters", "power_links"):
        for key, row in held[register].items():
            place = {"area": towns[int(key[1:5]) % len(towns)], "office": office}
            _put(register, key, {**row, **place})
    for key, row in list(held["emergency_plans"].items())[:3]:
        _put("emergency_plans", key, {**row, "area": towns[0], "office": office, "year": village.now.year})


def _put(register: str, key: str, values: Mapping[str, Any]) -> None:
    told = {name: value for name, value in values.items() if name != "state" and value not in ("", None)}
    records.put(register, key, told, by=SYSTEM, because="列入用电监测")


def _receive(day: date, newest: pa.Table) -> None:
    """The last day comes in as the power company sends it: a file, judged and stored like every other."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["表号", "时间", "电量"])
    for row in newest.to_pylist():
        at = datetime.fromtimestamp(row["us"] / 1_000_000, SHANGHAI)
        writer.writerow([row["series"], f"{at:%Y-%m-%d %H:%M}", f"{row['value']:.3f}"])
    content = sheet.getvalue().encode()
    batch = receiving.receive(_monitor(), FEED, content=content, name=f"{day:%Y%m%d}.csv", later=False)
    receiving.store(batch.pk)


def _declare(year: Year, village: Village) -> None:
    """The firms' own declarations, a day before; a power cut is declared when the lights are on again."""
    for event in year.events:
        if event.kind != "declared":
            continue
        since, until = year.local(event.first - event.first % 4), year.local(event.last + -event.last % 4)
        form = {
            "firm": event.firm.code,
            "kind": event.cause,
            "producing": False,
            "from_on": since[:10],
            "from_at": since[11:],
            "until_on": until[:10],
            "until_at": until[11:],
            "reason": "换炉衬，全厂停" if event.cause == "停产检修" else "线路抢修，整片停电",
        }
        ago = DAYS - event.first / POINTS
        at = village.at(ago + 1 if event.cause == "停产检修" else ago - 1, 8)
        case = village.open(MECHANISM, "declaration", form, _monitor(), at)
        note = {"checked_note": "电话问过供电公司调度，属实"}
        village.take(case, "check", "accept", at + timedelta(hours=1), note, _monitor())


def _monitor() -> Standing:
    return queries.standing(
        Post.objects.select_related("user", "office__area", "area").get(user__username=MONITOR)
    )


def _watch(village: Village, first: date, last: date, ago: int) -> int:
    """The days through the rules of this mechanism, as the nightly run would; what follows is reacted to."""
    own = [each for each in watching.known() if each.held.mechanism.id == MECHANISM]
    with clock.frozen(village.at(ago, 6)):
        row = watching.run(first, last, only=own)
        react_to_all()
    return row.fresh


def _look(village: Village, year: Year) -> None:
    """The older checks have been looked into: what was wrong was mended, what was innocent is a false alarm."""
    innocent = {each.firm.code for each in year.events if each.kind == "innocent"}
    for row in Case.objects.filter(mechanism=MECHANISM, type="alert_check", ended="").order_by("id"):
        firm = row.state["data"]["firm"]
        at = village.at(DAYS - JUDGED - 1, 7)
        seen = {
            **CERTIFICATES,
            "visited_on": at.date().isoformat(),
            "seen": "换了变频风机，排口正常" if firm in innocent else "风机开得小，当场调大",
            "running_then": True,
        }
        _go(village, row.pk, at)
        if firm in innocent:
            seen |= {"false_why": "设备改造没有报备"}
            village.take(row.pk, "visit", "false_alarm", at + timedelta(hours=3), seen)
            village.take(
                row.pk, "verify_false", "agree", at + timedelta(hours=5), {"verified": "发票和照片对得上"}
            )
            continue
        due = (at + timedelta(days=2)).date().isoformat()
        seen |= {"rectify_what": "治污和产污联锁", "rectify_by": due}
        village.take(row.pk, "visit", "rectify", at + timedelta(hours=3), seen)
        village.take(row.pk, "rectify", "done", at + timedelta(days=1), {"rectified": "装了联锁"})
        village.take(
            row.pk, "verify", "close", at + timedelta(days=3), {"verified": "三天的曲线正常"}, _monitor()
        )


def _go(village: Village, case: UUID, at: Any) -> None:
    village.take(case, "hand_out", "send", at, {}, _monitor())
    village.take(case, "sign", "take", at + timedelta(minutes=30))


def _respond(village: Village) -> None:
    """An orange response that began yesterday: one notice per firm of the list, the first is served."""
    at = village.at(1, 15)
    form = {
        "lead": Office.objects.get(short_name=BUREAU).code,
        "response": "橙色",
        "notice": f"冶气办〔{village.now.year}〕3号",
        "from_on": village.now.date().isoformat(),
        "from_at": "00:00",
        "until_on": (village.now.date() + timedelta(days=3)).isoformat(),
        "until_at": "12:00",
    }
    village.open(MECHANISM, "emergency", form, _monitor(), at)
    served = Case.objects.filter(mechanism=MECHANISM, type="order", ended="").order_by("id")[:2]
    for row in served:
        values = {"received_by": "值班厂长", "how": "当面送达"}
        village.take(row.pk, "serve", "served", at + timedelta(hours=1), values, _monitor())


__all__ = ["fill_power"]
