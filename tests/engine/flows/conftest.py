"""The flow of an appeal, used throughout, and a way to walk it by the names of steps and choices."""

import json
from collections.abc import Callable

import pytest

from gongzhi.engine.flows import (
    Advance,
    Choice,
    Chosen,
    Flow,
    FlowSpec,
    State,
    Step,
    Timer,
    advance,
    compile_flow,
    start,
)

#: the appeal of the issue, with helpers, an extension, timers and a call-back
STEPS = (
    Step(
        id="register",
        title="受理",
        who="hotline_agent @ county",
        choices=(
            Choice(id="answer", title="当场答复", to=("callback",)),
            Choice(id="dispatch", title="转派单", to=("dispatch",)),
            Choice(id="refuse", title="不予受理", to=("end.refused",)),
        ),
    ),
    Step(
        id="dispatch",
        title="派单",
        who="dispatcher @ county",
        choices=(Choice(id="send", title="派出", to=("handle", "help")),),
    ),
    Step(
        id="handle",
        title="主办单位办理",
        who="officer @ lead",
        choices=(
            Choice(id="reply", title="反馈", to=("review",)),
            Choice(id="extend", title="申请延期", opens="approve_extension", before_due=True),
            Choice(id="hang", title="挂账"),
        ),
        timers=(
            Timer(
                id="remind",
                title="催办",
                after="3 working days",
                every="1 working day",
                emits="urged",
            ),
            Timer(id="report", title="逾期上报", after="10 working days", to=("supervise",)),
        ),
    ),
    Step(id="supervise", title="领导督办", choices=(Choice(id="note", title="批示"),)),
    Step(
        id="approve_extension",
        title="审批延期",
        choices=(Choice(id="yes", title="同意"), Choice(id="no", title="不同意")),
    ),
    Step(
        id="help",
        title="协办意见",
        each="helpers",
        who="officer @ item",
        choices=(Choice(id="done", title="提交意见", to=("review",)),),
    ),
    Step(
        id="review",
        title="审核",
        awaits="all",
        choices=(
            Choice(id="pass", title="通过", to=("callback",)),
            Choice(id="redo", title="退回重办", to=("handle",)),
        ),
    ),
    Step(
        id="callback",
        title="独立回访",
        not_by=("handle", "help", "review"),
        choices=(
            Choice(id="satisfied", title="满意", to=("end.solved",)),
            Choice(id="unsatisfied", title="不满意", to=("handle",), at_most=1, then=("end.unsolved",)),
        ),
    ),
)


def appeal_spec() -> FlowSpec:
    return FlowSpec(steps=STEPS, ends={"solved": "已解决", "unsolved": "未解决", "refused": "不予受理"})


class Walk:
    """A running flow that is stored as JSON between two events, as the city stores it."""

    def __init__(self, flow: Flow, **data: object) -> None:
        self.flow = flow
        self.data = data
        self.last = start(flow, data)
        self.log: list[str] = []

    @property
    def state(self) -> State:
        return State.load(json.loads(json.dumps(self.last.state.dump())))

    def on(self, event: object) -> Advance:
        self.last = advance(self.flow, self.state, event, self.data)  # type: ignore[arg-type]
        return self.last

    def do(self, name: str) -> Advance:
        """``step.choice`` or ``step.choice@item``."""
        place, _, item = name.partition("@")
        step, _, choice = place.rpartition(".")
        token = next(t for t in self.last.state.tokens if t.node == step and (not item or t.item == item))
        return self.on(Chosen(token.id, choice))

    @property
    def open(self) -> list[str]:
        return sorted(t.node + (f"@{t.item}" if t.item else "") for t in self.last.state.tokens)

    @property
    def ended(self) -> str:
        return self.last.ended


@pytest.fixture(scope="module")
def appeal_spec_module() -> FlowSpec:
    return appeal_spec()


@pytest.fixture
def appeal() -> FlowSpec:
    return appeal_spec()


@pytest.fixture
def walk() -> Callable[..., Walk]:
    def begin(spec: FlowSpec | Flow, **data: object) -> Walk:
        return Walk(spec if isinstance(spec, Flow) else compile_flow(spec), **data)

    return begin
