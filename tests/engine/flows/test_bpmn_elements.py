"""What each element of BPMN does when it is executed, one small model per element."""

import pytest

from gongzhi.engine.flows import (
    ChildEnded,
    Chosen,
    DeadEnd,
    Fired,
    Occurred,
    State,
    advance,
    bpmn,
    lint,
    start,
)
from gongzhi.engine.flows.errors import EndlessPass, NoWayOut, UnreadableModel

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
    '<message id="m1" name="付款"/><signal id="g1" name="停工"/><error id="e1" errorCode="E1"/><error id="e2" errorCode="E2"/>'
    '<escalation id="c1" escalationCode="C1"/><process id="p" isExecutable="true">'
)


def flow(*parts):
    return "".join(
        f'<sequenceFlow id="{part}" sourceRef="{part.split("-")[0]}" targetRef="{part.split("-")[1]}"/>'.replace(
            "-", "_", 1
        )
        for part in parts
    )


def read(body):
    return bpmn.read((HEAD + body + "</process></definitions>").encode())


class Play:
    def __init__(self, body, **data):
        self.imported = read(body)
        self.flow, self.data = self.imported.flow, data
        self.last = start(self.flow, data)

    def on(self, event):
        self.last = advance(self.flow, State.load(self.last.state.dump()), event, self.data)
        return self

    def token(self, node):
        return next(token.id for token in self.last.state.tokens if token.node == node)

    def do(self, *names):
        for name in names:
            node, _, choice = name.partition(".")
            self.on(Chosen(self.token(node), choice or "done"))
        return self

    @property
    def open(self):
        return sorted(t.node for t in self.last.state.tokens if not self.flow.nodes[t.node].inner)

    @property
    def ended(self):
        return self.last.ended


def boundary(event_id, host, definition, interrupting="true"):
    return f'<boundaryEvent id="{event_id}" attachedToRef="{host}" cancelActivity="{interrupting}">{definition}</boundaryEvent>'


START = '<startEvent id="s"/>'
MESSAGE, SIGNAL = '<messageEventDefinition messageRef="m1"/>', '<signalEventDefinition signalRef="g1"/>'
TIMER = "<timerEventDefinition><timeDuration>P5D</timeDuration></timerEventDefinition>"
CYCLE = "<timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition>"


@pytest.mark.parametrize(
    "kind",
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    ],
)
def test_it_rests_at_every_kind_of_task(kind):
    play = Play(START + f'<{kind} id="a"/><endEvent id="e"/>' + flow("s-a", "a-e"))
    assert play.open == ["a"]
    assert play.do("a").ended == "e"
    assert bool(play.imported.not_executed) == (kind == "scriptTask")


def test_it_treats_a_task_without_a_way_out_as_an_end():
    assert Play('<userTask id="a"/>').do("a").ended == "a"


def test_it_forks_at_an_activity_with_several_flows():
    play = Play(
        START + '<userTask id="a"/><userTask id="b"/><userTask id="c"/>' + flow("s-a", "a-b", "a-c")
    ).do("a")
    assert play.open == ["b", "c"]
    assert play.do("b").ended == ""
    assert play.do("c").ended == "c"


CONDITIONAL = (
    START + '<userTask id="a" default="a_d"/><userTask id="b"/><userTask id="c"/><userTask id="d"/>' + flow("s-a", "a-d")
    + '<sequenceFlow id="f1" sourceRef="a" targetRef="b"><conditionExpression>n &gt; 1</conditionExpression></sequenceFlow>'
    + '<sequenceFlow id="f2" sourceRef="a" targetRef="c"><conditionExpression>n &gt; 2</conditionExpression></sequenceFlow>'
)  # fmt: skip


@pytest.mark.parametrize(("n", "opened"), [(1, ["d"]), (2, ["b"]), (3, ["b", "c"])])
def test_it_takes_conditional_flows_out_of_an_activity(n, opened):
    assert Play(CONDITIONAL, n=n).do("a").open == opened


@pytest.mark.parametrize(("kind", "n", "opened"), [
    ("exclusiveGateway", 3, ["b"]), ("inclusiveGateway", 3, ["b", "c"]), ("inclusiveGateway", 2, ["b"]), ("exclusiveGateway", 0, ["d"]),
])  # fmt: skip
def test_it_decides_by_feel_at_gateways(kind, n, opened):
    body = CONDITIONAL.replace('<userTask id="a" default="a_d"/>', f'<{kind} id="a" default="a_d"/>')
    assert Play(body, n=n).open == opened


