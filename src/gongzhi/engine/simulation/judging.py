"""Clocks of a case while it runs, and what is added up when it is over."""

from __future__ import annotations

import math

from gongzhi.engine.simulation.axis import Axis, due_of
from gongzhi.engine.simulation.branching import QUEUED, Branching, Case, Token
from gongzhi.engine.simulation.counting import Tally
from gongzhi.engine.simulation.hands import Hands, Pool
from gongzhi.engine.simulation.model import ClockModel, Model, Way


class Judging(Branching):
    """The part of a run that looks at whole cases."""

    model: Model
    now: float
    office: Axis
    window: tuple[float, float]
    measuring: bool
    over: bool
    pools: list[Pool]
    cases: dict[int, Case]

    def begin_accounts(self) -> None:
        """Nothing has happened yet."""
        #: measured cases that came, and those of them that are open
        self.counted = self.open_counted = 0
        #: open cases (all; integrated over the measured days), and how many were open at their end
        self.open_now = 0
        self.open_total = 0.0
        self.backlog = -1
        self.ends: dict[int, int] = {}
        self.elapsed, self.worked, self.queued = Tally(), Tally(), Tally()
        self.cost = 0.0
        self.late = [0] * len(self.model.clocks)
        self.judged = [0] * len(self.model.clocks)
        self.finished_in_window = 0

    def waited(self, token: Token, hands: Hands, start: float, begun: float) -> None:
        """Add what a token waited before its service."""
        raise NotImplementedError

    def clocks_of(self, case: Case) -> list[list[float]]:
        """[started, stopped, paused minutes, pause that runs] of each clock; -1 where there is none."""
        if case.clocks is None:
            case.clocks = [
                [case.opened if clock.starts == "opened" else -1.0, -1.0, 0.0, -1.0]
                for clock in self.model.clocks
            ]
        clocks: list[list[float]] = case.clocks
        return clocks

    def due(self, case: Case, clock: int) -> float:
        """When a clock is due; infinite while it doesn't run."""
        started, _, paused, _ = self.clocks_of(case)[clock]
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
        clocks = self.clocks_of(case)
        for place in way.starts:
            if clocks[place][0] < 0:
                clocks[place][0] = self.now
        for place in way.stops:
            clocks[place][1] = self.now
        for number, clock in enumerate(self.model.clocks):
            state = clocks[number]
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
        clocks = self.clocks_of(case)
        for number, clock in enumerate(self.model.clocks):
            state = clocks[number]
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


__all__ = ["Judging"]
