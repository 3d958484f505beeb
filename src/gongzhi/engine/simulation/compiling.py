"""From a case type and assumptions to a model: the flow as indexes, the people as pools, the chances as laws."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gongzhi.engine.calendars import Calendar, Hours, calendar
from gongzhi.engine.cases.graph import flow_spec
from gongzhi.engine.cases.spec import CaseTypeSpec, ChoiceSpec, ClockDue, StepSpec, performer
from gongzhi.engine.flows import Flow, compile_flow
from gongzhi.engine.flows.graph import arcs_of
from gongzhi.engine.instants import Span, SpanError, parse_instant, parse_span
from gongzhi.engine.mechanisms import Mechanism, NoSuchCaseType
from gongzhi.engine.simulation.axis import DAY, Axis, axis_of
from gongzhi.engine.simulation.errors import BadAssumption, NoArrivals
from gongzhi.engine.simulation.laws import Law, law_of, scaled
from gongzhi.engine.simulation.model import (
    ArrivalModel,
    ClockModel,
    FitLine,
    Model,
    NodeModel,
    Rounds,
    ScopeModel,
    TimerModel,
    Way,
)
from gongzhi.engine.simulation.spec import SimulationSpec, TimeSpec
from gongzhi.engine.simulation.staff import Staffing

_UNITS = {"minutes": 1.0, "hours": 60.0, "days": 1440.0, "working minutes": 1.0, "working hours": 60.0}
#: share of the first choice where nobody knows how often each is taken
MAIN = 0.9
#: working minutes of a step where nobody knows
USUAL_WORK = 30.0
#: natural hours of a step that waits for somebody outside where nobody knows
USUAL_WAIT = 48.0
#: roles outside the house: nobody counts them, they have no queue
OUTSIDE = ("resident",)


@dataclass
class _Compiling:
    """The mutable inside of ``model_of``."""

    spec: CaseTypeSpec
    flow: Flow
    given: SimulationSpec
    office: Calendar
    length: int
    index: dict[str, int] = field(default_factory=dict)
    axes: list[Axis] = field(default_factory=list)
    not_modelled: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def model_of(
    mechanism: Mechanism,
    case_type: str,
    assumptions: SimulationSpec,
    *,
    fits: tuple[FitLine, ...] = (),
    days_of: Calendar | None = None,
) -> Model:
    """The model of one case type under assumptions; also of a mechanism that was never installed.

    ``days_of`` is the city's calendar (the built-in one of China where none is given; years without a notice follow
    the weekdays). Raises NoSuchCaseType, BadAssumption, NoArrivals, and what compiling the flow raises.
    """
    if case_type not in mechanism.case_types:
        known = "、".join(mechanism.case_types)
        raise NoSuchCaseType(mechanism=mechanism.id, case=case_type, known=known)
    spec = mechanism.case_types[case_type]
    patience = assumptions.days if assumptions.patience is None else assumptions.patience
    length = assumptions.warm_up + assumptions.days + patience + 1
    base = (days_of or calendar("china")).evolve(unannounced="weekends")
    office = base.evolve(hours=Hours.read(assumptions.hours)) if assumptions.hours else base
    made = _Compiling(spec, compile_flow(flow_spec(spec, conditions=False)), assumptions, office, length)
    made.index = {id_: number for number, id_ in enumerate(made.flow.nodes)}
    made.axes.append(axis_of(office, assumptions.start, length))
    _check_names(made)
    scopes = _scopes(made)
    staffing = Staffing(assumptions, office, made.axes, length, scopes, dict(mechanism.roles))
    clocks, promise = _clocks(made)
    nodes = tuple(_node(made, id_, staffing, clocks, scopes) for id_ in made.flow.nodes)
    _tell_calendar(made)
    if sum(node.lag is not None and node.lag[0] != "constant" for node in nodes) > 1:
        made.not_modelled.append("同一件的各步快慢各抽各的；实际上往往一起快、一起慢，所以中间那件会偏慢")
    return Model(
        mechanism=mechanism.id,
        case_type=case_type,
        title=spec.title,
        first_day=assumptions.start,
        warm_up=assumptions.warm_up,
        days=assumptions.days,
        patience=patience,
        start=made.index[made.flow.start[0].target],
        nodes=nodes,
        pools=tuple(staffing.pools),
        scopes=scopes,
        axes=tuple(made.axes),
        clocks=clocks,
        promise=promise,
        arrivals=_arrivals(made),
        not_modelled=tuple(dict.fromkeys(made.not_modelled)),
        assumed=tuple(made.assumed),
        fits=fits,
    )


def _check_names(made: _Compiling) -> None:
    """Names in the assumptions that the case type doesn't know are mistakes, not silence."""
    given, steps = made.given, made.spec.steps
    for key in ("times", "routes", "counts", "needed"):
        for step in getattr(given, key):
            if step not in steps:
                raise BadAssumption(what=f"{key}.{step}", why=f"没有环节“{step}”")
    for step, routes in given.routes.items():
        known = _choice_names(steps[step])
        for choice in routes:
            if choice != "back" and choice not in known:
                raise BadAssumption(what=f"routes.{step}.{choice}", why=f"“{steps[step].title}”没有这个选项")
    for clock in given.limits:
        if clock not in made.spec.clocks:
            raise BadAssumption(what=f"limits.{clock}", why="没有这个时限")
    roles = {performer(step.who)[0] for step in steps.values() if step.who}
    for name in given.staff:
        if name.partition("@")[0] not in roles:
            raise BadAssumption(what=f"staff.{name}", why="没有环节由这个角色办")


