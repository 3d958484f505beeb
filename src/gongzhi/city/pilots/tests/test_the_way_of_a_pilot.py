"""From the plan to the decision: every step by the one who may, in its order, and nothing that runs is disturbed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gongzhi.city.cases.models import Case
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import activate, install
from gongzhi.city.mechanisms.errors import OnTrial
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Evidence, Placement
from gongzhi.city.pilots import actions, checks, computing, deciding, queries, routine
from gongzhi.city.pilots.errors import (
    AreaTaken,
    NoResult,
    NoSuchPilot,
    NotNow,
    PlanIncomplete,
    PlanTouched,
    SamePerson,
    SayWhy,
    TooEarly,
    VersionChanged,
)
from gongzhi.city.pilots.models import Analysis, Pilot
from gongzhi.city.pilots.plans import Outcome, midnight, periods, read
from gongzhi.city.pilots.tests.building import (
    COMPARISON,
    ENDS,
    STARTS,
    TOWNS,
    TREATED,
    History,
    plan,
)

pytestmark = pytest.mark.django_db
BEFORE = midnight(STARTS - timedelta(days=10))
START = midnight(STARTS) + timedelta(hours=9)
END = midnight(ENDS + timedelta(days=1)) + timedelta(hours=1)
LATER = END + timedelta(days=7)


def declared(city, **more):
    with clock.frozen(BEFORE):
        made = actions.save_draft(city.lin, plan(**more))
        return actions.declare(city.lin, made.pk)


def running(city, **more):
    row = declared(city, **more)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
    with clock.frozen(START):
        return actions.start(city.jiang, row.pk)


def ended(city, **more):
    row = running(city, **more)
    with clock.frozen(END):
        return actions.end(city.jiang, row.pk)


def computed(city, row, look=0):
    with clock.frozen(LATER):
        made = computing.ask(city.lin, row.pk, look)
        computing.compute.call(made.pk)
    made.refresh_from_db()
    return made


def test_it_locks_the_plan_by_its_fingerprint(city):
    row = declared(city)
    assert row.state == "declared" and row.plan_hash == read(row.plan).fingerprint() == plan().fingerprint()
    entry = Entry.objects.get(subject=f"pilot:{row.pk}", kind="pilot_declared")
    assert entry.data["hash"] == row.plan_hash and entry.data["plan"]["title"] == "三天答复试点"
    with pytest.raises(NotNow):
        actions.save_draft(city.lin, plan(title="另一个"), pilot=row.pk)


def test_it_does_not_start_a_plan_that_was_touched(city):
    row = declared(city)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
    touched = {**row.plan, "outcomes": [{"measure": "soon", "smallest": 0.01}]}
    Pilot.objects.filter(pk=row.pk).update(plan=touched)
    with clock.frozen(START), pytest.raises(PlanTouched):
        actions.start(city.jiang, row.pk)
    assert not checks.check_plans(True).ok and not Placement.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"version": "1.0.0"}, "version"),
        ({"version": "9.9.9"}, "version"),
        ({"outcomes": ()}, "outcomes"),
        ({"outcomes": (Outcome(measure="odd", smallest=1.0),)}, "outcomes"),
        ({"outcomes": (Outcome(measure="checks", smallest=1.0),)}, "outcomes"),
        ({"outcomes": (Outcome(measure="wait", smallest=0.0),)}, "outcomes"),
        ({"starts": STARTS - timedelta(days=11)}, "starts"),
        ({"starts": None}, "starts"),
        ({"ends": STARTS + timedelta(days=5)}, "ends"),
        ({"before": 0}, "before"),
        ({"looks": (STARTS,)}, "looks"),
        ({"treated": ()}, "areas"),
        ({"comparison": (TREATED[0],)}, "areas"),
        ({"comparison": ("420281000000",)}, "areas"),
        ({"comparison": ("123",)}, "areas"),
        ({"because": " "}, "because"),
        ({"stopping": ""}, "stopping"),
        ({"title": ""}, "title"),
        ({"confidence": 0.5}, "confidence"),
        ({"settle_days": 999}, "settle_days"),
    ],
)
def test_it_declares_only_a_whole_plan(city, more, field):
    with clock.frozen(BEFORE):
        made = actions.save_draft(city.lin, plan(**more))
        with pytest.raises(PlanIncomplete) as caught:
            actions.declare(city.lin, made.pk)
    assert set(caught.value.data["fields"]) == {field}


def test_it_draws_areas_so_that_anybody_can_draw_again(city):
    row = declared(city, how="lot", because="")
    made = read(row.plan)
    assert set(made.treated) | set(made.comparison) == set(TREATED + COMPARISON) == set(made.pool)
    assert len(made.treated) == 4 and made.seed
    assert tuple(sorted(actions.lots(made.pool, made.seed, 4))) == made.treated
    assert {row.unit for row in row.areas.filter(side="treated")} == set(made.treated)
    assert checks.check_plans(True).ok


def test_it_wants_another_person_to_approve(city):
    row = declared(city)
    author = type(city.jiang)(person=city.lin.person, role="reform_chief", name="林晓")
    with pytest.raises(SamePerson):
        actions.approve(author, row.pk)
    with pytest.raises(NotAllowed):
        actions.approve(city.lin, row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pilot.objects.filter(pk=row.pk).update(approved_by=city.lin.person)


def test_it_sends_a_plan_back_with_a_reason(city):
    row = declared(city)
    with pytest.raises(SayWhy):
        actions.refuse(city.jiang, row.pk, " ")
    row = actions.refuse(city.jiang, row.pk, "对照的镇太少")
    assert (row.state, row.trouble, row.plan_hash, row.areas.count()) == ("draft", "对照的镇太少", "", 0)


@pytest.mark.parametrize("who", ["lin", "he", "li"])
def test_it_is_started_and_ended_by_whoever_may(city, who):
    row = declared(city)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
    with clock.frozen(START), pytest.raises(NotAllowed):
        actions.start(getattr(city, who), row.pk)
    with pytest.raises(NotAllowed):
        actions.end(getattr(city, who), row.pk, "停")


def test_it_runs_the_version_in_the_treated_towns_only(city):
    with clock.frozen(BEFORE):
        old = History(city.li).one(TREATED[0], BEFORE)
    running(city)
    story = History(city.li)
    versions = [Case.objects.get(pk=story.one(code, START)).version for code in TOWNS]
    assert versions == ["1.1.0"] * 4 + ["1.0.0"] * 6
    assert Case.objects.get(pk=old).version == "1.0.0"


def test_it_starts_and_ends_by_itself_on_its_days(city):
    row = declared(city)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
        routine.look()
    row.refresh_from_db()
    assert row.state == "approved"
    with clock.frozen(START):
        routine.look()
    row.refresh_from_db()
    assert row.state == "running" and Placement.objects.filter(until=None).count() == 4
    with clock.frozen(midnight(ENDS)):
        routine.look()
    row.refresh_from_db()
    assert row.state == "running", "its last day is a day of it"
    with clock.frozen(END):
        routine.look()
    row.refresh_from_db()
    assert row.state == "ended" and not Placement.objects.filter(until=None).exists()
    assert not row.analyses.exists()
    with clock.frozen(LATER):
        routine.look()
    assert row.analyses.get().look == Analysis.FINAL


def test_it_says_why_it_could_not_start_by_itself(city, files):
    row = declared(city)
    with clock.frozen(BEFORE):
        actions.approve(city.jiang, row.pk)
    activate("mini", "1.1.0", by=SYSTEM)
    with clock.frozen(START):
        routine.look()
    row.refresh_from_db()
    assert row.state == "approved" and "1.1.0" in row.trouble
    with clock.frozen(START), pytest.raises(VersionChanged):
        actions.start(city.jiang, row.pk)


def test_it_refuses_an_upgrade_while_it_runs(city, files):
    running(city)
    newer = {**files, "mechanism.yaml": files["mechanism.yaml"].replace(b"1.0.0", b"1.2.0")}
    from gongzhi.city.mechanisms.tests.drafting import complete

    with pytest.raises(OnTrial) as caught:
        install(complete(newer), by=SYSTEM)
    assert "pilot:" in caught.value.message


def test_it_refuses_the_same_town_in_two_pilots_of_a_mechanism(city):
    declared(city)
    with pytest.raises(AreaTaken):
        declared(city, title="另一个", treated=TOWNS[8:], comparison=COMPARISON[:1])
    assert declared(city, title="别的镇", treated=TOWNS[8:9], comparison=TOWNS[9:]).state == "declared"


def test_it_ends_early_only_with_a_reason(city):
    row = running(city)
    with clock.frozen(START + timedelta(days=9)):
        with pytest.raises(SayWhy):
            actions.end(city.jiang, row.pk)
        row = actions.end(city.jiang, row.pk, "三件投诉，按停止规则")
    assert row.state == "ended" and row.end_reason.startswith("三件")


def test_it_keeps_the_plan_and_dates_its_changes(city):
    row = running(city)
    with clock.frozen(START + timedelta(days=3)):
        with pytest.raises(SayWhy):
            actions.amend(city.lin, row.pk, "")
        actions.amend(city.lin, row.pk, "国庆长假，延长一周", ends=ENDS + timedelta(days=7))
    row.refresh_from_db()
    assert read(row.plan).fingerprint() == row.plan_hash
    assert actions.last_day(row) == ENDS + timedelta(days=7)
    with clock.frozen(END):
        routine.look()
    row.refresh_from_db()
    assert row.state == "running"


def test_it_does_not_let_anybody_peek(city):
    row = running(city, looks=(STARTS + timedelta(weeks=3),))
    with clock.frozen(START + timedelta(weeks=2)):
        with pytest.raises(TooEarly):
            computing.ask(city.lin, row.pk, 1)
        with pytest.raises(NotNow):
            computing.ask(city.lin, row.pk)
    with clock.frozen(START + timedelta(weeks=3)):
        assert queries.looks_due(row) == [1]
        assert computing.ask(city.lin, row.pk, 1).look == 1
        with pytest.raises(TooEarly):
            computing.ask(city.lin, row.pk, 2)
    with clock.frozen(END):
        actions.end(city.jiang, row.pk)
        with pytest.raises(TooEarly):
            computing.ask(city.lin, row.pk)
    # one look and the end share the error: 97.5 % each
    assert read(row.plan).each_confidence == pytest.approx(0.975)


def test_it_decides_on_a_result_only(city):
    row = ended(city)
    with pytest.raises(NoResult):
        deciding.decide(city.jiang, row.pk, "promoted", "好")
    with pytest.raises(NoSuchPilot):
        queries.pilot(city.lin, 999)


@pytest.fixture
def story(city):
    """The new version makes people wait twelve hours less."""
    history = History(city.li, gain=12, each=1)
    history.weeks(-6, 0)
    row = running(city)
    history.weeks(0, 6)
    with clock.frozen(END):
        actions.end(city.jiang, row.pk)
    row.refresh_from_db()
    return row, history


def test_it_finds_an_effect_that_is_there_and_promotes(city, story):
    row, history = story
    late = history.one(TREATED[0], END)
    made = computed(city, row)
    wait, soon = made.data["outcomes"]
    assert made.state == "done" and made.plan_hash == row.plan_hash and made.data["cases"] == 8 * 12
    assert wait["verdict"] in ("works", "works_unsure") and -18 < wait["effect"]["value"] < -6
    assert wait["effect"]["low"] < wait["effect"]["value"] < wait["effect"]["high"] < 0
    assert (wait["effect"]["treated"], wait["effect"]["comparison"]) == (4, 4)
    assert soon["effect"]["value"] > 0
    with pytest.raises(SamePerson):
        me = type(city.jiang)(person=city.lin.person, role="reform_chief", name="林晓")
        deciding.decide(me, row.pk, "promoted", "好")
    with pytest.raises(SayWhy):
        deciding.decide(city.jiang, row.pk, "promoted", "")
    with clock.frozen(LATER):
        deciding.decide(city.jiang, row.pk, "promoted", "等待少了，没有投诉")
    assert LIBRARY.active_version("mini") == "1.1.0"
    assert Case.objects.get(pk=late).version == "1.0.0"
    kept = Evidence.objects.get()
    assert (kept.kind, kept.version, kept.source) == ("pilot", "1.1.0", f"pilot:{row.pk}")
    assert kept.data["plan_hash"] == row.plan_hash and kept.data["verdict"] == wait["verdict"]
    figure = kept.data["figures"][0]
    assert figure["value"] == wait["effect"]["value"] and figure["low"] < figure["high"]
    assert len(kept.data["places"]["treated"]) == 4 and kept.data["n"] == 96


def test_it_opens_every_figure_to_its_cases(city, story):
    row, _history = story
    made = computed(city, row)
    cell = next(each for each in made.data["outcomes"][0]["cells"] if each[:2] == [TREATED[0], 2])
    with clock.frozen(LATER):
        behind = queries.behind(city.li, row, "wait", TREATED[0], 2)
    assert len(behind.rows) == cell[3] == 1 and behind.hidden == 0
    assert behind.value == pytest.approx(cell[2])
    assert {each.version for each, _value in behind.rows} == {"1.1.0"}
    with clock.frozen(LATER):
        outside = queries.behind(city.lin, row, "wait", TREATED[0], 2)
    assert outside.hidden + len(outside.rows) == 1 and outside.value == behind.value
    with pytest.raises(NoSuchPilot):
        queries.behind(city.li, row, "wait", TOWNS[9], 2)


def test_it_says_that_it_sees_no_effect_where_there_is_none(city):
    history = History(city.li, seed=4, gain=0, each=1)
    history.weeks(-6, 0)
    row = running(city)
    history.weeks(0, 6)
    with clock.frozen(END):
        actions.end(city.jiang, row.pk)
    made = computed(city, row)
    assert made.data["outcomes"][0]["verdict"] in ("unseen", "none")
    with clock.frozen(LATER):
        deciding.decide(city.jiang, row.pk, "withdrawn", "看不出效果")
    assert LIBRARY.active_version("mini") == "1.0.0"
    assert Evidence.objects.get().data["decision"] == "withdrawn"


def test_it_counts_while_it_runs_and_shows_no_outcome(city):
    history = History(city.li, each=1)
    history.weeks(-2, 0)
    row = running(city)
    history.weeks(0, 2)
    with clock.frozen(START + timedelta(weeks=2)):
        found = queries.so_far(row)
    assert [(each.side, each.before, each.since) for each in found[:2]] == [("treated", 2, 2)] * 2
    assert [each.side for each in found] == ["treated"] * 4 + ["comparison"] * 4


def test_it_says_beforehand_what_it_could_find(city):
    History(city.li, each=1).weeks(-6, 0)
    row = declared(city)
    with clock.frozen(START - timedelta(hours=9)):
        made = computing.ask(city.lin, row.pk, Analysis.FORESIGHT)
        computing.compute.call(made.pk)
    made.refresh_from_db()
    outcome = made.data["outcomes"][0]
    assert made.state == "done" and outcome["effect"]["detectable"] > 0


def test_it_tells_plainly_when_there_is_nothing_to_compare(city):
    row = ended(city)
    made = computed(city, row)
    assert made.state == "done"
    assert (
        made.data["outcomes"][0]["verdict"] == "unknowable" and "至少一个" in made.data["outcomes"][0]["why"]
    )


def test_it_costs_the_same_queries_however_many_cases(city, django_assert_max_num_queries):
    history = History(city.li, each=1)
    history.weeks(-2, 0)
    row = running(city)
    history.weeks(0, 2)
    with clock.frozen(END):
        actions.end(city.jiang, row.pk)
    with clock.frozen(LATER):
        made = computing.ask(city.lin, row.pk)
        with django_assert_max_num_queries(25):
            computing.computed(Analysis.objects.select_related("pilot").get(pk=made.pk))


def test_it_counts_weeks_from_the_start():
    found = periods(plan(before=2), STARTS, STARTS + timedelta(days=20))
    assert [each.number for each in found] == [-2, -1, 0, 1]
    assert found[2].since == midnight(STARTS)


def test_it_counts_months_to_their_last_day():
    from datetime import date

    found = periods(plan(unit="month", before=1), date(2024, 1, 31), date(2024, 4, 30))
    days = [(each.since.month, each.since.day) for each in found]
    assert days == [(12, 31), (1, 31), (2, 29), (3, 31)]
