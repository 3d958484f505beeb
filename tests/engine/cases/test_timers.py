"""Timers of a step that stays open."""

from __future__ import annotations

from gongzhi.engine.calendars import calendar
from gongzhi.engine.cases import SYSTEM, Actor, Open, PlainWorld, Tick, apply, compile_case_type, decide
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