def _choice_names(step: StepSpec) -> list[str]:
    if step.calls:
        return ["to", *step.calls.by_end]
    return ["to"] if step.waits_for else list(step.choices)


def _scopes(made: _Compiling) -> tuple[ScopeModel, ...]:
    scopes = []
    for scope, offices in made.given.offices.items():
        total = sum(offices.values())
        if not total:
            raise BadAssumption(what=f"offices.{scope}", why="各单位的份额都是零")
        sums, so_far = [], 0.0
        for share in offices.values():
            so_far += share / total
            sums.append(so_far)
        scopes.append(ScopeModel(id=scope, offices=tuple(offices), shares=tuple(sums)))
    return tuple(scopes)


# --- steps ----------------------------------------------------------------------------------------------------


def _node(
    made: _Compiling,
    id_: str,
    staffing: Staffing,
    clocks: tuple[ClockModel, ...],
    scopes: tuple[ScopeModel, ...],
) -> NodeModel:
    graph = made.flow.nodes[id_]
    if graph.ending:
        return NodeModel(id=id_, title=graph.title, is_end=True)
    step = made.spec.steps[id_]
    role, scope = performer(step.who) if step.who else ("", "")
    pools, place = staffing.pools_of(role, scope) if role and role not in OUTSIDE else ((), -1)
    ways, shares = _ways(made, id_, step, clocks)
    work, lag, lag_works = _times(made, id_, step, bool(pools), role)
    if step.not_by:
        made.not_modelled.append(f"{step.title}：经手过的人要回避，按一组人算，不逐人区分")
    each = None
    if step.each:
        law = made.given.counts.get(id_)
        each = law_of(law) if law is not None else ("constant", (1.0,))
        if law is None:
            made.assumed.append(f"{step.title}：每件分给 1 家（没有历史，也没有填）")
    return NodeModel(
        id=id_,
        title=step.title,
        role=role,
        pools=pools,
        scope=place,
        work=work,
        lag=lag,
        lag_works=lag_works,
        ways=ways,
        shares=shares,
        each=each,
        completes=graph.completes,
        join=-1 if graph.join == "all" else graph.needs if graph.join else 0,
        reach=frozenset(made.index[each] for each in made.flow.reach.get(id_, ())),
        needed=_needed(made, id_, step),
        timers=_timers(made, step, clocks),
        rounds=_rounds(made, id_, ways, scopes),
        once=_once(made.flow, id_),
    )


