"""A case takes over what a record or another case says: nobody names one by a key they learnt if they may not read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions, catalogue, matters, queries
from gongzhi.city.cases.models import Case, CaseRecord
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.engine.cases.errors import BadValues
from gongzhi.engine.forms.characters import narrow

pytestmark = pytest.mark.django_db
FOLDERS = Path(gongzhi.mechanisms.__path__[0])


@pytest.fixture
def here(cast: Any, monday: Any) -> Any:
    """A household of the grid worker's town, and one of another town."""
    install(FOLDERS / "people_places", by=SYSTEM)
    for key, town in (("H1", JINHU), ("H2", LEISHAN)):
        values = {"head": "陈大山", "unit": town, "source": "cgj", "members": 4}
        records.put("households", key, values, by=SYSTEM)
    return cast


def correct(by: Any, key: str, **more: Any) -> Any:
    form = {"book": "住户", "house": key, "column": "户内人数", "right_count": 5, **more}
    return actions.open_case("people_places", "correction", form, by=by)


def refusal_of(by: Any, key: str) -> str:
    with pytest.raises(BadValues) as refused:
        correct(by, key)
    return str(refused.value.data["fields"]["house"]).replace(narrow(key).strip(), "…")


def test_it_takes_over_a_household_of_the_own_town(here: Any) -> None:
    receipt = correct(here.hu, "H1")
    assert CaseRecord.objects.filter(case=receipt.case, register="households", key="H1").exists()


@pytest.mark.parametrize("key", ["H2", "Ｈ２", " H2 "])
def test_it_says_of_a_household_elsewhere_what_it_says_of_none(here: Any, key: str) -> None:
    assert refusal_of(here.hu, key) == refusal_of(here.hu, "H9")
    assert not Case.objects.exists()


def test_it_lets_a_resident_name_a_record_of_their_own_and_tells_nothing_of_it(here: Any) -> None:
    receipt = correct(here.wang, "H1")
    row = Case.objects.get(pk=receipt.case)
    told = queries.tracking(row.tracking_code)
    assert "cgj" not in str(told.values) and "城管局" not in str(told.values)


def test_it_checks_the_keys_of_a_later_step_too_but_not_what_the_case_says_already(here: Any) -> None:
    case_type = catalogue.current("people_places", "correction")
    with pytest.raises(BadValues):
        matters.check_named(case_type, {"house": "H2"}, here.hu)
    matters.check_named(case_type, {"house": "H2"}, here.hu, {"house": "H2"})
    matters.check_named(case_type, {"house": "H2"}, SYSTEM)


def test_it_refuses_over_the_api_as_well(here: Any, client: Any) -> None:
    client.force_login(User.objects.get(username="hu"))
    form = {"book": "住户", "house": "H2", "column": "户内人数", "right_count": 5}
    sent = {"mechanism": "people_places", "type": "correction", "form": form}
    answer = client.post("/api/v1/cases", json.dumps(sent), content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert "陈大山" not in answer.content.decode()
    assert not Case.objects.exists()
