"""One appeal through every door of ``decide``; each refusal by its code."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gongzhi.engine.cases import (
    Choose,
    Common,
    Happened,
    Open,
    Tick,
    allowed,
    case_number,
    decide,
    dump_case,
    dump_fact,
    load_case,
    load_fact,
    reading,
    replay_facts,
)  # fmt: skip
from gongzhi.engine.cases.errors import CaseRefused
from gongzhi.engine.instants import parse_instant

NATIONAL_DAY_EVE = "2024-09-30 16:00"


def opened(play):
    return play.do(Open(form={"subject": "路灯不亮"}, channel="web"), "wang", NATIONAL_DAY_EVE)


def dispatched(play, helpers=("供电公司",)):
    values = {"kind": "投诉", "lead": "城管局", "helpers": list(helpers)}
    return opened(play).do(
        Choose(step="register", choice="dispatch", values=values), "li", "2024-09-30 16:20"
    )


def reviewed(play):
    dispatched(play, ())
    play.do(Choose(step="handle", choice="reply", values={"reply": "已修好"}), "zhou", "2024-10-08 10:00")
    return play.do(Choose(step="review", choice="pass"), "zhao", "2024-10-08 11:00")


def refusal(play, command, by, at) -> CaseRefused:
    before = play.case
    with pytest.raises(CaseRefused) as caught:
        play.do(command, by, at)
    assert play.case is before
    return caught.value


def test_it_opens_with_a_task_for_the_county_agent(play):
    (task,) = opened(play).case.tasks
    assert (task.step, task.role, task.office) == ("register", "agent", "县级中心")
    assert task.due == parse_instant("2024-09-30 18:00")  # 16:00 + 2 working hours


def test_it_gives_the_unit_five_working_days_across_the_holiday(play):
    # 8, 9, 10, 11 October and Saturday 12 (make-up day) are the five working days after 30 September
    assert dispatched(play).due("handle") == parse_instant("2024-10-12 18:00")


def test_it_follows_the_table_when_the_kind_becomes_known(play):
    assert "citizen" in opened(play).case.marks
    assert dispatched(play.__class__(play.type)).case.limits["citizen"].because == "limits:1"


def test_it_offers_an_answer_on_the_spot_only_where_the_condition_holds(play):
    answer = {"kind": "投诉", "reply": "好"}
    assert (
        refusal(
            opened(play), Choose(step="register", choice="answer", values=answer), "li", "2024-09-30 17:00"
        ).code
        == "C010"
    )
    play.do(
        Choose(step="register", choice="answer", values={"kind": "咨询", "reply": "好"}),
        "li",
        "2024-09-30 17:00",
    )
    assert play.case.ended == "answered"


def test_it_forks_to_lead_and_helpers_and_joins_before_review(play):
    assert dispatched(play).steps == ["handle", "help"]
    play.do(Choose(step="handle", choice="reply", values={"reply": "已修"}), "zhou", "2024-10-08 10:00")
    assert play.steps == ["help"]
    play.do(Choose(step="help", choice="done", values={"opinion": "已查线路"}), "wu", "2024-10-08 15:00")
    assert play.steps == ["review"]


def test_it_goes_straight_to_review_without_helpers(play):
    play = dispatched(play, ())
    assert play.steps == ["handle"]
    assert play.do(
        Choose(step="handle", choice="reply", values={"reply": "好"}), "zhou", "2024-10-08 10:00"
    ).steps == ["review"]


@pytest.mark.parametrize(
    ("by", "command", "code"),
    [
        ("wang", Choose(step="handle", choice="reply", values={"reply": "x"}), "C005"),
        (
            "he",
            Choose(step="handle", choice="reply", values={"reply": "x"}),
            "C005",
        ),  # another bureau's officer
        ("zhou", Choose(step="review", choice="pass"), "C003"),  # not open yet
        ("zhou", Choose(step="handle", choice="vanish"), "C004"),
        ("zhou", Choose(step="handle", choice="reply", values={}), "C011"),  # the reply is required
        ("zhou", Choose(step="handle", choice="reply", values={"reply": "x", "lead": "林业局"}), "C015"),
        ("he", Common(kind="urge"), "C012"),
        ("zhou", Common(kind="supervise"), "C012"),
        ("li", Common(kind="answer", values={"text": "在三楼"}), "C015"),  # nothing was asked
        ("li", Common(kind="merge"), "C015"),  # this case type declares no end "merged"
    ],
)
def test_it_refuses(play, by, command, code):
    assert refusal(dispatched(play), command, by, "2024-10-08 09:00").code == code


def test_it_names_who_may_act_now(play):
    error = refusal(
        dispatched(play),
        Choose(step="handle", choice="reply", values={"reply": "x"}),
        "he",
        "2024-10-08 09:00",
    )
    assert "城管局" in error.message and "承办" in error.message


@pytest.mark.parametrize(("at", "code"), [("2024-10-12 18:00", None), ("2024-10-12 18:01", "C009")])
def test_it_takes_an_extension_only_before_due(play, at, code):
    command = Choose(step="handle", choice="extend", values={"days": 3})
    if code:
        assert refusal(dispatched(play), command, "zhou", at).code == code
    else:
        assert dispatched(play).do(command, "zhou", at).steps == ["approve", "handle", "help"]


def test_it_counts_an_extension_from_when_it_was_asked(play):
    dispatched(play).do(
        Choose(step="handle", choice="extend", values={"days": 3}), "zhou", "2024-10-12 17:00"
    )
    play.do(Choose(step="approve", choice="yes"), "zhao", "2024-10-14 09:00")
    assert play.due("handle") == parse_instant("2024-10-16 18:00")  # 14, 15, 16 October
    assert (
        refusal(
            play, Choose(step="handle", choice="extend", values={"days": 3}), "zhou", "2024-10-14 10:00"
        ).code
        == "C008"
    )


def test_it_leaves_the_due_time_when_the_extension_is_refused(play):
    dispatched(play).do(
        Choose(step="handle", choice="extend", values={"days": 3}), "zhou", "2024-10-12 17:00"
    )
    assert play.do(Choose(step="approve", choice="no"), "zhao", "2024-10-12 17:30").due(
        "handle"
    ) == parse_instant("2024-10-12 18:00")


def test_it_has_no_due_time_while_hung_and_gets_one_back(play):
    dispatched(play).do(Choose(step="handle", choice="hang"), "zhou", "2024-10-09 09:00")
    assert play.due("handle") is None
    citizen = reading(play.type, play.case, "citizen", parse_instant("2024-11-01 09:00"))
    assert not citizen.paused and citizen.light == "red"
    play.do(Choose(step="handle", choice="unhang"), "zhou", "2024-11-01 09:00")
    assert play.due("handle") > parse_instant("2024-11-01 18:00")


def test_it_stands_still_while_a_question_waits(play):
    dispatched(play).do(Common(kind="ask", values={"text": "哪一盏?"}), "zhou", "2024-10-09 09:00")
    assert play.case.question == "哪一盏?" and play.due("handle") is None
    play.do(Common(kind="answer", values={"text": "村口那盏"}), "wang", "2024-10-09 11:00")
    assert play.case.question == "" and play.due("handle") >= parse_instant("2024-10-12 18:00")


def test_it_separates_duties(play):
    reviewed(play)
    done = Choose(step="callback", choice="done", values={"satisfied": True})
    zhao_as_caller = replace(play.cast["zhao"], role="caller")
    with pytest.raises(CaseRefused) as caught:
        decide(
            play.type,
            play.case,
            done,
            at=parse_instant("2024-10-09 09:00"),
            by=zhao_as_caller,
            world=play.world,
        )
    assert caught.value.code == "C007"
    assert play.do(done, "sun", "2024-10-09 09:00").case.ended == "solved"


def test_it_sends_back_without_counting_the_review(play):
    dispatched(play, ()).do(
        Choose(step="handle", choice="reply", values={"reply": "好"}), "zhou", "2024-10-12 17:00"
    )
    play.do(Choose(step="review", choice="redo"), "zhao", "2024-10-14 17:00")
    assert play.steps == ["handle"] and play.due("handle") > parse_instant("2024-10-14 17:00")


def test_it_reminds_again_and_again_but_only_once_each(play):
    reviewed(
        play
    )  # callback opened on Tuesday 8 October 11:00: first on the 10th 18:00, then each working day
    fired = [fact for fact in play.do(Tick(), "li", "2024-10-12 18:30").facts if fact.kind == "fired"]
    assert [fact.at for fact in fired] == [parse_instant(f"2024-10-{day} 18:00") for day in (10, 11, 12)]
    before = len(play.facts)
    assert len(play.do(Tick(), "li", "2024-10-12 18:30").facts) == before


def test_it_alerts_once_per_light(play):
    dispatched(play).do(Tick(), "li", "2024-10-12 18:01")
    alerts = [fact.data["alert"] for fact in play.facts if fact.kind == "alerted"]
    assert "unit:red" in alerts and len(alerts) == len(set(alerts))
    assert [
        fact.data["alert"]
        for fact in play.do(Tick(), "li", "2024-10-12 18:02").facts
        if fact.kind == "alerted"
    ] == alerts


def test_it_withdraws_and_then_only_reads(play):
    play = opened(play).do(Common(kind="withdraw", values={"reason": "已经好了"}), "wang", "2024-10-08 09:00")
    assert (play.case.ended, play.case.tasks, play.case.flow.tokens) == ("withdrawn", (), ())
    assert refusal(play, Common(kind="urge"), "wang", "2024-10-08 09:10").code == "C002"
    assert (
        play.do(Common(kind="note", values={"text": "谢谢"}), "wang", "2024-10-08 09:20").case.ended
        == "withdrawn"
    )


def test_it_lets_no_stranger_speak_for_the_reporter(play):
    stranger = replace(play.cast["wang"], person="何磊")
    opened(play)
    with pytest.raises(CaseRefused) as caught:
        decide(
            play.type,
            play.case,
            Common(kind="withdraw"),
            at=parse_instant("2024-10-08 09:00"),
            by=stranger,
            world=play.world,
        )
    assert caught.value.code == "C012"


def test_it_lets_nobody_who_handles_a_case_end_or_correct_it(play):
    """An officer's role may open such cases; that makes nobody the intake of a case that somebody else brought."""
    dispatched(play)
    case_type = replace(play.type, opened_by=(*play.type.opened_by, "officer"))
    by, at = play.cast["zhou"], parse_instant("2024-10-08 09:00")
    for command in (
        Common(kind="withdraw", values={"reason": "不想办"}),
        Common(kind="correct", values={"kind": "咨询", "reason": "改"}),
        Common(kind="answer", values={"text": "替群众答"}),
    ):
        with pytest.raises(CaseRefused) as caught:
            decide(case_type, play.case, command, at=at, by=by, world=play.world)
        assert caught.value.code == "C012", command
    decide(case_type, play.case, Common(kind="note", values={"text": "好"}), at=at, by=by, world=play.world)


