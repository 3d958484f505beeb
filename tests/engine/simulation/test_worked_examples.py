"""What the cities wrote, lived through on assumptions that are written down: 鄂州 66 → 16 people and 30 → 7 days,
西塞山 22 → 3 days. Inventory 015 and 068."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.engine.mechanisms import load
from gongzhi.engine.simulation import (
    differences,
    fewest,
    merged,
    model_of,
    read_assumptions,
    replicate,
    summarise,
)
from tests.engine.simulation.conftest import MECHANISMS

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "simulation"


def run(name):
    """(models, replications) of an example's base and variants."""
    spec = read_assumptions((EXAMPLES / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    spec = spec.model_copy(update={"replications": 4, "days": 150})
    mechanism = load(MECHANISMS / spec.mechanism)
    specs = [spec, *(merged(spec, variant) for variant in spec.variants)]
    models = [model_of(mechanism, each.case_type, each) for each in specs]
    return mechanism, specs, models, [[replicate(model, spec.seed, n) for n in range(4)] for model in models]


def test_it_needs_sixteen_people_and_seven_days_where_it_took_sixty_six_and_thirty():
    mechanism, specs, (before, after), (long, short) = run("ezhou")
    assert sum(pool.people for pool in before.pools) == 66
    assert sum(pool.people for pool in after.pools) == 16
    assert not before.assumed and not after.assumed
    old, new = summarise(long), summarise(short)
    # half of the cases take about 30 working days of seven hours; nine of ten of the new ones at most seven
    assert 25 * 7 < old["worked.p50"].mean < 33 * 7
    assert new["within"].low > 0.9 and new["worked.p90"].mean <= 7 * 7
    assert differences(long, short)["elapsed.p50"].high < -20 * 24
    # eleven examiners because there are eleven matters to know about; of everybody else one is enough
    spec = specs[1]
    searched = {
        name: each.model_copy(update={"shifts": ()}) for name, each in spec.staff.items() if name != "officer"
    }
    small = spec.model_copy(update={"days": 60})

    def evaluate(tried):
        whole = tried.model_copy(update={"staff": {**spec.staff, **tried.staff}})
        return summarise([replicate(model_of(mechanism, "after", whole), 1, n) for n in range(3)])

    found = fewest(small.model_copy(update={"staff": searched}), 0.9, evaluate, model=after, most=3)
    assert sum(found.people.values()) + 11 == 16


def test_it_takes_three_days_where_it_took_twenty_two_and_not_by_parallel_review_alone():
    _, _, models, runs = run("xisaishan")
    assert all(not model.assumed for model in models)
    serial, parallel, centre = (summarise(each) for each in runs)
    assert 17 * 7 < serial["worked.p50"].mean < 24 * 7
    # reviewing side by side helps a lot and doesn't keep three days
    assert parallel["worked.p50"].mean < serial["worked.p50"].mean / 2
    assert parallel["within"].high < 0.2
    assert centre["within"].low > 0.95 and centre["worked.p90"].mean <= 3 * 7


@pytest.mark.parametrize("name", [path.stem for path in sorted(EXAMPLES.glob("*.yaml"))])
def test_it_says_why_of_every_example(name):
    spec = read_assumptions((EXAMPLES / f"{name}.yaml").read_bytes(), name)
    assert len(spec.because) > 20 and spec.title
    assert all(variant.because for variant in spec.variants)
