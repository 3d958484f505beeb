"""One broken flow per mistake, and what the linter says about it."""

import pytest

from gongzhi.engine.errors import Refused
from gongzhi.engine.flows import Call, Choice, FlowSpec, Step, Timer, Wait, compile_flow, lint


def step(step_id, *choices, **keys):
    return Step(id=step_id, title=step_id, choices=tuple(choices), **keys)


def go(choice_id, *to, **keys):
    return Choice(id=choice_id, to=to, **keys)


DONE = go("on", "end.done")
A = step("a", DONE)


def spec(*steps, start="", ends=None):
    return FlowSpec(steps=steps, start=start, ends={"done": "办结"} if ends is None else ends)


BROKEN = [
    ("W101", "steps", spec()),
    ("W102", "start", spec(A, start="b")),
    ("W103", "steps.a.choices.on.to", spec(step("a", go("on", "nowhere"), DONE))),
    ("W103", "steps.a.choices.on.then", spec(step("a", go("on", "a", at_most=1, then="end.no"), DONE))),
    ("W103", "steps.a.timers.t.to", spec(step("a", DONE, timers=(Timer(id="t", after="1 day", to="x"),)))),
    ("W103", "steps.a.calls.to", spec(step("a", DONE, calls=Call(case="x", to="x")))),
    ("W103", "steps.a.waits_for.to", spec(step("a", DONE, waits_for=Wait(fact="x", to="x")))),
    ("W104", "steps.a", spec(A, A)),
    ("W104", "steps.a.choices.on", spec(step("a", DONE, DONE))),
    ("W105", "steps.a", spec(step("a"))),
    ("W105", "steps.a", spec(step("a", go("note")))),
    ("W105", "steps.b", spec(step("a", DONE, go("ask", opens="b")), step("b"))),
    ("W106", "steps.b", spec(A, step("b", DONE))),
    ("W107", "ends", spec(step("a", go("on", "b")), step("b", go("on", "a")), ends={})),
    ("W108", "ends.other", spec(A, ends={"done": "办结", "other": "别的"})),
    (
        "W109",
        "steps.b",
        spec(step("a", DONE, go("b", "b")), step("b", go("on", "c")), step("c", go("on", "b"))),
    ),
    ("W110", "steps.a.not_by", spec(step("a", DONE, not_by=("nobody",)))),
    ("W110", "steps.a.not_by", spec(step("a", DONE, not_by=("a",)))),
    ("W111", "steps.a.choices", spec(step("a", go("on", "b", at_most=1)), step("b", go("back", "a"), DONE))),
    ("W112", "steps.a.choices.on.to", spec(step("a", go("on", "b", "end.done")), step("b", DONE))),
    ("W113", "steps.a.choices.on.to", spec(step("a", go("on", "b", "b")), step("b", DONE))),
    ("W114", "steps.a.choices.on.then", spec(step("a", go("on", "end.done", then="end.done")))),
    ("W114", "steps.a.choices.on.at_most", spec(step("a", go("on", "end.done", at_most=0), DONE))),
    ("W115", "steps.a.awaits", spec(step("a", DONE, awaits="most"))),
    ("W115", "steps.a.completes", spec(step("a", DONE, each="units", completes="half"))),
    ("W116", "steps.a.timers.t", spec(step("a", DONE, timers=(Timer(id="t", emits="x"),)))),
    (
        "W116",
        "steps.a.timers.t",
        spec(step("a", DONE, timers=(Timer(id="t", emits="x", after="1 day", at="x"),))),
    ),
    ("W117", "steps.a.timers.t", spec(step("a", DONE, timers=(Timer(id="t", after="1 day"),)))),
    (
        "W117",
        "steps.a.timers.t",
        spec(step("a", DONE, timers=(Timer(id="t", after="1 day", interrupting=True),))),
    ),
    ("W118", "steps.a.choices.on.when", spec(step("a", go("on", "end.done", when="amount >")))),
    (
        "W119",
        "steps.a.timers.t.after",
        spec(step("a", DONE, timers=(Timer(id="t", after="soon", emits="x"),))),
    ),
    ("W121", "steps.a.completes", spec(step("a", DONE, completes="any"))),
    ("W123", "steps.b.each", spec(step("a", go("on", "b")), step("b", DONE, go("no", "a"), each="units"))),
    ("W124", "steps.a.choices.ask.opens", spec(step("a", DONE, go("ask", opens="end.done")))),
    ("W130", "steps.a", spec(step("a", go("x", "b"), DONE), step("b", DONE, go("no", "a"), each="units"))),
    (
        "W131",
        "steps.b",
        spec(
            step("a", go("x", "b", "c")),
            step("b", go("x", "d", at_most=1)),
            step("c", go("x", "b")),
            step("d", DONE, awaits="all"),
        ),
    ),
    ("W132", "steps.b", spec(step("a", go("x", "a", "b"), DONE), step("b", DONE))),
    ("W133", "steps.c", spec(step("a", go("on", "b", "c")), step("b", go("on", "c")), step("c", DONE))),
]


@pytest.mark.parametrize(
    ("code", "key", "flow"), BROKEN, ids=[f"{c}-{n}" for n, (c, _, _) in enumerate(BROKEN)]
)
def test_it_finds_the_mistake_and_says_what_to_do(code, key, flow):
    found = [problem for problem in lint(flow) if problem.code == code]
    assert [problem.where.key for problem in found][:1] == [key], lint(flow)
    assert found[0].message
    assert found[0].remedy


def test_it_finds_nothing_wrong_with_the_appeal(appeal):
    assert lint(appeal) == []


def test_it_refuses_to_compile_with_all_errors_at_once():
    with pytest.raises(Refused) as refused:
        compile_flow(spec(step("a", go("x", "nowhere"), go("y", "noplace"))))
    assert [problem.code for problem in refused.value.problems].count("W103") == 2


def test_it_says_when_a_flow_is_too_large_to_see_all():
    wide = spec(
        step("a", go("on", *[f"b{n}" for n in range(12)])),
        *[step(f"b{n}", go("on", f"c{n}")) for n in range(12)],
        *[step(f"c{n}", go("on", "join")) for n in range(12)],
        step("join", DONE, awaits="all"),
    )
    assert [problem.code for problem in lint(wide, most=200)] == ["W135"]


@pytest.mark.parametrize("awaits", ["all", "any", 2])
def test_it_accepts_forks_that_join(awaits):
    flow = spec(
        step("a", go("on", "b", "c")),
        step("b", go("on", "j")),
        step("c", go("on", "j")),
        step("j", DONE, awaits=awaits),
    )
    assert lint(flow) == []
