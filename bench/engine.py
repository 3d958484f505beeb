"""Steps per second with the state written as JSON and read back after each step, beside SpiffWorkflow in the same process.

The process: accept, a fork to three offices, a join, approve or redo, with a timer that doesn't interrupt; fifteen data
fields. SpiffWorkflow runs the very BPMN file that we export. It is measured twice: as its manual says (the whole workflow
as JSON), which the target is about, and with converters of ours that keep the specification in memory instead of writing
it with every state, which is the most that it can be made to do.
"""

from __future__ import annotations

import io
import json
import logging
import re
import statistics
import warnings
from collections.abc import Callable
from typing import Any
from uuid import UUID

from bench.figure import figure, left_out, rate
from gongzhi.engine.flows import (
    Choice,
    Chosen,
    FlowSpec,
    State,
    Step,
    Timer,
    advance,
    bpmn,
    compile_flow,
    start,
)

TITLE = "flow engine"
LEAST_RATIO = 50


def _step(id_: str, *choices: Choice, **keys: Any) -> Step:
    return Step(id=id_, title=id_, choices=choices, **keys)


SPEC = FlowSpec(
    steps=(
        _step("accept", Choice(id="go", to=("a", "b", "c"))),
        *(_step(name, Choice(id="done", to=("approve",))) for name in "abc"),
        _step(
            "approve",
            Choice(id="pass", to=("end.done",)),
            Choice(id="redo", to=("accept",)),
            awaits="all",
            timers=(Timer(id="urge", after="5 days", emits="urged"),),
        ),
    ),
    start="accept",
    ends={"done": "办结"},
)
#: what a dispatched appeal carries through its flow: codes, choices, amounts, instants
FIELDS = {
    "subject": "路灯不亮",
    "kind": "求助",
    "category": "市政设施",
    "topic": "路灯",
    "urgency": "一般",
    "area": "420281001005",
    "lead": "dy-cgj",
    "helpers": ["dy-zjj", "dy-t-001"],
    "basis": "职责清单 3.2",
    "limit": "5 working days",
    "opened": "2024-09-30T08:00:00+00:00",
    "anonymous": False,
    "confidential": False,
    "amount": "1200.00",
    "days": 5,
}
#: (step, choice) of one life
LIFE = (("accept", "go"), ("a", "done"), ("c", "done"), ("b", "done"), ("approve", "pass"))


def measure(quick: bool) -> dict[str, Any]:
    """Ours, theirs, the ratio."""
    size = f"{_our_size()} bytes of state and data"
    try:
        theirs, best = _other_engine()
    except ImportError:
        figures = [figure("steps with JSON state after each", rate(_our_life, 2), "steps/s", note=size)]
        return {
            "title": TITLE,
            "figures": [*figures, left_out("ratio to SpiffWorkflow", "it is not installed")],
        }
    # in turns, so that whatever else the machine does slows all three alike
    turns = [[rate(work, 0.3, 1) for work in (_our_life, theirs, best)] for _ in range(3 if quick else 9)]
    ours, plain, tuned = (statistics.median(column) for column in zip(*turns, strict=True))
    ratios = [statistics.median(each[0] / each[other] for each in turns) for other in (1, 2)]
    figures = [
        figure("steps with JSON state after each", ours, "steps/s", note=size),
        figure("SpiffWorkflow, as its manual says", plain, "steps/s"),
        figure("SpiffWorkflow, specification kept in memory", tuned, "steps/s", note="by converters of ours"),
        figure("ratio to SpiffWorkflow as its manual says", ratios[0], "×", least=LEAST_RATIO),
        figure("ratio to it with converters of ours", ratios[1], "×"),
    ]
    return {"title": TITLE, "figures": figures}


FLOW = compile_flow(SPEC)


def _our_life() -> int:
    """One life: before each step state and data are read from JSON, after it written."""
    values: dict[str, Any] = dict(FIELDS)
    text = json.dumps({"state": start(FLOW, values).state.dump(), "data": values})
    for step, choice in LIFE:
        held = json.loads(text)
        state, data = State.load(held["state"]), held["data"]
        token = next(token for token in state.tokens if token.node == step)
        data["choice"] = choice
        done = advance(FLOW, state, Chosen(token.id, choice), data)
        text = json.dumps({"state": done.state.dump(), "data": data})
    assert done.ended == "done"
    return len(LIFE)


def _our_size() -> int:
    return len(json.dumps({"state": start(FLOW, FIELDS).state.dump(), "data": FIELDS}).encode())


def _other_engine() -> tuple[Callable[[], int], Callable[[], int]]:
    """One life in SpiffWorkflow: with its serializer as it is, and with one that leaves the specification out."""
    logging.getLogger("spiff").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SpiffWorkflow.bpmn import BpmnWorkflow
        from SpiffWorkflow.bpmn.parser import BpmnParser
        from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
        from SpiffWorkflow.util.task import TaskState
    parser = BpmnParser()
    xml = bpmn.write(SPEC, key="p").decode()
    xml = re.sub(r"choice = (&quot;|\")(\w+)(&quot;|\")", r"choice == '\2'", xml)
    xml = re.sub(r"(<bpmn:timeDuration[^>]*>)(P\d+D)<", r'\1"\2"<', xml)
    parser.add_bpmn_io(io.BytesIO(xml.encode()))
    spec = parser.get_spec("p")

    def life(serializer: Any) -> int:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        next(iter(workflow.get_tasks(state=TaskState.READY, manual=True))).data.update(FIELDS)
        text = serializer.serialize_json(workflow)
        for step, choice in LIFE:
            workflow = serializer.deserialize_json(text)
            ready = workflow.get_tasks(state=TaskState.READY, manual=True)
            task = next(task for task in ready if task.task_spec.bpmn_id == step)
            task.data["choice"] = choice
            task.run()
            workflow.do_engine_steps()
            text = serializer.serialize_json(workflow)
        assert workflow.is_completed()
        return len(LIFE)

    plain = BpmnWorkflowSerializer()
    tuned = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(_without_spec(spec)))
    return lambda: life(plain), lambda: life(tuned)


def _without_spec(spec: Any) -> dict[Any, Any]:
    """SpiffWorkflow's own converters, but the specification is neither written nor read."""
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
    from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter

    class Lean(BpmnWorkflowConverter):  # type: ignore[misc]
        def to_dict(self, workflow: Any) -> dict[str, Any]:
            return {**WorkflowConverter.to_dict(self, workflow), "bpmn_events": []}

        def from_dict(self, dct: dict[str, Any]) -> Any:
            workflow = self.target_class(spec, {}, deserializing=True)
            workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
            workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
            self.set_default_attributes(workflow, dct)
            return workflow

    return {**DEFAULT_CONFIG, BpmnWorkflow: Lean}
