"""One-thing bundles and the deed with the keys: nothing open for the linter, every choice, every end, and the stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import Mechanism, Report, check, compile_all, figure, load, run_all, view
from gongzhi.engine.mechanisms.drawing import draw
from gongzhi.engine.mechanisms.measuring import Figure

ROOT = Path(gongzhi.mechanisms.__path__[0])
IDS = ("utilities", "open_firm", "newborn", "joint_licences", "deed_at_handover")
MECHANISMS = {id_: load(ROOT / id_) for id_ in IDS}
REPORTS = {id_: run_all(mechanism) for id_, mechanism in MECHANISMS.items()}
BUNDLES = [(id_, bundle) for id_, mechanism in MECHANISMS.items() for bundle in mechanism.bundles]


def _named(id_: str, words: str) -> Any:
    return next(result for result in REPORTS[id_].results if words in result.name)


def _figure(mechanism: Mechanism, measure: str, report: Report) -> Figure:
    """The measure over all cases of its type that the scenarios play, each as its last line left it."""
    spec = next(each for each in mechanism.measures if each.id == measure)
    case_type = compile_all(mechanism)[spec.case]
    views = [
        view(case_type, result.case, result.facts, result.facts[-1].at)
        for result in report.results
        if result.case is not None and result.scenario.spec.case == spec.case
    ]
    return figure(spec, views)


@pytest.mark.parametrize("id_", IDS)
def test_it_leaves_the_linter_nothing_to_say(id_: str) -> None:
    assert [str(problem) for problem in check(ROOT / id_)] == []


@pytest.mark.parametrize("id_", IDS)
def test_it_passes_at_least_twelve_scenarios(id_: str) -> None:
    assert [str(result) for result in REPORTS[id_].failed] == []
    assert len(REPORTS[id_].results) >= 12


def _ends() -> Iterator[tuple[str, str, str]]:
    for id_, mechanism in MECHANISMS.items():
        for case, spec in mechanism.case_types.items():
            yield from ((id_, case, end) for end in spec.ends)


@pytest.mark.parametrize(("id_", "case", "end"), list(_ends()))
def test_it_walks_to_every_end(id_: str, case: str, end: str) -> None:
    assert end in {each.reached for each in REPORTS[id_].results if each.scenario.spec.case == case}


@pytest.mark.parametrize("id_", IDS)
def test_it_computes_every_measure(id_: str) -> None:
    for measure in MECHANISMS[id_].measures:
        found = _figure(MECHANISMS[id_], measure.id, REPORTS[id_])
        assert found.n > 0, f"{measure.id} counts no case of the scenarios"


@pytest.mark.parametrize(("id_", "bundle"), BUNDLES)
def test_it_asks_every_field_of_its_items_once(id_: str, bundle: str) -> None:
    spec = MECHANISMS[id_].case_types[bundle]
    asked = [text.rstrip("?") for text in spec.opens_with]
    assert len(asked) == len(set(asked))
    titles = [field.title for field in spec.fields if field.id in asked]
    assert len(titles) == len(set(titles)), "the same question under two ids"


@pytest.mark.parametrize(("id_", "bundle"), BUNDLES)
def test_it_can_be_drawn_in_both_languages(id_: str, bundle: str) -> None:
    for language, words in (("zh", "统一出件"), ("en", "Hand")):
        assert words in draw(MECHANISMS[id_], bundle, lang=language)


def test_it_sends_a_supplement_to_the_utility_that_asked_for_it_and_to_no_other() -> None:
    result = _named("utilities", "燃气退回补图只补燃气")
    calls = [call for fact in result.facts for call in fact.data.get("calls", ())]
    assert [call["case"] for call in calls] == ["survey", "water", "power", "gas", "network", "gas"]
    brought = [call["case"] for call in calls if call["with"].get("more_files")]
    assert brought == ["gas"]
    assert calls[-1]["with"]["more_files"][0]["name"] == "燃气图.pdf"


def test_it_counts_a_firm_of_one_working_day_as_such_and_a_minute_more_not() -> None:
    mechanism = MECHANISMS["open_firm"]
    case_type = compile_all(mechanism)["open_company"]
    for words, late in (("周五18点01分受理", False), ("周五17点59分受理", True)):
        result = _named("open_firm", words)
        row = view(case_type, result.case, result.facts, parse_instant("2024-12-01 09:00"))
        assert row["joint_late"] is late


def test_it_does_not_ask_whether_the_parents_are_married() -> None:
    for spec in MECHANISMS["newborn"].case_types.values():
        assert not [field.title for field in spec.fields if "婚" in field.title or "孩次" in field.title]


def test_it_never_writes_the_childs_identity_number_down() -> None:
    kinds = {field.kind for spec in MECHANISMS["newborn"].case_types.values() for field in spec.fields}
    assert "identity_number" not in kinds


def test_it_does_not_let_the_promise_of_the_deed_move_the_legal_limit() -> None:
    clocks = MECHANISMS["deed_at_handover"].case_types["home_deed"].clocks
    assert clocks["law"].limit == "30 working days"
    assert clocks["buyer_waits"].pauses == ()