def test_it_corrects_no_verdict(play):
    """What only an independent person may say (``not_by``) is said once, in that step, and never "corrected"."""
    dispatched(play)
    command = Common(kind="correct", values={"satisfied": True, "reason": "提前写好"})
    assert refusal(play, command, "li", "2024-10-08 09:00").code == "C015"


@pytest.mark.parametrize("words", ["空\0字符", "\u202e倒着写", "x" * 200_000])
def test_it_takes_no_characters_that_a_form_refuses(play, words):
    dispatched(play)
    command = Common(kind="note", values={"text": words})
    assert refusal(play, command, "li", "2024-10-08 09:00").code == "C015"


def test_it_corrects_by_a_new_fact_and_moves_the_limit(play):
    dispatched(play).do(
        Common(kind="correct", values={"kind": "咨询", "reason": "其实是问政策"}), "li", "2024-10-08 09:00"
    )
    assert play.case.limits["unit"].span == "1 working day"
    assert play.due("handle") == parse_instant("2024-10-08 18:00")
    assert play.facts[0].data["values"] == {"subject": "路灯不亮"}


def test_it_hands_over_within_the_office(play):
    dispatched(play)
    handle = next(task.id for task in play.case.tasks if task.step == "handle")
    play.do(Common(kind="hand_over", task=handle, values={"person": "郑洁"}), "zhou", "2024-10-08 09:00")
    reply = Choose(step="handle", choice="reply", values={"reply": "x"})
    assert refusal(play, reply, "zhou", "2024-10-08 10:00").code == "C006"


