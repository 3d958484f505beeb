"""The facts appear whole or not at all; both engines read the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gongzhi.city.analytics.errors import Busy, NoSuchQuery
from gongzhi.city.analytics.running import run
from gongzhi.city.analytics.schema import EVENTS
from gongzhi.city.analytics.texts import spark_text, text_of
from gongzhi.city.analytics.warehouse import Warehouse


def event(entry: int, at: datetime, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: 0 if str(EVENTS.field(name).type) == "int64" else "" for name in EVENTS.names
    }
    us = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
    return (
        row
        | {
            "entry": entry,
            "at": at.replace(tzinfo=None),
            "us": us,
            "mechanism": "m",
            "type": "t",
            "kind": "chosen",
        }
        | more
    )


MAY, JUNE = datetime(2024, 5, 31, 23, 59, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)


def count(house: Warehouse) -> int:
    return sum(
        row["n"] for row in run("event_counts", {"mechanism": ""}, tables=house.tables(), engine="duckdb")
    )


def test_it_lays_facts_by_month_and_counts_them(tmp_path: Path) -> None:
    house = Warehouse(tmp_path)
    with house.writing() as writer:
        writer.append(1, 2, [event(1, MAY), event(2, JUNE)], [])
        writer.append(3, 3, [event(3, JUNE)], [])
    assert [path.parent.name for path in house.files("events")] == ["month=2024-05", *["month=2024-06"] * 2]
    assert count(house) == 3
    assert house.position == 3


def test_it_shows_nothing_of_a_batch_whose_writer_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = Warehouse(tmp_path)
    with house.writing() as writer:
        writer.append(1, 1, [event(1, MAY)], [])
        monkeypatch.setattr(
            type(writer), "commit", lambda *args, **notes: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            writer.append(2, 3, [event(2, MAY), event(3, JUNE)], [])
    assert len(list(tmp_path.rglob("part-*.parquet"))) == 3
    assert count(house) == 1
    monkeypatch.undo()
    with house.writing() as writer:
        assert len(list(tmp_path.rglob("part-*.parquet"))) == 1
        writer.append(2, 2, [event(2, MAY)], [])
    assert count(house) == 2


def test_it_refuses_a_batch_that_was_written_already_and_a_second_writer(tmp_path: Path) -> None:
    house = Warehouse(tmp_path)
    with house.writing() as writer:
        writer.append(1, 5, [event(1, MAY)], [])
        with pytest.raises(ValueError, match="position 5"):
            writer.append(5, 6, [], [])
        with pytest.raises(Busy), house.writing():
            pass


def test_it_answers_over_no_files_at_all(tmp_path: Path) -> None:
    assert count(Warehouse(tmp_path / "nothing")) == 0


@pytest.mark.parametrize("name", ["nothing", "../settings", "Event_counts", ""])
def test_it_runs_only_files_of_its_folder(name: str) -> None:
    with pytest.raises(NoSuchQuery):
        text_of(name)


def test_it_says_the_same_in_the_dialect_of_spark() -> None:
    assert ":mechanism = ''" in spark_text("event_counts")
