"""How long what is sealed stays, what needs a consent, and what a register may not promise."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.registers import Keep, RegisterRefused, RegisterSpec, compile_register
from gongzhi.engine.registers.reading import cells_of

PEOPLE: dict[str, Any] = {
    "id": "people",
    "title": "居民登记簿",
    "key": "code",
    "name": "name",
    "fields": [
        {"id": "code", "title": "编号", "kind": "text"},
        {"id": "name", "title": "姓名", "kind": "text", "privacy": "identity", "required": True},
        {"id": "agreed", "title": "同意留电话", "kind": "yesno"},
        {
            "id": "phone",
            "title": "电话",
            "kind": "phone",
            "privacy": "contact",
            "consent": True,
            "also": ["联系方式"],
        },
    ],
    "keep": {"years": 3, "from": "gone"},
    "purposes": ["走访"],
    "consent": "agreed",
    "lifecycle": {
        "start": "here",
        "states": {"here": "在住", "gone": "走了"},
        "moves": {"leave": {"title": "走了", "from": "here", "to": "gone", "by": ["officer"]}},
    },
}
REGISTER = compile_register(RegisterSpec.model_validate(PEOPLE), {})
ONE = {"code": "A1", "name": "陈大山"}
PHONE = "13800138000"


@pytest.mark.parametrize(
    ("start", "today", "over"),
    [
        (date(2023, 11, 22), date(2026, 11, 22), True),
        (date(2023, 11, 23), date(2026, 11, 22), False),
        (date(2024, 2, 29), date(2027, 2, 28), False),
        (date(2024, 2, 29), date(2027, 3, 1), True),
        (date(2021, 2, 28), date(2024, 2, 28), True),
    ],
)
def test_it_keeps_whole_years(start, today, over):
    assert Keep(years=3, state="gone").is_over(start, today) is over


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(1, 100))
def test_it_never_erases_early(start, years):
    keep = Keep(years=years, state="gone")
    assert not keep.is_over(start, start + timedelta(days=365 * years - 1))
    assert keep.is_over(start, start + timedelta(days=366 * years))


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(1, 100))
def test_what_is_over_stays_over(today, years):
    keep = Keep(years=years, column="left")
    assert keep.last_start(today) <= keep.last_start(today + timedelta(days=1))


@pytest.mark.parametrize("agreed", [None, False])
def test_it_takes_no_value_without_consent(agreed):
    checked = REGISTER.check({**ONE, "phone": PHONE, "agreed": agreed})
    assert [(each.field, each.code) for each in checked.problems] == [("phone", "G021")]
    assert "没有本人同意(“同意留电话”没有记)" in checked.problems[0].sentence
    assert "phone" not in checked.values


def test_it_takes_it_with_consent_and_drops_it_when_it_is_taken_back():
    old = REGISTER.check({**ONE, "phone": PHONE, "agreed": True}).values
    assert old["phone"] == PHONE
    for taken in (False, None):
        checked = REGISTER.check({"agreed": taken}, old=old)
        assert not checked.problems
        assert "phone" not in checked.values
        assert "phone" in checked.cleared


def test_it_asks_for_no_consent_in_examples():
    assert not REGISTER.check({"code": "A1", "phone": PHONE}, partial=True).problems


def test_it_tells_other_names_of_a_column():
    assert cells_of(REGISTER)[-1]["also"] == "联系方式"
    assert cells_of(RegisterSpec.model_validate(PEOPLE)) == cells_of(REGISTER)


@pytest.mark.parametrize(
    ("key", "value"), [("consent", "name"), ("consent", "nothing"), ("keep", {"years": 1, "from": "nowhere"})]
)
def test_it_refuses_rules_that_lead_nowhere(key, value):
    with pytest.raises(RegisterRefused):
        compile_register(RegisterSpec.model_validate({**PEOPLE, key: value}), {})


@pytest.mark.parametrize("years", [0, 101, "3"])
def test_it_refuses_years_that_are_none(years):
    with pytest.raises(ValueError, match="years"):
        RegisterSpec.model_validate({**PEOPLE, "keep": {"years": years, "from": "gone"}})
