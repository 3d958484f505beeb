"""Reform tasks, cooperation, research topics: nothing for the linter, every choice and end, and the arithmetic of the gate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.engine.cases import Actor, Case, Choose, Open, PlainWorld, apply, decide
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.mechanisms import check, compile_all, figure, load, run_all, view

ROOT = Path(gongzhi.mechanisms.__path__[0])
#: mechanism -> fewest scenarios
LEAST = {"reform_tasks": 70, "cooperation": 15, "research_topics": 14}
MECHANISMS = {id_: load(ROOT / id_) for id_ in LEAST}
REPORTS = {id_: run_all(mechanism) for id_, mechanism in MECHANISMS.items()}
TYPES = compile_all(MECHANISMS["reform_tasks"])
AT = parse_instant("2024-10-14 09:00")


@pytest.mark.parametrize("id_", LEAST)
def test_it_leaves_the_linter_nothing_to_say(id_: str) -> None:
    # two flows are larger than the linter follows to the end: it says so as a notice
    assert [str(each) for each in check(ROOT / id_) if each.severity != "notice"] == []


@pytest.mark.parametrize("id_", LEAST)
def test_it_passes_its_scenarios(id_: str) -> None:
    assert [str(result) for result in REPORTS[id_].failed] == []
    assert len(REPORTS[id_].results) >= LEAST[id_]


@pytest.mark.parametrize("id_", LEAST)
def test_some_scenario_comes_to_every_end(id_: str) -> None:
    ends = {(case, end) for case, spec in MECHANISMS[id_].case_types.items() for end in spec.ends}
    reached = {(each.scenario.spec.case, each.reached) for each in REPORTS[id_].results}
    assert ends - reached == set()


def _who(role: str) -> Actor:
    return Actor(person=role, role=role, office="改革办")


def _counted(answers: int, supports: int, benefits: int, *, least: int = 30) -> Case:
    """A survey whose slips were counted the day after the last one."""
    slips = {
        f"S{number}": {
            "poll": "F1",
            "support": "支持" if number < supports else "不支持",
            "benefit": "受益" if number < benefits else "说不清",
        }
        for number in range(answers)
    }
    world = PlainWorld(records={"poll_slips": slips}, county="改革办")
    poll, case = TYPES["poll"], None
    form = {"subject": "市场搬迁", "code": "F1", "purpose": "出台前测评", "question": "支不支持？"}
    plan = {
        "frame_kind": "随机抽取",
        "frame": "名册",
        "frame_size": 800,
        "invited": 300,
        "least": least,
        "closes_on": "2024-10-31",
    }
    acts: tuple[tuple[Any, str, int], ...] = (
        (Open(form=form), "reform_officer", 0),
        (Choose(step="plan", choice="submit", values=plan), "reform_officer", 0),
        (Choose(step="check", choice="pass"), "third_party", 0),
        (Choose(step="collect", choice="count"), "reform_officer", 18),
    )
    for command, role, days in acts:
        for fact in decide(poll, case, command, at=AT + timedelta(days=days), by=_who(role), world=world):
            case = apply(poll, case, fact)
    assert case is not None
    return case


def _declares(case: Case) -> set[str]:
    """What can be announced over these numbers."""
    found = set()
    for choice in ("passed", "not_passed", "too_few"):
        command = Choose(step="declare", choice=choice)
        try:
            decide(
                TYPES["poll"],
                case,
                command,
                at=AT + timedelta(days=19),
                by=_who("third_party"),
                world=PlainWorld(county="改革办"),
            )
        except CaseRefused:
            continue
        found.add(choice)
    return found


@pytest.mark.parametrize(
    ("answers", "supports", "benefits", "declared"),
    [
        (65, 32, 65, "not_passed"),  # 2 x 32 = 64 < 65
        (65, 33, 33, "passed"),  # 2 x 33 = 66 > 65
        (64, 32, 64, "not_passed"),  # exactly half
        (64, 33, 32, "not_passed"),  # half benefit only
        (64, 33, 33, "passed"),
        (30, 16, 16, "passed"),  # the fewest that count
        (29, 29, 29, "too_few"),
        (0, 0, 0, "too_few"),
    ],
)
def test_over_half_in_favour_and_over_half_benefiting_and_nothing_else_can_be_announced(
    answers: int, supports: int, benefits: int, declared: str
) -> None:
    assert _declares(_counted(answers, supports, benefits)) == {declared}


def test_its_measures_count_what_others_verified() -> None:
    mechanism = MECHANISMS["reform_tasks"]
    views = [
        view(TYPES["task"], result.case, result.facts, result.facts[-1].at)
        for result in REPORTS["reform_tasks"].results
        if result.case is not None and result.scenario.spec.case == "task"
    ]
    found = {spec.id: figure(spec, views) for spec in mechanism.measures if spec.case == "task"}
    assert found["closed_verified"].value is not None and 0 < found["closed_verified"].value < 100
    assert found["slippage"].n >= 3 and found["slippage"].value is not None
    assert found["benefit_real"].value == 80  # four things fewer of the five that were promised
    # one scenario names a problem
    assert len(found["without_problem"].hits) == found["without_problem"].n - 1
