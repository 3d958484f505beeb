"""A step that one chosen person does, who acts in an objection, and clocks that run from a day on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    Actor,
    Case,
    CaseType,
    Choose,
    Common,
    Open,
    PlainWorld,
    apply,
    compile_case_type,
    decide,
    dump_case,
    load_case,
    reading,
)
from gongzhi.engine.cases.errors import Objected, TakenByAnother
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.instants import parse_instant

SPEC = {
    "id": "talk",
    "title": "调解",
    "opened_by": ["clerk"],
    "opens_with": ["chosen", "party", "signed_on"],
    "fields": [
        {"id": "chosen", "title": "请哪一位", "kind": "person", "required": True},
        {"id": "party", "title": "当事人", "kind": "text", "max": 40},
        {"id": "signed_on", "title": "哪天签的", "kind": "date"},
        {"id": "by_whom", "title": "谁调的", "kind": "text", "max": 40},
    ],
    "clocks": {
        "rolling": {"title": "申请期限", "since": "signed_on", "limit": "30 days", "rolls": True},
        "plain": {"title": "不顺延的", "since": "signed_on", "limit": "30 days"},
    },
    "steps": {
        "mediate": {
            "title": "调解",
            "who": "mediator @ county",
            "person": "chosen",
            "within": "5 working days",
            "choices": {
                "done": {
                    "title": "调好了",
                    "objection": 'if actor.name = party then "当事人不能调自己的事" else null',
                    "sets": {"by_whom": "actor.name"},
                    "to": "end.done",
                }
            },
        }
    },
    "ends": {"done": "调好了"},
}
WORLD = PlainWorld()
CLERK = Actor(person="p0", role="clerk", office=WORLD.county, name="文员")


@pytest.fixture
def case_type() -> CaseType:
    return compile_case_type(CaseTypeSpec.model_validate(SPEC), {}, calendar())


def mediator(person: str, name: str) -> Actor:
    return Actor(person=person, role="mediator", office=WORLD.county, name=name)


def opened(case_type: CaseType, at: str = "2024-09-10 09:00", **form: Any) -> Case:
    values = {"chosen": "p1", "party": "王五", "signed_on": "2024-09-06", **form}
    facts = decide(case_type, None, Open(form=values), at=parse_instant(at), by=CLERK, world=WORLD)
    return load_case(dump_case(apply(case_type, None, facts[0])))


def test_only_the_chosen_person_does_the_step(case_type: CaseType) -> None:
    case, command = opened(case_type), Choose(step="mediate", choice="done")
    with pytest.raises(TakenByAnother):
        decide(case_type, case, command, at=case.opened_at, by=mediator("p2", "李四"), world=WORLD)
    [fact] = decide(case_type, case, command, at=case.opened_at, by=mediator("p1", "张三"), world=WORLD)
    assert apply(case_type, case, fact).data["by_whom"] == "张三"


def test_a_colleague_may_be_handed_the_step(case_type: CaseType) -> None:
    case = opened(case_type)
    command = Common(kind="hand_over", task=case.tasks[0].id, values={"person": "p2"})
    [fact] = decide(case_type, case, command, at=case.opened_at, by=mediator("p1", "张三"), world=WORLD)
    assert apply(case_type, case, fact).tasks[0].person == "p2"


def test_an_objection_knows_who_acts(case_type: CaseType) -> None:
    case = opened(case_type)
    with pytest.raises(Objected, match="当事人不能调自己的事"):
        decide(
            case_type,
            case,
            Choose(step="mediate", choice="done"),
            at=case.opened_at,
            by=mediator("p1", "王五"),
            world=WORLD,
        )


# signed on 6 September 2024: the 30th day is Sunday 6 October, within the National Day holiday (1 to 7 October)
@pytest.mark.parametrize(
    ("clock", "due"),
    [("rolling", "2024-10-08 24:00"), ("plain", "2024-10-06 24:00")],
)
def test_the_clock_runs_from_the_day_on_paper(case_type: CaseType, clock: str, due: str) -> None:
    read = reading(case_type, opened(case_type), clock, parse_instant("2024-09-10 09:00"))
    assert read is not None
    assert read.due == parse_instant(due)


def test_without_the_day_it_runs_from_the_fact(case_type: CaseType) -> None:
    read = reading(case_type, opened(case_type, signed_on=None), "plain", parse_instant("2024-09-10 09:00"))
    assert read is not None
    assert read.due == parse_instant("2024-10-10 24:00")


def test_a_day_that_lies_ahead_starts_no_clock_ahead(case_type: CaseType) -> None:
    at: datetime = parse_instant("2024-09-10 09:00")
    case = opened(case_type, signed_on="2024-12-01")
    assert case.marks["plain"][0].at == at
