"""BPMN 2.0 out and in: our own export comes back as an equivalent flow; the reference models load and draw."""

import contextlib
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gongzhi.engine.flows import (
    Call,
    ChildEnded,
    Choice,
    Chosen,
    EndWay,
    Fired,
    FlowSpec,
    Occurred,
    Step,
    Timer,
    UnreadableModel,
    Wait,
    advance,
    bpmn,
    compile_flow,
    start,
    svg,
)

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"


def data_home() -> Path:
    return Path(os.environ.get("GONGZHI_DATA") or Path(__file__).parents[4] / "shared" / "data")


MIWG = sorted((data_home() / "bpmn" / "miwg").glob("*.bpmn"))


def step(step_id, *choices, **keys):
    return Step(id=step_id, title=step_id, choices=tuple(choices), **keys)


def go(choice_id, *to, **keys):
    return Choice(id=choice_id, to=to, **keys)


DONE = go("on", "end.done")
SPECS = {
    "sequence": (step("a", go("on", "b")), step("b", DONE)),
    "choice": (step("a", go("x", "b"), go("y", "end.no"), go("note")), step("b", DONE)),
    "fork": (
        step("a", go("on", "b", "c")),
        step("b", go("on", "j")),
        step("c", go("on", "j")),
        step("j", DONE, awaits="all"),
    ),
    "any": (
        step("a", go("on", "b", "c")),
        step("b", go("on", "j")),
        step("c", go("on", "j")),
        step("j", DONE, awaits="any"),
    ),
    "two": (
        step("a", go("on", "b", "c", "d")),
        *[step(name, go("on", "j")) for name in "bcd"],
        step("j", DONE, awaits=2),
    ),
    "loop": (step("a", go("on", "b")), step("b", go("back", "a", at_most=1, then="end.no"), DONE)),
    "each": (step("a", go("on", "b")), step("b", go("on", "j"), each="units"), step("j", DONE, awaits="all")),
    "each any": (
        step("a", go("on", "b")),
        step("b", go("on", "j"), each="units", completes="any"),
        step("j", DONE, awaits="all"),
    ),
    "side": (step("a", go("ask", opens="q"), DONE), step("q", go("yes"), go("no"))),
    "timers": (
        step(
            "a",
            DONE,
            timers=(
                Timer(id="urge", after="1 day", every="1 day", emits="urged"),
                Timer(id="side", title="上报", after="2 days", to="q"),
                Timer(id="late", after="5 working days", to="b", interrupting=True),
            ),
        ),
        step("q", go("seen")),
        step("b", DONE),
    ),
    "call": (step("a", calls=Call(case="other", with_={"x": "y"}, to="b")), step("b", DONE)),
    "sent back": (
        step("a", calls=Call(case="other", to=("b", "c"), by_end={"returned": EndWay(title="退回", to="m")})),
        step("m", go("again", "a"), go("leave", "j")),
        step("b", go("on", "j")),
        step("c", go("on", "j")),
        step("j", DONE, awaits="all"),
    ),
    "wait": (step("a", waits_for=Wait(fact="付款", to="b")), step("b", DONE)),
    "wait or choose": (step("a", go("stop", "end.no"), waits_for=Wait(fact="paid", to="b")), step("b", DONE)),
    "condition": (
        step("a", go("big", "b", when="n > 5"), go("small", "end.no", when="n <= 5")),
        step("b", DONE),
    ),
}
ENDS = {"done": "办结", "no": "不办"}


def spec_of(name: str) -> FlowSpec:
    return FlowSpec(steps=SPECS[name], ends=ENDS)


def moves(flow, state):
    """Everything that can happen next, by names that both graphs share."""
    found = {}
    for token in state.tokens:
        node = flow.nodes[token.node]
        for way in node.ways.values():
            found[f"{token.node}.{way.id}@{token.item}"] = Chosen(token.id, way.id)
        for timer in node.timers:
            found[f"{token.node}~{timer}@{token.item}"] = Fired(token.id, timer)
        for fact in node.facts:
            found[f"!{fact}"] = Occurred(fact)
        if node.call:
            for end in ("", "returned"):
                found[f"{token.node} called@{token.item} {end}"] = ChildEnded(token.id, end)
    return found


