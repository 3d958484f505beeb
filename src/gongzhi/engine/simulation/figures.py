"""The figures of one replication, flat: name -> number. Everything later (intervals, differences) works on names.

elapsed.mean  .p50 .p90      natural hours from opening to end: what the citizen waits
worked.mean   .p50 .p90      the same in working hours of the office
queued.mean                  natural hours of a case in queues
cases  finished  unfinished  measured cases; those that ended; those still open when the run stopped
open.mean  backlog           cases open on average; open at the end of the measured days
throughput                   cases ended per working day
within.<clock>  within       share that kept the clock; of the promise
cost                         money per case
end.<id>                     share of the ended cases
step.<id>.queue .most .wait .wait_natural .spent .visits
                             waiting on average (over working time), at most; hours in the queue on both clocks;
                             natural hours in the step; visits per case
pool.<id>.use .queue .most .hours
                             share of the people's time that is used; waiting; working hours used per working day
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gongzhi.engine.simulation.running import Replicator


def figures_of(run: Replicator) -> dict[str, float]:
    """All figures of a finished run."""
    figures: dict[str, float] = {}
    for name, tally in (("elapsed", run.elapsed), ("worked", run.worked)):
        figures[f"{name}.mean"] = tally.mean() / 60
        figures[f"{name}.p50"] = tally.quantile(0.5) / 60
        figures[f"{name}.p90"] = tally.quantile(0.9) / 60
    figures["queued.mean"] = run.queued.mean() / 60
    ended = sum(run.ends.values())
    figures["cases"] = run.counted
    figures["finished"] = ended
    figures["unfinished"] = run.counted - ended
    figures["open.mean"] = run.open_total / (run.window[1] - run.window[0])
    figures["backlog"] = run.backlog
    figures["throughput"] = run.finished_in_window / max(_working_days(run), 1)
    for number, clock in enumerate(run.model.clocks):
        judged = run.judged[number]
        figures[f"within.{clock.id}"] = 1 - run.late[number] / judged if judged else math.nan
    if run.model.promise >= 0:
        figures["within"] = figures[f"within.{run.model.clocks[run.model.promise].id}"]
    figures["cost"] = run.cost / 60 / run.counted if run.counted else math.nan
    for end, times in run.ends.items():
        figures[f"end.{run.nodes[end].id.removeprefix('end.') if end >= 0 else 'stuck'}"] = times / ended
    _steps(run, figures)
    _pools(run, figures)
    return figures


def _working_days(run: Replicator) -> int:
    days = run.office.days
    return sum(run.window[0] <= day < run.window[1] for day in days)


def _steps(run: Replicator, figures: dict[str, float]) -> None:
    for node, station in zip(run.nodes, run.stations, strict=True):
        if station is None:
            continue
        step = station.step
        name = f"step.{node.id}"
        if node.pools:
            hands = run.pools[node.pools[0]].hands[0]
            figures[f"{name}.queue"] = step.queue / max(hands.last - hands.first, 1e-9)
            figures[f"{name}.most"] = step.most
            figures[f"{name}.wait"] = step.wait / 60 / step.started if step.started else math.nan
            figures[f"{name}.wait_natural"] = (
                step.wait_natural / 60 / step.started if step.started else math.nan
            )
        figures[f"{name}.spent"] = step.spent / 60 / step.done if step.done else math.nan
        figures[f"{name}.visits"] = step.done / run.counted if run.counted else math.nan


def _pools(run: Replicator, figures: dict[str, float]) -> None:
    days = max(_working_days(run), 1)
    for pool in run.pools:
        name = f"pool.{pool.model.id}"
        offered = sum(hands.people * (hands.last - hands.first) for hands in pool.hands)
        busy = sum(hands.busy / hands.stretch for hands in pool.hands)
        used = sum(hands.busy for hands in pool.hands)
        figures[f"{name}.use"] = used / offered if offered else math.nan
        figures[f"{name}.hours"] = busy / 60 / days
        figures[f"{name}.most"] = pool.most


__all__ = ["figures_of"]
