"""The scenario runner: it believes nothing that the engine does not show, and says what it saw instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gongzhi.engine.mechanisms import Result, load, new, run_all
from gongzhi.engine.mechanisms.expectations import WORDS

SOUND = new("base", "基础机制")
HEAD = """\
- name: 一个例子用来试运行器
  case: matter
  at: 2024-09-30 09:00
  by: resident
  form: {subject: 路灯不亮, text: 村口路灯不亮}
"""
SEND = "    - {do: accept.send, with: {grade: 简单, lead: 城管局}}\n"
REPLY = "    - {do: handle.reply, with: {reply: 已修好}}\n"


def play(text: str) -> Result:
    mechanism = load({**SOUND, "scenarios/matter.yaml": text.encode()})
    return run_all(mechanism).results[0]


def told(text: str) -> list[str]:
    return [str(failure) for failure in play(text).failures]


def test_it_passes_the_scenarios_of_a_new_mechanism() -> None:
    report = run_all(load(SOUND))
    assert report.passed
    assert str(report).splitlines()[-1] == "base: 4 of 4 scenarios passed"
    assert [result.reached for result in report.results] == ["done", "", "failed", "refused"]


def test_it_does_not_pass_a_mechanism_without_scenarios() -> None:
    files = {path: data for path, data in SOUND.items() if not path.startswith("scenarios/")}
    assert not run_all(load(files)).passed


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{open: [handle, verify]}", "open：预期 handle、verify，实际 handle"),
        ("{open: []}", "open：预期 没有，实际 handle"),
        ("{waiting: [handle]}", "waiting：预期 handle，实际 没有"),
        ("{doers: 2}", "doers：预期 2，实际 1"),
        ("{ended: done}", "ended：预期 done，实际 没有结束"),
        ("{holder: 住建局}", "holder：预期 住建局，实际 城管局"),
        ("{light: red}", "light：预期 red，实际 green"),
        ("{lights: {unit: red}}", "lights.unit：预期 red，实际 green"),
        ("{lights: {units: red}}", "没有这个时钟"),
        (
            "{unit_due: 2024-10-09 18:00}",
            "unit_due：预期 2024年10月9日 星期三 18:00，实际 2024年10月10日 星期四 18:00",
        ),
        ("{unit_due: ''}", "unit_due：预期 没有，实际 2024年10月10日 星期四 18:00"),
        ("{unit_left: 2 working days}", "unit_left：预期 2 working days，实际 3 working day"),
        ("{unit_left: 3 days}", "unit_left：预期 3 days"),
        ("{unit_elapsed: 1}", "unit_elapsed：预期 1，实际 0 working day"),
        ("{unit_light: none}", "unit_light：预期 none，实际 green"),
        ("{unit_paused: true}", "unit_paused：预期 是，实际 否"),
        ("{unit_stopped: 2024-09-30 09:00}", "unit_stopped：预期 2024年9月30日 星期一 09:00，实际 没有"),
        ("{unit_limit: 5 working days}", "unit_limit：预期 5 working days，实际 3 working day"),
        ("{alerts: [overdue]}", "alerts：预期 overdue，实际 没有提醒"),
        ("{data: {grade: 复杂}}", "data.grade：预期 复杂，实际 简单"),
        ("{data: {reply: 已修好}}", "data.reply：预期 已修好，实际 没有"),
        ("{due: {handle: 2024-10-09 18:00}}", "due.handle：预期 2024年10月9日"),
        ("{due: {verify: 2024-10-09 18:00}}", "实际 没有待办"),
        ("{may: {officer: []}}", "may.officer：预期 没有，实际 handle.reply"),
        ("{may: {checker: [verify.confirm]}}", "may.checker：预期 verify.confirm，实际 没有"),
        ("{child: {case: matter}}", "child.case：预期 matter，实际 没有"),
        ("{bad: [reply]}", "bad：预期 reply，实际 没有"),
        ("{question: 在哪}", "question：预期 在哪，实际 没有"),
        ("{colour: red}", "没有这种预期"),
    ],
)
def test_it_says_what_it_expected_and_what_it_saw(expect: str, words: str) -> None:
    found = told(HEAD + "  steps:\n" + SEND + f"    - expect: {expect}\n")
    assert len(found) == 1
    assert found[0].startswith("第2步")
    assert words in found[0]


@pytest.mark.parametrize(
    "expect",
    [
        "{open: handle}",
        "{unit_due: 2024-10-10 18:00, unit_left: 3, wait_limit: 15 working days}",
        "{unit_left: 3 working days, unit_elapsed: 0}",
        "{holder: 城管局, ended: ''}",
        "{lights: {unit: green, wait: green}, light: green}",
        "{data: {grade: 简单, phone: ''}, no_alerts: [overdue], alerts: []}",
        "{due: {handle: 2024-10-10 18:00}, may: {officer: [handle.reply]}, question: ''}",
        "{waiting: [], bad: [], child: {}, unit_stopped: '', unit_paused: false}",
    ],
)
def test_it_believes_what_is_so(expect: str) -> None:
    assert told(HEAD + "  steps:\n" + SEND + f"    - expect: {expect}\n") == []


def test_it_tries_every_word_of_expectation() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [word for word in WORDS if f"{{{word}:" not in source and f" {word}:" not in source] == []


def test_it_stops_at_a_refusal_that_nobody_expected() -> None:
    result = play(HEAD + "  steps:\n" + REPLY + SEND)
    assert result.steps == 1
    assert "预期 办理成功，实际 C003" in str(result.failures[0])


def test_it_stops_when_an_expected_refusal_does_not_come() -> None:
    result = play(HEAD + "  steps:\n" + SEND.replace("}}", "}, refused: C005}"))
    assert [str(failure) for failure in result.failures] == ["第1步 拒绝：预期 C005，实际 办理成功"]


def test_it_wants_the_very_refusal() -> None:
    result = play(HEAD + "  steps:\n" + REPLY.replace("}}", "}, refused: C007}"))
    assert "预期 C007，实际 C003" in str(result.failures[0])


def test_it_lets_a_refused_opening_be_the_whole_scenario() -> None:
    text = HEAD.replace("text: 村口路灯不亮", "phone: '1'").replace(
        "  by: resident", "  by: resident\n  refused: C011"
    )
    result = play(text + "  expect: {bad: [text, phone]}\n")
    assert result.failures == ()
    assert result.case is None


def test_it_fires_timers_and_alerts_on_its_way() -> None:
    steps = (
        "  steps:\n"
        + SEND
        + "    - {at: 2024-10-11 09:00, tick: true, expect: {alerts: ['unit:yellow', 'unit:red', 'handle:red']}}\n"
    )
    # the light was yellow on the 10th, but nobody looked then: no line stands there
    assert told(HEAD + steps) == ["第2步 alerts：预期 unit:yellow，实际 unit:red、handle:red"]


def test_it_counts_time_from_the_line_before() -> None:
    steps = (
        "  steps:\n"
        + SEND
        + "    - {at: +2 working days, expect: {unit_left: 1}}\n    - {expect: {unit_left: 1}}\n"
    )
    assert told(HEAD + steps) == []


def test_it_gives_a_minute_to_each_deed() -> None:
    result = play(HEAD + "  steps:\n" + SEND + REPLY)
    assert [fact.at.strftime("%H:%M") for fact in result.facts] == ["09:00", "09:01", "09:02"]


def test_it_keeps_each_role_of_each_office_a_person_of_its_own() -> None:
    result = play(HEAD + "  steps:\n" + SEND + REPLY + "    - {do: verify.confirm}\n")
    assert [fact.by.person for fact in result.facts] == [
        "群众甲",
        "县级中心受理员",
        "城管局承办人",
        "县级中心核查员",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{do: accept.send, fact: paid}",
        "{do: accept.send, tick: true}",
        "{at: 2024-09-30 10:00}",
        "{refused: C001}",
        "{}",
    ],
)
def test_it_refuses_lines_that_do_not_say_one_thing(line: str) -> None:
    with pytest.raises(Exception, match="M026"):
        play(HEAD + f"  steps:\n    - {line}\n")


def test_it_tells_of_times_that_run_backwards() -> None:
    steps = "  steps:\n    - {do: accept.send, at: 2024-09-29 09:00, with: {grade: 简单, lead: 城管局}}\n"
    assert "C013" in told(HEAD + steps)[0]


def test_it_reports_a_calendar_that_nobody_knows() -> None:
    found = told(HEAD.replace("  by: resident", "  calendar: mars\n  by: resident"))
    assert len(found) == 1
    assert "K012" in found[0]


def test_it_reports_case_types_that_cannot_be_compiled() -> None:
    text = SOUND["cases/matter.yaml"].decode().replace("to: end.done", "to: end.gone")
    report = run_all(load({**SOUND, "cases/matter.yaml": text.encode()}))
    assert len(report.failed) == 4
    assert "gone" in str(report)


def test_it_survives_an_unknown_task() -> None:
    found: Any = told(
        HEAD + "  steps:\n" + SEND + REPLY.replace("handle.reply,", "handle.reply, task: 住建局,")
    )
    assert "C003" in found[0]
