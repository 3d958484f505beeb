"""A step that a meeting decides: figures in, outcome computed, nobody picks it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from gongzhi.engine.assemblies import BadFigures, Rules, Threshold
from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    SYSTEM,
    Actor,
    Case,
    CaseType,
    Choose,
    Open,
    PlainWorld,
    allowed,
    apply,
    compile_case_type,
    decide,
)
from gongzhi.engine.cases.errors import DecidedByMeeting, NoSuchChoice, NoSuchTask
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.instants import parse_instant

AT = parse_instant("2024-03-01 09:00")
HALF = Threshold(of="present", share=Fraction(1, 2), over=True)
RULES = Rules(
    id="households",
    title="户主会",
    unit="household",
    quorum=(Threshold(of="households", share=Fraction(2, 3)),),
    passes=HALF,
)
SPEC: dict[str, Any] = {
    "id": "project",
    "title": "湾组项目",
    "opened_by": ["council_chair"],
    "opens_with": ["subject"],
    "fields": [
        {"id": "subject", "title": "议题", "kind": "text"},
        {"id": "result", "title": "结果", "kind": "text"},
        {"id": "agreed", "title": "同意", "kind": "number"},
    ],
    "steps": {
        "vote": {
            "title": "户主会表决",
            "who": "council_chair @ county",
            "assembly": {"kind": "households", "topic": "subject"},
            "choices": {
                "passed": {"sets": {"result": "figures.says", "agreed": "figures.agree"}, "to": "end.done"},
                "failed": {"to": "end.dropped"},
                "no_quorum": {"to": "vote", "at_most": 1, "then": "end.dropped"},
            },
        }
    },
    "ends": {"done": "办成", "dropped": "没办"},
}
CHAIR = Actor(person="理", role="council_chair", office="县级中心")


def compiled(spec: dict[str, Any] = SPEC) -> CaseType:
    return compile_case_type(
        CaseTypeSpec.model_validate(spec), {}, calendar(), assemblies={"households": RULES}
    )


TYPE = compiled()


def play(case: Case | None, command: Any, by: Actor, at: Any = AT) -> Case:
    for fact in decide(TYPE, case, command, at=at, by=by, world=PlainWorld()):
        case = apply(TYPE, case, fact)
    assert case is not None
    return case


@pytest.fixture
def case() -> Case:
    return play(None, Open(form={"subject": "建鸡舍"}), CHAIR)


def held(**figures: Any) -> Choose:
    return Choose(step="vote", choice="held", values=figures)


@pytest.mark.parametrize(
    ("figures", "end"),
    [
        # 20 of 30 households are two thirds; more than half of 20 is 11
        ({"entitled": 30, "present": 20, "agree": 11, "against": 9}, "done"),
        ({"entitled": 30, "present": 20, "agree": 10, "against": 10}, "dropped"),
        ({"entitled": 30, "present": 19, "agree": 19}, ""),
    ],
)
def test_it_goes_where_the_figures_lead(case: Case, figures: dict[str, int], end: str) -> None:
    assert play(case, held(**figures), SYSTEM).ended == end


def test_a_choice_reads_the_count(case: Case) -> None:
    after = play(case, held(entitled=30, present=20, agree=11, against=9, meeting="HY1"), SYSTEM)
    assert after.data["agreed"] == 11
    assert after.data["result"].startswith("应到30户，实到20户，同意11票")


def test_the_second_meeting_without_quorum_ends_it(case: Case) -> None:
    once = play(case, held(entitled=3, present=1, agree=1), SYSTEM)
    assert [task.step for task in once.tasks] == ["vote"]
    assert play(once, held(entitled=3, present=1, agree=1), SYSTEM, AT + timedelta(days=1)).ended == "dropped"


@pytest.mark.parametrize("choice", ["passed", "held"])
def test_nobody_picks_the_outcome(case: Case, choice: str) -> None:
    assert allowed(TYPE, case, CHAIR, at=AT, world=PlainWorld()) == []
    with pytest.raises(DecidedByMeeting):
        play(case, Choose(step="vote", choice=choice, values={}), CHAIR)


def test_not_even_the_system_picks_it(case: Case) -> None:
    with pytest.raises(NoSuchChoice):
        play(case, Choose(step="vote", choice="passed"), SYSTEM)


def test_figures_that_cannot_be_are_refused(case: Case) -> None:
    with pytest.raises(BadFigures):
        play(case, held(entitled=30, present=20, agree=21), SYSTEM)


def test_a_meeting_that_is_told_twice_finds_nothing_open(case: Case) -> None:
    with pytest.raises(NoSuchTask):
        play(case, Choose(step="vote", choice="held", values={"entitled": 1}, task=99), SYSTEM)


@pytest.mark.parametrize(
    "change",
    [
        {"choices": {"passed": {"to": "end.done"}, "failed": {"to": "end.done"}}},
        {"asks": ["result"]},
        {"choices": {**SPEC["steps"]["vote"]["choices"], "no_quorum": {"to": "vote", "at_most": 1}}},
        {"choices": {**SPEC["steps"]["vote"]["choices"], "postpone": {"to": "vote"}}},
    ],
)
def test_a_step_that_cannot_follow_a_meeting_is_refused(change: dict[str, Any]) -> None:
    spec = {**SPEC, "steps": {"vote": {**SPEC["steps"]["vote"], **change}}}
    with pytest.raises(ValidationError):
        CaseTypeSpec.model_validate(spec)