def _needed(made: _Compiling, id_: str, step: StepSpec) -> float:
    if step.calls is None or not step.calls.when:
        return 1.0
    if id_ not in made.given.needed:
        made.assumed.append(f"{step.title}：每件都需要（没有历史，也没有填）")
    return made.given.needed.get(id_, 1.0)


def _times(
    made: _Compiling, id_: str, step: StepSpec, staffed: bool, role: str
) -> tuple[Law | None, Law | None, bool]:
    """Work, what passes afterwards in minutes, and whether that passes in working time only."""
    given = made.given.times.get(id_)
    if given is None:
        given = _usual(made, step, staffed, role)
    if given.wait is not None and given.wait_in.startswith("working"):
        return _law(given.work), scaled(law_of(given.wait), _UNITS[given.wait_in]), True
    lag = scaled(law_of(given.wait), _UNITS[given.wait_in]) if given.wait is not None else None
    if role and role not in OUTSIDE and not staffed:
        made.not_modelled.append(f"{step.title}：没有填有几个人办，按总有人手算，不排队")
    return _law(given.work), lag, False


def _law(spec: Any) -> Law | None:
    return law_of(spec) if spec is not None else None


def _usual(made: _Compiling, step: StepSpec, staffed: bool, role: str) -> TimeSpec:
    """What is assumed where nobody knows: half an hour of work, two days of waiting outside."""
    inside = staffed or (role and role not in OUTSIDE)
    if inside:
        made.assumed.append(f"{step.title}：办一件平均 {USUAL_WORK:.0f} 分钟（没有历史，也没有填）")
        return TimeSpec.model_validate({"work": {"exponential": {"mean": USUAL_WORK}}})
    made.assumed.append(f"{step.title}：平均等 {USUAL_WAIT:.0f} 小时（没有历史，也没有填）")
    return TimeSpec.model_validate({"wait": {"exponential": {"mean": USUAL_WAIT}}})


# --- ways out --------------------------------------------------------------------------------------------------


def _ways(
    made: _Compiling, id_: str, step: StepSpec, clocks: tuple[ClockModel, ...]
) -> tuple[tuple[Way, ...], tuple[float, ...]]:
    """The ways out of a step, and the running sums of their shares."""
    index, graph = made.index, made.flow.nodes[id_]
    ways: list[Way] = []
    if step.calls:
        title = step.calls.case
        made.not_modelled.append(f"{step.title}：子事项“{title}”按一段时间算，不模拟它里面的排队")
        ways.append(Way(id="to", title=step.title, to=tuple(index[arc.target] for arc in graph.child)))
        ways += [
            Way(id=end, title=step.calls.by_end[end].title, to=tuple(index[arc.target] for arc in arcs))
            for end, arcs in graph.by_end.items()
        ]
    elif step.waits_for:
        arcs = graph.facts[step.waits_for.fact].arcs
        made.not_modelled.append(f"{step.title}：等外面的消息，按一段时间算")
        ways.append(Way(id="to", title=step.title, to=tuple(index[arc.target] for arc in arcs)))
    else:
        for name, choice in step.choices.items():
            way = _choice(made, id_, name, choice, clocks)
            if way.to or way.opens or not _goes_on(step):
                ways.append(way)
    given = made.given.routes.get(id_, {})
    if given.get("back"):
        ways.append(Way(id="back", title="回到来处", back=True))
    return tuple(ways), _shares(made, id_, step, ways)


def _goes_on(step: StepSpec) -> bool:
    """Whether some choice of the step leads on: then those that lead nowhere only note something."""
    return any(choice.to or choice.opens for choice in step.choices.values())


