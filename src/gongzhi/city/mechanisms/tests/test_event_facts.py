"""The journal as facts for analysis: complete, in order, once, and without a person in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from gongzhi.city.analytics.warehouse import Warehouse
from gongzhi.city.cases import catalogue
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import MiniSource, dispatched, reported, solved
from gongzhi.city.journal.models import Entry
from gongzhi.city.mechanisms import event_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> Warehouse:
    settings.GONGZHI_WAREHOUSE = tmp_path
    return Warehouse.city()


def rows(house: Warehouse, table: str) -> list[dict[str, Any]]:
    found = [row for path in house.files(table) for row in pq.read_table(path, partitioning=None).to_pylist()]
    return sorted(found, key=lambda row: (row["case_id"], row.get("seq", row.get("position", 0))))


def refresh() -> int:
    return event_facts.refresh(patience=0)


@pytest.fixture(autouse=True)
def mini() -> Any:
    source = MiniSource()
    catalogue.register(source)
    yield
    catalogue.unregister(source)


def test_it_tells_how_a_case_went_from_the_first_step_to_its_end(
    cast: Any, monday: Any, house: Warehouse
) -> None:
    receipt = reported(cast)
    solved(cast, receipt.case)
    assert refresh() == Entry.objects.count()
    events = rows(house, "events")
    done = [row["activity"] for row in events if row["lifecycle"] == "complete"]
    assert done[:3] == ["register.dispatch", "dispatch.send", "handle.reply"]
    opened = {row["step"]: row for row in events if row["lifecycle"] == "start"}
    assert opened["register"]["cause"] == "start"
    assert opened["handle"]["cause"] == "dispatch.send"
    assert opened["handle"]["office"] == "cgj"
    ends = [row for row in events if row["kind"] == "ended"]
    assert [row["choice"] for row in ends] == [Case.objects.get().ended]
    pairs = {(row["token"], row["lifecycle"]) for row in events if row["lifecycle"]}
    assert {token for token, cycle in pairs if cycle == "start"} == {
        token for token, cycle in pairs if cycle == "complete"
    }


def test_it_leaves_out_everything_that_names_a_person(cast: Any, monday: Any, house: Warehouse) -> None:
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    refresh()
    told = str(rows(house, "events")) + str(rows(house, "cases"))
    names = {entry.name for entry in Entry.objects.all()} | {entry.person for entry in Entry.objects.all()}
    values = Entry.objects.filter(kind="opened").get().data["values"]
    secret = (names | {str(value) for value in values.values()} | {str(receipt.case)}) - {
        "",
        "system",
        "系统",
    }
    assert secret
    assert not [word for word in secret if word in told]
    assert "text" not in told


def test_it_takes_each_entry_once_however_often_it_is_asked(
    cast: Any, monday: Any, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_facts, "BATCH", 2)
    receipt = reported(cast)
    refresh()
    first = rows(house, "events")
    assert refresh() == 0
    dispatched(cast, receipt.case)
    refresh()
    after = rows(house, "events")
    assert after[: len(first)] == first
    keys = [(row["case_id"], row["seq"]) for row in after]
    assert len(keys) == len(set(keys)) > len(first)
    assert house.position == Entry.objects.order_by("-pk").first().pk  # type: ignore[union-attr]


def test_it_leaves_confidential_cases_out(cast: Any, monday: Any, house: Warehouse) -> None:
    reported(cast)
    Case.objects.update(confidential=True)
    refresh()
    assert rows(house, "events") == [] == rows(house, "cases")


def test_it_waits_for_a_number_that_may_still_be_committed(
    cast: Any, monday: Any, house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server numbers are given before they are committed: what is missing holds back what comes after it, for a while."""
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    entries = list(Entry.objects.order_by("pk"))
    missing = entries[1]
    monkeypatch.setattr(event_facts, "_others_write", lambda: True)
    monkeypatch.setattr(event_facts.connection, "vendor", "postgresql", raising=False)
    monkeypatch.setattr(event_facts.Entry, "objects", Entry.objects.exclude(pk=missing.pk))
    first = entries[0].pk
    with house.writing() as writer:
        writer.commit(first - 1)  # whatever other tests left out before is not this one's gap
    assert event_facts.refresh(patience=60) == 1
    assert house.position == first
    assert event_facts.refresh(patience=60) == 0
    monkeypatch.undo()
    assert event_facts.refresh(patience=60) == len(entries) - 1
    assert house.position == entries[-1].pk
