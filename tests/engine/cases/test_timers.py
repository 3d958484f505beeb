"""Timers of a step that stays open."""

from __future__ import annotations

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import (
    SYSTEM,
    Actor,
    Choose,
    Open,
    PlainWorld,
    Tick,
    apply,
    compile_case_type,
    decide,
    reading,
)
from gongzhi.engine.cases.spec import CaseTypeSpec
from gongzhi.engine.instants import parse_instant

SPEC = {
    "id": "waiting",
    "title": "等补正",
    "opened_by": ["clerk"],
    "steps": {
        "wait": {
            "title": "等补正",
            "who": "clerk @ county",
            "timers": {"lapse": {"after": "2 working days", "to": "look"}},
            "choices": {"done": {"title": "补了", "to": "end.done"}},
        },
        "look": {
            "title": "逾期处理",
            "who": "clerk @ county",
            "choices": {"leave": {"title": "再等等"}},
        },
    },
    "ends": {"done": "已补"},
}


def test_it_fires_a_timer_that_does_not_repeat_once():
    waiting = compile_case_type(CaseTypeSpec.model_validate(SPEC), {}, calendar())
    clerk, world = Actor(person="张三", role="clerk", office="县级中心"), PlainWorld()
    at = parse_instant("2024-10-14 09:00")
    case = apply(waiting, None, decide(waiting, None, Open(form={}), at=at, by=clerk, world=world)[0])
    for day in ("2024-10-16 18:00", "2024-10-17 09:00"):
        for fact in decide(waiting, case, Tick(), at=parse_instant(day), by=SYSTEM, world=world):
            case = apply(waiting, case, fact)
    assert [task.step for task in case.tasks] == ["wait", "look"]
    assert case.timers == ()


def test_it_lets_a_paused_clock_go_on_when_the_time_of_whoever_was_asked_is_over():
    spec = {
        "id": "asking",
        "title": "征求意见",
        "opened_by": ["clerk"],
        "clocks": {
            "answer": {"title": "答复", "from": "opened", "limit": "20 working days", "pauses": ["third"]}
        },
        "reasons": {"third": "征求第三方意见"},
        "steps": {
            "work": {
                "title": "答复",
                "who": "clerk @ county",
                "within": {"clock": "answer"},
                "choices": {
                    "ask": {"title": "问第三方", "to": "third", "pauses": "third"},
                    "answer": {"title": "答复", "to": "end.done"},
                },
            },
            "third": {
                "title": "等第三方",
                "who": "clerk @ county",
                "timers": {
                    "silent": {
                        "after": "15 working days",
                        "to": "work",
                        "interrupting": True,
                        "resumes": "third",
                    }
                },
                "choices": {"said": {"title": "说了", "to": "work", "resumes": "third"}},
            },
        },
        "ends": {"done": "已答复"},
    }
    asking = compile_case_type(CaseTypeSpec.model_validate(spec), {}, calendar())
    clerk, world = Actor(person="张三", role="clerk", office="县级中心"), PlainWorld()
    at = parse_instant("2025-03-03 09:00")
    case = apply(asking, None, decide(asking, None, Open(form={}), at=at, by=clerk, world=world)[0])
    (asked,) = decide(
        asking, case, Choose(step="work", choice="ask", values={}), at=at, by=clerk, world=world
    )
    case = apply(asking, case, asked)
    # nobody looked for weeks: the clock has run since the fifteenth day
    late = parse_instant("2025-04-30 09:00")
    for fact in decide(asking, case, Tick(), at=late, by=SYSTEM, world=world):
        case = apply(asking, case, fact)
    read = reading(asking, case, "answer", late)
    assert read is not None and not read.paused
    assert [mark.kind for mark in case.marks["answer"]] == ["start", "pause", "resume"]
    assert case.marks["answer"][-1].at == parse_instant("2025-03-24 18:00")