def _choice(made: _Compiling, id_: str, name: str, choice: ChoiceSpec, clocks: tuple[ClockModel, ...]) -> Way:
    graph = made.flow.nodes[id_].ways[name]
    if choice.when:
        made.not_modelled.append("选项的条件：按过去选的比例抽，不看表单内容")
    if choice.extends:
        made.not_modelled.append(f"{choice.title or name}：延期不改时限")
    return Way(
        id=name,
        title=choice.title or name,
        to=tuple(made.index[arc.target] for arc in graph.arcs),
        opens=tuple(made.index[arc.target] for arc in graph.opens),
        at_most=graph.at_most or 0,
        then=tuple(made.index[arc.target] for arc in graph.then),
        starts=tuple(i for i, clock in enumerate(clocks) if clock.starts in choice.marks),
        stops=tuple(i for i, clock in enumerate(clocks) if clock.stops in choice.marks),
        pauses=choice.pauses,
        resumes=choice.resumes,
    )


def _shares(made: _Compiling, id_: str, step: StepSpec, ways: list[Way]) -> tuple[float, ...]:
    given = made.given.routes.get(id_)
    if given is None:
        weights = [1.0] + [0.0] * (len(ways) - 1)
        moving = [place for place, way in enumerate(ways) if way.to or not way.opens] or [0]
        if len(moving) > 1:
            rest = (1 - MAIN) / (len(moving) - 1)
            weights = [0.0] * len(ways)
            for place in moving:
                weights[place] = MAIN if place == moving[0] else rest
            made.assumed.append(
                f"{step.title}：{MAIN:.0%} 选“{ways[moving[0]].title}”，其余平分（没有历史，也没有填）"
            )
    else:
        weights = [given.get(way.id, 0.0) for way in ways]
    total = sum(weights)
    if not total:
        raise BadAssumption(what=f"routes.{id_}", why="各选项的份额都是零")
    sums, so_far = [], 0.0
    for weight in weights:
        so_far += weight
        sums.append(1.0 if so_far >= total else so_far / total)
    return tuple(sums)


def _rounds(
    made: _Compiling, id_: str, ways: tuple[Way, ...], scopes: tuple[ScopeModel, ...]
) -> Rounds | None:
    names = [way.id for way in ways]
    for each in made.given.rounds:
        step, _, again = each.again.partition(".")
        if step != id_:
            if step not in made.spec.steps:
                raise BadAssumption(what=f"rounds {each.again}", why=f"没有环节“{step}”")
            continue
        done = each.done.partition(".")[2]
        if again not in names or done not in names or each.done.partition(".")[0] != id_:
            raise BadAssumption(what=f"rounds {each.again}", why="again 和 done 应是同一环节的两个选项")
        known = [scope.id for scope in scopes]
        if each.moves and each.moves not in known:
            raise BadAssumption(what=f"rounds {each.again}", why=f"offices 里没有“{each.moves}”")
        return Rounds(
            again=names.index(again),
            done=names.index(done),
            times=each.times,
            moves=known.index(each.moves) if each.moves else -1,
        )
    return None


def _timers(made: _Compiling, step: StepSpec, clocks: tuple[ClockModel, ...]) -> tuple[TimerModel, ...]:
    """Timers that move something. What only writes a fact changes no waiting."""
    timers = []
    known = [clock.id for clock in clocks]
    for name, timer in step.timers.items():
        if not timer.to:
            continue
        to = tuple(made.index[each] for each in timer.to)
        if isinstance(timer.after, str):
            timers.append(TimerModel(to=to, interrupting=timer.interrupting, span=parse_span(timer.after)))
        elif isinstance(timer.after, ClockDue) and timer.after.clock in known:
            clock = known.index(timer.after.clock)
            timers.append(TimerModel(to=to, interrupting=timer.interrupting, clock=clock))
        else:
            made.not_modelled.append(f"{step.title}：定时“{name}”的时间由表单决定，没有算进去")
        if timer.every:
            made.not_modelled.append(f"{step.title}：定时“{name}”只算第一次")
    return tuple(timers)


def _once(flow: Flow, id_: str) -> bool:
    """Whether a case can come to the node at most once: no branches or side steps anywhere, and no way back to it."""
    plain = not any(
        node.items is not None
        or any(way.opens or len(way.arcs) > 1 for way in node.ways.values())
        or any(reaction.side and reaction.arcs for reaction in node.timers.values())
        for node in flow.nodes.values()
    )
    if not plain:
        return False
    seen: set[str] = set()
    todo = [id_]
    while todo:
        for target in _after(flow, todo.pop()):
            if target == id_:
                return False
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return True


