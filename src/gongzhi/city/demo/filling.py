"""Fills an empty city with the demo: areas, offices, people, the duty directory, ninety days of appeals.

Appeals are played by simulated staff through the engine (``playing``) and written by the same code as an import.
Numbers, journal, search and figures come out as if the city had worked for ninety days.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.db import transaction

from gongzhi.city.cases import catalogue, figures, numbering, rows, sealing
from gongzhi.city.cases.actions.opening import Fresh, insert
from gongzhi.city.cases.models import Case, Series
from gongzhi.city.cases.world import WORLD
from gongzhi.city.demo import piloting
from gongzhi.city.demo.cast import IN_OFFICE, PASSWORD, cast
from gongzhi.city.demo.playing import Matter, Player
from gongzhi.city.demo.sentences import SPOTS, Topic, filled, person_name, topics
from gongzhi.city.journal.models import Pending
from gongzhi.city.kernel import clock, ids, permissions
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import library
from gongzhi.city.people.actions import create_account, remember_resident
from gongzhi.city.people.models import User
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, DutyEntry, Level, Office, Post
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType, Fact, case_number
from gongzhi.engine.instants import SHANGHAI

MECHANISM, TYPE = "daye_minqing", "appeal"
RESIDENT = "resident"
COUNTY = "420281000000"
DAYS = 90
APPEALS = 5000
BATCH = 250
#: towns whose villages are split into self-governance units in the demo
UNIT_TOWNS, UNITS_PER_VILLAGE = 6, 2
#: appeals per hour of the day, as weights
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 14, 10, 7, 8, 12, 13, 12, 10, 9, 9, 8, 6, 4, 2)
#: (topic, town's place in the list, how many, over how many days): the hot issues
#: the newest matters wait here, so that each of these roles finds work in the demo
FRESH = ("register", "dispatch", "dispatch", "sign", "handle", "dispatch", "register", "dispatch")
HOT = (
    ("环境保护·噪声", 2, 34, 9),
    ("城乡建设·物业管理", 0, 28, 14),
    ("城乡建设·供水", 4, 22, 3),
    ("环境保护·扬尘", 7, 19, 12),
)
Tell = Callable[[str, int, int], None]


@dataclass(slots=True)
class City:
    """What the filler has made so far."""

    county: Area
    towns: list[Area] = field(default_factory=list)
    villages: dict[str, list[Area]] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    staff: dict[tuple[str, str], list[Standing]] = field(default_factory=dict)


def is_filled() -> bool:
    """Whether this city has the demo already."""
    return Case.objects.filter(mechanism=MECHANISM).exists()


def fill(
    tell: Tell, *, appeals: int = APPEALS, days: int = DAYS, seed: int = 20240901, reform: bool = False
) -> dict[str, int]:
    """Fill an empty city. ``tell(what, done, total)`` reports progress. Gives what was made.

    ``reform``: four towns try another version of the appeals for six weeks of it.
    """
    chance = random.Random(seed)
    city = _territory(tell)
    _people(city, chance, tell)
    _directory(city)
    pilot = piloting.begin(days) if reform else None
    made = _appeals(city, chance, appeals, days, tell)
    tell("日计数", 0, 1)
    today = clock.today()
    for back in range(days + 1, 0, -1):
        figures.refresh(today - timedelta(days=back))
    tell("日计数", 1, 1)
    if pilot is not None:
        piloting.conclude(pilot)
    return {
        "areas": Area.objects.count(),
        "offices": Office.objects.count(),
        "people": User.objects.count(),
        "appeals": made,
    }


def _territory(tell: Tell) -> City:
    text = (files("gongzhi.city.territory") / "data" / "daye.csv").read_text(encoding="utf-8")
    territory.load_divisions(SYSTEM, text.splitlines())
    city = City(county=Area.objects.get(code=COUNTY))
    city.towns = list(queries.areas_in(city.county, Level.TOWN).order_by("path"))
    for number, town in enumerate(city.towns, 1):
        city.villages[town.code] = list(queries.areas_in(town, Level.VILLAGE).order_by("path"))
        if number <= UNIT_TOWNS:
            with transaction.atomic():
                for village in city.villages[town.code]:
                    _units(village)
        tell("区划和自治单元", number, len(city.towns))
    _offices(city, tell)
    return city


def _units(village: Area) -> None:
    for number in range(1, UNITS_PER_VILLAGE + 1):
        name = f"{village.short_name}第{number}自治单元"
        territory.add_area(
            SYSTEM, code=f"{village.code}-{number:02}", name=name, level=Level.UNIT, parent=village
        )


def _offices(city: City, tell: Tell) -> None:
    rows = _rows("offices.csv")
    with transaction.atomic():
        for row in rows:
            if ":" not in row["parent"]:
                _office(city, row, city.county, city.offices.get(row["parent"]))
    for number, town in enumerate(city.towns, 1):
        with transaction.atomic():
            _town_offices(city, town)
        tell("单位", number, len(city.towns))
    with transaction.atomic():
        for row in rows:
            if ":" in row["parent"]:
                above = _office_named(city, row["parent"])
                _office(city, row, above.area, above)


def _office(city: City, row: dict[str, str], area: Area, parent: Office | None) -> None:
    city.offices[row["code"]] = territory.add_office(
        SYSTEM,
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        area=area,
        parent=parent,
        is_backstop=row["kind"] == "centre",
    )


def _town_offices(city: City, town: Area) -> None:
    kind = "办事处" if town.name.endswith("街道") else "人民政府"
    code = f"dy-t-{town.code[6:9]}"
    office = territory.add_office(
        SYSTEM,
        code=code,
        name=f"{town.name}{kind}",
        short_name=town.short_name,
        kind="town",
        area=town,
        parent=city.offices["dy"],
        is_backstop=True,
    )
    city.offices[code] = office
    for village in city.villages[town.code]:
        below = f"dy-v-{village.code[6:12]}"
        city.offices[below] = territory.add_office(
            SYSTEM,
            code=below,
            name=village.name,
            short_name=village.short_name,
            kind="village",
            area=village,
            parent=office,
        )


def _people(city: City, chance: random.Random, tell: Tell) -> None:
    named = cast()
    for number, row in enumerate(named, 1):
        if not permissions.knows_role(row["role"]):
            continue
        user = create_account(SYSTEM, username=row["username"], name=row["name"], password=PASSWORD)
        if row["role"] == RESIDENT:  # a person of the village, in no post
            continue
        _appoint(city, user, row["role"], _office_named(city, row["office"]), row["title"])
        tell("有名字的账号", number, len(named))
    offices = list(city.offices.values())
    for number, office in enumerate(offices, 1):
        with transaction.atomic():
            _fill_office(city, office, chance)
        if number % 40 == 0 or number == len(offices):
            tell("各单位人员", number, len(offices))


def _fill_office(city: City, office: Office, chance: random.Random) -> None:
    """Every office that handles appeals needs two officers and somebody who signs; a village one clerk."""
    wanted: dict[str, tuple[str, ...]] = {
        "department": ("officer", "officer", "leader"),
        "enterprise": ("officer", "officer", "leader"),
    }
    wanted |= {"town": ("officer", "officer", "leader"), "village": ("officer",)}
    held = [role for role in ("officer", "leader") for _ in city.staff.get((role, office.code), ())]
    for number, role in enumerate(wanted.get(office.kind, ()), 1):
        if role in held:
            held.remove(role)
            continue
        user = create_account(SYSTEM, username=f"{office.code}-{number}", name=person_name(chance))
        title = (
            {"leader": "负责人", "officer": "承办人"}[role] if office.kind != "village" else "村(社区)代办员"
        )
        _appoint(city, user, role, office, title)


def _appoint(city: City, user: User, role: str, office: Office, title: str) -> None:
    post: Post = territory.appoint(
        SYSTEM, user, role, office=office, title=title, starts=clock.today() - timedelta(days=IN_OFFICE)
    )
    city.staff.setdefault((role, office.code), []).append(queries.standing(post))


def _office_named(city: City, text: str) -> Office:
    """An office by code, or ``town:<name>``, or the first village of ``village:<town>``."""
    kind, colon, name = text.partition(":")
    if not colon:
        return city.offices[text]
    town = next(town for town in city.towns if town.name == name)
    if kind == "town":
        return city.offices[f"dy-t-{town.code[6:9]}"]
    return city.offices[f"dy-v-{city.villages[town.code][0].code[6:12]}"]


def _directory(city: City) -> None:
    """The mechanism's directory table as lines of the duty directory, from the special to the general."""
    by_name = {office.short_name: office for office in city.offices.values()}
    table = library.one(MECHANISM).mechanism.tables["directory"]
    with transaction.atomic():
        for topic in topics():
            decision = table.decide({"大类": topic.category, "细类": topic.topic})
            if not decision.matched or decision.value["office"] not in by_name:
                continue
            category = topic.topic.replace("·", "/")
            if not DutyEntry.objects.filter(category=category, ends=None).exists():
                office = by_name[decision.value["office"]]
                territory.enter_duty(SYSTEM, category=category, office=office, basis=decision.value["basis"])


