"""An office or area ends: what becomes of its open cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gongzhi.engine import flows
from gongzhi.engine.cases import (
    SYSTEM,
    Choose,
    Open,
    apply,
    dump_case,
    dump_fact,
    load_case,
    load_fact,
    move,
    reading,
    replay_facts,
)
from gongzhi.engine.instants import parse_instant

AT = parse_instant("2024-10-15 10:00")


@pytest.fixture
def running(play):
    """With 城管局, helped by 供电公司."""
    play.do(Open(form={"subject": "路灯不亮"}), "wang", "2024-10-14 09:00")
    values = {"kind": "投诉", "lead": "城管局", "helpers": ["供电公司", "林业局"]}
    return play.do(Choose(step="register", choice="dispatch", values=values), "li", "2024-10-14 09:10")


def moved(play, **what):
    fact = move(play.type, play.case, at=AT, by=SYSTEM, **what)
    if fact is not None:
        fact = load_fact(dump_fact(fact))
        play.case = apply(play.type, play.case, fact)
        play.facts.append(fact)
    return fact


def test_it_hands_the_lead_and_the_task_to_the_successor(running):
    fact = moved(running, offices={"城管局": "综合执法局"}, why={"basis": "机构改革"})
    assert fact.data["basis"] == "机构改革" and fact.kind == "moved"
    assert running.case.data["lead"] == "综合执法局"
    assert {task.step: task.office for task in running.case.tasks if task.step == "handle"} == {
        "handle": "综合执法局"
    }
    assert {task.office for task in running.case.tasks if task.step == "help"} == {"供电公司", "林业局"}


def test_it_leaves_the_clocks_alone(running):
    before = reading(running.type, running.case, "unit", AT).due, running.due("handle")
    moved(running, offices={"城管局": "综合执法局"})
    assert (reading(running.type, running.case, "unit", AT).due, running.due("handle")) == before


def test_it_renames_a_branch_of_helpers_and_the_branch_still_ends(running):
    moved(running, offices={"供电公司": "能源公司"})
    branch = next(task for task in running.case.tasks if task.item == "能源公司")
    assert branch.office == "能源公司" and running.case.data["helpers"] == ["能源公司", "林业局"]
    assert running.case.flow.token(branch.id).item == "能源公司"
    running.cast["new"] = replace(running.cast["wu"], office="能源公司")
    running.do(Choose(step="help", choice="done", task=branch.id), "new", "2024-10-15 11:00")
    assert running.steps == ["handle", "help"]


def test_two_helpers_that_merge_are_named_once(running):
    moved(running, offices={"供电公司": "能源公司", "林业局": "能源公司"})
    assert running.case.data["helpers"] == ["能源公司"]
    assert [task.office for task in running.case.tasks if task.step == "help"] == ["能源公司", "能源公司"]


@pytest.mark.parametrize(("stay", "person"), [((), ""), (("周强",), "周强")])
def test_a_task_stays_with_whoever_went_along(running, stay, person):
    tasks = tuple(
        replace(task, person="周强") if task.step == "handle" else task for task in running.case.tasks
    )
    running.case = replace(running.case, tasks=tasks)
    fact = move(running.type, running.case, offices={"城管局": "新局"}, stay=stay, at=AT, by=SYSTEM)
    after = apply(running.type, running.case, fact)
    assert next(task.person for task in after.tasks if task.step == "handle") == person


def test_the_desk_that_took_it_in_is_the_successors(running):
    fact = moved(running, offices={"县级中心": "总值班室"})
    assert running.case.opened_by.office == ""  # 王秀英 opened it herself
    running.case = replace(running.case, opened_by=running.cast["li"], behind=("agent", "县级中心"))
    fact = move(running.type, running.case, offices={"县级中心": "总值班室"}, at=AT, by=SYSTEM)
    after = apply(running.type, running.case, fact)
    assert after.opened_by.office == "总值班室" and after.behind == ("agent", "总值班室")


def test_nothing_happens_where_nothing_is_concerned(running):
    assert moved(running, offices={"环保局": "新局"}, areas={"甲": "乙"}) is None


def test_an_ended_case_stays_as_it_was(running):
    running.case = replace(running.case, ended="solved", ended_at=AT)
    assert moved(running, offices={"城管局": "新局"}) is None


def test_the_journal_makes_the_same_case_again(running):
    moved(running, offices={"城管局": "综合执法局", "供电公司": "能源公司"})
    moved(running, offices={"综合执法局": "城管局"})
    again = replay_facts(running.type, running.facts)
    assert dump_case(again) == dump_case(running.case)
    assert load_case(dump_case(again)) == running.case


def test_a_second_run_changes_nothing(running):
    assert moved(running, offices={"城管局": "综合执法局"})
    assert moved(running, offices={"城管局": "综合执法局"}) is None


def test_uses_of_a_branch_are_counted_on():
    state = flows.State((flows.Token(2, "help", "a"),), 3, used={"help.ask@a": 2, "x.y": 1})
    assert flows.rename_items(state, {"a": "b"}).used == {"help.ask@b": 2, "x.y": 1}
    assert flows.rename_items(state, {"c": "d"}) is state