def outcome(result):
    return (
        sorted((token.node, token.item, token.side) for token in result.state.tokens),
        result.ended.removeprefix("end."),
        [name for _, name in result.emitted],
    )


def same_runs(one, two, data, draw, most=25):
    left, right = start(one, data), start(two, data)
    for _ in range(most):
        assert outcome(left) == outcome(right)
        if left.ended:
            return
        mine, theirs = moves(one, left.state), moves(two, right.state)
        assert set(mine) == set(theirs)
        name = draw(sorted(mine))
        results = []
        for flow, result, event in ((one, left, mine[name]), (two, right, theirs[name])):
            try:
                results.append(advance(flow, result.state, event, data))
            except Exception as error:
                results.append(type(error))
        if isinstance(results[0], type):
            assert results[0] == results[1]
        else:
            left, right = results


@pytest.mark.parametrize("name", SPECS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_it_reads_its_own_export_as_an_equivalent_flow(name, data):
    spec = spec_of(name)
    imported = bpmn.read(bpmn.write(spec, name))
    assert imported.not_executed == ()
    values = {"units": ["甲", "乙", "丙"], "n": 7}
    same_runs(compile_flow(spec), imported.flow, values, lambda names: data.draw(st.sampled_from(names)))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_it_reads_the_exported_appeal_as_an_equivalent_flow(appeal_flows, data):
    values = {"helpers": ["甲", "乙"]}
    same_runs(*appeal_flows, values, lambda names: data.draw(st.sampled_from(names)), most=60)


@pytest.fixture(scope="module")
def appeal_flows(request):
    spec = request.getfixturevalue("appeal_spec_module")
    return compile_flow(spec), bpmn.read(bpmn.write(spec)).flow


@pytest.mark.parametrize("name", SPECS)
def test_it_writes_a_document_that_keeps_the_rules_of_bpmn(name):
    check_structure(bpmn.write(spec_of(name), "标题", key="p1"))


def test_it_writes_the_appeal_by_the_rules_of_bpmn(appeal):
    check_structure(bpmn.write(compile_flow(appeal), "群众诉求", key="appeal"))


def check_structure(xml: bytes) -> None:
    root = etree.fromstring(xml)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    process = root.find(f"{BPMN}process")
    nodes = {each.get("id"): each for each in process if not each.tag.endswith("sequenceFlow")}
    flows = {each.get("id"): each for each in process.iter(f"{BPMN}sequenceFlow")}
    for flow in flows.values():
        assert flow.get("sourceRef") in nodes
        assert flow.get("targetRef") in nodes
    for node_id, node in nodes.items():
        for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            said = [each.text for each in node.findall(f"{BPMN}{tag}")]
            assert said == [key for key, flow in flows.items() if flow.get(end) == node_id]
        if node.tag == f"{BPMN}boundaryEvent":
            assert node.get("attachedToRef") in nodes
            assert not node.findall(f"{BPMN}incoming")
            assert node.findall(f"{BPMN}outgoing")
        if node.tag == f"{BPMN}endEvent":
            assert not node.findall(f"{BPMN}outgoing")
    drawn = {each.get("bpmnElement") for each in root.iter(f"{DI}BPMNShape")}
    assert drawn == set(nodes)
    for edge in root.iter(f"{DI}BPMNEdge"):
        assert edge.get("bpmnElement") in flows
        assert len(edge.findall(f"{DD}waypoint")) >= 2
    assert len(list(root.iter(f"{DI}BPMNEdge"))) == len(flows)


def test_it_exports_shapes_that_do_not_overlap(appeal):
    shapes = [s for s in bpmn.read(bpmn.write(appeal)).diagram.shapes if not s.attached]
    for one, two in itertools.combinations(shapes, 2):
        apart = (
            one.x + one.w <= two.x
            or two.x + two.w <= one.x
            or one.y + one.h <= two.y
            or two.y + two.h <= one.y
        )
        assert apart, (one.id, two.id)


# --- reference models ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not MIWG, reason="the BPMN-MIWG reference models are not here (set GONGZHI_DATA)")
def test_it_has_all_21_reference_models():
    assert len(MIWG) == 21


@pytest.mark.parametrize("path", MIWG, ids=lambda path: path.stem)
def test_it_loads_draws_and_reports_a_reference_model(path):
    xml = path.read_bytes()
    imported = bpmn.read(xml)
    root = etree.fromstring(xml)
    ids = {each.get("id") for each in root.iter() if each.get("id")}
    nodes = [node for flow in imported.flows.values() for node in flow.nodes.values()]
    assert {node.id.partition("/")[0] for node in nodes} <= ids
    shapes = {shape.id for diagram in imported.diagrams for shape in diagram.shapes}
    assert shapes == {each.get("bpmnElement").rpartition(":")[2] for each in root.iter(f"{DI}BPMNShape")}
    drawing = etree.fromstring(svg.draw(imported.diagram).encode())
    assert len(drawing) > len(imported.diagram.shapes)
    executed = {node.id for node in nodes}
    boundary = {each.get("id") for each in root.iter(f"{BPMN}boundaryEvent")}
    reported = {entry.id for entry in imported.not_executed}
    assert shapes <= executed | boundary | reported
    assert all(entry.why and entry.kind for entry in imported.not_executed)
    assert start(imported.flow, {}).opened


@pytest.mark.parametrize(
    "path", [p for p in MIWG if p.stem in ("C.1.0", "C.1.1", "A.2.1")], ids=lambda path: path.stem
)
def test_it_reports_foreign_conditions_and_never_runs_them(path):
    imported = bpmn.read(path.read_bytes())
    assert any(entry.kind == "sequenceFlow" and "改由人选择" in entry.why for entry in imported.not_executed)


@pytest.mark.skipif(not MIWG, reason="the BPMN-MIWG reference models are not here (set GONGZHI_DATA)")
def test_it_runs_a_reference_model_to_its_end():
    flow = bpmn.read(next(p for p in MIWG if p.stem == "C.9.1").read_bytes()).flow
    result = start(flow, {})
    result = advance(flow, result.state, Chosen(result.opened[0].id, "done"), {})
    assert [token.node for token in result.opened] == ["ReceiveTask_WaitForDocument"]
    result = advance(flow, result.state, Fired(result.opened[0].id, "BoundaryEvent_1"), {})
    assert [token.node for token in result.opened] == ["SendTask_SendReminderEmail"]
    result = advance(flow, result.state, Chosen(result.opened[0].id, "done"), {})
    assert not result.ended
    result = advance(flow, result.state, Occurred("message:MESSAGE_documentReceived"), {})
    assert result.ended == "EndEvent_GotDocument"


# --- hostile and broken input ----------------------------------------------------------------------------------

BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
EXTERNAL = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>'


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no xml",
        b"<a",
        b"<a/>",
        BOMB,
        EXTERNAL,
        b"\xff\xfe",
        b'<definitions xmlns="urn:other"/>',
        b" " * (17 * 1024 * 1024),
    ],
    ids=["empty", "text", "half", "foreign", "bomb", "external", "bytes", "namespace", "huge"],
)
def test_it_refuses_what_is_no_safe_bpmn(xml):
    with pytest.raises(UnreadableModel) as refused:
        bpmn.read(xml)
    assert refused.value.code == "W011"


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 6000), junk=st.binary(max_size=6))
def test_it_never_fails_otherwise_on_a_damaged_document(cut, junk):
    xml = bpmn.write(spec_of("timers"))
    with contextlib.suppress(UnreadableModel):
        bpmn.read(xml[:cut] + junk + xml[cut + len(junk) :])
