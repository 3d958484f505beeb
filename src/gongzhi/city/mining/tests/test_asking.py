"""The queries give what a plain reading of the log gives; Spark gives what DuckDB gives; real logs show what they are known for."""

from __future__ import annotations

import os
import shutil
import statistics
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongzhi.city.analytics.running import session
from gongzhi.city.mining.asking import Which, lay_file, micro
from gongzhi.city.mining.logs import write_log
from gongzhi.engine.calendars import calendar
from gongzhi.engine.instants import Unit
from gongzhi.engine.mining import EmptyLog, Event, Study, Troubles, read_log
from gongzhi.engine.mining.study import HOUR

DATA = Path(os.environ.get("GONGZHI_DATA") or Path(__file__).parents[6] / "shared" / "data") / "eventlogs"
#: one query of each kind of construction; the others are made of the same parts (bench/mining.py asks all of them)
ON_SPARK = ("mining_variants", "mining_arcs", "mining_pingpong", "mining_samples")
MONDAY = datetime(2024, 10, 14, 1, 0, tzinfo=UTC)

events = st.lists(
    st.builds(
        lambda case, activity, minutes, took, office: Event(
            case=f"c{case}",
            activity="abcd"[activity],
            at=MONDAY + timedelta(minutes=minutes),
            started=None if took is None else MONDAY + timedelta(minutes=minutes - took),
            instance=str(minutes),
            group=("", "甲", "乙", "丙")[office],
        ),
        st.integers(0, 5),
        st.integers(0, 3),
        st.integers(0, 20_000),
        st.one_of(st.none(), st.integers(0, 300)),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)


def studied(given: list[Event], folder: Path, *, which: Which | None = None) -> Study:
    path = folder / "log.parquet"
    write_log(given, path, Troubles())
    with session("duckdb") as opened:
        return lay_file(opened, [path], which, days=calendar("china", unannounced="weekends")).study()


def in_order(given: list[Event]) -> dict[str, list[Event]]:
    """The reference: cases as lists, by time and then by line."""
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in given:
        cases[event.case].append(event)
    return {case: sorted(own, key=lambda event: event.at) for case, own in cases.items()}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events)
def test_it_counts_as_a_plain_reading_does(tmp_path: Path, given: list[Event]) -> None:
    cases, study = in_order(given), studied(given, tmp_path)
    paths = Counter(tuple(event.activity for event in own) for own in cases.values())
    assert {variant.path: variant.cases for variant in study.variants} == dict(paths)
    assert study.variants[-1].cumulative == pytest.approx(1)
    waits: dict[tuple[str, str], list[float]] = defaultdict(list)
    worked: dict[tuple[str, str], list[float]] = defaultdict(list)
    days = calendar("china", unannounced="weekends")
    for own in cases.values():
        for one, two in pairwise(own):
            begin = two.started if two.started is not None else two.at
            waits[one.activity, two.activity].append(max(0, micro(begin) - micro(one.at)) / HOUR)
            span = days.between(one.at, begin, Unit.WORKING_HOUR) if begin > one.at else 0
            worked[one.activity, two.activity].append(float(span))
    assert {(arc.source, arc.target) for arc in study.arcs} == set(waits)
    for arc in study.arcs:
        own_waits, own_worked = waits[arc.source, arc.target], worked[arc.source, arc.target]
        assert arc.n == len(own_waits)
        assert arc.times.total == pytest.approx(sum(own_waits), abs=1e-3)
        assert arc.times.median == pytest.approx(statistics.median(own_waits), abs=1e-3)
        assert arc.times.worked_mean == pytest.approx(statistics.fmean(own_worked), abs=1e-3)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events)
