"""What goes wrong with meters in real life, from the file to the alert: reported, nothing lost, and a re-run finds the same.

A broken file, a day of zeros, a clock an hour ahead, a firm that is renamed; and the whole of it run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import gongzhi.mechanisms
from gongzhi.city.alerts import actions, readings
from gongzhi.city.alerts.models import Alert, Batch
from gongzhi.city.demo.power import Event, Firm, Shapes, Year, tables
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import watching
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.records import actions as records
from gongzhi.engine.instants import SHANGHAI

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
FEED = "power_watch.power"
START, DAYS, POINTS = date(2024, 10, 6), 7, 96
#: the last day, a Saturday: four hours of it without treatment
LAST = START + timedelta(days=DAYS - 1)


@pytest.fixture
def year(cast: Any, monday: datetime, tmp_path: Path, settings: Any) -> Year:
    """One firm with two meters and six good days on the shelf; on the seventh its treatment stops for four hours."""
    settings.GONGZHI_WAREHOUSE = tmp_path / "warehouse"
    for name in ("penalties", "power_watch"):
        install(FOLDERS / name, by=SYSTEM)
    firm = Firm(
        number=1,
        name="大江铸造",
        industry="铸造",
        shift="day",
        rated=100,
        treating=20,
        main=False,
        stops=True,
        cut=0.3,
    )
    made = Year(firms=[firm], start=START, days=DAYS, seed=5, shapes=Shapes.plain())
    first = (DAYS - 1) * POINTS + 44
    made.events.append(
        Event(number=1, firm=firm, cause="off", rule="R1", kind="violation", first=first, last=first + 16)
    )
    for register in ("power_firms", "power_lines", "power_devices", "power_meters", "power_links"):
        for key, row in made.registers[register].items():
            told = {name: value for name, value in row.items() if name not in ("state", "area")}
            records.put(
                register, key, {**told, "area": "420281000000", "office": "hbj"}, by=SYSTEM, because="列入"
            )
    for day in range(DAYS - 1):
        assert send(lines(made, day)).state == "stored"
    return made


def lines(year: Year, day: int, *, ahead: int = 0, zero: str = "") -> list[str]:
    """Lines of the file of one day; ``ahead``: minutes that its clock is wrong, ``zero``: a series without power."""
    table = next(table for number, (_day, table) in enumerate(tables(year)) if number == day)
    made = []
    for row in table.to_pylist():
        at = datetime.fromtimestamp(row["us"] / 1e6, SHANGHAI) + timedelta(minutes=ahead)
        value = 0 if row["series"] == zero else row["value"]
        made.append(f"{row['series']},{at:%Y-%m-%d %H:%M},{value}")
    return made


def send(rows: list[str], *, name: str = "a.csv") -> Batch:
    content = "\n".join(["表号,时间,电量", *rows, ""]).encode()
    receipt = actions.receive(SYSTEM, FEED, content=content, name=name, later=False)
    return actions.store(receipt.pk)


def kinds(batch: Batch) -> set[str]:
    return set(batch.findings.values_list("kind", flat=True))


def stored() -> int:
    return sum(pq.read_metadata(path).num_rows for path in readings.tables(FEED))


def run() -> Mapping[tuple[str, str, str], tuple[str, str]]:
    """All days through the rules; the alerts as they then stand."""
    watching.run(
        START, LAST, only=[each for each in watching.known() if each.held.mechanism.id == "power_watch"]
    )
    return {
        (each.watch, each.subject, each.since.isoformat()): (each.until.isoformat(), each.says)
        for each in Alert.objects.all()
    }


def test_broken_files_files_twice_and_a_renamed_firm_lose_nothing_and_change_no_alert(year: Year) -> None:
    before, content = stored(), lines(year, DAYS - 1)
    broken = send(["Q0001-C1,昨天中午,很多", "Q0001-C1,2024-10-12 00:00,abc", "没有逗号"])
    assert "unreadable" in kinds(broken)
    assert (broken.added, stored()) == (0, before)
    unknown = send([line.replace("Q0001", "Q0009") for line in content])
    assert "unknown" in kinds(unknown) and unknown.apart == len(content)
    good = send(content)
    assert stored() == before + good.added > before
    first = run()
    [off] = [told for (watch, _subject, _since), told in first.items() if watch == "r1_treatment_off"]
    assert off[1].startswith("大江铸造：2024-10-12 11:00到2024-10-12 15:00")
    react_to_all()
    send([*content, ""], name="again.csv")
    assert stored() == before + good.added
    assert run() == first
    renamed = {"name": "大江新材料", "former_names": "大江铸造"}
    records.put("power_firms", "Q0001", renamed, by=SYSTEM, because="改名")
    assert run() == first  # told once, by the name of then
    Alert.objects.all().delete()
    again = run()
    assert {key: until for key, (until, _says) in again.items()} == {
        key: until for key, (until, _says) in first.items()
    }
    assert all("大江新材料" in says for _until, says in again.values())


def test_a_day_of_zeros_is_said_and_raises_no_silent_meter(year: Year) -> None:
    batch = send(lines(year, DAYS - 1, zero="Q0001-Z1"))
    assert "zeros" in kinds(batch)
    found = run()
    # zeros may be a broken meter or a stopped treatment: somebody looks, and nobody says that it is silent
    assert any(watch == "r1_treatment_off" for watch, _subject, _since in found)
    assert not any(watch == "r7_silent_meter" and "Z1" in subject for watch, subject, _since in found)


def test_a_clock_an_hour_ahead_is_said_and_its_readings_are_there(year: Year) -> None:
    year.events.clear()
    before = stored()
    batch = send(lines(year, DAYS - 1, ahead=60))
    assert "clock" in kinds(batch)
    assert stored() == before + batch.added > before
