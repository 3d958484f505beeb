"""FEEL case by case, from the text of the standard."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.engine.expressions import compile_expression, compile_unary_tests, show

CASES = Path(__file__).with_name("cases")


def _rows(name: str) -> list[str]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("row", _rows("feel.txt"))
def test_it_answers_as_the_standard_says(row: str) -> None:
    source, _, expected = row.partition("  =>  ")
    assert show(compile_expression(source).evaluate({})) == expected


@pytest.mark.parametrize("row", _rows("unary.txt"))
def test_it_tests_cells_as_the_standard_says(row: str) -> None:
    value, tests, expected = (part.strip() for part in row.split("|"))
    given = compile_expression(value).evaluate({})
    assert compile_unary_tests(tests).matches(given) is (expected == "true")


def test_there_are_enough_cases() -> None:
    assert len(_rows("feel.txt")) >= 300
