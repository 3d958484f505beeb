"""Flows: steps and choices compiled to a graph of tokens; BPMN 2.0 in and out; layout and drawing.

>>> spec = FlowSpec(
...     steps=(Step(id="register", title="受理", choices=(Choice(id="answer", title="答复", to="end.solved"),)),),
...     ends={"solved": "已解决"},
... )
>>> flow = compile_flow(spec)
>>> begun = start(flow, {})
>>> [token.node for token in begun.opened]
['register']
>>> advance(flow, begun.state, Chosen(1, "answer"), {}).ended
'solved'
"""

from gongzhi.engine.flows.advancing import advance, open_ways, start, used_key
from gongzhi.engine.flows.compiling import compile_flow
from gongzhi.engine.flows.errors import (
    DeadEnd,
    EndlessPass,
    NoSuchToken,
    NotAList,
    NotNow,
    NoWayOut,
    TooOften,
    UnknownChoice,
    UnknownTimer,
    UnreadableModel,
    UnreadableState,
)
from gongzhi.engine.flows.graph import Arc, Flow, Node, Reaction, Way
from gongzhi.engine.flows.linting import lint
from gongzhi.engine.flows.spec import Call, Choice, EndWay, FlowSpec, Step, Timer, Wait
from gongzhi.engine.flows.state import (
    Advance,
    ChildEnded,
    Chosen,
    Event,
    Fired,
    Occurred,
    State,
    Token,
    rename_items,
)

__all__ = [
    "Advance", "Arc", "Call", "ChildEnded", "Choice", "Chosen", "DeadEnd", "EndWay", "EndlessPass", "Event", "Fired", "Flow",
    "FlowSpec", "NoSuchToken", "NoWayOut", "Node", "NotAList", "NotNow", "Occurred", "Reaction", "State", "Step",
    "Timer", "Token", "TooOften", "UnknownChoice", "UnknownTimer", "UnreadableModel", "UnreadableState", "Wait", "Way",
    "advance", "compile_flow", "lint", "open_ways", "rename_items", "start", "used_key",
]  # fmt: skip