def test_it_ignores_a_fact_for_which_nobody_waits(play):
    before = opened(play).case
    assert play.do(Happened(fact="paid"), "li", "2024-10-08 09:00").case == before


def test_it_lists_what_each_person_may_do(play):
    dispatched(play)
    at = parse_instant("2024-10-08 09:00")
    found = {
        name: [
            f"{task.step}.{choice.id}"
            for task, choice in allowed(play.type, play.case, who, at=at, world=play.world)
        ]
        for name, who in play.cast.items()
    }
    assert found["zhou"] == ["handle.reply", "handle.extend", "handle.hang", "handle.unhang"]
    assert found["wu"] == ["help.done"]
    assert found["he"] == found["wang"] == found["li"] == []


def test_it_replays_from_its_facts_and_survives_json(play):
    reviewed(play).do(
        Choose(step="callback", choice="done", values={"satisfied": True}), "sun", "2024-10-09 09:00"
    )
    facts = [load_fact(json.loads(json.dumps(dump_fact(fact)))) for fact in play.facts]
    again = replay_facts(play.type, facts)
    assert dump_case(again) == dump_case(play.case)
    assert load_case(json.loads(json.dumps(dump_case(play.case)))) == load_case(dump_case(play.case))
    assert again.ended == "solved"
    assert all(marks[-1].kind == "stop" for marks in again.marks.values())


def test_it_numbers():
    assert case_number("MQ{yyyy}{seq:06}", 2024, 17) == "MQ2024000017"
