"""What tokens do: fork, join, branch, open side steps, wait, and end."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.flows import (
    ChildEnded,
    Choice,
    Chosen,
    DeadEnd,
    Fired,
    FlowSpec,
    NoSuchToken,
    NotAList,
    NotNow,
    State,
    Step,
    Timer,
    Token,
    TooOften,
    UnknownChoice,
    UnknownTimer,
    UnreadableState,
    advance,
    compile_flow,
    open_ways,
    start,
)


def step(step_id, *choices, **keys):
    return Step(id=step_id, title=step_id, choices=tuple(choices), **keys)


def go(choice_id, *to, **keys):
    return Choice(id=choice_id, to=to, **keys)


def spec(*steps, **ends):
    return FlowSpec(steps=steps, ends=ends or {"done": "办结"})


def test_it_begins_in_the_first_step(appeal, walk):
    assert walk(appeal).open == ["register"]


def test_it_forks_branches_and_joins_all(appeal, walk):
    w = walk(appeal, helpers=["城管局", "住建局"])
    w.do("register.dispatch")
    w.do("dispatch.send")
    assert w.open == ["handle", "help@住建局", "help@城管局"]
    w.do("help.done@城管局")
    assert w.open == ["handle", "help@住建局"]
    w.do("handle.reply")
    assert w.open == ["help@住建局"]
    w.do("help.done@住建局")
    assert w.open == ["review"]
    assert len(w.state.tokens) == 1


def test_it_opens_no_branch_for_an_empty_list(appeal, walk):
    w = walk(appeal, helpers=[])
    w.do("register.dispatch")
    w.do("dispatch.send")
    assert w.open == ["handle"]
    w.do("handle.reply")
    assert w.open == ["review"]


def test_it_joins_one_token_again_after_a_loop(appeal, walk):
    w = walk(appeal, helpers=["甲"])
    for name in (
        "register.dispatch",
        "dispatch.send",
        "help.done",
        "handle.reply",
        "review.redo",
        "handle.reply",
    ):
        w.do(name)
    assert w.open == ["review"]


def test_it_takes_then_after_at_most(appeal, walk):
    w = walk(appeal)
    w.do("register.answer")
    w.do("callback.unsatisfied")
    assert w.open == ["handle"]
    w.do("handle.reply")
    w.do("review.pass")
    w.do("callback.unsatisfied")
    assert w.ended == "unsolved"


def test_it_refuses_a_used_up_choice_without_then(walk):
    flow = spec(step("a", go("back", "a", at_most=2), go("on", "end.done")))
    w = walk(flow)
    w.do("a.back")
    w.do("a.back")
    with pytest.raises(TooOften):
        w.do("a.back")
    assert [way.id for way in open_ways(w.flow, w.state, w.state.tokens[0].id, {})] == ["on"]


def test_it_counts_at_most_per_branch(walk):
    flow = spec(
        step("a", go("out", "b")),
        step("b", go("again", "b2", at_most=1), go("on", "c"), each="units"),
        step("b2", go("back", "c")),
        step("c", go("on", "end.done"), awaits="all"),
    )
    w = walk(flow, units=["甲", "乙"])
    w.do("a.out")
    w.do("b.again@甲")
    w.do("b.again@乙")
    assert w.open == ["b2@乙", "b2@甲"]


def test_it_opens_a_side_step_and_closes_it_without_holding_anything_up(appeal, walk):
    w = walk(appeal)
    w.do("register.dispatch")
    w.do("dispatch.send")
    opened = w.do("handle.extend").opened
    assert [(t.node, t.side) for t in opened] == [("approve_extension", True)]
    w.do("approve_extension.yes")
    assert w.open == ["handle"]
    assert w.last.closed[0].why == "done"


def test_it_closes_a_side_step_with_the_step_that_opened_it(appeal, walk):
    w = walk(appeal)
    w.do("register.dispatch")
    w.do("dispatch.send")
    w.do("handle.extend")
    result = w.do("handle.reply")
    assert w.open == ["review"]
    assert {t.node: t.why for t in result.closed} == {"handle": "moved", "approve_extension": "opener"}


def test_it_only_notes_a_choice_without_target(appeal, walk):
    w = walk(appeal)
    w.do("register.dispatch")
    w.do("dispatch.send")
    result = w.do("handle.hang")
    assert (result.opened, result.closed, w.open) == ((), (), ["handle"])


def test_it_ends_the_case_and_closes_every_other_token(walk):
    flow = spec(
        step("a", go("fork", "b", "c")), step("b", go("stop", "end.done")), step("c", go("stop", "end.done"))
    )
    w = walk(flow)
    w.do("a.fork")
    result = w.do("b.stop")
    assert result.ended == "done"
    assert {t.node: t.why for t in result.closed} == {"b": "moved", "c": "ended"}
    assert result.state.tokens == ()


def test_it_arms_and_disarms_timers(appeal, walk):
    w = walk(appeal)
    w.do("register.dispatch")
    result = w.do("dispatch.send")
    token = w.state.at("handle")[0].id
    assert set(result.armed) == {(token, "remind"), (token, "report")}
    result = w.on(Fired(token, "remind"))
    assert result.armed == ((token, "remind"),)
    assert result.emitted == ((token, "urged"),)
    result = w.on(Fired(token, "report"))
    assert w.open == ["handle", "supervise"]
    assert result.armed == ()
    result = w.do("handle.reply")
    assert set(result.disarmed) == {(token, "remind"), (token, "report")}
    assert w.open == ["review"]


def test_it_moves_the_token_when_an_interrupting_timer_fires(walk):
    flow = spec(
        step(
            "a", go("on", "end.done"), timers=(Timer(id="late", after="5 days", to="b", interrupting=True),)
        ),
        step("b", go("on", "end.done")),
    )
    w = walk(flow)
    result = w.on(Fired(1, "late"))
    assert w.open == ["b"]
    assert result.closed[0].why == "interrupted"
    assert result.disarmed == ((1, "late"),)
    with pytest.raises(UnknownTimer):
        w.on(Fired(w.state.tokens[0].id, "late"))


@pytest.mark.parametrize(("awaits", "after"), [("any", 1), (1, 1), (2, 2), (3, 3), ("all", 3)])
def test_it_lets_a_join_go_after_so_many_arrivals(walk, awaits, after):
    flow = spec(
        step("a", go("fork", "b", "c", "d")),
        *[step(name, go("on", "join")) for name in "bcd"],
        step("join", go("on", "end.done"), awaits=awaits),
    )
    w = walk(flow)
    w.do("a.fork")
    for count, name in enumerate("bcd", start=1):
        w.do(f"{name}.on")
        assert len(w.state.at("join")) == (1 if count >= after else 0)
    assert w.open == ["join"]  # later ones were absorbed
    assert w.state.passed == {}


def test_it_opens_an_early_join_again_when_its_own_token_comes_back(walk):
    flow = spec(
        step("a", go("fork", "b", "c")),
        step("b", go("on", "join")),
        step("c", go("on", "join")),
        step("join", go("redo", "b"), go("on", "end.done"), awaits="any"),
    )
    w = walk(flow)
    w.do("a.fork")
    w.do("b.on")
    w.do("join.redo")
    w.do("b.on")
    assert w.open == ["c", "join"]  # came back: opened anew
    w.do("c.on")
    assert w.open == ["join"]  # the late rival is absorbed


def test_it_does_not_wait_for_more_arrivals_than_can_come(walk):
    flow = spec(
        step("a", go("on", "b")),
        step("b", go("on", "join"), each="units"),
        step("join", go("on", "end.done"), awaits=3),
    )
    w = walk(flow, units=["甲", "乙"])
    w.do("a.on")
    w.do("b.on@甲")
    assert w.open == ["b@乙"]
    w.do("b.on@乙")
    assert w.open == ["join"]


@pytest.mark.parametrize(("rule", "closed"), [("any", 1), (2, 2), ("all", 3)])
def test_it_closes_the_rest_of_the_branches_by_the_completion_rule(walk, rule, closed):
    flow = spec(
        step("a", go("on", "vote")),
        step("vote", go("yes", "sign"), each="units", completes=rule),
        step("sign", go("on", "end.done"), awaits="all"),
    )
    w = walk(flow, units=["甲", "乙", "丙"])
    w.do("a.on")
    for unit in ["甲", "乙", "丙"][:closed]:
        assert w.open != ["sign"]
        w.do(f"vote.yes@{unit}")
    assert w.open == ["sign"]
    assert len([t for t in w.last.closed if t.why == "rest"]) == 3 - closed


def test_it_keeps_the_item_through_a_branch_of_several_steps(walk):
    flow = spec(
        step("a", go("on", "b")),
        step("b", go("on", "c"), each="units"),
        step("c", go("on", "join")),
        step("join", go("on", "end.done"), awaits="all"),
    )
    w = walk(flow, units=["甲", "乙"])
    w.do("a.on")
    w.do("b.on@乙")
    assert w.open == ["b@甲", "c@乙"]


def test_it_goes_past_empty_branches_when_there_is_nothing_else(walk):
    flow = spec(
        step("a", go("on", "b")),
        step("b", go("on", "join"), each="units"),
        step("join", go("on", "end.done"), awaits="all"),
    )
    w = walk(flow, units=[])
    w.do("a.on")
    assert w.open == ["join"]


def test_it_refuses_to_vanish_when_empty_branches_lead_apart(walk):
    flow = spec(step("a", go("on", "b")), step("b", go("yes", "end.done"), go("no", "a"), each="units"))
    w = walk(flow, units=[])
    before = w.state
    with pytest.raises(DeadEnd):
        w.do("a.on")
    assert w.state == before


def test_it_refuses_a_branch_over_no_list(walk):
    flow = spec(step("a", go("on", "b")), step("b", go("on", "end.done"), each="units"))
    w = walk(flow, units="城管局")
    with pytest.raises(NotAList):
        w.do("a.on")


def test_it_releases_joins_that_wait_only_for_each_other(walk):
    flow = spec(
        step("a", go("fork", "x", "y")),
        step("x", go("on", "p")),
        step("y", go("on", "q")),
        step("p", go("on", "q"), go("stop", "end.done"), awaits="all"),
        step("q", go("on", "p"), go("stop", "end.done"), awaits="all"),
    )
    w = walk(flow)
    w.do("a.fork")
    w.do("x.on")
    w.do("y.on")
    assert w.open == ["p"]


def test_it_checks_conditions(walk):
    flow = spec(step("a", go("big", "end.done", when="amount > 1000"), go("small", "end.done")))
    w = walk(flow, amount=5)
    with pytest.raises(NotNow):
        w.do("a.big")
    assert [way.id for way in open_ways(w.flow, w.state, 1, {"amount": 5})] == ["small"]
    assert walk(flow, amount=2000).do("a.big").ended == "done"


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (Chosen(9, "answer"), NoSuchToken),
        (Chosen(1, "fly"), UnknownChoice),
        (Fired(1, "never"), UnknownTimer),
        (ChildEnded(1, "x"), NoSuchToken),
    ],
)
def test_it_refuses_events_that_cannot_happen(appeal, walk, event, error):
    w = walk(appeal)
    with pytest.raises(error) as refused:
        w.on(event)
    assert refused.value.code.startswith("W")
    assert refused.value.message


@pytest.mark.parametrize(
    "damaged", [{}, {"t": 5}, {"t": [[1]], "n": 2}, {"t": [["x", "y", 1, 2, 3, 4, 5, 6, 7]], "n": 1}, None]
)
def test_it_refuses_a_damaged_state(damaged):
    with pytest.raises(UnreadableState):
        State.load(damaged)


def test_its_state_is_small():
    tokens = tuple(Token(number, "approve_extension", f"4202810{number}") for number in range(10))
    assert (
        len(json.dumps(State(tokens, 11, {"review": [2, "", 0, 0]}, {"callback.unsatisfied": 1}).dump()))
        < 1024
    )


def test_it_does_not_change_the_state_it_was_given(appeal):
    flow = compile_flow(appeal)
    first = start(flow, {"helpers": ["甲"]}).state
    before = json.dumps(first.dump())
    second = advance(flow, first, Chosen(1, "dispatch"), {"helpers": ["甲"]}).state
    kept = json.dumps(second.dump())
    advance(flow, second, Chosen(second.tokens[0].id, "send"), {"helpers": ["甲"]})
    assert (json.dumps(first.dump()), json.dumps(second.dump())) == (before, kept)


@settings(max_examples=200, deadline=None)
@given(data=st.data(), helpers=st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), unique=True, max_size=4))
def test_it_ends_with_no_token_left_whatever_the_order(data, helpers):
    from itertools import count

    flow = compile_flow(random_spec(data.draw))
    result = start(flow, {"units": helpers})
    for number in count():
        if result.ended:
            break
        assert number < 3000
        state = State.load(json.loads(json.dumps(result.state.dump())))
        ids = [token.id for token in state.tokens]
        assert len(set(ids)) == len(ids)
        token = data.draw(st.sampled_from(state.tokens)) if number < 60 else state.tokens[0]
        ways = open_ways(flow, state, token.id, {})
        way = data.draw(st.sampled_from(ways)) if number < 60 else ways[-1]
        result = advance(flow, state, Chosen(token.id, way.id), {"units": helpers})
    assert result.state.tokens == ()
    assert result.state.joins == {}
    assert result.state.passed == {}


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_its_short_way_agrees_with_the_long_way(appeal_spec_module, data):
    short = compile_flow(appeal_spec_module if data.draw(st.booleans()) else random_spec(data.draw))
    long = replace(short, plain={})
    values = {"helpers": ["甲", "乙"], "units": ["甲", "乙", "丙"]}
    left, right = start(short, values), start(long, values)
    for _ in range(40):
        assert left == right
        if left.ended:
            return
        token = data.draw(st.sampled_from(left.state.tokens))
        way = data.draw(st.sampled_from(open_ways(short, left.state, token.id, values)))
        left, right = (advance(flow, left.state, Chosen(token.id, way.id), values) for flow in (short, long))


def random_spec(draw):
    """Blocks in a row: a plain step, a fork with a join, branches with a join, a loop."""
    kinds = draw(
        st.lists(st.sampled_from(["plain", "fork", "each", "loop", "side", "race"]), min_size=1, max_size=5)
    )
    steps = []
    for index, kind in enumerate(kinds):
        here, after = f"s{index}", f"s{index + 1}" if index + 1 < len(kinds) else "end.done"
        match kind:
            case "plain":
                steps.append(step(here, go("on", after)))
            case "fork" | "race":
                steps += [
                    step(here, go("on", f"{here}a", f"{here}b")),
                    step(f"{here}a", go("on", f"{here}j")),
                    step(f"{here}b", go("on", f"{here}j"), go("around", f"{here}b", at_most=1)),
                    step(
                        f"{here}j",
                        go("redo", f"{here}a", at_most=1),
                        go("on", after),
                        awaits="all" if kind == "fork" else "any",
                    ),
                ]
            case "each":
                rule = draw(st.sampled_from(["all", "any", 2]))
                steps += [
                    step(here, go("on", f"{here}e")),
                    step(f"{here}e", go("on", f"{here}j"), each="units", completes=rule),
                    step(f"{here}j", go("on", after), awaits="all"),
                ]
            case "loop":
                steps.append(step(here, go("again", here, at_most=2), go("on", after)))
            case "side":
                steps += [
                    step(here, go("ask", opens=f"{here}q"), go("on", after)),
                    step(f"{here}q", go("ok")),
                ]
    return spec(*steps)