def test_it_refuses_when_no_condition_holds_and_there_is_no_default():
    body = CONDITIONAL.replace('<userTask id="a" default="a_d"/>', '<exclusiveGateway id="a"/>').replace(
        flow("a-d"), ""
    )
    with pytest.raises(NoWayOut):
        Play(body, n=0)


def test_it_asks_a_person_where_a_gateway_has_no_conditions():
    play = Play(
        START + '<exclusiveGateway id="g"/><userTask id="b"/><userTask id="c"/>' + flow("s-g", "g-b", "g-c")
    )
    assert play.open == ["g"]
    assert play.do("g.g_c").open == ["c"]
    assert [entry.id for entry in play.imported.not_executed] == ["g"]


def test_it_finds_the_deadlock_of_a_parallel_join_behind_a_choice():
    play = Play(
        START + '<userTask id="a"/><exclusiveGateway id="g"/><userTask id="b"/><userTask id="c"/><parallelGateway id="j"/><endEvent id="e"/>'
        + flow("s-a", "a-g", "g-b", "g-c", "b-j", "c-j", "j-e")
    )  # fmt: skip
    play.do("a.g_b")
    with pytest.raises(DeadEnd):
        play.do("b")
    assert "W130" in {problem.code for problem in lint(play.flow)}


def test_it_stops_a_circle_without_work():
    with pytest.raises(EndlessPass):
        Play(START + '<exclusiveGateway id="g"/><exclusiveGateway id="h"/>' + flow("s-g", "g-h", "h-g"))


RACE = (
    START + '<eventBasedGateway id="g"/><intermediateCatchEvent id="m">' + MESSAGE + '</intermediateCatchEvent>'
    '<intermediateCatchEvent id="t">' + TIMER + '</intermediateCatchEvent><userTask id="a"/><userTask id="b"/>'
    + flow("s-g", "g-m", "g-t", "m-a", "t-b")
)  # fmt: skip


def test_it_lets_the_first_event_win():
    assert Play(RACE).on(Occurred("message:付款")).open == ["a"]
    play = Play(RACE)
    assert play.last.armed == ((1, "t"),)
    assert play.on(Fired(1, "t")).open == ["b"]


@pytest.mark.parametrize(("interrupting", "opened"), [("true", ["b"]), ("false", ["a", "b"])])
def test_it_takes_the_way_of_a_boundary_message(interrupting, opened):
    body = (
        START
        + '<userTask id="a"/><userTask id="b"/>'
        + boundary("x", "a", MESSAGE, interrupting)
        + flow("s-a", "x-b")
    )
    play = Play(body).on(Occurred("message:付款"))
    assert play.open == opened
    assert not any(token.side for token in play.last.state.tokens)


def test_it_arms_a_repeating_boundary_timer_again():
    play = Play(
        START
        + '<userTask id="a"/><userTask id="b"/>'
        + boundary("x", "a", CYCLE, "false")
        + flow("s-a", "x-b")
    )
    play.on(Fired(1, "x"))
    assert play.last.armed == ((1, "x"),)
    assert play.open == ["a", "b"]
    assert play.flow.nodes["a"].timers["x"].text == "R/P1D"


SUB = '<subProcess id="sub"><startEvent id="s2"/><userTask id="a"/><userTask id="b"/>{}</subProcess>'


def test_it_cancels_a_sub_process_by_its_boundary_timer():
    body = START + SUB.format(flow("s2-a", "s2-b")) + '<userTask id="c"/><userTask id="d"/>'
    body += boundary("x", "sub", TIMER) + flow("s-sub", "sub-c", "x-d")
    play = Play(body)
    assert play.open == ["a", "b"]
    assert play.on(Fired(play.token("sub"), "x")).open == ["d"]
    play = Play(body).do("a")
    assert play.open == ["b"]
    assert play.do("b").open == ["c"]


@pytest.mark.parametrize(("code", "opened"), [("e1", ["c"]), ("e2", ["d"])])
def test_it_catches_an_error_by_its_code(code, opened):
    end = f'<endEvent id="x2"><errorEventDefinition errorRef="{code}"/></endEvent>'
    body = START + SUB.format(end + flow("s2-a", "s2-b", "a-x2")) + '<userTask id="c"/><userTask id="d"/>'
    body += boundary("k", "sub", '<errorEventDefinition errorRef="e1"/>') + boundary(
        "l", "sub", "<errorEventDefinition/>"
    )
    assert Play(body + flow("s-sub", "k-c", "l-d")).do("a").open == opened


