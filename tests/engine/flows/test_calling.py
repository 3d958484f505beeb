"""What tokens wait for: facts from elsewhere, and child cases with the ends that they reach."""

from gongzhi.engine.flows import (
    Call,
    ChildEnded,
    Choice,
    EndWay,
    FlowSpec,
    Occurred,
    Step,
    Wait,
)


def step(step_id, *choices, **keys):
    return Step(id=step_id, title=step_id, choices=tuple(choices), **keys)


def go(choice_id, *to, **keys):
    return Choice(id=choice_id, to=to, **keys)


def spec(*steps, **ends):
    return FlowSpec(steps=steps, ends=ends or {"done": "办结"})


def test_it_waits_for_a_fact(walk):
    flow = spec(step("pay", waits_for=Wait(fact="paid", to="b")), step("b", go("on", "end.done")))
    w = walk(flow)
    assert w.on(Occurred("other")).state == w.state
    w.on(Occurred("paid"))
    assert w.open == ["b"]


def test_it_calls_a_child_case_and_waits_for_its_end(walk):
    call = Call(case="inspection", with_={"place": "place"}, to="b")
    flow = spec(step("a", calls=call), step("b", go("on", "end.done")))
    w = walk(flow)
    assert w.last.calls == ((1, call),)
    w.on(ChildEnded(1, "passed", {}))
    assert w.open == ["b"]


def test_it_goes_where_the_end_of_the_child_leads(walk):
    call = Call(case="power", to="packet", by_end={"returned": EndWay(title="退回", to="mend")})
    flow = spec(step("a", calls=call), step("mend", go("on", "a")), step("packet", go("on", "end.done")))
    w = walk(flow)
    w.on(ChildEnded(1, "returned"))
    assert w.open == ["mend"]
    w.do("mend.on")
    assert w.open == ["a"]
    w.on(ChildEnded(w.last.state.tokens[0].id, "connected"))
    assert w.open == ["packet"]


def test_it_goes_past_child_cases_when_there_is_nobody_to_ask(walk):
    ask = Step(id="ask", title="ask", each="units", calls=Call(case="opinion", to="decide"))
    flow = spec(step("a", go("on", "ask")), ask, step("decide", go("on", "end.done"), awaits="all"))
    w = walk(flow, units=[])
    w.do("a.on")
    assert w.open == ["decide"]
