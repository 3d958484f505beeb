"""Calendars, timers, side steps, offices, rounds, common random numbers, memory: what a run must keep to."""

from __future__ import annotations

import pickle
import tracemalloc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.calendars import calendar
from gongzhi.engine.instants import parse_instant, parse_span
from gongzhi.engine.simulation import (
    BadAssumption,
    NoArrivals,
    NoSolution,
    SimulationSpec,
    differences,
    fewest,
    merged,
    model_of,
    replicate,
    streams,
    summarise,
)
from gongzhi.engine.simulation.axis import axis_of, due_of
from gongzhi.engine.simulation.counting import Tally
from tests.engine.simulation.conftest import assumptions

MONDAY = date(2024, 9, 23)


def office(**keys):
    """Office hours from a Monday before the National Day week of 2024."""
    plain = {"start": MONDAY, "days": 7, "warm_up": 0, "patience": 30}
    return SimulationSpec.model_validate({**plain, **keys})


def minute(text):
    return (parse_instant(text) - parse_instant("2024-09-23")).total_seconds() / 60


SPANS = ["1 working day", "3 working days", "2 working hours", "7 days", "24 hours", "0 days", "15 minutes"]


@settings(max_examples=150)
@given(st.integers(0, 20 * 1440 - 1), st.sampled_from(SPANS))
def test_it_counts_time_as_the_calendar_does(at, text):
    china = calendar()
    axis = axis_of(china, MONDAY, 60)
    start = (
        parse_instant("2024-09-23") + (parse_instant("2024-09-24") - parse_instant("2024-09-23")) * at / 1440
    )
    due = china.add(start, parse_span(text))
    found = due_of(axis, parse_span(text), float(at))
    expected = (due - parse_instant("2024-09-23")).total_seconds() / 60
    assert found == pytest.approx(expected, abs=1e-6) or text == "0 days"


@pytest.mark.parametrize(
    ("came", "minutes", "ended"),
    [
        ("2024-09-23 09:00", 60, "2024-09-23 10:00"),
        ("2024-09-23 11:30", 60, "2024-09-23 15:00"),  # half before noon, half from 14:30
        ("2024-09-23 20:00", 30, "2024-09-24 09:00"),  # begins with the next opening
        ("2024-09-27 17:30", 60, "2024-09-29 09:00"),  # Sunday the 29th is worked for the National Day week
        ("2024-09-30 17:30", 90, "2024-10-08 09:30"),  # seven days of rest between
    ],
)
def test_it_works_in_office_hours_and_make_up_days_only(make, came, minutes, ended):
    spec = office(
        start=came[:10],
        arrivals={"at": [came]},
        staff={"window_clerk": 1},
        times={"serve": {"work": minutes}},
    )
    run = replicate(model_of(make(), "queue", spec), 1)
    waited = (parse_instant(ended) - parse_instant(came)).total_seconds() / 3600
    assert run.figures["elapsed.mean"] == pytest.approx(waited)
    assert run.figures["worked.mean"] == pytest.approx(minutes / 60)


TIMED = """
  sign: {title: 签收, who: officer, timers: {deemed: {after: 1 working day, to: handle, interrupting: true}},
         choices: {accept: {title: 签收, to: handle}}}
  handle: {title: 办理, who: officer, choices: {done: {title: 好, to: end.done}}}
"""


def test_it_moves_on_by_itself_when_a_timer_is_due(make):
    """Nobody signs for days; after one working day the matter goes on, and whoever was busy with it is free again."""
    times = {"sign": {"wait": 100}, "handle": {"work": 60}}
    spec = office(arrivals={"at": ["2024-09-23 09:00"]}, staff={"officer": 1}, times=times)
    run = replicate(model_of(make(TIMED), "queue", spec), 1)
    # due with the hours of Tuesday, 18:00; an hour of work on Wednesday, 8:30 to 9:30
    assert run.figures["elapsed.mean"] == pytest.approx(48.5)


def test_it_frees_whoever_worked_on_what_a_timer_took_away(make):
    times = {"sign": {"work": 6000}, "handle": {"work": 60}}
    spec = office(arrivals={"at": ["2024-09-23 09:00"]}, staff={"officer": 1}, times=times)
    run = replicate(model_of(make(TIMED), "queue", spec), 1)
    assert run.figures["elapsed.mean"] == pytest.approx(48.5)
    # 6.5 hours of Monday, 7 of Tuesday, 1 of Wednesday; of five days of seven hours and a worked Sunday
    assert run.figures["pool.officer.use"] == pytest.approx(14.5 / 42)


