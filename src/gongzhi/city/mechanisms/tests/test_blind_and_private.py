"""What an expert can't learn of a bidder, and what nobody but the organisation post reads of a cadre."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import NoSuchCase
from gongzhi.city.cases.queries.lists import CaseFilter
from gongzhi.city.cases.queries.present import present
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.mechanisms.tests.industry_city import (
    CADRE,
    HEAD,
    NUMBER,
    PANEL,
    TEAM,
    kept_cadre,
    office,
    scored_bid,
)
from gongzhi.city.mechanisms.tests.test_projects import standing, step
from gongzhi.city.records import queries as records
from gongzhi.city.records.actions import export_records
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.engine.cases.errors import Objected

pytestmark = pytest.mark.django_db
SECRETS = (TEAM, HEAD, NUMBER, "王秀英")


@pytest.fixture
def bid(cast: Any, monday: Any) -> Any:
    return scored_bid(cast)


@pytest.fixture
def cadre(cast: Any, monday: Any) -> Any:
    return kept_cadre()


def test_it_hands_an_expert_the_proposal_and_nothing_of_who_made_it(bid):
    whole, held = bid
    assert len(held) == len(PANEL)
    expert = standing("expert", "jia")
    page = queries.case_page(expert, held[0].pk)
    told = repr(page.values) + repr(page.history) + repr(page.state) + repr(page.links)
    assert "梯度涂层" in told and not any(secret in told for secret in SECRETS)
    assert not any(secret in json.dumps(held[0].state, ensure_ascii=False) for secret in SECRETS)
    with pytest.raises(NoSuchCase):
        queries.case_page(expert, whole.pk)


def test_it_gives_the_bidder_away_in_no_list_search_or_export(bid):
    whole, _held = bid
    expert = standing("expert", "jia")
    for words in ("", *SECRETS, whole.number or "涂层", whole.tracking_code):
        found = queries.cases(expert, CaseFilter(state="all", text=words)).rows
        assert whole.pk not in {row.pk for row in found}
        assert {row.type for row in found} <= {"scoring"}
    with pytest.raises(NotAllowed):
        list(queries.export_csv(expert, CaseFilter(state="all")))
    with pytest.raises(NoSuchCase):
        actions.reveal(whole.pk, "team_unit", purpose="看看是谁", by=expert)


def test_it_writes_scores_without_names_and_without_saying_who_gave_which(bid):
    whole, held = bid
    for number, case in enumerate(held):
        marks = {"route": 30 + number, "feasible": 20, "money_worth": 10, "pace": 5, "words": "说得清"}
        step(case, "score", "score", marks)
    step(whole, "sum_up", "done")
    actions.tick_cases()
    assert whole.state["data"]["score"] == 67  # 65 … 69 without the lowest and the highest
    row = records.records(standing("officer", "cgj"), "bids").rows[0]
    assert row.data["score"] == 67 and not any(secret in str(row.data) for secret in SECRETS)
    assert not any(code in json.dumps(whole.state["data"]["scores"]) for code in PANEL)


def test_it_refuses_an_expert_of_the_bidder_though_the_name_is_sealed(cast, monday):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.territory.models import Office

    whole, held = scored_bid(cast)
    for case in held:
        step(case, "score", "recuse", {"recuse_why": "没有时间"})
    whole.refresh_from_db()
    step(whole, "sum_up", "more")
    office("own", TEAM)
    assert Office.objects.filter(code="own").exists() and SYSTEM
    with pytest.raises(Objected, match="揭榜单位的专家要回避"):
        step(whole, "draw", "send", {"panel": ["own"]})


@pytest.mark.parametrize("who", ["li", "chen", "zhao", "wu", "ma", "zhou", "he"])
def test_it_shows_a_cadre_to_nobody_beside_the_organisation_post(cast, cadre, who):
    by = getattr(cast, who)
    assert records.records(by, "secondments").rows == []
    with pytest.raises(NoSuchRecord):
        records.record_page(by, "secondments", "GZ1")
    assert records.choices("secondments", "镇长", by=by) == []
    assert cadre.pk not in {row.pk for row in queries.cases(by, CaseFilter(state="all")).rows}
    assert queries.count(by, CaseFilter(state="all", mechanism="secondment")) == 0
    with pytest.raises(NoSuchCase):
        queries.case_page(by, cadre.pk)
    with pytest.raises(NoSuchCase):
        queries.one(by, cadre.tracking_code)


@pytest.mark.parametrize("role", ["leader", "admin", "auditor", "duty_officer"])
def test_it_keeps_a_cadre_from_those_who_stand_above_the_organisation_department(cast, cadre, role):
    by = standing(role, "gov")
    assert records.records(by, "secondments").rows == []
    assert export_records(by, "secondments", purpose="干部选用").rows == 0
    if role != "admin":
        assert queries.count(by, CaseFilter(state="all", mechanism="secondment")) == 0
        assert not any(group.mechanism == "secondment" for group in present(by)[1])
        tasks = queries.office_tasks(by, mechanism="secondment").rows
        assert tasks == []


def test_it_shows_the_organisation_post_everything_and_the_host_only_what_waits_for_it(cast, cadre):
    by = standing("org_officer", "zzb")
    assert [row.key for row in records.records(by, "secondments").rows] == ["GZ1"]
    assert queries.count(by, CaseFilter(state="all", mechanism="secondment")) == 1
    host = cast.qian
    assert queries.case_page(host, cadre.pk).state.data["post_title"] == "副局长"
    assert CADRE not in repr(queries.case_page(host, cadre.pk).values)
    assert queries.count(host, CaseFilter(state="all", mechanism="secondment")) == 0
    step(cadre, "host_agree", "agree")
    with pytest.raises(NoSuchCase):
        queries.case_page(standing("leader", "jyj"), cadre.pk)
