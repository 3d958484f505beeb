"""Visits, reports and small matters of the grid: nothing open for the linter, every choice and end, buttons that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import check, compile_all, figure, load, run_all, view
from gongzhi.engine.mechanisms.measuring import Figure

ROOT = Path(gongzhi.mechanisms.__path__[0])
GRID = load(ROOT / "grid_round")
REPORT = run_all(GRID)
ICONS = ROOT.parent / "city" / "web" / "static" / "web" / "grid.svg"


def measured(measure: str, *names: str) -> Figure:
    """The measure over the cases of these scenarios, each as its last line left it."""
    spec = next(each for each in GRID.measures if each.id == measure)
    case_type = compile_all(GRID)[spec.case]
    found = [next(each for each in REPORT.results if name in each.name) for name in names]
    return figure(
        spec, [view(case_type, each.case, each.facts, each.facts[-1].at) for each in found if each.case]
    )


def rows(table: str) -> list[dict[str, str]]:
    found = GRID.tables[table]
    return [
        {
            "id": value,
            **{
                name: str(cell or "")
                for name, cell in found.decide({found.inputs[0].name: value}).value.items()
            },
        }
        for value in re.findall(r'"([^"]*)"', found.inputs[0].allowed)
    ]


def test_it_leaves_the_linter_nothing_to_say() -> None:
    assert [str(problem) for problem in check(ROOT / "grid_round")] == []


def test_it_passes_at_least_twelve_scenarios() -> None:
    assert [str(result) for result in REPORT.failed] == []
    assert len(REPORT.results) >= 12


def test_the_scenarios_reach_every_end_and_take_every_choice() -> None:
    reached = {(each.scenario.spec.case, each.case.ended) for each in REPORT.results if each.case}
    taken = {
        (each.scenario.spec.case, fact.step, fact.choice)
        for each in REPORT.results
        for fact in each.facts
        if fact.kind == "chosen"
    }
    for id_, spec in GRID.case_types.items():
        assert not [end for end in spec.ends if end != "withdrawn" and (id_, end) not in reached]
        for step, rule in spec.steps.items():
            assert not [choice for choice in rule.choices if (id_, step, choice) not in taken], (id_, step)


@pytest.mark.parametrize("row", rows("report_kinds"), ids=lambda row: row["id"])
def test_every_button_opens_a_case_type_that_a_grid_worker_may_open(row: dict[str, str]) -> None:
    for opens, field, value in (
        ("opens", "field", "value"),
        ("otherwise", "otherwise_field", "otherwise_value"),
    ):
        if not row[opens]:
            continue
        mechanism, _dot, type_id = row[opens].partition(".")
        spec = load(ROOT / mechanism).case_types[type_id]
        assert "grid_worker" in spec.opened_by
        asked = [name.rstrip("?") for name in spec.opens_with]
        assert {"place", "photos"} <= set(asked)
        if row[field]:
            assert row[field] in asked
            options = next(each for each in spec.fields if each.id == row[field]).options
            assert not options or row[value] in options
    assert f'id="{row["picture"]}"' in ICONS.read_text(encoding="utf-8")


def test_a_report_is_the_case_that_it_opens_and_has_no_form_of_its_own() -> None:
    assert "report" not in GRID.case_types and set(GRID.case_types) == {"care_round", "visit", "self_handled"}


def test_the_buttons_of_small_matters_are_the_options_of_the_form() -> None:
    options = next(each for each in GRID.case_types["self_handled"].fields if each.id == "matter").options
    assert [row["id"] for row in rows("self_kinds")] == list(options)
    pictures = ICONS.read_text(encoding="utf-8")
    assert all(f'id="{row["picture"]}"' in pictures for row in rows("self_kinds"))


def test_no_form_takes_a_photo_of_the_worker_s_doing_or_a_signature() -> None:
    fields = [each for spec in GRID.case_types.values() for each in spec.fields]
    assert not [each.id for each in fields if each.kind == "files"]


def test_what_came_of_a_visit_is_counted_not_how_often_somebody_went() -> None:
    solved, unsolved = "转成一件诉求，单位办成了", "说水渠还是堵的"
    assert (
        measured("visit_solved", solved, unsolved, "都好，当天下班前").rate.value == 0.5
    )  # 1 of 2: nothing came up in the third
    assert measured("visit_unsolved", solved, unsolved).value == 1
    assert measured("visited_in_time", "都好，当天下班前", "过了一分钟还没去看").rate.value == 0.5
    assert measured("visit_open", "三个工作日没回话").value == 1
    assert measured(
        "team_helped", "请党员中心户带人", "梁断了修不了", "队伍一周没有回音"
    ).rate.value == pytest.approx(1 / 3)
    assert measured("small_things", "点一下就记完了", "点错了，撤销").value == 1
    assert not [
        each.id
        for each in GRID.measures
        if re.search("person|worker|opener", each.numerator + each.denominator)
    ]
