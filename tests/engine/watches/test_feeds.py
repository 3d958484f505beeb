"""``feeds.yaml``: what may be written, what is let in, and how registers of meters become differences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gongzhi.engine.instants import SpanError
from gongzhi.engine.mechanisms import lint
from gongzhi.engine.watches.feeds import FeedSpec, Reading, differences, sort_out, span_of

SERIES = {
    "id": "power",
    "title": "用电",
    "source": "电网",
    "basis": "清单",
    "step": "15 minutes",
    "unit": "kWh",
}
EXTRACT = {
    "id": "bills",
    "title": "自付",
    "source": "医保局",
    "basis": "清单",
    "kind": "extract",
    "register": "bills",
}
STEP = 900_000_000


def feed(**more: Any) -> FeedSpec:
    return FeedSpec.model_validate(SERIES | more)


def test_it_knows_its_step_in_minutes_and_when_a_reading_is_late() -> None:
    spec = feed(late="1.5 days", stamp="end", columns={"value": "电量"})
    assert (spec.minutes, spec.micros, spec.backwards) == (15, STEP, STEP)
    assert spec.late_micros == 36 * 4 * STEP
    assert (spec.column("value"), spec.column("at")) == ("电量", "at")
    assert FeedSpec.model_validate(EXTRACT).minutes == 0
    assert span_of("2小时") == timedelta(hours=2)
    with pytest.raises(SpanError):
        span_of("2 working days")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"step": "7 minutes"}, "整除一天"),
        ({"step": ""}, "step"),
        ({"unit": ""}, "unit"),
        ({"step": "1 working day"}, "分钟、小时或日"),
        ({"low": 5, "high": 1}, "low"),
        ({"columns": {"price": "价"}}, "price"),
        ({"kind": "extract"}, "register"),
        ({"kind": "extract", "register": "bills"}, "series"),
        ({"late": "soon"}, "分钟、小时或日"),
    ],
)
def test_it_refuses_what_makes_no_feed(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        feed(**wrong)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("M1", 0, 5.0), ""),
        (("", 0, 5.0), "unreadable"),
        (("M1", None, 5.0), "unreadable"),
        (("M1", 0, float("nan")), "unreadable"),
        (("M9", 0, 5.0), "unknown"),
        # five minutes ahead is no wrong clock, a second more is
        (("M1", 10 * STEP + 300_000_000, 5.0), ""),
        (("M1", 10 * STEP + 301_000_000, 5.0), "future"),
        (("M1", 0, 10.0), ""),
        (("M1", 0, 10.1), "range"),
        (("M1", 0, -0.1), "range"),
    ],
)
def test_a_row_is_let_in_or_set_apart_with_its_reason(
    row: tuple[str, int | None, float], reason: str
) -> None:
    series, us, value = row
    found = sort_out(
        feed(low=0, high=10),
        [Reading(line=1, series=series, us=us, value=value)],
        known={"M1"},
        received_us=10 * STEP,
    )
    assert found.apart == ({1: reason} if reason else {})
    assert len(found.good) == (not reason)


def test_both_sides_of_late() -> None:
    spec = feed(late="1 hour")
    rows = [Reading(line=1, series="M1", us=0, value=1.0)]
    (in_time,) = sort_out(spec, rows, known=None, received_us=5 * STEP).good.values()
    (late,) = sort_out(spec, rows, known=None, received_us=5 * STEP + 1).good.values()
    assert (in_time, late) == ((1.0, ""), (1.0, "late"))


def test_a_register_becomes_differences_over_resets_and_holes() -> None:
    found = differences([(0, 100.0), (STEP, 101.0), (3 * STEP, 105.0), (4 * STEP, 3.0)], STEP)
    assert found == [
        (0, 1.0, ""), (STEP, 2.0, "estimated"), (2 * STEP, 2.0, "estimated"), (3 * STEP, 3.0, "reset"),
    ]  # fmt: skip


MANIFEST = "id: plant\ntitle: 厂\nversion: 1.0.0\nroles: {officer: 承办人}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- {id: a, title: 用, source: s, basis: b, step: 1 hour, unit: 度}\n" * 2, "M250"),
        ("- {id: a, title: 用, source: s, basis: b, step: 1 hour, unit: 度, register: none}\n", "M251"),
        ("- {id: a, title: 用, source: s, basis: b, step: 1 hour, unit: 度}\n", "M252"),
        (
            "- {id: a, title: 用, source: s, basis: b, kind: extract, register: rs, columns: {x: 列}}\n",
            "M253",
        ),
    ],
)
def test_the_linter_tells_what_feeds_say_wrong(text: str, code: str) -> None:
    register = "id: rs\ntitle: 表\nkey: code\nname: code\nlists: [code]\nchanged_by: [officer]\nfields:\n  - {id: code, title: 号, kind: text, max: 9, required: true}\n"
    files = {"mechanism.yaml": MANIFEST, "feeds.yaml": text, "registers/rs.yaml": register}
    found = lint.check({path: content.encode() for path, content in files.items()})
    assert code in {problem.code for problem in found if problem.where.file == "feeds.yaml"}
