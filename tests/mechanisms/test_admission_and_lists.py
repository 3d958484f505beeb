"""The lists of a township, the admission of tasks, offices and duties: nothing open for the linter, every choice and every end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import check, load, run_all

ROOT = Path(gongzhi.mechanisms.__path__[0])
#: mechanism -> fewest scenarios
LEAST = {"township_duties": 16, "task_admission": 16, "org_reform": 12}
MECHANISMS = {id_: load(ROOT / id_) for id_ in LEAST}
REPORTS = {id_: run_all(mechanism) for id_, mechanism in MECHANISMS.items()}


@pytest.mark.parametrize("id_", LEAST)
def test_it_leaves_the_linter_nothing_to_say(id_: str) -> None:
    assert [str(problem) for problem in check(ROOT / id_)] == []


@pytest.mark.parametrize("id_", LEAST)
def test_it_passes_its_scenarios(id_: str) -> None:
    assert [str(result) for result in REPORTS[id_].failed] == []
    assert len(REPORTS[id_].results) >= LEAST[id_]


def _ends() -> list[tuple[str, str, str]]:
    return [
        (id_, case, end)
        for id_, mechanism in MECHANISMS.items()
        for case, spec in mechanism.case_types.items()
        for end in spec.ends
        # everybody may withdraw; that is no end of these mechanisms' own
        if end != "withdrawn"
    ]


@pytest.mark.parametrize(("id_", "case", "end"), _ends())
def test_some_scenario_comes_to_every_end(id_: str, case: str, end: str) -> None:
    reached = {(each.scenario.spec.case, each.reached) for each in REPORTS[id_].results}
    assert (case, end) in reached


def _words(id_: str, name: str) -> str:
    """What the refused opening or line of a scenario said, by running it without the refusal."""
    (result,) = [each for each in REPORTS[id_].results if name in each.name]
    spec = result.scenario.spec
    scenario = type(result.scenario)(
        spec=spec.model_copy(update={"refused": ""}), file=result.scenario.file, line=result.scenario.line
    )
    from gongzhi.engine.mechanisms.running import run

    return " ".join(str(each) for each in run(scenario, MECHANISMS[id_]).failures)


SAID: tuple[tuple[str, str, Any], ...] = (
    (
        "township_duties",
        "拆违建是上级收回的",
        "大冶市履职清单 第37项；城乡规划法第六十四条），不能交给乡镇，应由城管局办理。",
    ),
    ("township_duties", "交办单不能直接发给村里", "只发给乡镇（街道）"),
    ("township_duties", "只用于陈贵镇的一条，不能", "不用于金牛镇"),
    ("task_admission", "没写经费的任务不收", "没有经费"),
    ("task_admission", "没有依据的任务不收", "没有依据"),
    ("task_admission", "一年四次，派满四次", "今年已经派满了"),
    ("task_admission", "过了准入的最后一天", "2024-12-31已经到期"),
    ("task_admission", "城管局不能拿民政局的准入", "准许的是民政局"),
    ("task_admission", "不能替别的乡镇吹哨", "只能替自己的乡镇"),
    ("org_reform", "管办没有分开", "同一家（城管局）"),
    ("org_reform", "功能区下面再设功能区", "三级，不多一层"),
)


@pytest.mark.parametrize(("id_", "name", "words"), SAID)
def test_it_says_which_rule_stands_against_it(id_: str, name: str, words: str) -> None:
    assert words in _words(id_, name)


def test_the_minutes_of_a_task_are_those_of_its_admission() -> None:
    burden = MECHANISMS["task_admission"].case_types["grid_task"].burden
    assert burden is not None and burden.minutes == {"grid_worker": "minutes"} and burden.asker == "lead"