def test_it_finds_rework_handovers_and_pingpong_as_a_plain_reading_does(
    tmp_path: Path, given: list[Event]
) -> None:
    cases, study = in_order(given), studied(given, tmp_path)
    again: Counter[str] = Counter()
    repeats: Counter[str] = Counter()
    handed: Counter[tuple[str, str]] = Counter()
    kicked: Counter[tuple[str, str]] = Counter()
    for own in cases.values():
        for label, times in Counter(event.activity for event in own).items():
            again[label] += times > 1
            repeats[label] += times - 1
        pairs = [(one.group, two.group) for one, two in pairwise(own)]
        handed.update(pair for pair in pairs if all(pair))
        moves = [(place, pair) for place, pair in enumerate(pairs) if all(pair) and pair[0] != pair[1]]
        for (_place, one), (place, two) in pairwise(moves):
            done_before = {event.activity for event in own[: place + 1]}
            kicked[one] += one == two[::-1] and own[place + 1].activity in done_before
    assert {step.label: (step.again, step.repeats) for step in study.steps} == {
        label: (again[label], repeats[label]) for label in again
    }
    assert {(each.giver, each.taker): each.n for each in study.offices} == dict(handed)
    assert {(each.office, each.other): each.n for each in study.pingpong} == dict(+kicked)
    assert sum(step.firsts for step in study.steps) == len(cases) == sum(step.lasts for step in study.steps)


def test_it_looks_only_at_cases_that_began_in_the_period(tmp_path: Path) -> None:
    given = [Event(case=f"c{n}", activity="a", at=MONDAY + timedelta(days=n)) for n in range(10)]
    which = Which(since=micro(MONDAY + timedelta(days=3)), until=micro(MONDAY + timedelta(days=5)))
    assert studied(given, tmp_path, which=which).cases == 2
    with pytest.raises(EmptyLog):
        studied(given, tmp_path, which=Which(since=micro(MONDAY + timedelta(days=99))))


def test_it_counts_rows_that_cannot_be_right(tmp_path: Path) -> None:
    twice = Event(case="c", activity="a", at=MONDAY)
    backwards = Event(case="c", activity="b", at=MONDAY, started=MONDAY + timedelta(hours=1))
    begun = Event(case="c", activity="d", at=MONDAY, lifecycle="start")
    path = tmp_path / "log.parquet"
    write_log([twice, twice, backwards, begun], path, Troubles())
    with session("duckdb") as opened:
        odd = {row["trouble"]: row["n"] for row in lay_file(opened, [path]).rows("mining_odd")}
    assert odd == {"duplicate": 1, "end_before_start": 1, "backwards": 0, "no_start": 1}


def real(name: str) -> list[Event]:
    path = DATA / name
    if not path.is_file():
        pytest.skip("the event logs are not here (GONGZHI_DATA)")
    with path.open("rb") as stream:
        return list(read_log(stream, Troubles()))


def test_it_shows_the_116_variants_of_the_dutch_receipts_and_their_bottleneck(tmp_path: Path) -> None:
    study = studied(real("receipt_events.csv"), tmp_path)
    assert (study.cases, study.steps_taken, study.variants_total) == (1434, 8577, 116)
    worst = study.bottlenecks()[0]
    assert worst.source.startswith("T05 Print and send")
    assert worst.target.startswith("T06 Determine necessity of stop advice")
    assert worst.share == pytest.approx(0.312, abs=0.001)


def test_it_reads_the_traffic_fines(tmp_path: Path) -> None:
    study = studied(real("traffic_fines_10k.csv"), tmp_path)
    assert (study.cases, study.variants_total) == (10_000, 44)
    assert study.bottlenecks()[0].target == "Send for Credit Collection"


# Spark's own sockets are closed when its process ends
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_gets_the_identical_answer_from_spark(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java, which is not here")
    chance: Any = iter(range(10_000))
    given = [
        Event(
            case=f"c{(n := next(chance)) % 37}",
            activity="abcde"[n * n % 5],
            at=MONDAY + timedelta(minutes=n * 7919 % 30_011),
            started=MONDAY + timedelta(minutes=n * 7919 % 30_011 - n % 90) if n % 3 else None,
            instance=str(n),
            group="甲乙"[n * n // 37 % 2],
        )
        for _ in range(400)
    ]
    path = tmp_path / "log.parquet"
    write_log(given, path, Troubles())
    answers = []
    for engine in ("duckdb", "spark"):
        with session(engine, threads=2) as opened:
            asked = lay_file(opened, [path], days=calendar("china", unannounced="weekends"))
            answers.append([asked.rows(query, most=50) for query in ON_SPARK])
    assert all(answers[0])
    assert answers[0] == answers[1]