ASKED = """
  handle: {title: 办理, who: officer, choices: {extend: {title: 延期, opens: approve, at_most: 1}, done: {title: 好, to: end.done}}}
  approve: {title: 审批, who: reviewer, choices: {grant: {title: 同意}, deny: {title: 不同意}}}
"""


def test_it_holds_a_step_until_its_side_step_is_answered(make):
    times = {"handle": {"work": 30}, "approve": {"work": 60}}
    routes = {"handle": {"extend": 1, "done": 0}, "approve": {"grant": 1}}
    staff = {"officer": 1, "reviewer": 1}
    came = {"at": ["2024-09-23 09:00"]}
    spec = office(arrivals=came, staff=staff, times=times, routes=routes)
    run = replicate(model_of(make(ASKED), "queue", spec), 1)
    # half an hour, an hour of the other desk, and the same step once more: then only "done" is left
    assert run.figures["elapsed.mean"] == pytest.approx(2.0)
    assert run.figures["end.done"] == 1


ROUND = """
  stamp: {title: 盖章, who: officer @ lead, choices: {next: {title: 下一家, to: stamp}, last: {title: 最后, to: end.done}}}
"""
LEAD = "fields: [{id: lead, title: 单位, kind: office}]\n"


def test_it_goes_round_the_offices_in_order(make):
    spec = office(
        arrivals={"at": ["2024-09-23 08:30"]},
        offices={"lead": {"甲": 1, "乙": 1, "丙": 1}},
        staff={"officer": 1, "officer@乙": 2},
        times={"stamp": {"work": 60}},
        rounds=[{"again": "stamp.next", "done": "stamp.last", "times": 2, "moves": "lead"}],
    )
    model = model_of(make(ROUND, LEAD), "queue", spec)
    run = replicate(model, 1)
    assert sum(pool.people for pool in model.pools) == 4
    assert run.figures["worked.mean"] == pytest.approx(3.0)
    hours = [run.figures[f"pool.officer@{name}.hours"] for name in "甲乙丙"]
    assert hours == pytest.approx([1 / 6] * 3)


def test_it_gives_every_variant_the_same_chances(make):
    """With common random numbers a variant with the same people is the same run, and a faster one is never slower."""
    spec = assumptions(
        days=30,
        arrivals={"per_working_hour": 5},
        staff={"window_clerk": 2},
        times={"serve": {"work": {"exponential": {"mean": 20}}}},
        variants=[{"name": "同样"}, {"name": "多一个", "more": {"window_clerk": 1}}],
    )
    models = [model_of(make(), "queue", each) for each in (spec, *(merged(spec, v) for v in spec.variants))]
    base, same, more = ([replicate(model, 1, n) for n in range(6)] for model in models)
    assert [run.figures for run in base] == [run.figures for run in same]
    found = differences(base, more)["elapsed.mean"]
    alone = summarise(more)["elapsed.mean"]
    assert found.high < 0 and not found.says_nothing
    # the paired interval is narrower than what two independent ones would give
    assert found.half < (summarise(base)["elapsed.mean"].half ** 2 + alone.half**2) ** 0.5
    assert all(one.figures["cases"] == other.figures["cases"] for one, other in zip(base, more, strict=True))


def test_it_says_nothing_where_there_is_nothing_to_see(make):
    spec = assumptions(
        days=20,
        arrivals={"per_working_hour": 1},
        staff={"window_clerk": 30},
        times={"serve": {"work": 10}},
        variants=[{"name": "再多一个", "more": {"window_clerk": 1}}],
    )
    models = [model_of(make(), "queue", each) for each in (spec, merged(spec, spec.variants[0]))]
    base, more = ([replicate(model, 1, n) for n in range(5)] for model in models)
    assert differences(base, more)["elapsed.mean"].says_nothing


def test_it_is_the_same_in_another_process(make):
    spec = assumptions(days=10, arrivals={"per_working_hour": 5}, staff={"window_clerk": 2})
    model = model_of(make(), "queue", spec)
    sent = pickle.loads(pickle.dumps(model))
    assert repr(replicate(sent, 9, 3)) == repr(replicate(model, 9, 3)) != repr(replicate(model, 10, 3))


