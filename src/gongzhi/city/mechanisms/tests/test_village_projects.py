"""杨文昌湾's free-range poultry, from the topic to the pens, the pledges and the four keeping groups, in the real city."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.mechanisms.overviews import village
from gongzhi.city.mechanisms.tests import poultry_city as hamlet
from gongzhi.city.mechanisms.tests.meeting_city import step
from gongzhi.city.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def bay(cast: Any, monday: Any) -> Any:
    hamlet.build_hamlet()
    return cast


def test_the_poultry_goes_from_the_topic_to_pens_pledges_and_four_groups(bay: Any) -> None:
    case = hamlet.proposed()
    hamlet.voted(case)
    assert step(case) == "collect"
    with clock.frozen(clock.now() + timedelta(days=20)):
        hamlet.built(case)
        shares = [Decimal(each["due"]) for each in hamlet.data(case)["shares"]]
        # 16000.05 / 16 = 1000.003125: five cents are left, one each for the first five
        assert sum(shares) == Decimal(hamlet.COST) and sorted(set(shares)) == [Decimal("1000.00"), Decimal("1000.01")]  # fmt: skip
        assert Decimal(hamlet.data(case)["award"]) == Decimal("4800.01")  # 16000.05 × 0.3, rounded down
        groups = {"groups": 4, "cycle_days": 7, "duties": "喂食、扫圈、关门"}
        hamlet.act(case, "roster", "set", groups, by="council_chair")
        number = Case.every.get(pk=case).number or ""
        row = village.one("common_projects", number)
        assert (row.stage, int(row.values["groups"]), row.values["voted"]) == (3, 4, "到会13户，同意12户")
        told = village.project_told(number)
        assert sorted({int(each["group"]) for each in told["keeping"]}) == [1, 2, 3, 4]
        turn = Case.objects.get(type="turn")
        assert int(hamlet.data(str(turn.pk))["group"]) == 1 and step(str(turn.pk)) == "look"

        drive = hamlet.pledged(hamlet.HOUSES[:2])
        signature, other = (link.case_id for link in Child.objects.filter(parent=UUID(drive)).order_by("id"))
        today = clock.today().isoformat()
        hamlet.act(str(signature), "sign", "signed", {"signed_on": today, "way": "纸质"}, by="council_chair")
        hamlet.act(str(other), "sign", "declined", by="council_chair")
        hamlet.act(drive, "close", "publish", by="council_chair")
        pledge = Record.objects.get(register="pledges")
        assert pledge.data["house"] == "H1" and pledge.state == "signed"
        check = Case.objects.get(type="pledge_check")
        hamlet.act(str(check.pk), "look", "kept", {"seen": "鸡都在圈里"}, by="council_chair")
        pledge.refresh_from_db()
        assert int(pledge.data["kept"]) == 1
        # the next look is planned by itself
        assert Case.objects.filter(type="pledge_check", ended="").count() == 1
        assert [int(each.values["signed"]) for each in village.pledge_drives(None)] == [1]


def test_too_few_households_decide_nothing(bay: Any) -> None:
    case = hamlet.proposed()
    # nine for and one against are ten of sixteen: less than two thirds
    hamlet.voted(case, agree=9)
    assert step(case) == "decide"
    assert village.listed("common_projects") == []
