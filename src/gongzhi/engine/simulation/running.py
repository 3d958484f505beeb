"""One replication: an event loop on a heap, with sums instead of lists.

Events are ``(minute, number, kind, what)``; the number breaks ties, so the same seed always gives the same run. A
service is laid on the working time of whoever does it: it stops with their hours and goes on with the next ones.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from gongzhi.engine.simulation.arriving import arrivals
from gongzhi.engine.simulation.axis import DAY, due_of
from gongzhi.engine.simulation.branching import (
    GONE,
    HELD,
    LAGGING,
    QUEUED,
    READY,
    SERVED,
    Branching,
    Case,
    Token,
)
from gongzhi.engine.simulation.counting import Step, Tally
from gongzhi.engine.simulation.figures import figures_of
from gongzhi.engine.simulation.hands import Hands, Pool
from gongzhi.engine.simulation.model import ClockModel, Model, NodeModel, TimerModel, Way
from gongzhi.engine.simulation.streams import UNIFORM, taker

ARRIVAL, WORK, TIMER, TURN = range(4)


@dataclass(frozen=True, slots=True)
class Replication:
    """What one run came to: figures by name (see ``figures``), and how many case-steps it took."""

    number: int
    figures: dict[str, float]
    steps: int
    events: int


Draw = Callable[[int, int], float]


class Replicator(Branching):
    """The mutable inside of ``replicate``; lives for one run."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model = model
        self.nodes = model.nodes
        self.early = any(node.join > 0 for node in model.nodes)
        self.window = (model.warm_up * DAY, (model.warm_up + model.days) * DAY)
        self.stop = self.window[1] + model.patience * DAY
        self.office = model.axes[0]
        self.now = 0.0
        #: within the measured days; and: every measured case is done
        self.measuring = False
        self.over = False
        self.heap: list[tuple[float, int, int, Any]] = []
        self.number = count(1)
        self.steps = [Step() for _ in model.nodes]
        self.pools = [
            Pool(pool, [Hands(s.people, model.axes[s.axis], s.other, self.window) for s in pool.shifts])
            for pool in model.pools
        ]
        self.work: list[Draw | None] = [
            taker(node.work, seed, f"work:{node.id}") if node.work else None for node in model.nodes
        ]
        self.lag: list[Draw | None] = [
            taker(node.lag, seed, f"lag:{node.id}") if node.lag else None for node in model.nodes
        ]
        self.route = [taker(UNIFORM, seed, f"route:{node.id}") for node in model.nodes]
        self.each = [taker(node.each, seed, f"each:{node.id}") if node.each else None for node in model.nodes]
        self.need = [taker(UNIFORM, seed, f"need:{node.id}") for node in model.nodes]
        self.share = [taker(UNIFORM, seed, f"office:{scope.id}") for scope in model.scopes]
        self.coming: Iterator[float] = arrivals(model.arrivals, self.office, seed)
        self.came = 0
        self.counted = self.open_counted = 0
        self.events = self.taken = 0
        #: open cases (all; integrated over the measured days), and how many were open at their end
        self.open_now = 0
        self.open_total = 0.0
        self.backlog = -1
        self.ends: dict[int, int] = {}
        self.elapsed, self.worked, self.queued = Tally(), Tally(), Tally()
        self.cost = 0.0
        self.late = [0] * len(model.clocks)
        self.judged = [0] * len(model.clocks)
        self.finished_in_window = 0
        #: cases still open, by index: only to close the accounts at the end
        self.cases: dict[int, Case] = {}

    # --- the loop -------------------------------------------------------------------------------------------

    def run(self, on_progress: Callable[[float], None] | None = None) -> None:
        """From the first arrival until the last measured case is done, or patience ends."""
        heap, done, events = self.heap, self.done, 0
        heappush(heap, (next(self.coming), 0, ARRIVAL, None))
        for number in range(1, 21):
            heappush(heap, (self.stop * number / 20, -1, TURN, number))
        for edge in self.window:
            heappush(heap, (edge, -2, TURN, 0))
        while heap:
            self.now, number, kind, what = heappop(heap)
            events += 1
            if kind == WORK:
                if what.ticket == number:
                    done(what)
            elif kind == ARRIVAL:
                self.arrival(self.now)
            elif kind == TURN:
                if on_progress and what:
                    on_progress(what / 20)
                if self.turn():
                    break
            elif what[0].stage != GONE and what[0].id == what[2]:
                self.timer(what[0], what[1])
            if self.over:
                break
        self.events = events
        self.close_accounts()

    def turn(self) -> bool:
        """The measured days begin or end; True when patience is at its end."""
        self.measuring = self.window[0] <= self.now < self.window[1]
        if self.now >= self.window[1]:
            self.backlog = self.open_now if self.backlog < 0 else self.backlog
            self.over = self.open_counted == 0
        return self.now >= self.stop

    def arrival(self, at: float) -> None:
        """One case comes, and the next one is announced."""
        counted = self.measuring
        case = Case(self.came, at, counted)
        self.cases[self.came] = case
        self.came += 1
        self.open_now += 1
        if counted:
            self.counted += 1
            self.open_counted += 1
        if self.model.scopes:
            case.offices = [
                min(bisect_right(scope.shares, self.share[i](case.index, 0)), len(scope.offices) - 1)
                for i, scope in enumerate(self.model.scopes)
            ]
            for node in self.nodes:
                if node.rounds is not None and node.rounds.moves >= 0:
                    case.offices[node.rounds.moves] = 0
        if self.model.clocks:
            case.clocks = [[at if c.starts == "opened" else -1.0, -1.0, 0.0, -1.0] for c in self.model.clocks]
        heappush(self.heap, (next(self.coming), next(self.number), ARRIVAL, None))
        start = self.model.start
        first = self.nodes[start]
        if first.join or first.each is not None or first.needed < 1.0:
            self.begin(case, start)
        else:
            token = Token(1, start, case)
            case.next = 2
            case.tokens.append(token)
            self.opened(token)

    # --- a step ---------------------------------------------------------------------------------------------

    def opened(self, token: Token) -> None:
        """A token comes to a step: it is served, queued or only waits."""
        number = token.node
        node = self.nodes[number]
        token.entered = self.now
        if node.once:
            token.visit = 0
        else:
            visits = token.case.visits
            token.visit = visits[number] = visits.get(number, -1) + 1
        token.ticket = 0
        if node.timers:
            self.arm(token, node)
        if node.pools and self.work[number] is not None:
            self.ask(token, node)
        else:
            self.rest(token)

    def ask(self, token: Token, node: NodeModel) -> None:
        """Somebody who is free begins, else the token queues. Of several who are free the first to open begins."""
        pools = node.pools
        token.pool = pools[0] if len(pools) == 1 else pools[self.office_of(token, node, len(pools))]
        pool = self.pools[token.pool]
        if len(pool.hands) == 1:
            best = 0 if pool.hands[0].idle else -1
        else:
            best, start = -1, math.inf
            for place, hands in enumerate(pool.hands):
                if hands.idle and (opening := hands.axis.opening(self.now)) < start:
                    best, start = place, opening
        if best >= 0:
            token.shift = best
            hands = pool.hands[best]
            hands.idle -= 1
            self.serve(token, hands)
        else:
            token.stage = QUEUED
            pool.queue.append(token)
            pool.waiting += 1
            step = self.steps[token.node]
            step.now += 1
            if self.measuring:
                step.most = max(step.most, step.now)
                pool.most = max(pool.most, pool.waiting)

    def office_of(self, token: Token, node: NodeModel, offices: int) -> int:
        """Which of the offices of a step's scope: a branch's own (drawn first, the rest in order), or the case's."""
        drawn = (token.case.offices or [0])[node.scope] if node.scope >= 0 else 0
        return (drawn + max(token.office, 0)) % offices

    def serve(self, token: Token, hands: Hands) -> None:
        """Somebody begins, now or with the next opening."""
        number = token.node
        draw = self.work[number]
        length = draw(token.case.index, token.visit) * hands.stretch if draw is not None else 0.0
        start, begun, end = hands.axis.lay(self.now, length)
        until = begun + length
        token.began, token.until = begun, until
        token.stage = SERVED
        if begun >= hands.first and until <= hands.last:
            hands.busy += length
        else:
            hands.count(begun, until)
        if start > token.entered:
            self.waited(token, hands, start, begun)
        if self.measuring:
            self.steps[number].started += 1
        token.ticket = ticket = next(self.number)
        heappush(self.heap, (end, ticket, WORK, token))

    def waited(self, token: Token, hands: Hands, start: float, begun: float) -> None:
        """Add what a token waited before its service, on both clocks."""
        step = self.steps[token.node]
        natural = start - token.entered
        token.case.queued += natural
        asked = hands.axis.working(token.entered)
        low = asked if asked > hands.first else hands.first
        high = begun if begun < hands.last else hands.last
        if high > low:
            step.queue += high - low
        if self.measuring:
            step.wait += begun - asked
            step.wait_natural += natural

    def free(self, token: Token) -> None:
        """Whoever served the token is free: the next of the queue, or nobody."""
        pool = self.pools[token.pool]
        hands = pool.hands[token.shift]
        queue = pool.queue
        while queue:
            other = queue.popleft()
            if other.stage == QUEUED:
                pool.waiting -= 1
                self.steps[other.node].now -= 1
                other.shift = token.shift
                self.serve(other, hands)
                return
        hands.idle += 1

    def rest(self, token: Token) -> None:
        """Nobody has to be free: what the step takes simply passes."""
        number = token.node
        self.steps[number].started += self.measuring
        draw = self.work[number]
        end = self.now
        if draw is not None:
            length = draw(token.case.index, token.visit)
            end = self.office.natural(self.office.working(end) + length) if length else end
        self.linger(token, max(end, self.now))

    def linger(self, token: Token, start: float) -> None:
        """What passes after the work without anybody: on the office's time, or on natural time."""
        number = token.node
        draw = self.lag[number]
        end = start
        if draw is not None:
            length = draw(token.case.index, token.visit)
            if self.nodes[number].lag_works:
                end = max(self.office.natural(self.office.working(start) + length), start)
            else:
                end = start + length
        token.stage = LAGGING
        token.ticket = ticket = next(self.number)
        heappush(self.heap, (end, ticket, WORK, token))

    def done(self, token: Token) -> None:
        """A service or a wait is over."""
        if token.stage == SERVED:
            pool = self.pools[token.pool]
            token.case.cost += (token.until - token.began) * pool.model.cost_per_hour
            token.stage = READY
            self.free(token)
            if self.lag[token.node] is not None:
                self.linger(token, self.now)
                return
        elif token.stage == HELD:
            if not any(other.opener == token.id for other in token.case.tokens):
                self.again(token)
            return
        else:
            token.stage = READY
        self.depart(token)

    def again(self, token: Token) -> None:
        """What held a step up is answered: it is done once more."""
        token.case.visits[token.node] = token.visit = token.visit + 1
        token.entered = self.now
        node = self.nodes[token.node]
        if node.pools and self.work[token.node] is not None:
            self.ask(token, node)
        else:
            self.rest(token)

    def depart(self, token: Token) -> None:
        """The step is done: a choice is drawn and taken."""
        self.taken += 1
        case, number = token.case, token.node
        node = self.nodes[number]
        if self.measuring:
            step = self.steps[number]
            step.done += 1
            step.spent += self.now - token.entered
        ways = node.ways
        way = ways[0] if len(ways) == 1 and not ways[0].back else self.choose(token, node)
        arcs = way.to
        if way.at_most and self.used_up(token, way):
            arcs = way.then
        if way.starts or way.stops or way.pauses or way.resumes:
            self.mark(case, way)
        if len(arcs) == 1 and len(case.tokens) == 1 and not case.joins and not way.opens and not token.group:
            target = self.nodes[arcs[0]]
            if target.is_end:
                case.tokens.clear()
                token.stage, token.ticket = GONE, -1
                self.ended(case, arcs[0])
                return
            if not target.join and target.each is None and target.needed >= 1.0 and not token.side:
                token.prev, token.node, token.office = number, arcs[0], token.office
                token.id = case.next
                case.next += 1
                self.opened(token)
                return
        if way.opens and not arcs:
            token.stage, token.ticket = HELD, next(self.number)
        self.take(token, way, arcs)

    # --- choices --------------------------------------------------------------------------------------------

    def choose(self, token: Token, node: NodeModel) -> Way:
        """Draw one of the ways that are not used up."""
        drawn = self.route[token.node](token.case.index, token.visit)
        place = min(bisect_right(node.shares, drawn), len(node.ways) - 1)
        way = node.ways[place]
        if way.back:
            before = (token.prev,)
            way = next((each for each in node.ways if each.to == before), node.ways[0])
        if node.rounds is not None and place in (node.rounds.again, node.rounds.done):
            way = self.round(token, node)
        if way.at_most and not way.then and self.times(token, way) >= way.at_most:
            left = [
                each for each in node.ways
                if not each.back and not (each.at_most and not each.then and self.times(token, each) >= each.at_most)
            ]  # fmt: skip
            way = left[int(drawn * 7919 % 1 * len(left))] if left else way
        return way

    def round(self, token: Token, node: NodeModel) -> Way:
        """Again until the rounds are over; each round may go on to the next office."""
        rounds, case = node.rounds, token.case
        assert rounds is not None
        if case.used is None:
            case.used = {}
        key = (token.node, "rounds", 0)
        times = case.used.get(key, 0)
        if times >= rounds.times:
            return node.ways[rounds.done]
        case.used[key] = times + 1
        if rounds.moves >= 0 and case.offices is not None:
            offices = len(self.model.scopes[rounds.moves].offices)
            case.offices[rounds.moves] = (case.offices[rounds.moves] + 1) % offices
        return node.ways[rounds.again]

    def times(self, token: Token, way: Way) -> int:
        """How often the case (or the branch) took the choice."""
        return (token.case.used or {}).get((token.node, way.id, token.office), 0)

    def used_up(self, token: Token, way: Way) -> bool:
        """Count a choice with ``at_most``; True when it leads to ``then`` now."""
        times = self.times(token, way)
        if times >= way.at_most:
            return True
        if token.case.used is None:
            token.case.used = {}
        token.case.used[token.node, way.id, token.office] = times + 1
        return False

    # --- what Branching asks --------------------------------------------------------------------------------

    def close(self, token: Token) -> None:
        """A closed side step lets the step go on that waited for it."""
        super().close(token)
        if token.opener:
            for other in token.case.tokens:
                if other.id == token.opener and other.stage == HELD:
                    heappush(self.heap, (self.now, other.ticket, WORK, other))

    def dropped(self, token: Token) -> None:
        """Whoever worked on it is free at once; the queue forgets it."""
        stage, token.stage, token.ticket = token.stage, GONE, -1
        if stage == SERVED:
            hands = self.pools[token.pool].hands[token.shift]
            hands.count(max(hands.axis.working(self.now), token.began), token.until, -1.0)
            self.free(token)
        elif stage == QUEUED:
            self.pools[token.pool].waiting -= 1
            self.steps[token.node].now -= 1

    def branches(self, case: Case, node: int) -> int:
        draw = self.each[node]
        return int(draw(case.index, case.visits.get(node, 0)) + 0.5) if draw is not None else 1

    def is_needed(self, case: Case, node: int) -> bool:
        return self.need[node](case.index, case.visits.get(node, 0)) < self.nodes[node].needed

    # --- timers and clocks ----------------------------------------------------------------------------------

    def arm(self, token: Token, node: NodeModel) -> None:
        """Set the timers of a step that was opened."""
        for timer in node.timers:
            if timer.clock >= 0:
                at = self.due(token.case, timer.clock)
            elif timer.span is not None:
                at = due_of(self.office, timer.span, self.now)
            if at < self.stop:
                heappush(self.heap, (max(at, self.now), next(self.number), TIMER, (token, timer, token.id)))

    def timer(self, token: Token, timer: TimerModel) -> None:
        """A timer is due on a token that is still there."""
        self.fire(token, timer.to, timer.interrupting)

    def due(self, case: Case, clock: int) -> float:
        """When a clock is due; infinite while it doesn't run."""
        started, _, paused, _ = case.clocks[clock]
        if started < 0:
            return math.inf
        span = self.model.clocks[clock].span
        due = due_of(self.office, span, started)
        if not paused:
            return due
        return (
            self.office.natural(self.office.working(due) + paused) if span.unit.is_working else due + paused
        )

    def mark(self, case: Case, way: Way) -> None:
        """Clocks start, stop, pause and go on at a choice."""
        for place in way.starts:
            if case.clocks[place][0] < 0:
                case.clocks[place][0] = self.now
        for place in way.stops:
            case.clocks[place][1] = self.now
        for number, clock in enumerate(self.model.clocks):
            state = case.clocks[number]
            if way.pauses and way.pauses in clock.pauses and state[3] < 0:
                state[3] = self.now
            elif way.resumes and way.resumes in clock.pauses:
                self.resume(clock, state)

    def resume(self, clock: ClockModel, state: list[float]) -> None:
        """Add a pause that is over, on the time that the clock counts."""
        begun, state[3] = state[3], -1.0
        if begun >= 0:
            works = clock.span.unit.is_working
            working = self.office.working
            state[2] += working(self.now) - working(begun) if works else self.now - begun

    # --- the end of a case ----------------------------------------------------------------------------------

    def ended(self, case: Case, end: int) -> None:
        """Add a case to the sums and forget it."""
        now = self.now
        del self.cases[case.index]
        self.open_now -= 1
        self.add_open(case.opened, now)
        if self.measuring:
            self.finished_in_window += 1
        if case.counted:
            self.open_counted -= 1
            self.over = self.open_counted == 0 and self.now >= self.window[1]
            self.ends[end] = self.ends.get(end, 0) + 1
            self.judge(case, now)

    def add_open(self, since: float, until: float) -> None:
        """The time within the measured days in which a case was open."""
        low, high = max(since, self.window[0]), min(until, self.window[1])
        if high > low:
            self.open_total += high - low

    def judge(self, case: Case, now: float, over: bool = True) -> None:
        """Elapsed time, waiting and cost of a measured case, and whether its clocks were kept.

        Of a case that isn't over a clock is judged only when it is late already.
        """
        self.elapsed.add(now - case.opened)
        self.worked.add(self.office.working(now) - self.office.working(case.opened))
        self.queued.add(case.queued)
        self.cost += case.cost
        for number, clock in enumerate(self.model.clocks):
            state = case.clocks[number]
            if state[0] < 0:
                continue
            self.resume(clock, state)
            stopped = state[1] if state[1] >= 0 else now
            late = stopped > self.due(case, number)
            self.judged[number] += late or over or state[1] >= 0
            self.late[number] += late

    def close_accounts(self) -> None:
        """What is still open when the run stops: open cases count with the time that they have had."""
        self.now = max(self.now, self.window[1])
        if self.backlog < 0:
            self.backlog = self.open_now
        for pool in self.pools:
            for token in pool.queue:
                if token.stage == QUEUED:
                    self.waited(token, pool.hands[0], self.now, pool.hands[0].axis.working(self.now))
        for case in self.cases.values():
            self.add_open(case.opened, self.now)
            if case.counted:
                self.judge(case, self.now, over=False)


def root_of(seed: int, number: int) -> int:
    """The root of all random numbers of one replication."""
    return (seed & 0xFFFFFFFF) << 32 | (number & 0xFFFFFFFF)


def replicate(
    model: Model, seed: int, number: int = 0, on_progress: Callable[[float], None] | None = None
) -> Replication:
    """Run the model once. Pure: the same model, seed and number give the same figures in every process.

    ``number`` is the replication (0, 1, 2 …); ``on_progress`` is called with the share done, about twenty times.
    """
    run = Replicator(model, root_of(seed, number))
    run.run(on_progress)
    return Replication(number, figures_of(run), run.taken, run.events)


__all__ = ["Replication", "Replicator", "replicate", "root_of"]
