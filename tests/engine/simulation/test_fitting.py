"""Laws from observations: recovered when there are many, widened when few, refused when hardly any, and told so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.simulation import LawSpec, fit, law_of, mean_of, scaled, spec_of
from gongzhi.engine.simulation.laws import draw

LAWS = [
    {"constant": 30},
    {"exponential": {"mean": 30}},
    {"lognormal": {"median": 30, "p90": 100}},
    {"lognormal": {"mean": 30, "sd": 40}},
    {"gamma": {"mean": 30, "sd": 10}},
    {"uniform": {"low": 10, "high": 50}},
    {"triangular": {"low": 5, "usual": 20, "high": 65}},
    {"empirical": [1, 2, 50, 100]},
]


@pytest.mark.parametrize("written", LAWS)
def test_it_draws_what_the_law_says(written):
    law = law_of(LawSpec.model_validate(written))
    drawn = np.array(draw(law, np.random.default_rng(1), 200_000))
    assert drawn.mean() == pytest.approx(mean_of(law), rel=0.02)
    assert (drawn >= 0).all()
    assert mean_of(scaled(law, 3.0)) == pytest.approx(3 * mean_of(law), rel=1e-9)
    assert mean_of(law_of(spec_of(law))) == pytest.approx(mean_of(law), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("exponential", lambda rng, n: rng.exponential(30, n)),
        ("lognormal", lambda rng, n: rng.lognormal(3, 1.2, n)),
        ("gamma", lambda rng, n: rng.gamma(9, 4, n)),
    ],
)
def test_it_finds_the_law_that_was_drawn_from(name, made):
    values = made(np.random.default_rng(4), 3000)
    found = fit(values.tolist())
    assert found.law is not None and found.quality == "good"
    # an exponential is a gamma of shape one: either is right
    assert found.law[0] in (name, "gamma" if name == "exponential" else name)
    assert mean_of(found.law) == pytest.approx(values.mean(), rel=0.05)
    assert found.distance < 0.03 and "3000 次观察" in found.text


def test_it_draws_as_observed_what_no_law_is_like():
    values = [10.0] * 500 + [300.0] * 500
    found = fit(values)
    assert found.law is not None and found.law[0] == "empirical" and "都不像" in found.text
    assert mean_of(found.law) == pytest.approx(155, rel=0.02)


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_it_refuses_to_fit_hardly_anything(n):
    found = fit([10.0, 20.0, 40.0, 80.0][:n])
    assert found.law is None and found.quality == "none" and f"只有 {n} 次" in found.text


def test_it_widens_what_it_has_seen_only_a_few_times():
    values = [10.0, 20.0, 30.0, 40.0, 80.0]
    few, many = fit(values), fit(values * 40)
    assert few.quality == "few" and "放宽" in few.text
    assert few.law is not None and many.law is not None
    assert few.law[1][1] > 1.15 * float(np.std(np.log(values)))


@given(st.lists(st.floats(0.0, 1e5), min_size=5, max_size=80))
def test_it_fits_whatever_comes(values):
    found = fit(values)
    assert found.law is not None and math.isfinite(mean_of(found.law)) and mean_of(found.law) > 0