def test_it_ends_by_an_error_that_nobody_catches():
    end = '<endEvent id="x2"><errorEventDefinition errorRef="e1"/></endEvent>'
    play = Play(
        START + SUB.format(end + flow("s2-a", "s2-b", "a-x2")) + flow("s-sub")[:0] + flow("s-sub")
    ).do("a")
    assert play.ended == "x2"


def test_it_lets_an_escalation_go_on_when_the_boundary_does_not_interrupt():
    throw = '<intermediateThrowEvent id="t"><escalationEventDefinition escalationRef="c1"/></intermediateThrowEvent>'
    body = START + SUB.format(throw + flow("s2-a", "a-t", "t-b")) + '<userTask id="c"/>'
    body += boundary("k", "sub", '<escalationEventDefinition escalationRef="c1"/>', "false") + flow(
        "s-sub", "k-c"
    )
    assert Play(body).do("a").open == ["b", "c"]


def test_it_tells_a_signal_to_everybody_who_waits():
    throw = f'<intermediateThrowEvent id="t">{SIGNAL}</intermediateThrowEvent>'
    catch = f'<intermediateCatchEvent id="w">{SIGNAL}</intermediateCatchEvent>'
    play = Play(
        START
        + '<userTask id="a"/><userTask id="b"/><userTask id="c"/>'
        + throw
        + catch
        + flow("s-a", "s-w", "a-t", "t-b", "w-c")
    )
    assert play.open == ["a", "w"]
    assert play.do("a").open == ["b", "c"]
    assert play.last.emitted[0][1] == "signal:停工"


def test_it_ends_only_its_scope_by_a_terminate_event():
    end = '<endEvent id="x2"><terminateEventDefinition/></endEvent>'
    body = (
        START + SUB.format(end + flow("s2-a", "s2-b", "a-x2")) + '<userTask id="c"/>' + flow("s-sub", "sub-c")
    )
    assert Play(body).do("a").open == ["c"]


@pytest.mark.parametrize(("interrupting", "opened"), [("true", ["z"]), ("false", ["a", "b", "z"])])
def test_it_starts_an_event_sub_process_inside_its_scope(interrupting, opened):
    event = (
        f'<subProcess id="ev" triggeredByEvent="true"><startEvent id="s3" isInterrupting="{interrupting}">{MESSAGE}</startEvent>'
        '<userTask id="z"/>' + flow("s3-z") + "</subProcess>"
    )
    body = START + SUB.format(event + flow("s2-a", "s2-b")) + '<userTask id="c"/>' + flow("s-sub", "sub-c")
    play = Play(body).on(Occurred("message:付款"))
    assert play.open == opened
    assert play.do(*opened).open == ["c"]


def test_it_starts_an_event_sub_process_of_the_whole_process_by_a_timer():
    event = f'<subProcess id="ev" triggeredByEvent="true"><startEvent id="s3">{TIMER}</startEvent><userTask id="z"/>{flow("s3-z")}</subProcess>'
    play = Play(START + '<userTask id="a"/>' + event + flow("s-a"))
    assert play.last.armed == ((0, "s3"),)
    assert play.on(Fired(0, "s3")).open == ["z"]
    assert play.do("z").ended


def test_it_follows_a_link():
    throw = '<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>'
    catch = '<intermediateCatchEvent id="w"><linkEventDefinition name="L"/></intermediateCatchEvent>'
    assert Play(START + throw + catch + '<userTask id="a"/>' + flow("s-t", "w-a")).open == ["a"]


def test_it_waits_for_a_condition_over_the_data():
    catch = '<intermediateCatchEvent id="w"><conditionalEventDefinition><condition>n &gt; 3</condition></conditionalEventDefinition></intermediateCatchEvent>'
    body = START + catch + '<userTask id="a"/><userTask id="b"/>' + flow("s-w", "s-b", "w-a")
    play = Play(body, n=1)
    assert play.open == ["b", "w"]
    play.data["n"] = 5
    assert play.do("b").open == ["a"]


MULTI = '<multiInstanceLoopCharacteristics isSequential="{}"><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>'


@pytest.mark.parametrize(("sequential", "first"), [("false", 3), ("true", 1)])
def test_it_opens_several_instances_and_goes_on_once(sequential, first):
    play = Play(
        START
        + f'<userTask id="a">{MULTI.format(sequential)}</userTask><userTask id="b"/>'
        + flow("s-a", "a-b")
    )
    assert play.open == ["a"] * first
    play.do("a", "a")
    assert "b" not in play.open
    assert play.do("a").open == ["b"]