def test_it_keeps_its_memory_flat(make, monkeypatch):
    """Four times the cases, the same memory: only what is open is kept, and some blocks of draws."""
    monkeypatch.setattr(streams, "KEPT", 4)
    peaks = []
    for days in (100, 400):
        spec = assumptions(
            days=days, arrivals={"per_working_hour": 4}, staff={"window_clerk": 2}, patience=20,
            times={"serve": {"work": {"exponential": {"mean": 20}}}},
        )  # fmt: skip
        model = model_of(make(), "queue", spec)
        replicate(model, 1)
        tracemalloc.start()
        replicate(model, 1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0] + 50_000


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=200), st.sampled_from([0.1, 0.5, 0.9]))
def test_it_reads_quantiles_to_one_percent(values, share):
    tally = Tally()
    for value in values:
        tally.add(value)
    ordered = sorted(values)
    exact = ordered[min(int(-(-share * len(values) // 1)), len(values)) - 1]
    assert tally.quantile(share) <= max(exact * 1.011, 1.0)
    assert tally.quantile(share) >= exact / 1.011 - 1.0


def test_it_finds_the_fewest_people_for_a_promise(make):
    spec = assumptions(
        days=40,
        arrivals={"per_working_hour": 9},
        staff={"window_clerk": 1},
        times={"serve": {"work": {"exponential": {"mean": 20}}}},
        promise="1 hours",
    )
    mechanism = make()

    def evaluate(tried):
        model = model_of(mechanism, "queue", tried)
        return summarise([replicate(model, 1, n) for n in range(4)])

    found = fewest(spec, 0.9, evaluate, model=model_of(mechanism, "queue", spec))
    people = found.people["window_clerk"]
    # three are busy all the time (load 3); one fewer than found doesn't keep it
    assert people >= 4 and found.summary["within"].low >= 0.9
    fewer = spec.model_copy(
        update={
            "staff": {"window_clerk": spec.staff["window_clerk"].model_copy(update={"people": people - 1})}
        }
    )
    assert evaluate(fewer)["within"].low < 0.9
    with pytest.raises(NoSolution):
        fewest(
            spec.model_copy(update={"promise": "1 minute"}),
            0.9,
            evaluate,
            model=model_of(mechanism, "queue", spec),
        )


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"times": {"nothing": {"work": 1}}}, BadAssumption),
        ({"routes": {"serve": {"nothing": 1}}}, BadAssumption),
        ({"routes": {"serve": {"done": 0}}}, BadAssumption),
        ({"staff": {"nobody": 1}}, BadAssumption),
        ({"staff": {"window_clerk": 0}}, BadAssumption),
        ({"limits": {"nothing": "1 day"}}, BadAssumption),
        ({"promise": "soon"}, BadAssumption),
        ({"offices": {"lead": {"甲": 0}}}, BadAssumption),
        ({"rounds": [{"again": "serve.a", "done": "serve.b", "times": 1}]}, BadAssumption),
        ({"staff": {"window_clerk": {"people": 1, "other_minutes": 1380}}, "hours": None}, BadAssumption),
        ({"arrivals": None}, NoArrivals),
        ({"arrivals": {"per_working_hour": 0}}, NoArrivals),
    ],
)
def test_it_refuses_what_cannot_be_run(make, keys, error):
    with pytest.raises(error):
        model_of(make(), "queue", assumptions(**{"arrivals": {"every": 10}, **keys}))


def test_it_says_what_it_leaves_out_and_what_it_made_up(make):
    steps = """
  ask: {title: 问, who: officer, choices: {yes: {title: 是, to: check, when: "1 = 1"}, no: {title: 否, to: end.done}}}
  check: {title: 查, who: reviewer, not_by: [ask], choices: {done: {title: 好, to: end.done}}}
"""
    spec = assumptions(arrivals={"every": 60}, start="2031-01-06")
    model = model_of(make(steps), "queue", spec)
    left_out = "".join(model.not_modelled)
    assert "选项的条件" in left_out and "回避" in left_out and "不排队" in left_out and "2031" in left_out
    assert any("问：90% 选“是”" in line for line in model.assumed)
