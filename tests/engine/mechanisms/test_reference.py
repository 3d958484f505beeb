"""The reference page names every key and every word that a mechanism's author may write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongzhi.engine.cases import everycase
from gongzhi.engine.mechanisms import json_schema
from gongzhi.engine.mechanisms.documents import ROOTS
from gongzhi.engine.mechanisms.expectations import CLOCK_WORDS, WORDS
from gongzhi.engine.mechanisms.measuring import names
from gongzhi.engine.mechanisms.schema import FILE_KINDS, CaseTypeSpec

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "mechanism.md"


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("properties", {})
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", FILE_KINDS)
def test_it_names_every_key(page: str, kind: str) -> None:
    assert [key for key in sorted(set(_keys(json_schema(kind)))) if f"`{key}`" not in page] == []


def test_it_names_every_expectation(page: str) -> None:
    assert [word for word in WORDS if f"`{word}`" not in page] == []
    assert [word for word in CLOCK_WORDS if f"`<clock>_{word}`" not in page] == []


def test_it_names_every_action_that_all_cases_have(page: str) -> None:
    assert [action for action in everycase.RIGHTS if action not in page] == []


def test_it_names_what_papers_may_fill_in(page: str) -> None:
    assert [root for root in ROOTS if f"`{root}`" not in page] == []


def test_it_names_what_measures_see(page: str) -> None:
    spec = CaseTypeSpec.model_validate(
        {
            "id": "a",
            "title": "甲",
            "clocks": {"c": {"title": "钟", "limit": "1 day"}},
            "steps": {"s": {"title": "步", "who": "r", "choices": {"x": {"to": "end.e"}}}},
            "ends": {"e": "完"},
        }
    )
    for name in names(spec):
        general = (
            name.replace("did_s_x", "did_<step>_<choice>").replace("_s", "_<step>", 1)
            if "_s" in name
            else name
        )
        general = "<clock>_" + name.removeprefix("c_") if name.startswith("c_") else general
        assert f"`{general}`" in page, name
