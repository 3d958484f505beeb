"""A town of a pilot is merged away or split while it runs: the successor goes on, the result is told both ways, nothing breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Placement
from gongzhi.city.pilots import actions, computing, following, routine
from gongzhi.city.pilots.errors import AreaGone, PlanIncomplete
from gongzhi.city.pilots.models import Analysis
from gongzhi.city.pilots.tests.building import COMPARISON, STARTS, TOWNS, TREATED, History, plan
from gongzhi.city.pilots.tests.test_the_way_of_a_pilot import (
    BEFORE,
    END,
    LATER,
    START,
    declared,
    running,
)
from gongzhi.city.territory.actions import merge_areas, split_area
from gongzhi.city.territory.models import Area

pytestmark = pytest.mark.django_db
MIDDLE = START + timedelta(weeks=3)


def town(code):
    return Area.objects.get(code=code)


def merged(*codes, into=None, on=None):
    day = on or (STARTS + timedelta(weeks=3))
    return merge_areas(
        SYSTEM,
        [town(code) for code in codes],
        code="420281990000",
        name="新镇",
        on=day,
        basis="批复",
        into=into,
    )


def opened(city, code, at):
    return Case.objects.get(pk=History(city.li).one(code, at)).version


@pytest.fixture
def half(city):
    """Three weeks of the trial are over."""
    history = History(city.li, gain=10, each=1)
    history.weeks(-6, 0)
    row = running(city)
    history.weeks(0, 3)
    return row, history


def finished(city, row, history, towns):
    history.weeks(3, 6, towns)
    with clock.frozen(END):
        actions.end(city.jiang, row.pk)
    with clock.frozen(LATER):
        made = computing.ask(city.lin, row.pk)
        computing.compute.call(made.pk)
    made.refresh_from_db()
    assert made.state == "done", made.said
    return made.data


def test_it_follows_a_town_that_is_merged_into_one_outside(city, half):
    row, history = half
    with clock.frozen(MIDDLE):
        outside = town(TOWNS[9])
        merged(TREATED[0], into=outside)
        following.follow_all()
        assert following.follow_all() == 0
    assert opened(city, TOWNS[9], MIDDLE) == "1.1.0"
    assert set(row.areas.filter(unit=TREATED[0]).values_list("area__code", flat=True)) == {
        TREATED[0],
        TOWNS[9],
    }
    entry = Entry.objects.get(subject=f"pilot:{row.pk}", kind="pilot_area_followed")
    assert entry.data["into"] == [TOWNS[9]]
    data = finished(city, row, history, (*TREATED[1:], *COMPARISON, TOWNS[9]))
    assert data["followed"] == [TREATED[0]]
    outcome = data["outcomes"][0]
    assert outcome["effect"]["treated"] == 4 and outcome["without"]["effect"]["treated"] == 3
    assert outcome["without"]["effect"]["low"] is None, "three towns carry no interval"
    assert outcome["without"]["verdict"] == "unknowable"
    assert not Placement.objects.filter(until=None).exists()


def test_it_follows_a_town_that_is_split(city, half):
    row, history = half
    with clock.frozen(MIDDLE):
        parts = [("420281990000", "东镇"), ("420281991000", "西镇")]
        split_area(SYSTEM, town(TREATED[1]), parts, on=STARTS + timedelta(weeks=3), basis="批复")
        routine.look()
    assert {opened(city, code, MIDDLE) for code in ("420281990000", "420281991000")} == {"1.1.0"}
    data = finished(city, row, history, (TREATED[0], *TREATED[2:], *COMPARISON, "420281990000"))
    assert data["outcomes"][0]["effect"]["treated"] == 4 and data["followed"] == [TREATED[1]]


def test_it_takes_both_sides_out_where_they_become_one(city, half):
    row, history = half
    with clock.frozen(MIDDLE):
        merged(TREATED[0], COMPARISON[0])
        following.follow_all()
    assert opened(city, "420281990000", MIDDLE) == "1.0.0", "what is compared is not given the trial"
    assert row.areas.filter(mixed=True).count() == 2
    data = finished(city, row, history, (*TREATED[1:], *COMPARISON[1:], "420281990000"))
    assert set(data["followed"]) == {TREATED[0], COMPARISON[0]}
    without = data["outcomes"][0]["without"]["effect"]
    assert (without["treated"], without["comparison"]) == (3, 3)


def test_it_lets_one_of_two_merged_trial_towns_go_on(city, half):
    row, history = half
    with clock.frozen(MIDDLE):
        merged(TREATED[0], into=town(TREATED[1]))
        following.follow_all()
    assert opened(city, TREATED[1], MIDDLE) == "1.1.0"
    data = finished(city, row, history, (*TREATED[1:], *COMPARISON))
    units = {cell[0] for cell in data["outcomes"][0]["cells"] if cell[1] >= 3}
    assert TREATED[0] not in units and TREATED[1] in units


def test_it_keeps_the_version_for_villages_that_still_lie_below(city, half):
    row, _history = half
    path = town(TREATED[0]).path
    with clock.frozen(MIDDLE):
        merged(TREATED[0], into=town(TOWNS[9]))
        following.follow_all()
    assert LIBRARY.version_for("mini", path + "001", MIDDLE) == "1.1.0"
    assert Placement.objects.filter(area_path=path, until=None).exists() and row.state == "running"


def test_it_waits_for_the_day_of_a_merger_to_come(city, half):
    with clock.frozen(MIDDLE):
        merged(TREATED[0], into=town(TOWNS[9]), on=STARTS + timedelta(weeks=4))
        assert following.follow_all() == 0
    with clock.frozen(MIDDLE + timedelta(weeks=1)):
        routine.look()
        assert Placement.objects.filter(area_path=town(TOWNS[9]).path, until=None).exists()


def test_it_does_not_start_where_a_town_is_gone(city):
    row = declared(city)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
        merged(TREATED[0], into=town(TOWNS[9]), on=clock.today())
    with clock.frozen(START), pytest.raises(AreaGone):
        actions.start(city.jiang, row.pk)
    with clock.frozen(BEFORE):
        again = actions.save_draft(city.lin, plan(title="又一个"))
        with pytest.raises(PlanIncomplete):
            actions.declare(city.lin, again.pk)


def test_a_job_that_was_killed_is_run_again_whole(city, half):
    row, history = half
    data = finished(city, row, history, TREATED + COMPARISON)
    made = Analysis.objects.get(pilot=row)
    Analysis.objects.filter(pk=made.pk).update(state="running", done=7, data={})
    with clock.frozen(LATER + timedelta(days=30)):
        computing.compute.call(made.pk)
    made.refresh_from_db()
    assert made.data == data and made.percent == 100
