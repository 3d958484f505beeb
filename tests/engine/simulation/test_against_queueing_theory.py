"""Waiting, use and length of queues whose formulas are known: M/M/c (Erlang C), M/G/1 (Pollaczek and Khinchine), Little.

Sources: Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory, 5th ed., 3.3 (M/M/c), 6.1 (M/G/1), 1.4 (Little).
"""

from __future__ import annotations

import math

import pytest

from gongzhi.engine.simulation import model_of, replicate, summarise
from tests.engine.simulation.conftest import assumptions


def erlang_c(servers: int, load: float) -> float:
    """The share of those who wait, with ``load`` = arrival rate times mean service."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


def wide(interval, wanted: float) -> bool:
    """Whether the interval, widened by half (the test must hold for one seed of many), contains the value."""
    return abs(interval.mean - wanted) <= 1.5 * interval.half


@pytest.mark.parametrize(
    ("servers", "minutes", "per_hour"),
    [
        (1, 6.0, 5.0),  # load 0.5
        (2, 10.0, 9.0),  # load 1.5, use 75 %
        (5, 30.0, 8.0),  # load 4, use 80 %
        (12, 60.0, 10.0),  # load 10, use 83 %
    ],
)
def test_it_waits_as_erlang_c_says(make, servers, minutes, per_hour):
    spec = assumptions(
        days=80,
        arrivals={"per_working_hour": per_hour},
        staff={"window_clerk": {"people": servers}},
        times={"serve": {"work": {"exponential": {"mean": minutes}}}},
    )
    model = model_of(make(), "queue", spec)
    summary = summarise([replicate(model, 7, n) for n in range(6)])
    load = per_hour * minutes / 60
    wait = erlang_c(servers, load) * minutes / 60 / (servers - load)
    assert wide(summary["step.serve.wait"], wait)
    assert wide(summary["pool.window_clerk.use"], load / servers)
    assert wide(summary["step.serve.queue"], wait * per_hour)
    assert summary["step.serve.wait"].half < 0.25 * wait


@pytest.mark.parametrize(
    ("law", "second_moment"),
    [
        ({"constant": 10}, 100.0),
        ({"uniform": {"low": 0, "high": 20}}, 400 / 3),
        ({"gamma": {"mean": 10, "sd": 5}}, 125.0),
        ({"lognormal": {"mean": 10, "sd": 12}}, 244.0),
        ({"triangular": {"low": 0, "usual": 10, "high": 20}}, 100 + 400 / 24),
    ],
)
def test_it_waits_as_pollaczek_and_khinchine_say(make, law, second_moment):
    spec = assumptions(
        days=120,
        arrivals={"per_working_hour": 4.2},
        staff={"window_clerk": 1},
        times={"serve": {"work": law}},
    )
    model = model_of(make(), "queue", spec)
    summary = summarise([replicate(model, 11, n) for n in range(6)])
    rate = 4.2 / 60
    wait = rate * second_moment / 2 / (1 - rate * 10) / 60
    assert wide(summary["step.serve.wait"], wait)
    assert wide(summary["pool.window_clerk.use"], 0.7)


def test_it_keeps_littles_law(make):
    spec = assumptions(
        days=150,
        arrivals={"per_working_hour": 3},
        staff={"window_clerk": 2},
        times={"serve": {"work": {"gamma": {"mean": 30, "sd": 40}}, "wait": 24}},
    )
    runs = [replicate(model_of(make(), "queue", spec), 3, n) for n in range(2)]
    for run in runs:
        rate = run.figures["cases"] / (150 * 24)
        assert run.figures["open.mean"] == pytest.approx(rate * run.figures["elapsed.mean"], rel=0.02)


def test_it_says_an_overloaded_window_never_recovers(make):
    spec = assumptions(
        days=60,
        patience=5,
        arrivals={"per_working_hour": 7},
        staff={"window_clerk": 1},
        times={"serve": {"work": 10}},
        promise="1 day",
    )
    model = model_of(make(), "queue", spec)
    run = replicate(model, 1)
    # seven an hour come, six are done: one an hour stays behind, every working hour of 70 days
    hours = model.axes[0].working(70 * 1440) / 60
    assert abs(run.figures["backlog"] - hours) < 4 * (7 * hours) ** 0.5
    assert run.figures["pool.window_clerk.use"] > 0.999
    assert run.figures["unfinished"] > 0
    assert run.figures["within"] < 0.1
