"""One replication: an event loop on a heap, with sums instead of lists.

Events are ``(minute, number, kind, what)``; the number breaks ties, so the same seed always gives the same run. A
service is laid on the working time of whoever does it: it stops with their hours and goes on with the next ones.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    Case,
    Token,
)
from gongzhi.engine.simulation.figures import figures_of
from gongzhi.engine.simulation.hands import Hands, Pool
from gongzhi.engine.simulation.judging import Judging
from gongzhi.engine.simulation.model import Model, NodeModel, TimerModel, Way
from gongzhi.engine.simulation.stations import Station
from gongzhi.engine.simulation.streams import UNIFORM, taker

ARRIVAL, WORK, TIMER, TURN = range(4)


@dataclass(frozen=True, slots=True)
class Replication:
    """What one run came to: figures by name (see ``figures``), and how many case-steps it took."""

    number: int
    figures: dict[str, float]
    steps: int
    events: int


class Replicator(Judging):
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
        self.pools = [
            Pool(pool, [Hands(s.people, model.axes[s.axis], s.other, self.window) for s in pool.shifts])
            for pool in model.pools
        ]
        self.stations = [
            None if node.is_end else Station(node, model, self.pools, seed) for node in model.nodes
        ]
        self.share = [taker(UNIFORM, seed, f"office:{scope.id}") for scope in model.scopes]
        self.coming: Iterator[float] = arrivals(model.arrivals, self.office, seed)
        self.came = 0
        self.events = self.taken = 0
        self.begin_accounts()
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
        station: Any = self.stations[number]
        token.station = station
        token.entered = self.now
        if station.once:
            token.visit = 0
        else:
            visits = token.case.visits
            token.visit = visits[number] = visits.get(number, -1) + 1
        token.ticket = 0
        if station.timers:
            self.arm(token, station.node)
        if station.staffed:
            self.ask(token, station)
        else:
            self.rest(token, station)

    def ask(self, token: Token, station: Station) -> None:
        """Somebody who is free begins, else the token queues. Of several who are free the first to open begins."""
        pool = station.pool or station.pools[self.office_of(token, station)]
        token.pool = pool
        hands = pool.hands[0] if len(pool.hands) == 1 else pool.first_free(self.now)
        if hands.idle:
            hands.idle -= 1
            self.serve(token, hands)
            return
        token.stage = QUEUED
        pool.queue.append(token)
        pool.waiting += 1
        step = station.step
        step.now += 1
        if self.measuring:
            if step.now > step.most:
                step.most = step.now
            if pool.waiting > pool.most:
                pool.most = pool.waiting

    def office_of(self, token: Token, station: Station) -> int:
        """Which of the offices of a step's scope: a branch's own (drawn first, the rest in order), or the case's."""
        scope, offices = station.node.scope, token.case.offices
        drawn = offices[scope] if scope >= 0 and offices else 0
        return (drawn + max(token.office, 0)) % len(station.pools)

    def serve(self, token: Token, hands: Hands) -> None:
        """Somebody begins, now or with the next opening."""
        station = token.station
        length = station.work(token.case.index, token.visit) * hands.stretch
        start, begun, end = hands.axis.lay(self.now, length)
        until = begun + length
        token.hands, token.began, token.until = hands, begun, until
        token.stage = SERVED
        if begun >= hands.first and until <= hands.last:
            hands.busy += length
        else:
            hands.count(begun, until)
        if start > token.entered:
            self.waited(token, hands, start, begun)
        if self.measuring:
            station.step.started += 1
        token.ticket = ticket = next(self.number)
        heappush(self.heap, (end, ticket, WORK, token))

    def waited(self, token: Token, hands: Hands, start: float, begun: float) -> None:
        """Add what a token waited before its service, on both clocks."""
        step = token.station.step
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
        pool, hands = token.pool, token.hands
        queue = pool.queue
        while queue:
            other = queue.popleft()
            if other.stage == QUEUED:
                pool.waiting -= 1
                other.station.step.now -= 1
                self.serve(other, hands)
                return
        hands.idle += 1

    def rest(self, token: Token, station: Station) -> None:
        """Nobody has to be free: what the step takes simply passes."""
        station.step.started += self.measuring
        end = self.now
        if station.work is not None:
            end = self.office.lay(end, station.work(token.case.index, token.visit))[2]
        self.linger(token, station, end)

    def linger(self, token: Token, station: Station, start: float) -> None:
        """What passes after the work without anybody: on the office's time, or on natural time."""
        end = start
        if station.lag is not None:
            length = station.lag(token.case.index, token.visit)
            end = self.office.lay(start, length)[2] if station.node.lag_works else start + length
        token.stage = LAGGING
        token.ticket = ticket = next(self.number)
        heappush(self.heap, (end, ticket, WORK, token))

    def done(self, token: Token) -> None:
        """A service or a wait is over."""
        if token.stage == SERVED:
            rate = token.pool.cost
            if rate:
                token.case.cost += (token.until - token.began) * rate
            token.stage = READY
            self.free(token)
            if token.station.lag is not None:
                self.linger(token, token.station, self.now)
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
        if token.station.staffed:
            self.ask(token, token.station)
        else:
            self.rest(token, token.station)

    def depart(self, token: Token) -> None:
        """The step is done: a choice is drawn and taken."""
        self.taken += 1
        case, station = token.case, token.station
        if self.measuring:
            step = station.step
            step.done += 1
            step.spent += self.now - token.entered
        if not station.easy:
            self.go(token, self.choose(token, station))
            return
        shares = station.shares
        place = bisect_right(shares, station.route(case.index, token.visit)) if shares is not None else 0
        target = station.next[place]
        if target < 0 or len(case.tokens) > 1 or case.joins or token.group or token.side:
            self.go(token, station.ways[place])
        elif self.stations[target] is None:
            case.tokens.clear()
            token.stage, token.ticket = GONE, -1
            self.ended(case, target)
        else:
            token.prev, token.node = token.node, target
            token.id = case.next
            case.next += 1
            self.opened(token)

    def go(self, token: Token, way: Way) -> None:
        """Take a way that does more than move a single token."""
        arcs = way.then if way.at_most and self.used_up(token, way) else way.to
        if way.starts or way.stops or way.pauses or way.resumes:
            self.mark(token.case, way)
        if way.opens and not arcs:
            token.stage, token.ticket = HELD, next(self.number)
        self.take(token, way, arcs)

    # --- choices --------------------------------------------------------------------------------------------

    def choose(self, token: Token, station: Station) -> Way:
        """Draw one of the ways that are not used up."""
        node = station.node
        drawn = station.route(token.case.index, token.visit)
        place = bisect_right(node.shares, drawn)
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
            hands = token.hands
            hands.count(max(hands.axis.working(self.now), token.began), token.until, -1.0)
            self.free(token)
        elif stage == QUEUED:
            token.pool.waiting -= 1
            token.station.step.now -= 1

    def branches(self, case: Case, node: int) -> int:
        """How many branches an ``each`` step opens, by the law of their number."""
        station = self.stations[node]
        if station is None or station.each is None:
            return 1
        return int(station.each(case.index, case.visits.get(node, 0)) + 0.5)

    def is_needed(self, case: Case, node: int) -> bool:
        """Whether the child is needed, by its share."""
        station = self.stations[node]
        return station is None or station.need(case.index, case.visits.get(node, 0)) < station.node.needed

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


def root_of(seed: int, number: int) -> int:
    """The root of all random numbers of one replication."""
    return (seed & 0xFFFFFFFF) << 32 | (number & 0xFFFFFFFF)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without the collector of cyclic garbage: a case that ended leaves no cycle, and a third of the time is saved."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def replicate(
    model: Model, seed: int, number: int = 0, on_progress: Callable[[float], None] | None = None
) -> Replication:
    """Run the model once. Pure: the same model, seed and number give the same figures in every process.

    ``number`` is the replication (0, 1, 2 …); ``on_progress`` is called with the share done, about twenty times.
    """
    run = Replicator(model, root_of(seed, number))
    with undisturbed():
        run.run(on_progress)
    return Replication(number, figures_of(run), run.taken, run.events)


__all__ = ["Replication", "Replicator", "replicate", "root_of"]