def test_it_runs_several_instances_of_a_sub_process():
    body = START + SUB.format(flow("s2-a") + MULTI.format("false").replace(">3<", ">2<")).replace(
        '<userTask id="b"/>', ""
    )
    play = Play(body + '<userTask id="c"/>' + flow("s-sub", "sub-c"))
    assert play.open == ["a", "a"]
    assert play.do("a").open == ["a"]
    assert play.do("a").open == ["c"]


def test_it_repeats_a_standard_loop_while_its_condition_holds():
    loop = "<standardLoopCharacteristics><loopCondition>again</loopCondition></standardLoopCharacteristics>"
    play = Play(
        START + f'<userTask id="a">{loop}</userTask><userTask id="b"/>' + flow("s-a", "a-b"), again=True
    )
    assert play.do("a").open == ["a"]
    play.data["again"] = False
    assert play.do("a").open == ["b"]


def test_it_calls_another_process_and_waits():
    play = Play(START + '<callActivity id="a" calledElement="other"/><userTask id="b"/>' + flow("s-a", "a-b"))
    assert [(token, call.case) for token, call in play.last.calls] == [(1, "other")]
    assert play.on(ChildEnded(1, "x")).open == ["b"]


def test_it_leaves_a_transaction_by_its_cancel_boundary():
    end = '<endEvent id="x2"><cancelEventDefinition/></endEvent>'
    body = (
        START
        + SUB.format(end + flow("s2-a", "s2-b", "a-x2")).replace("subProcess", "transaction")
        + '<userTask id="c"/>'
    )
    body += boundary("k", "sub", "<cancelEventDefinition/>") + flow("s-sub", "k-c")
    assert Play(body).do("a").open == ["c"]


def test_it_opens_all_parts_of_an_ad_hoc_sub_process():
    body = (
        START
        + SUB.format("").replace('<startEvent id="s2"/>', "").replace("subProcess", "adHocSubProcess")
        + flow("s-sub")
    )
    play = Play(body)
    assert play.open == ["a", "b"]
    assert play.do("b", "a").ended == "sub"
    assert [entry.kind for entry in play.imported.not_executed] == ["adHocSubProcess"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<scriptTask id="a"><script>import os</script></scriptTask>', "scriptTask"),
        ('<userTask id="a"/>' + boundary("x", "a", "<compensateEventDefinition/>"), "boundaryEvent"),
        ('<userTask id="a"><multiInstanceLoopCharacteristics/></userTask>', "userTask"),
        ('<userTask id="a"><standardLoopCharacteristics/></userTask>', "userTask"),
        ('<complexGateway id="g"/><userTask id="a"/>' + flow("g-a"), "complexGateway"),
        ('<startEvent id="s"/><startEvent id="z"/><userTask id="a"/>' + flow("s-a"), "startEvent"),
    ],
)
def test_it_reports_by_name_what_it_does_not_execute(body, kind):
    assert [entry.kind for entry in read(body).not_executed] == [kind]


def test_it_lays_out_a_model_that_brings_no_drawing():
    diagram = read(RACE).diagram
    assert {shape.id for shape in diagram.shapes} == {"s", "g", "m", "t", "a", "b"}
    assert all(len(edge.points) >= 2 for edge in diagram.edges)


OURS = 'xmlns:z="urn:gongzhi:bpmn:1"'


@pytest.mark.parametrize(
    "body",
    [
        '<userTask id="a"/><userTask id="a"/>',
        '<userTask id="a@1"/>',
        '<userTask id=""/>',
        f'<userTask id="a"/><userTask id="b"/><sequenceFlow {OURS} z:choice="x" z:at_most="-1" id="f" sourceRef="a" targetRef="b"/>',
        f'<complexGateway {OURS} z:awaits="²" id="g"/>',
        f'<userTask {OURS} z:completes="1e9" id="a"><multiInstanceLoopCharacteristics/></userTask>',
    ],
)
def test_it_refuses_ids_and_numbers_that_are_none(body):
    with pytest.raises(UnreadableModel):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        '<sequenceFlow id="f" sourceRef="x" targetRef="y"/>',
        '<userTask id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="a"/>',
        boundary("x", "nowhere", TIMER),
        '<userTask id="a"/>' + boundary("x", "a", TIMER) + flow("a-x"),
        '<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>',
        '<startEvent id="s"><timerEventDefinition/></startEvent>',
        "<subProcess id='u' triggeredByEvent='true'/>",
        "<laneSet><lane><flowNodeRef>none</flowNodeRef></lane></laneSet>",
        "<userTask/>",
        "",
    ],
)
def test_it_survives_models_with_loose_ends(body):
    imported = read(body)
    assert imported.diagram is not None
    lint(imported.flow)
