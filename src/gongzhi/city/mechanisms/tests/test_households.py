"""Households: which account is of which household, and who may say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import households
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.errors import BelongsElsewhere, NoSuchHousehold
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory.models import Area

pytestmark = pytest.mark.django_db

JINHU, LEISHAN = "420281001000", "420281002000"


@pytest.fixture
def here(cast: Any, monday: Any) -> Any:
    """Two households of 金湖 and one of 罍山; ; two residents with accounts."""
    install(Path(gongzhi.mechanisms.__path__[0]) / "people_places", by=SYSTEM)
    for number, unit in (("H1", JINHU), ("H2", JINHU), ("H3", LEISHAN)):
        records.put(
            "households", number, {"head": "陈大山", "unit": unit, "source": "cgj", "members": 2}, by=SYSTEM
        )
    return cast


def chair_of_jinhu() -> Standing:
    place = Area.objects.get(code=JINHU)
    return Standing(person="user:chair", role="council_chair", area=place.code, area_path=place.path)


def person(name: str) -> str:
    return User.objects.get_or_create(username=name, name=name)[0].person


def test_the_chair_says_which_account_is_of_which_household(here: Any) -> None:
    chair, ada = chair_of_jinhu(), person("ada")
    assert households.household_of(resident(ada)) is None
    households.join(chair, "H1", ada)
    households.join(chair, "H1", ada)  # said twice is said once
    mine = households.household_of(resident(ada))
    assert mine is not None
    assert (mine.number, mine.area) == ("H1", JINHU)
    assert households.members_of("H1") == [ada]
    assert Entry.objects.filter(subject="household:H1", kind="household_joined").count() == 1


def test_an_account_is_of_one_household_at_a_time(here: Any) -> None:
    chair, ada = chair_of_jinhu(), person("ada")
    households.join(chair, "H1", ada)
    with pytest.raises(BelongsElsewhere):
        households.join(chair, "H2", ada)
    assert households.leave(chair, ada)
    assert not households.leave(chair, ada)
    households.join(chair, "H2", ada)
    assert households.number_of(ada) == "H2"


def test_nobody_says_it_outside_their_village_or_for_themselves(here: Any) -> None:
    chair, ada = chair_of_jinhu(), person("ada")
    with pytest.raises(NotAllowed):
        households.join(chair, "H3", ada)
    with pytest.raises(NotAllowed):
        households.join(resident(ada), "H1", ada)
    with pytest.raises(NoSuchHousehold):
        households.join(chair, "H9", ada)


def test_a_household_that_moved_away_counts_no_longer(here: Any) -> None:
    chair, ada = chair_of_jinhu(), person("ada")
    households.join(chair, "H1", ada)
    path = Area.objects.get(code=JINHU).path
    assert [each.number for each in households.households_in(path)] == ["H1", "H2"]
    assert households.count_in(path) == 2
    assert households.members_in(path) == {"H1": [ada]}
    records.put("households", "H1", {}, move="leave", by=SYSTEM)
    assert households.household_of(resident(ada)) is None
    assert households.count_in(path) == 1
    assert households.members_in(path) == {}
