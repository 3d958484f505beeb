"""What is run: a case type, its people and its chances as plain values, ready to be sent to another process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gongzhi.engine.instants import Span
from gongzhi.engine.simulation.axis import Axis
from gongzhi.engine.simulation.laws import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out of a step. Targets are indexes of nodes."""

    id: str
    title: str = ""
    to: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()
    at_most: int = 0
    then: tuple[int, ...] = ()
    #: indexes of the clocks that start or stop here
    starts: tuple[int, ...] = ()
    stops: tuple[int, ...] = ()
    #: reason for which clocks pause or go on
    pauses: str = ""
    resumes: str = ""
    #: leads to the step from which the case came
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerModel:
    """A timer that moves something: so long after the step opened, or when a clock is due."""

    to: tuple[int, ...]
    interrupting: bool
    span: Span | None = None
    #: index of the clock with whose due time it fires; -1: by ``span``
    clock: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """A choice that is taken a fixed number of times before another one is (eleven seals, one after the other)."""

    again: int
    done: int
    times: int
    #: scope whose office goes on to the next one each time; -1: none
    moves: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeModel:
    """One step, or an end (``is_end``)."""

    id: str
    title: str = ""
    role: str = ""
    is_end: bool = False
    #: pools by office of ``scope``; empty: nobody has to be free
    pools: tuple[int, ...] = ()
    #: index of the scope that says which pool; -1: the first
    scope: int = -1
    #: working minutes of whoever does it
    work: Law | None = None
    #: what passes afterwards without anybody's work, in minutes; on the office's working time or on natural time
    lag: Law | None = None
    lag_works: bool = False
    ways: tuple[Way, ...] = ()
    #: running sums of the shares of the ways
    shares: tuple[float, ...] = ()
    each: Law | None = None
    completes: int = 0
    #: 0: no join, -1: all, n: so many
    join: int = 0
    reach: frozenset[int] = frozenset()
    #: share of the cases that need the child; others pass by
    needed: float = 1.0
    timers: tuple[TimerModel, ...] = ()
    rounds: Rounds | None = None
    #: entered at most once in a case: visits need not be counted
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Some people of a pool with the same hours."""

    people: int
    #: index of the axis
    axis: int
    #: share of their hours that other duties take
    other: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolModel:
    """People who can stand in for each other: a role, or a role in one office."""

    id: str
    title: str
    role: str
    office: str = ""
    shifts: tuple[Shift, ...]
    cost_per_hour: float = 0.0

    @property
    def people(self) -> int:
        """All people of the pool."""
        return sum(shift.people for shift in self.shifts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeModel:
    """Offices among which the cases of one scope (``lead``, ``item``) are shared out."""

    id: str
    offices: tuple[str, ...]
    #: running sums of the shares
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockModel:
    """A time limit with a constant span."""

    id: str
    title: str
    span: Span
    #: marks; ``opened`` and ``ended`` are given
    starts: str = "opened"
    stops: str = "ended"
    pauses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalModel:
    """How cases come: ``working`` (a law of working minutes between two), ``weekly`` (168 rates) or ``instants``."""

    kind: str
    law: Law | None = None
    #: mean number per hour of the week, Monday 0:00 first
    rates: tuple[float, ...] = ()
    #: row of the week that each day follows: holidays as Sundays, make-up days as the day before the weekend
    weekdays: tuple[int, ...] = ()
    #: natural minutes from the start
    at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FitLine:
    """Where a number comes from: the step or choice, how it was found, from how many observations."""

    key: str
    title: str
    n: int
    text: str
    #: ``good``, ``few`` or ``none``
    quality: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that one replication needs. ``days`` are measured after ``warm_up`` days; both are natural."""

    mechanism: str
    case_type: str
    title: str
    first_day: date
    warm_up: int
    days: int
    #: so long after the measured days the last of their cases may still be finished
    patience: int
    start: int
    nodes: tuple[NodeModel, ...]
    pools: tuple[PoolModel, ...]
    scopes: tuple[ScopeModel, ...]
    axes: tuple[Axis, ...]
    clocks: tuple[ClockModel, ...]
    #: index of the clock that is the promise; -1: there is none
    promise: int
    arrivals: ArrivalModel
    #: what the case type says and this model doesn't
    not_modelled: tuple[str, ...] = ()
    #: numbers that nobody gave and no history shows
    assumed: tuple[str, ...] = ()
    fits: tuple[FitLine, ...] = field(default=())

    def node(self, step: str) -> int:
        """Index of a step's node; KeyError for an unknown one."""
        for number, node in enumerate(self.nodes):
            if node.id == step:
                return number
        raise KeyError(step)


__all__ = [
    "ArrivalModel", "ClockModel", "FitLine", "Model", "NodeModel", "PoolModel", "Rounds", "ScopeModel", "Shift",
    "TimerModel", "Way",
]  # fmt: skip
