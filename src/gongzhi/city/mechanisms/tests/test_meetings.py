"""From a case to a meeting and back: 散养鸡 goes to the council and to the households of a hamlet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gongzhi.city.assemblies.errors import NotOnRoll
from gongzhi.city.assemblies.models import Topic
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, resident
from gongzhi.city.mechanisms import households, meetings
from gongzhi.city.mechanisms.rolls import is_of_age, roll_of
from gongzhi.city.mechanisms.tests.meeting_city import (
    JINHU,
    build_hamlet,
    chair,
    held,
    household_meeting,
    opened,
    step,
    topic,
)
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory.models import Area
from gongzhi.engine.mechanisms.assemblies import AssemblySpec

pytestmark = pytest.mark.django_db


@pytest.fixture
def hamlet(cast: Any, monday: Any) -> Any:
    build_hamlet()
    return cast


def test_a_case_waits_for_the_council_then_for_the_households(hamlet: Any) -> None:
    case = opened()
    row = topic(case)
    assert (row.title, row.area.code, row.kind, row.state) == (
        "散养鸡集中养",
        JINHU,
        "council_meeting",
        "waiting",
    )
    held(row, "L1", "L2")
    assert step(case) == "settle"
    data = Case.every.get(pk=case).state["data"]
    assert data["council_says"] == "应到3人，实到2人，同意2票，反对0票，弃权0票"
    assert data["meeting"].startswith("HY")
    cases.choose(case, "settle", "households", {}, by=chair())
    react_to_all()
    held(topic(case), "H1", "H2", "H3", "H4")
    assert step(case) == "open_decision"


def test_too_few_households_raise_the_topic_again(hamlet: Any) -> None:
    case = opened()
    held(topic(case), "L1", "L2")
    cases.choose(case, "settle", "households", {}, by=chair())
    react_to_all()
    held(topic(case), "H1", "H2", "H3")
    assert step(case) == "households"
    assert [each.state for each in meetings.topics_of(case)] == ["waiting", "decided", "decided"]


def test_a_withdrawn_case_leaves_no_topic_waiting(hamlet: Any) -> None:
    case = opened()
    cases.act(case, "withdraw", {}, by=SYSTEM)
    react_to_all()
    assert topic(case).state == Topic.State.WITHDRAWN


def test_an_account_votes_for_its_household_and_for_no_other(hamlet: Any) -> None:
    _case, _row, meeting = household_meeting()
    ada = User.objects.create(username="ada", name="ada").person
    with pytest.raises(NotOnRoll):
        meetings.my_line(resident(ada), meeting)
    households.join(chair(), "H2", ada)
    assert meetings.my_line(resident(ada), meeting).unit == "H2"
    with pytest.raises(NotOnRoll):
        meetings.my_line(resident(""), meeting)


def test_the_roll_shows_no_name_and_only_who_is_of_age(hamlet: Any) -> None:
    today = clock.today()
    for code, born in (
        ("R1", today.replace(year=today.year - 18)),
        ("R2", today.replace(year=today.year - 17)),
    ):
        values = {"name": "陈小山", "born_on": str(born), "household": "H1", "unit": JINHU, "source": "cgj"}
        records.put("residents", code, values, by=SYSTEM)
    spec = AssemblySpec(id="all", title="村民会议", unit="person", roll="adults")
    lines = roll_of(spec, Area.objects.get(code=JINHU).path)
    assert [(each.unit, each.name, each.household) for each in lines] == [("R1", "陈**", "H1")]


def test_the_birthday_is_the_first_day_of_a_vote() -> None:
    assert is_of_age("2006-03-01", date(2024, 3, 1))
    assert not is_of_age("2006-03-02", date(2024, 3, 1))
    assert not is_of_age(None, date(2024, 3, 1))
    assert is_of_age("2004-02-29", date(2022, 3, 1))
