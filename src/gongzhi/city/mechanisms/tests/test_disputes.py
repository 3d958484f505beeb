"""What only a city shows of disputes: whose case a mediation is, one code for one quarrel, danger that becomes a hazard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.models import Case, CaseClaim
from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.overviews import disputes, risks
from gongzhi.city.mechanisms.tests.dispute_city import (
    DECLARED,
    FIRM,
    WORKER,
    appointed,
    dispute,
    mediated,
    order_city,
)
from gongzhi.city.records import actions as records
from gongzhi.engine.cases.errors import AlreadyOne, Objected

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast, monday):
    return order_city()


def sees(by, row):
    try:
        queries.case_page(by, row.pk)
    except NoSuchCase:
        return False
    return True


def test_a_mediator_sees_the_own_case_and_no_colleague_sees_or_takes_it(people):
    row = appointed(people, mediated(people, dispute()))
    assert sees(people["tian"], row)
    assert not sees(people["heping"], row)
    assert [each.pk for each in disputes.my_mediations(people["tian"])] == [row.pk]
    assert disputes.my_mediations(people["heping"]) == []
    waiting = {stage.key: rows for stage, rows in disputes.stages(people["heping"])}
    assert not any(waiting.values())
    with pytest.raises(NoSuchCase):
        actions.choose(row.pk, "accept", "accept", {"impartial": DECLARED}, by=people["heping"])


def test_a_mediator_who_is_a_party_or_works_for_one_is_refused_though_names_are_sealed(people):
    row = mediated(people, dispute())
    with pytest.raises(Objected) as refusal:
        appointed(people, row, "M2")
    assert FIRM in str(refusal.value)
    assert "sealed:" not in str(refusal.value)
    row = mediated(people, dispute(respondent="田杰"))
    with pytest.raises(Objected, match="就是这件纠纷的当事人"):
        appointed(people, row, "M1")


def test_the_same_two_have_one_code_while_it_is_open_and_no_name_stands_anywhere(people):
    first = dispute()
    with pytest.raises(AlreadyOne):
        dispute(subject="又来说工资")
    assert dispute(kind="合同消费").pk != first.pk
    row = mediated(people, first)
    kept = " ".join(map(str, Entry.objects.values_list("data", flat=True)))
    kept += " ".join(CaseClaim.objects.values_list("digest", flat=True)) + str(row.state)
    assert WORKER not in kept and FIRM not in kept


def test_danger_in_mediation_becomes_a_hazard_that_only_the_centre_reads(people, cast):
    row = appointed(people, mediated(people, dispute()))
    actions.choose(row.pk, "accept", "accept", {"impartial": DECLARED}, by=people["tian"])
    told = {"danger_text": "扬言堵门", "prevention": "分开谈", "police": "cgj"}
    actions.choose(row.pk, "mediate", "danger", told, by=people["tian"])
    react_to_all()
    found = risks.hazards(people["zhong"])
    assert [each.case.type for each in found] == ["hazard"]
    assert not sees(cast.zhou, found[0].case) and not sees(people["tian"], found[0].case)
    assert risks.hazards(cast.zhou) == []
    assert [len(line) for line in risks.matrix(found)] == [5] * 5


def test_not_accepted_in_time_opens_a_supervision_of_the_office(people, monday):
    row = dispute()
    actions.choose(row.pk, "receive", "take", {"heat": "没有", "people": 1}, by=people["zhong"])
    named = {"hand_to": "cgj", "why_other": "占道归城管"}
    actions.choose(row.pk, "sort", "ruling", named, by=people["zhong"])
    with clock.frozen(monday + timedelta(days=7)):
        actions.tick_cases()
        react_to_all()
        supervised = Case.objects.get(type="oversight")
        assert supervised.lead_id == "cgj"
        waiting = {stage.key: rows for stage, rows in disputes.stages(people["zhong"])}
        assert len(waiting["oversight"]) == 1


def test_bodies_are_there_by_mode_weekday_and_roster(people):
    common = {"centre": "zzzx", "does": ["调解"]}
    for key, more in (
        ("B1", {"title": "调委会", "mode": "常驻"}),
        ("B2", {"title": "仲裁委", "mode": "轮驻", "weekdays": ["周一"]}),
        ("B3", {"title": "权属科", "mode": "轮驻", "weekdays": ["周二"]}),
        ("B4", {"title": "派出所", "mode": "随驻", "on_call": 15}),
    ):
        records.put("centre_bodies", key, {**common, **more}, by=SYSTEM, because="试验")
    assert {each.title: each.today for each in disputes.bodies()} == {
        "调委会": "here",
        "仲裁委": "here",
        "权属科": "away",
        "派出所": "call",
    }
    shift = {"body": "B3", "centre": "zzzx", "day": "2024-10-14", "who": "石界"}
    records.put("centre_shifts", "S1", shift, by=SYSTEM, because="试验")
    assert {each.title: each.who for each in disputes.bodies() if each.today == "here"}["权属科"] == "石界"
    with pytest.raises(NotAllowed):
        disputes.stages(Standing(person="user:0", role="admin"))
