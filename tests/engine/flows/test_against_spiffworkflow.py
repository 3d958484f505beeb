"""Differential test: SpiffWorkflow, an independent engine, opens the same tasks in the same order on the same models."""

import io
import re
import warnings
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.flows import Choice, Chosen, Fired, FlowSpec, Step, Timer, advance, bpmn, start

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    parser_module = pytest.importorskip("SpiffWorkflow.bpmn.parser", reason="SpiffWorkflow is not installed")
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState


def step(step_id, *choices, **keys):
    return Step(id=step_id, title=step_id, choices=tuple(choices), **keys)


def go(choice_id, *to, **keys):
    return Choice(id=choice_id, to=to, **keys)


def exported(*steps):
    return bpmn.write(FlowSpec(steps=steps, ends={"done": "办结", "no": "不办"}), key="p").decode()


DONE = go("on", "end.done")
ENVELOPE = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
    '<process id="p" isExecutable="true">{}</process></definitions>'
)


def model(*parts: str) -> str:
    """``kind id`` is an element, ``a>b`` or ``a>b?x`` a flow taken when the choice is x, ``{…}`` a sub-process."""
    return ENVELOPE.format(_parts(parts))


def _parts(parts):
    xml, number = "", 0
    for part in parts:
        if isinstance(part, tuple):
            name, *inner = part
            xml += f'<subProcess id="{name}">{_parts(inner)}</subProcess>'
        elif ">" in part:
            number += 1
            source, _, rest = part.partition(">")
            target, _, choice = rest.partition("?")
            condition = (
                f"<conditionExpression>choice = &quot;{choice}&quot;</conditionExpression>" if choice else ""
            )
            xml += f'<sequenceFlow id="f{number}{source}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'
        else:
            kind, name = part.split()
            xml += f'<{kind} id="{name}"/>'
    return xml


MODELS = {
    "sequence": exported(step("a", go("on", "b")), step("b", go("on", "c")), step("c", DONE)),
    "choice": exported(step("a", go("x", "b"), go("y", "c"), go("z", "end.no")), step("b", DONE), step("c", DONE)),
    "parallel": exported(
        step("a", go("on", "b", "c", "d")), *[step(n, go("on", "j")) for n in "bcd"], step("j", DONE, awaits="all")
    ),
    "loop": exported(step("a", go("on", "b")), step("b", go("back", "a"), go("on", "c")), step("c", DONE)),
    "nested": exported(
        step("a", go("on", "b", "c")),
        step("b", go("on", "d", "e")),
        step("c", go("on", "k")),
        step("d", go("on", "j")),
        step("e", go("on", "j")),
        step("j", go("on", "k"), awaits="all"),
        step("k", DONE, awaits="all"),
    ),
    "terminate": exported(step("a", go("on", "b", "c")), step("b", go("x", "end.done"), go("y", "c2")), step("c", DONE), step("c2", DONE)),
    "multi-instance": exported(step("a", go("on", "b")), step("b", go("on", "c"), each="units"), step("c", DONE, awaits="all")),
    "sub-process": model(
        "startEvent s", "userTask a", ("sub", "startEvent s2", "userTask b", "userTask c", "endEvent e2", "s2>b", "b>c", "c>e2"),
        "userTask d", "endEvent e", "s>a", "a>sub", "sub>d", "d>e",
    ),
    "parallel in a sub-process": model(
        "startEvent s",
        ("sub", "startEvent s2", "parallelGateway g", "userTask b", "userTask c", "parallelGateway h", "endEvent e2",
         "s2>g", "g>b", "g>c", "b>h", "c>h", "h>e2"),
        "userTask d", "endEvent e", "s>sub", "sub>d", "d>e",
    ),
    "conditions": model(
        "startEvent s", "userTask a", "exclusiveGateway g", "userTask b", "userTask c", "exclusiveGateway h", "userTask d", "endEvent e",
        "s>a", "a>g", "g>b?x", "g>c?y", "b>h", "c>h", "h>d", "d>e",
    ),
    "plain ends": model(
        "startEvent s", "parallelGateway g", "userTask a", "userTask b", "endEvent e1", "endEvent e2", "s>g", "g>a", "g>b", "a>e1", "b>e2"
    ),
    "merge without join": model(
        "startEvent s", "parallelGateway g", "userTask a", "userTask b", "exclusiveGateway m", "userTask c", "endEvent e",
        "s>g", "g>a", "g>b", "a>m", "b>m", "m>c", "c>e",
    ),
}  # fmt: skip


class Oracle:
    """SpiffWorkflow on the model, its conditions rewritten from FEEL to the Python that it evaluates."""

    def __init__(self, xml: str) -> None:
        xml = re.sub(r"choice = (&quot;|\")(\w+)(&quot;|\")", r"choice == '\2'", xml)
        xml = xml.replace("count(units)", "3")
        xml = re.sub(r"(<bpmn:timeDuration[^>]*>)P\d+D<", r'\1"PT0S"<', xml)
        parser = parser_module.BpmnParser()
        parser.add_bpmn_io(io.BytesIO(xml.encode()))
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.do_engine_steps()

    def ready(self):
        return [t for t in self.workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual]

    @property
    def open(self) -> Counter:
        return Counter(task.task_spec.bpmn_id for task in self.ready())

    def do(self, name: str, choice: str) -> None:
        task = next(t for t in self.ready() if t.task_spec.bpmn_id == name)
        task.data["choice"] = choice
        task.run()
        self.workflow.do_engine_steps()

    @property
    def ended(self) -> bool:
        return self.workflow.is_completed()


def ours_open(flow, result) -> Counter:
    return Counter(token.node for token in result.state.tokens if not flow.nodes[token.node].inner)


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_it_opens_the_same_tasks_in_the_same_order(name, data):
    flow = bpmn.read(MODELS[name].encode()).flow
    values = {"units": ["甲", "乙", "丙"], "choice": ""}
    result = start(flow, values)
    oracle = Oracle(MODELS[name])
    for _ in range(15):
        assert ours_open(flow, result) == oracle.open
        assert bool(result.ended) == oracle.ended
        if result.ended:
            return
        task = data.draw(st.sampled_from(sorted(oracle.open)))
        token = next(token for token in result.state.tokens if token.node == task)
        ways = sorted(flow.nodes[task].ways)
        choice = data.draw(st.sampled_from(ways if ways != ["done"] else ["x", "y"]))
        oracle.do(task, choice)
        values["choice"] = choice
        result = advance(flow, result.state, Chosen(token.id, choice if choice in ways else "done"), values)


def test_it_moves_by_an_interrupting_timer_like_the_other_engine():
    timer = Timer(id="late", after="5 days", to="b", interrupting=True)
    xml = exported(step("a", go("on", "c"), timers=(timer,)), step("b", DONE), step("c", DONE))
    flow = bpmn.read(xml.encode()).flow
    result = start(flow, {})
    oracle = Oracle(xml)
    oracle.workflow.refresh_timers()
    oracle.workflow.do_engine_steps()
    result = advance(flow, result.state, Fired(result.opened[0].id, "late"), {})
    assert ours_open(flow, result) == oracle.open == Counter(["b"])
