"""Replaying ways on a drawn flow: what fits, what does not, and where it left the picture."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.flows import Call, Choice, FlowSpec, Step, Timer, compile_flow
from gongzhi.engine.flows.bpmn.reader import read as read_bpmn
from gongzhi.engine.flows.bpmn.writer import write as write_bpmn
from gongzhi.engine.mining import Replayer, by_choice, by_id, by_title, check_paths, net_of, plain_label


def step(id_: str, *choices: Choice, **more: object) -> Step:
    return Step(id=id_, title=f"第{id_}步", choices=choices, **more)  # type: ignore[arg-type]


#: a → b and c at once → d joins them → e, or back to b once
FORKED = FlowSpec(
    steps=(
        step("a", Choice(id="go", to=("b", "c")), Choice(id="drop", to="end.dropped")),
        step("b", Choice(id="done", to="d"), Choice(id="ask", opens="x"), Choice(id="note")),
        step("c", Choice(id="done", to="d")),
        step("d", Choice(id="pass", to="e"), Choice(id="redo", to="b"), awaits="all"),
        step("e", Choice(id="close", to="end.done")),
        step("x", Choice(id="yes"), Choice(id="no")),
    ),
    ends={"done": "办结", "dropped": "不办"},
)
#: one branch per office, a timer that moves on, a called case
BRANCHED = FlowSpec(
    steps=(
        step("a", Choice(id="send", to="each")),
        step("each", Choice(id="done", to="j"), each="offices"),
        step("j", Choice(id="go", to="call"), awaits="all"),
        Step(id="call", title="调用", calls=Call(case="child", to="last")),
        step("last", Choice(id="ok", to="end.done"), timers=(Timer(id="late", after="1 day", to="end.late", interrupting=True),)),
    ),
    ends={"done": "办结", "late": "超时"},
)  # fmt: skip


def replay(spec: FlowSpec, path: str, *, ended: bool = True) -> object:
    return Replayer(net_of(compile_flow(spec), by_id)).replay(path.split(), ended=ended)


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (FORKED, "a b c d e"),
        (FORKED, "a c b d e"),
        (FORKED, "a c b d b d e"),
        (FORKED, "a"),
        (FORKED, "a b b c d e"),  # a note leaves the step open
        (FORKED, "a b x b c d e"),
        (FORKED, "a x b c d e"),  # asking leaves b open: a log of steps tells only the answer
        (BRANCHED, "a each j call last"),
        (BRANCHED, "a each each each j call last"),
        (BRANCHED, "a j call last"),  # no office was asked
        (BRANCHED, "a each j last"),  # the called case is not in every log
        (BRANCHED, "a each j call"),  # a timer ended it
    ],
)
def test_it_fits_what_the_picture_allows(spec: FlowSpec, path: str) -> None:
    found = replay(spec, path)
    assert found.fits, found
    assert found.fitness == 1.0
    assert found.deviations == ()


@pytest.mark.parametrize(
    ("path", "kind", "where", "after"),
    [
        ("b c d e", "early", "b", ""),  # nobody took it in
        ("a c d e", "early", "d", "c"),  # b was left out
        ("a b c e", "early", "e", "c"),  # d was left out
        ("a b c d e e", "early", "e", "e"),
        ("a b z c d e", "unknown", "z", ""),
        ("a b c d", "left", "第e步", ""),
    ],
)
def test_it_says_where_a_way_leaves_the_picture(path: str, kind: str, where: str, after: str) -> None:
    found = replay(FORKED, path)
    assert 0 < found.fitness < 1
    assert (kind, where, after) in [(each.kind, each.step, each.after) for each in found.deviations]


def test_it_counts_tokens_as_rozinat_and_van_der_aalst_do() -> None:
    """a → e without what lies between: start 1, a puts 2 on b and c, e lacks 1 of 1 and puts the end's."""
    line = FlowSpec(
        steps=(step("a", Choice(id="go", to="b")), step("b", Choice(id="go", to="c")), step("c", Choice(id="go", to="end.x"))),
        ends={"x": "完"},
    )  # fmt: skip
    found = replay(line, "a c")
    # consumed: a, c, the passage into the end, and the end's own token; produced: the start, b, end.x, the end.
    # missing: what c takes.  The end of the case clears the token that still stood on b.
    assert (found.missing, found.remaining, found.consumed) == (1, 0, 4)
    assert found.fitness == pytest.approx(0.5 * (1 - 1 / 4) + 0.5)