def _appeals(city: City, chance: random.Random, count: int, days: int, tell: Tell) -> int:
    now = clock.now()

    @lru_cache
    def player(version: str) -> Player:
        case_type = catalogue.case_type(MECHANISM, version, TYPE)
        return Player(case_type, WORLD, lambda role, office: city.staff.get((role, office), []), chance, now)

    where = {area.code: area.path for town in city.villages.values() for area in town}
    residents = (
        [
            remember_resident(phone=f"199{chance.randint(0, 99999999):08}", name=person_name(chance))
            for _ in range(max(1, count // 4))
        ]
        if count
        else []
    )
    batch: list[Fresh] = []
    matters = sorted(_matters(city, chance, count, days, now, residents), key=lambda each: each[0].opened_at)
    for place, step in enumerate(FRESH[: len(matters)], 1):
        matter, reporter = matters[-place]
        matters[-place] = (replace(matter, left_at=step), reporter)
    for number, (matter, reporter) in enumerate(matters, 1):
        version = library.LIBRARY.version_for(MECHANISM, where[matter.place["area"]], matter.opened_at)
        facts, _case = player(version).play(matter)
        batch.append(_fresh(player(version).case_type, facts, matter, reporter, now))
        if len(batch) == BATCH or number == len(matters):
            _store(batch)
            batch = []
            tell("诉求", number, len(matters))
    return len(matters)


@transaction.atomic
def _store(batch: list[Fresh]) -> None:
    """Write a batch with its numbers, each given at its time of opening; the matters come in that order."""
    held = {
        row.pk: row
        for row in Series.objects.select_for_update().filter(pk__in={each.row.series_id for each in batch})
    }
    for fresh in batch:
        series = held[fresh.row.series_id or 0]
        series.last += 1
        fresh.row.seq, fresh.row.number = series.last, case_number(series.pattern, series.year, series.last)
        fact = Fact(kind="numbered", at=fresh.row.opened_at, by=SYSTEM, data={"number": fresh.row.number})
        fresh.facts.insert(1, fact)
    insert(batch)
    # nobody is told today of what happened weeks ago: the past gets its papers and notices from nobody's queue
    Pending.objects.filter(subject__in=[fresh.subject for fresh in batch]).delete()
    Series.objects.bulk_update(held.values(), ["last"])


def _matters(
    city: City, chance: random.Random, count: int, days: int, now: datetime, residents: Sequence[Any]
) -> Iterator[tuple[Matter, Any]]:
    """What people bring: the hot issues, then the daily mix."""
    known = {topic.topic: topic for topic in topics()}
    left = count
    for name, place, size, length in HOT:
        spot = city.towns[place % len(city.towns)]
        village = city.villages[spot.code][0]
        first = now - timedelta(days=chance.randint(length + 2, 30))
        for _ in range(min(left, size)):
            at = _instant(first + timedelta(days=chance.uniform(0, length)), chance, now)
            yield _matter(
                city, chance, known[name], spot, village, f"{village.short_name}{SPOTS[4]}", at, residents
            )
            left -= 1
    weights = [topic.weight for topic in topics()]
    for _ in range(left):
        town = chance.choice(city.towns)
        village = chance.choice(city.villages[town.code])
        at = _instant(now - timedelta(days=chance.uniform(0, days)), chance, now)
        topic = chance.choices(topics(), weights)[0]
        yield _matter(
            city, chance, topic, town, village, f"{village.short_name}{chance.choice(SPOTS)}", at, residents
        )


def _instant(day: datetime, chance: random.Random, now: datetime) -> datetime:
    hour = chance.choices(range(24), HOURS)[0]
    local = datetime.combine(
        day.astimezone(SHANGHAI).date(), time(hour, chance.randrange(60), chance.randrange(60)), SHANGHAI
    )
    return min(local, now - timedelta(minutes=chance.randint(3, 90)))


def _matter(
    city: City,
    chance: random.Random,
    topic: Topic,
    town: Area,
    village: Area,
    spot: str,
    at: datetime,
    residents: Sequence[Any],
) -> tuple[Matter, Any]:
    reporter = chance.choice(residents)
    lead, basis = _lead(city, topic, town)
    place: dict[str, Any] = {"text": f"{town.short_name}{spot}", "area": village.code}
    if town.lon and town.lat:
        place |= {
            "lon": round(town.lon + chance.gauss(0, 0.012), 6),
            "lat": round(town.lat + chance.gauss(0, 0.01), 6),
        }
    form: dict[str, Any] = {
        "subject": filled(chance.choice(topic.subjects), spot, chance)[:60],
        "text": filled(chance.choice(topic.texts), spot, chance),
        "place": place,
    }
    opener, channel = _opener(city, chance, reporter)
    if chance.random() < 0.05:
        form["anonymous"] = True
    else:
        form |= {"reporter_name": reporter.name, "phone": reporter.phone}
        if chance.random() < 0.06:
            form["confidential"] = True
    helpers = [
        code
        for code in city.offices
        if code.startswith("dy-") and city.staff.get(("officer", code)) and code != lead
    ]
    return (
        Matter(
            topic=topic,
            place=place,
            spot=spot,
            form=form,
            opener=opener,
            channel=channel,
            opened_at=at,
            lead=lead,
            basis=basis,
            helper=chance.choice([code for code in helpers if not code.startswith("dy-v")]),
            village=f"dy-v-{village.code[6:12]}" if lead.startswith("dy-t") else "",
            reporter=resident(f"resident:{reporter.pk}"),
        ),
        reporter,
    )


def _opener(city: City, chance: random.Random, reporter: Any) -> tuple[Standing, str]:
    drawn = chance.random()
    if drawn < 0.28:
        return resident(f"resident:{reporter.pk}"), "web"
    if drawn < 0.36:
        return chance.choice(_holders(city, "grid_worker")), "grid"
    return chance.choice(_holders(city, "hotline_agent")), "hotline"


def _holders(city: City, role: str) -> list[Standing]:
    return [each for (held, _office), people in city.staff.items() if held == role for each in people]


def _lead(city: City, topic: Topic, town: Area) -> tuple[str, str]:
    """The office of the directory table; 属地 is the town of the place."""
    by_name = {office.short_name: code for code, office in city.offices.items()}
    decision = (
        library.one(MECHANISM)
        .mechanism.tables["directory"]
        .decide({"大类": topic.category, "细类": topic.topic})
    )
    name, basis = decision.value["office"], decision.value["basis"]
    return by_name.get(name, f"dy-t-{town.code[6:9]}"), basis


def _fresh(case_type: CaseType, facts: list[Fact], matter: Matter, reporter: Any, now: datetime) -> Fresh:
    case_id = ids.sortable_id(matter.opened_at)
    sealed, secrets = sealing.seal_facts(case_type, case_id, facts)
    state = engine.replay_facts(case_type, sealed)
    assert state is not None, "a played matter has at least the fact of its opening"
    row = Case(
        id=case_id,
        mechanism=MECHANISM,
        version=case_type.version,
        type=case_type.id,
        tracking_code=ids.tracking_code(),
        series_id=numbering.series_of(case_type, MECHANISM, matter.opened_at),
        channel=matter.channel,
        reporter_id=reporter.pk,
        reported_by=f"resident:{reporter.pk}",
        opened_at=matter.opened_at,
        **rows.columns(case_type, state, now),
    )
    # the demo claims no files: what it fills in has none
    return Fresh(row=row, case_type=case_type, state=state, facts=sealed, secrets=secrets, files=[])


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
