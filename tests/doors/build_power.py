"""Run in a process of its own: two firms with meters; one stopped its treatment last night, the other was under repair, as it had said."""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from typing import Any

import django

#: username, name, role
PEOPLE = (
    ("jiance", "简测", "monitor"),
    ("huanjian", "环健", "enforcement_officer"),
    ("huanjian2", "蓝田", "enforcement_officer"),
)
DAYS, POINTS = 3, 96
#: steps of the last day in which the first firm runs without treatment, and of the second one's repair with its test run
OFF, REPAIR = (80, 96), (0, 96)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
    django.setup()
    from importlib.resources import files

    from django.core.management import call_command

    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records import actions as records

    call_command("migrate", verbosity=0)
    build_city()
    house = files("gongzhi.mechanisms")
    for mechanism in ("penalties", "power_watch"):
        install(str(house / mechanism), by=SYSTEM)
    _people()
    year = _readings(clock.today())
    for register in ("power_firms", "power_lines", "power_devices", "power_meters", "power_links"):
        for key, row in year.registers[register].items():
            told = {name: value for name, value in row.items() if name not in ("state", "area")}
            records.put(
                register, key, {**told, "area": _gov().area.code, "office": "hbj"}, by=SYSTEM, because="列入"
            )
    for number, (_user, name, _role) in enumerate(PEOPLE[1:], 1):
        values = {"name": name, "staff_number": f"0{number}", "office": "hbj", "valid_until": "2099-01-01"}
        records.put("enforcement_certificates", f"Z{number}", values, by=SYSTEM, because="列入")
    _declared(year.firms[1].code)
    return 0


def _declared(firm: str) -> None:
    """The second firm said the day before yesterday that it would be under repair yesterday."""
    from gongzhi.city.cases import actions
    from gongzhi.city.journal.reactions import react_to_all
    from gongzhi.city.kernel import clock
    from gongzhi.city.kernel.references import resident

    today = clock.today()
    form = {
        "firm": firm,
        "kind": "停产检修",
        "producing": False,
        "from_on": (today - timedelta(days=1)).isoformat(),
        "from_at": "00:00",
        "until_on": (today + timedelta(days=1)).isoformat(),
        "until_at": "00:00",
        "reason": "电炉换炉衬",
    }
    with clock.frozen(clock.now() - timedelta(days=2)):
        actions.open_case("power_watch", "declaration", form, by=resident(""), channel="web")
        react_to_all()


def _gov() -> Any:
    from gongzhi.city.territory.models import Office

    return Office.objects.select_related("area").get(code="gov")


def _people() -> None:
    from gongzhi.city.cases import world
    from gongzhi.city.demo.cast import PASSWORD
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    office = Office.objects.get(code="hbj")
    for username, name, role in PEOPLE:
        user = User.objects.create_user(username, name=name, password=PASSWORD)
        Post.objects.create(user=user, role=role, office=office, area=_gov().area)
    world.forget()


def _readings(today: date) -> Any:
    """Three days until midnight; both firms work around the clock."""
    import pyarrow as pa

    from gongzhi.city.alerts import readings
    from gongzhi.city.demo.power import Event, Firm, Shapes, Year, tables

    firms = [
        Firm(
            number=n,
            name=name,
            industry="铸造",
            shift="three",
            rated=100,
            treating=20,
            main=False,
            stops=True,
            cut=0.3,
        )
        for n, name in ((1, "夜里停风机铸造厂"), (2, "换炉衬铸造厂"))
    ]
    year = Year(firms=firms, start=today - timedelta(days=DAYS), days=DAYS, seed=1, shapes=Shapes.plain())
    last = (DAYS - 1) * POINTS
    stories = (("off", "violation", OFF), ("停产检修", "declared", REPAIR))
    for firm, (cause, kind, (first, until)) in zip(firms, stories, strict=True):
        steps = {"first": last + first, "last": last + until}
        year.events.append(Event(number=firm.number, firm=firm, cause=cause, rule="R1", kind=kind, **steps))
    readings.write("power_watch.power", pa.concat_tables(table for _day, table in tables(year)))
    return year


if __name__ == "__main__":
    sys.exit(main())
