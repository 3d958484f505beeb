"""The first mechanism: no open question of the linter, every choice and every end walked, every claim proved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import (
    NoSuchCaseType,
    Report,
    check,
    compile_all,
    coverage,
    draw,
    export_bpmn,
    figure,
    load,
    run_all,
    view,
)
from gongzhi.engine.mechanisms.documents import placeholders

FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "daye_minqing"
MECHANISM = load(FOLDER)


@pytest.fixture(scope="module")
def report() -> Report:
    return run_all(MECHANISM)


def test_it_leaves_the_linter_nothing_to_say() -> None:
    assert [str(problem) for problem in check(FOLDER)] == []


def test_it_passes_its_own_scenarios(report: Report) -> None:
    assert [str(result) for result in report.failed] == []
    assert len(report.results) >= 45


@pytest.mark.parametrize("case", MECHANISM.case_types)
def test_it_walks_to_every_end(report: Report, case: str) -> None:
    reached = {result.reached for result in report.results if result.scenario.spec.case == case}
    assert reached - {""} == set(MECHANISM.case_types[case].ends)


def _choices() -> Iterator[tuple[str, str]]:
    for case, spec in MECHANISM.case_types.items():
        for step, rule in spec.steps.items():
            yield from ((case, f"{step}.{choice}") for choice in rule.choices)


@pytest.mark.parametrize(("case", "choice"), list(_choices()))
def test_it_takes_every_choice(report: Report, case: str, choice: str) -> None:
    taken = {
        f"{fact.step}.{fact.choice}"
        for result in report.results
        if result.scenario.spec.case == case
        for fact in result.facts
    }
    assert choice in taken


def test_it_tries_every_row_of_the_limits(report: Report) -> None:
    used = {
        int(row)
        for result in report.results
        if result.case is not None and result.scenario.spec.case == "appeal"
        for fact in result.facts
        for _, because in fact.data.get("limits", {}).values()
        for row in because.removeprefix("limits:").split(",")
    }
    assert used == {rule.number for rule in MECHANISM.tables["limits"].rules}


def test_it_proves_what_it_claims() -> None:
    rows = "".join(f"{number:03},x,C1\n" for number in range(1, 193))
    text = coverage("id,name,capability\n" + rows, [MECHANISM])
    assert text.splitlines()[-1] == "covered 5 of 192"
    assert [line.split()[0] for line in text.splitlines()[1:-1]] == ["052", "146", "173", "174", "191"]


def test_it_reads_the_city_inventory(data_folder: Path) -> None:
    inventory = data_folder.parent / "inventory.csv"
    if not inventory.is_file():
        pytest.skip("the inventory is not here")
    text = coverage(inventory.read_text(encoding="utf-8"), [MECHANISM])
    assert text.splitlines()[-1] == "covered 5 of 192"


@pytest.mark.parametrize("measure", MECHANISM.measures, ids=lambda measure: measure.id)
def test_it_measures_its_own_scenarios(report: Report, measure: object) -> None:
    types = compile_all(MECHANISM)
    spec = next(each for each in MECHANISM.measures if each is measure)
    views = [
        view(types[spec.case], result.case, result.facts, parse_instant("2025-12-01 12:00"))
        for result in report.results
        if result.case is not None and result.scenario.spec.case == spec.case
    ]
    made = figure(spec, views)
    assert made.n > 0
    assert made.value is not None
    if spec.kind == "rate":
        assert 0 < made.value <= 1


@pytest.mark.parametrize("case", MECHANISM.case_types)
def test_it_can_be_drawn_in_both_languages_and_exported(case: str) -> None:
    chinese, english = draw(MECHANISM, case), draw(MECHANISM, case, lang="en")
    assert MECHANISM.case_types[case].title in chinese
    words = re.findall(r">([^<>]*[\u4e00-\u9fff][^<>]*)<", english)
    assert words == []
    assert b"definitions" in export_bpmn(MECHANISM, case)


def test_it_says_which_case_types_can_be_drawn() -> None:
    with pytest.raises(NoSuchCaseType) as refused:
        draw(MECHANISM, "petition")
    assert "appeal" in refused.value.message


def test_it_keeps_the_reporter_out_of_papers_and_messages() -> None:
    """Papers go to the handling office: a confidential reporter must not be named in them."""
    for document in MECHANISM.documents.values():
        assert not {"data.reporter_name", "data.phone"} & {name for name, _ in document.names}
    for reaction in MECHANISM.reactions:
        assert not {"data.reporter_name", "data.phone"} & set(placeholders(reaction.do.text))


def test_it_speaks_english_with_the_same_names_to_fill_in() -> None:
    for chinese, english in MECHANISM.strings["en"].items():
        assert set(placeholders(chinese)) == set(placeholders(english)), chinese
