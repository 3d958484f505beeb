"""How much of apparent work is believed: all of it, unless the past speaks clearly against it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gongzhi.engine.instants import SHANGHAI
from gongzhi.engine.simulation import Learned, SimulationSpec, calibrate, clean, law_of, mean_of
from tests.engine.simulation.conftest import assumptions

FIRST = datetime(2025, 3, 3, 9, tzinfo=SHANGHAI)


def learned(per_day, minutes):
    """As if one clerk had been learnt, with so many minutes of apparent work."""
    spec = assumptions(
        hours=["08:30-12:00", "14:30-18:00"],
        arrivals={"per_working_day": per_day},
        staff={"window_clerk": 1},
        times={"serve": {"work": {"exponential": {"mean": minutes}}}},
    )
    return Learned(spec, ())


def lived(hours, cases=40):
    return clean([FIRST + timedelta(hours=n) for n in range(cases)], [], [hours] * cases)


def test_it_believes_work_with_which_the_past_comes_out(make):
    found = calibrate(learned(2, 60), lived(1.5), make(), "queue")
    assert found.spec.times == learned(2, 60).spec.times
    assert found.fits[-1].key == "check" and "40 件办结的中位等待" in found.fits[-1].text


def test_it_takes_a_part_for_waiting_where_nothing_would_ever_get_done(make):
    """Eight hours of apparent work a day where seven are worked, and yet everything was done within a day."""
    given = learned(4, 125)
    found = calibrate(given, lived(18), make(), "queue")
    time = found.spec.times["serve"]
    assert time.wait_in == "working minutes" and [line.key for line in found.fits] == ["check", "share"]
    assert mean_of(law_of(time.work)) < 125
    # nothing is lost: what isn't work is waiting
    assert mean_of(law_of(time.work)) + mean_of(law_of(time.wait)) == pytest.approx(125, rel=1e-3)


def test_it_leaves_alone_what_was_given_and_says_when_it_cannot_come_near(make):
    found = calibrate(learned(4, 125), lived(18), make(), "queue", kept=frozenset({"serve"}))
    assert found.spec.times == learned(4, 125).spec.times
    assert "只看方向" in found.fits[0].text and found.fits[0].quality == "none"


@pytest.mark.parametrize("cases", [0, 9])
def test_it_says_nothing_of_a_handful_of_cases(make, cases):
    given = learned(4, 125)
    assert calibrate(given, lived(18, cases), make(), "queue") == given
    nobody = Learned(SimulationSpec(), ())
    assert calibrate(nobody, lived(18), make(), "queue") == nobody