def test_it_does_not_blame_a_running_case_for_what_is_open() -> None:
    assert replay(FORKED, "a b", ended=False).fits
    assert not replay(FORKED, "a b").fits


def test_it_compares_our_own_journal_choice_by_choice() -> None:
    net = net_of(compile_flow(FORKED), by_choice)
    good = check_paths(net, [(["a.go", "b.done", "c.done", "d.pass", "e.close"], 7, True)])
    assert (good.fitness, good.fitting, good.cases) == (1.0, 7, 7)
    assert "a.drop" in good.unused
    asked = check_paths(net, [(["a.go", "b.ask", "x.yes", "b.done", "c.done", "d.pass", "e.close"], 1, True)])
    assert asked.fitness == 1.0
    unasked = check_paths(net, [(["a.go", "x.yes", "b.done", "c.done", "d.pass", "e.close"], 1, True)])
    assert [each.step for each, _n in unasked.deviations] == ["x.yes"]
    mixed = check_paths(net, [(["a.go", "b.done", "c.done", "d.pass", "e.close"], 7, True), (["a.drop", "e.close"], 3, True)])  # fmt: skip
    assert (mixed.fitting, mixed.deviations[0][1]) == (7, 3)
    assert (
        mixed.deviations[0][0]
        .sentence({"a.drop": "第a步·不办", "e.close": "第e步·办结"})
        .startswith("“第a步·不办”之后")
    )


def test_it_reads_our_flow_and_its_bpmn_as_the_same_picture() -> None:
    """What is exported as BPMN and read back allows and forbids the same ways."""
    own = Replayer(net_of(compile_flow(FORKED), by_title))
    foreign = Replayer(net_of(read_bpmn(write_bpmn(FORKED, "图")).flow, by_title))
    for path in ("a b c d e", "a c b d e", "a b c d b d e", "a c d e", "b a c d e", "a b c e"):
        labels = [plain_label(f"第{each}步") for each in path.split()]
        assert own.replay(labels).fits == foreign.replay(labels).fits, path


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from([FORKED, BRANCHED]))
def test_it_fits_every_way_that_the_net_itself_walks(chance: random.Random, spec: FlowSpec) -> None:
    """Tokens moved at random until the case has ended leave a way that the replay explains completely."""
    net = net_of(compile_flow(spec), by_id)
    tokens = dict.fromkeys(net.first, 1)
    path: list[str] = []
    for _move in itertools.repeat(None, 200):
        if tokens.get("#end"):
            break
        able = [
            each
            for each in net.transitions
            if all(tokens.get(p, 0) >= each.takes.count(p) for p in each.takes)
            and not any(tokens.get(p) for p in each.waits)
        ]
        # branches are not multiplied without end
        able = [
            each
            for each in able
            if len(each.puts) <= len(each.takes) or each.label or sum(tokens.values()) < 4
        ]
        if not able:
            return
        chosen = chance.choice(able)
        for place in chosen.takes:
            tokens[place] -= 1
        if chosen.clears:
            tokens = {}
        for place in chosen.puts:
            tokens[place] = tokens.get(place, 0) + 1
        path += [chosen.label] if chosen.label else []
    if tokens.get("#end") and sum(tokens.values()) == 1 and len(path) < 25:
        assert Replayer(net).replay(path).missing == 0
