"""Private values: nowhere in clear, masked for all, opened with a purpose by few."""

from __future__ import annotations

import json

import pytest

from gongzhi.city.cases import actions, queries
from gongzhi.city.cases.errors import NotSealed
from gongzhi.city.cases.models import Case, CaseText
from gongzhi.city.cases.tests.cast import FORM, dispatched, reported
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.people.errors import PurposeMissing
from gongzhi.city.people.models import SealedValue

pytestmark = pytest.mark.django_db
PHONE = FORM["phone"]


def test_it_writes_a_phone_number_nowhere_in_clear(cast, monday):
    receipt = reported(cast, text=f"打我电话{PHONE}")
    row = Case.objects.get(pk=receipt.case)
    entries = json.dumps(list(Entry.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert row.state["data"]["phone"].startswith("sealed:")
    assert PHONE not in entries.replace(row.state["data"]["text"], "")
    assert PHONE not in CaseText.objects.get(case=row).words.replace(" ", "")
    assert not queries.cases(cast.li, queries.CaseFilter(text=PHONE)).rows


def test_it_shows_a_mask(cast, monday):
    receipt = reported(cast)
    page = queries.case_page(cast.li, receipt.case)
    shown = next(each for each in page.values if each.field.id == "phone")
    assert (shown.value, shown.sealed) == ("138****8000", True)


def test_it_reveals_with_a_purpose_and_remembers_it(cast, monday):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    assert actions.reveal(receipt.case, "phone", by=cast.zhou, purpose="约时间上门") == PHONE
    entry = Entry.objects.get(kind="revealed")
    assert (entry.person, entry.data["purpose"]) == (cast.zhou.person, "约时间上门")


@pytest.mark.parametrize("purpose", ["", "  ", "看看"])
def test_it_wants_a_real_purpose(cast, monday, purpose):
    receipt = reported(cast)
    with pytest.raises(PurposeMissing):
        actions.reveal(receipt.case, "phone", by=cast.li, purpose=purpose)


def test_it_reveals_nothing_to_a_leader_or_reviewer(cast, monday):
    receipt = reported(cast)
    for who in (cast.zhao, cast.ma):
        with pytest.raises(NotAllowed):
            actions.reveal(receipt.case, "phone", by=who, purpose="想看一看")
    assert not Entry.objects.filter(kind="revealed").exists()


def test_it_knows_no_other_secret(cast, monday):
    receipt = reported(cast, phone=None)
    with pytest.raises(NotSealed):
        actions.reveal(receipt.case, "phone", by=cast.li, purpose="约时间上门")
    with pytest.raises(NotSealed):
        actions.reveal(receipt.case, "subject", by=cast.li, purpose="约时间上门")


def test_it_reveals_nothing_that_was_erased(cast, monday):
    receipt = reported(cast)
    SealedValue.objects.update(value="", erased_at=monday)
    with pytest.raises(NotSealed):
        actions.reveal(receipt.case, "phone", by=cast.li, purpose="约时间上门")


@pytest.mark.parametrize("typed", ["", "no id", "other"])
def test_it_opens_no_value_of_another_case_by_its_mark(cast, monday, typed):
    """ "sealed:…" in a text field is only text: whoever knows a mark of another case must not open it under this one."""
    mine, other = reported(cast), reported(cast)
    dispatched(cast, mine.case)
    row = Case.objects.get(pk=mine.case)
    mark = Case.objects.get(pk=other.case).state["data"]["phone"]
    row.state["data"]["phone"] = mark if typed == "other" else f"sealed:{typed}"
    row.save(update_fields=["state"])
    with pytest.raises(NotSealed):
        actions.reveal(mine.case, "phone", by=cast.zhou, purpose="联系反映人")
    assert PHONE not in repr([each.value for each in queries.case_page(cast.zhou, mine.case).values])
