"""Measures: computed from cases and facts, with the rows behind each figure."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import compile_all, figure, load, new, run_all, view
from gongzhi.engine.mechanisms.measuring import names
from gongzhi.engine.mechanisms.schema import MeasureSpec

MECHANISM = load(new("base", "基础机制"))
NOW = parse_instant("2024-11-01 12:00")


@pytest.fixture(scope="module")
def views() -> list[dict[str, Any]]:
    """In order: done in time, overdue and open, redone and failed, refused."""
    types = compile_all(MECHANISM)
    return [
        view(types["matter"], result.case, result.facts, NOW)
        for result in run_all(MECHANISM).results
        if result.case is not None
    ]


def measure(**keys: Any) -> MeasureSpec:
    return MeasureSpec.model_validate(
        {"id": "m", "title": "指标", "case": "matter", "formula": "公式", **keys}
    )


def test_it_sees_exactly_the_names_that_the_linter_knows(views: list[dict[str, Any]]) -> None:
    assert all(set(each) == names(MECHANISM.case_types["matter"]) for each in views)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("end", ["done", None, "failed", "refused"]),
        ("did_handle_reply", [1, 0, 2, 0]),
        ("did_verify_redo", [0, 0, 2, 0]),
        ("open_handle", [False, True, False, False]),
        ("late_handle", [False, True, False, False]),
        ("unit_late", [False, True, False, None]),
        ("unit_stopped", [True, False, True, None]),
        ("grade", ["简单", "简单", "复杂", None]),
    ],
)
def test_it_sees_what_became_of_a_case(views: list[dict[str, Any]], name: str, values: list[Any]) -> None:
    assert [each[name] for each in views] == values


def test_it_measures_hours_on_the_wall_clock(views: list[dict[str, Any]]) -> None:
    # sent on 30 September 09:01, reported on 10 October 18:00: 10 days, 8 hours, 59 minutes
    assert float(views[0]["unit_hours"]) == pytest.approx(10 * 24 + 8 + 59 / 60)
    assert views[0]["unit_elapsed"] == 3


def test_it_computes_a_rate_with_its_rows(views: list[dict[str, Any]]) -> None:
    made = figure(
        measure(kind="rate", denominator="unit_stopped = true", numerator="unit_late = false"), views
    )
    assert (made.value, made.n, made.rows, made.hits) == (1.0, 2, (0, 2), (0, 2))
    assert made.rate is not None
    assert made.rate.low < 0.5 < made.rate.high  # two cases prove little


def test_it_counts_what_it_leaves_out(views: list[dict[str, Any]]) -> None:
    made = figure(measure(kind="rate", numerator='end = "done"', exclude='end = "refused"'), views)
    assert (made.n, made.hits, made.excluded) == (3, (0,), (3,))


@pytest.mark.parametrize(
    ("keys", "value", "n"),
    [
        ({"kind": "count", "numerator": "open_handle = true"}, 1, 4),
        ({"kind": "count", "numerator": "late_verify = true"}, 0, 4),
        ({"kind": "median", "value": "did_handle_reply"}, 0.5, 4),
        ({"kind": "mean", "value": "did_handle_reply"}, 0.75, 4),
        ({"kind": "percentile", "percentile": 90, "value": "did_handle_reply"}, 1.7, 4),
        ({"kind": "median", "value": "unit_elapsed", "denominator": "grade != null"}, 3, 3),
        ({"kind": "median", "value": "unit_elapsed", "denominator": 'end = "nowhere"'}, None, 0),
        ({"kind": "mean", "value": "unit_elapsed", "denominator": 'end = "nowhere"'}, None, 0),
        ({"kind": "rate", "numerator": "true", "denominator": "false"}, None, 0),
    ],
)
def test_it_computes_other_figures(
    views: list[dict[str, Any]], keys: dict[str, Any], value: Any, n: int
) -> None:
    made = figure(measure(**keys), views)
    assert made.value == (pytest.approx(value) if value is not None else None)
    assert made.n == n