def _after(flow: Flow, id_: str) -> list[str]:
    return [arc.target for arc, _ in arcs_of(flow.nodes[id_])]


# --- clocks and arrivals ---------------------------------------------------------------------------------------


def _clocks(made: _Compiling) -> tuple[tuple[ClockModel, ...], int]:
    """The clocks whose limit is known, and which of them is the promise."""
    clocks: list[ClockModel] = []
    for id_, clock in made.spec.clocks.items():
        text = made.given.limits.get(id_) or (clock.limit if isinstance(clock.limit, str) else None)
        if text is None:
            made.not_modelled.append(f"时限“{clock.title}”由表格按表单决定，没有填就不算按时率")
            continue
        clocks.append(
            ClockModel(
                id=id_,
                title=clock.title,
                span=parse_span(text),
                starts=clock.from_,
                stops=clock.until,
                pauses=frozenset(clock.pauses),
            )
        )
    names = [clock.id for clock in clocks]
    promise = made.given.promise
    if promise is None:
        whole = [i for i, clock in enumerate(clocks) if (clock.starts, clock.stops) == ("opened", "ended")]
        return tuple(clocks), whole[0] if whole else 0 if clocks else -1
    if promise in names:
        return tuple(clocks), names.index(promise)
    clocks.append(
        ClockModel(id="promise", title=f"承诺 {_span_of(promise).chinese()}", span=_span_of(promise))
    )
    return tuple(clocks), len(clocks) - 1


def _span_of(text: str) -> Span:
    try:
        return parse_span(text)
    except SpanError as error:
        raise BadAssumption(what="promise", why=f"“{text}”既不是时限也不是期限") from error


def _arrivals(made: _Compiling) -> ArrivalModel:
    given = made.given.arrivals
    if given is None:
        raise NoArrivals()
    if given.at is not None:
        instants = sorted(parse_instant(text) for text in given.at)
        shift = instants[0].replace(hour=0, minute=0, second=0, microsecond=0)
        at = tuple((each - shift).total_seconds() / 60 for each in instants)
        return ArrivalModel(kind="instants", at=at)
    if given.by_hour is not None:
        rates = tuple(rate * given.times for row in given.by_hour for rate in row)
        if not sum(rates):
            raise NoArrivals()
        return ArrivalModel(kind="weekly", rates=rates, weekdays=_weekdays(made))
    if given.every is not None:
        return ArrivalModel(kind="working", law=("constant", (given.every / given.times,)))
    per_minute = (given.per_working_hour or 0.0) / 60
    if given.per_working_day is not None:
        per_minute = given.per_working_day / _usual_day(made)
    if not per_minute:
        raise NoArrivals()
    return ArrivalModel(kind="working", law=("exponential", (1 / (per_minute * given.times),)))


def _usual_day(made: _Compiling) -> float:
    """Working minutes of an average working day of the office."""
    axis = made.axes[0]
    closing = axis.worked[-1] + axis.closes[-1] - axis.opens[-1]
    return closing / max(len(axis.days), 1)


def _weekdays(made: _Compiling) -> tuple[int, ...]:
    """Which row of the week each day follows: a holiday is like a Sunday, a make-up day like a Friday."""
    working = set(made.axes[0].days)
    rows = []
    for number in range(made.length):
        weekday = (made.given.start + timedelta(days=number)).weekday()
        works = DAY * number in working
        rows.append(6 if weekday < 5 and not works else 4 if weekday >= 5 and works else weekday)
    return tuple(rows)


def _tell_calendar(made: _Compiling) -> None:
    last = made.given.start + timedelta(days=made.length)
    missing = sorted(
        {year for year in (made.given.start.year, last.year) if year not in made.office.announced}
    )
    if missing:
        made.not_modelled.append(f"{'、'.join(map(str, missing))} 年的放假安排还没有公布，按平常周末算")


__all__ = ["MAIN", "USUAL_WAIT", "USUAL_WORK", "model_of"]
