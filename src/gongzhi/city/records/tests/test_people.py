"""Registers of people: own villagers only, a purpose for every look, consent, and what is erased when its time is over."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.test import Client
from openpyxl import load_workbook

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import actions, catalogue, checks, queries, sheets
from gongzhi.city.records.errors import NoSuchRecord, NotSealed, PurposeUnknown, RecordRefused
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries import Filter
from gongzhi.city.records.tests import village
from gongzhi.city.records.tests.village import LIWAN, RESIDENTS, UNIT, ZHANGQIAO, resident
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def people():
    source = village.PeopleSource()
    catalogue.register(source)
    yield
    catalogue.unregister(source)


@pytest.fixture
def here(cast, monday):
    return village.build(cast)


@pytest.fixture
def both(here):
    """One resident of each village, and one of a unit inside 张桥村."""
    for code, unit in (("Z1", ZHANGQIAO), ("Z2", UNIT), ("L1", LIWAN)):
        resident(here.police, code, unit)
    return here


def keys(page):
    return [row.key for row in page.rows]


def exported(by, **more):
    made = actions.export_records(by, RESIDENTS, Filter(), purpose="走访", **more)
    rows = list(load_workbook(io.BytesIO(made.content)).active.iter_rows(values_only=True))
    return made, rows


# --- own residents only


@pytest.mark.parametrize(("who", "own"), [("zhang", ["Z1", "Z2"]), ("walker", ["Z1", "Z2"]), ("li", ["L1"])])
def test_it_lists_counts_and_finds_own_villagers_only(both, who, own):
    by = getattr(both, who)
    assert keys(queries.records(by, RESIDENTS)) == own
    assert sum(queries.counts(by, RESIDENTS).values()) == len(own)
    for code in ("Z1", "Z2", "L1"):
        found = [code] if code in own else []
        assert keys(queries.search(by, RESIDENTS, code)) == found
        assert [key for key, _name in queries.choices(RESIDENTS, code, by=by)] == found


@pytest.mark.parametrize(("who", "own"), [("zhang", "Z1"), ("walker", "Z2"), ("li", "L1")])
def test_it_opens_own_villagers_only(both, who, own):
    by = getattr(both, who)
    assert queries.record_page(by, RESIDENTS, own).row.key == own
    for code in {"Z1", "Z2", "L1"} - ({"L1"} if who == "li" else {"Z1", "Z2"}):
        with pytest.raises(NoSuchRecord):
            queries.record_page(by, RESIDENTS, code)
        with pytest.raises(NoSuchRecord):
            actions.reveal(Record.objects.get(key=code), "name", by=by, purpose="走访")


def test_it_takes_out_own_villagers_only(both, cast):
    assert [row[0] for row in exported(both.zhang)[1][1:]] == ["Z1", "Z2"]
    assert [row[0] for row in exported(both.li)[1][1:]] == ["L1"]
    # an office of the county takes out what it keeps itself, and no more
    assert [row[0] for row in exported(cast.he)[1][1:]] == []
    assert [row[0] for row in exported(both.police)[1][1:]] == ["L1", "Z1", "Z2"]
    with pytest.raises(NotAllowed):
        exported(both.walker)


def test_it_offers_nobody_to_people_without_a_post(both):
    assert queries.choices(RESIDENTS, outside=True) == []
    assert queries.choices(RESIDENTS) == []
    # a masked name is no way to a code
    assert queries.key_of(RESIDENTS, "陈**") == "陈**"


def test_it_expands_no_links_into_another_village(both):
    house = {"number": "H1", "unit": LIWAN, "head": "陈大山", "source": "gaj"}
    actions.create(both.police, "households", house)
    resident(both.police, "L2", LIWAN, household="H1", relation="户主")
    row = queries.one(both.li, "households", "H1")
    assert [each.key for each in queries.used_by(both.li, row)] == ["L2"]
    with pytest.raises(NoSuchRecord):
        queries.used_by(both.zhang, row)


def test_it_lets_a_village_change_nothing_of_what_is_the_police_s(both):
    row = Record.objects.get(key="Z1")
    with pytest.raises(NotAllowed):
        actions.change(both.zhang, row, {"relation": "户主"}, expected=1)
    assert actions.change(both.police, row, {"relation": "户主"}, expected=1).version == 2


# --- for a purpose, and never unseen


def test_it_opens_a_value_only_for_a_purpose_of_the_register(both):
    row = Record.objects.get(key="Z1")
    with pytest.raises(PurposeUnknown) as refused:
        actions.reveal(row, "name", by=both.zhang, purpose="想看看")
    assert "走访、救助核对" in refused.value.data["known"]
    assert actions.reveal(row, "name", by=both.zhang, purpose=" 走访 ") == "陈大山"
    fact = Entry.objects.get(kind="revealed")
    assert (fact.name, fact.data["purpose"], fact.data["field"]) == ("周社工", "走访", "name")


def test_it_writes_down_who_took_out_what(both):
    made, rows = exported(both.zhang)
    fact = Entry.objects.get(subject="register:residents", kind="register_exported")
    assert fact.data == {
        "register": "residents", "number": made.number, "rows": 2, "filter": {"state": ""}, "purpose": "走访"
    }  # fmt: skip
    assert rows[0][-1] == sheets.MARK
    assert all(made.number in row[-1] and "周社工" in row[-1] and "2024" in row[-1] for row in rows[1:])
    text = json.dumps(rows, ensure_ascii=False)
    assert "陈大山" not in text and village.IDENTITY not in text


def test_it_takes_nothing_out_without_a_purpose(both):
    with pytest.raises(PurposeUnknown):
        actions.export_records(both.zhang, RESIDENTS)
    assert not Entry.objects.filter(kind="register_exported").exists()


def test_it_shows_a_county_office_without_a_say_no_names(both, cast):
    row = Record.objects.get(key="Z1")
    with pytest.raises(NotAllowed):
        actions.reveal(row, "name", by=cast.he, purpose="走访")
    with pytest.raises(NoSuchRecord):
        actions.reveal(row, "name", by=both.li, purpose="走访")
    assert actions.reveal(row, "name", by=both.walker, purpose="走访") == "陈大山"


# --- consent


def test_it_stores_no_phone_without_consent(here):
    with pytest.raises(RecordRefused) as refused:
        resident(here.police, "Z1", ZHANGQIAO, phone=PHONE)
    assert "没有本人同意" in refused.value.data["fields"]["phone"]
    assert not SealedValue.objects.filter(field="phone").exists()
    row = resident(here.police, "Z1", ZHANGQIAO, phone=PHONE, agreed=True)
    assert actions.reveal(row, "phone", by=here.zhang, purpose="走访") == PHONE


def test_it_erases_what_was_agreed_to_when_the_consent_is_taken_back(here):
    row = resident(here.police, "Z1", ZHANGQIAO, phone=PHONE, agreed=True)
    row = actions.change(here.police, row, {"agreed": False}, expected=1)
    sealed = SealedValue.objects.get(field="phone")
    assert (sealed.value, sealed.erased_at is not None) == ("", True)
    assert "phone" not in row.data
    assert "phone" not in queries.record_page(here.zhang, RESIDENTS, "Z1").values
    with pytest.raises(NotSealed):
        actions.reveal(row, "phone", by=here.zhang, purpose="走访")
    # the name needs no consent and is still there; so does the older version keep its hash
    assert actions.reveal(row, "name", by=here.zhang, purpose="走访") == "陈大山"
    fact = Entry.objects.get(kind="record_erased")
    assert (fact.data["basis"], fact.data["values"]) == ("撤回同意", 1)
    assert checks.check_contents(True).ok


def test_it_shows_nothing_that_was_stored_before_consent_was_asked(here, monkeypatch):
    row = resident(here.police, "Z1", ZHANGQIAO, phone=PHONE, agreed=True)
    # as an older version of the register would have stored it
    Record.objects.filter(pk=row.pk).update(data={**row.data, "agreed": False})
    assert "phone" not in queries.record_page(here.zhang, RESIDENTS, "Z1").values
    with pytest.raises(NotSealed):
        actions.reveal(row, "phone", by=here.zhang, purpose="走访")


# --- kept no longer than needed


def gone(here, code, moved_on):
    row = resident(here.police, code, ZHANGQIAO, at=parse_instant("2024-10-14 10:00"))
    return actions.move(here.police, row, "leave", expected=1, at=parse_instant(f"{moved_on} 10:00"))


@pytest.mark.parametrize(
    ("today", "erased"), [("2027-11-03", 0), ("2027-11-04", 1), ("2028-02-29", 1), ("2024-11-05", 0)]
)
def test_it_erases_three_years_after_somebody_left(here, today, erased):
    row = gone(here, "Z1", "2024-11-04")
    with clock.frozen(parse_instant(f"{today} 01:10")):
        assert actions.sweep_kept() == erased
        assert actions.sweep_kept() == 0
    row.refresh_from_db()
    assert (row.erased_at is not None) == bool(erased)
    assert SealedValue.objects.filter(erased_at__isnull=False).count() == 2 * erased


def test_it_keeps_numbers_hashes_and_history_when_it_erases(here):
    gone(here, "Z1", "2024-11-04")
    resident(here.police, "Z2", ZHANGQIAO)
    before = queries.counts(here.zhang, RESIDENTS)
    with clock.frozen(parse_instant("2028-01-01 01:10")):
        assert actions.sweep_kept() == 1
        assert queries.counts(here.zhang, RESIDENTS) == before == {"here": 1, "away": 0, "gone": 1}
        shown = queries.record_page(here.zhang, RESIDENTS, "Z1")
        assert (shown.row.name, shown.values.get("name")) == ("Z1", "")
        assert len(queries.history(here.zhang, shown.row)) == 2
        with pytest.raises(NotSealed):
            actions.reveal(shown.row, "name", by=here.zhang, purpose="走访")
    assert Entry.objects.get(kind="record_erased").data["basis"] == "到期"
    for check in (checks.check_contents, checks.check_versions, checks.check_links, checks.check_registers):
        assert check(True).ok, check


def test_it_spares_who_came_back(here):
    row = gone(here, "Z1", "2024-11-04")
    actions.move(here.police, row, "return", expected=2, at=parse_instant("2026-01-01 10:00"))
    assert actions.sweep_kept(date(2030, 1, 1)) == 0
    row.refresh_from_db()
    actions.move(here.police, row, "leave", expected=3, at=parse_instant("2026-06-01 10:00"))
    assert actions.sweep_kept(date(2029, 5, 31)) == 0
    assert actions.sweep_kept(date(2029, 6, 1)) == 1


def test_it_keeps_by_a_date_column_too(here):
    values = {"name": "外来人", "unit": ZHANGQIAO, "source": "gaj", "came_on": "2024-01-01"}
    for code, left in (("F1", "2024-06-30"), ("F2", "2024-07-01"), ("F3", None)):
        actions.create(here.police, "floating_people", {**values, "code": code, "left_on": left})
    assert actions.sweep_kept(date(2026, 6, 30)) == 1
    assert Record.objects.get(erased_at__isnull=False).key == "F1"


def test_it_takes_somebody_in_again_after_they_were_erased(here):
    row = gone(here, "Z1", "2024-11-04")
    assert actions.sweep_kept(date(2028, 1, 1)) == 1
    with pytest.raises(RecordRefused):
        actions.move(here.police, row, "return", expected=2)
    row = actions.change(here.police, row, {"name": "陈大山", "source": "gaj"}, expected=2)
    assert (row.erased_at, row.name) == (None, "陈**")
    row = actions.move(here.police, row, "return", expected=3)
    assert actions.reveal(row, "name", by=here.zhang, purpose="走访") == "陈大山"


def test_it_erases_every_night(here):
    from gongzhi.city.jobs.periodic import periodic

    gone(here, "Z1", "2024-11-04")
    with clock.frozen(parse_instant("2028-01-01 01:10")):
        periodic.works["records.keep"].function()
    assert Record.objects.get(key="Z1").erased_at is not None


def test_it_asks_for_a_purpose_before_anything_leaves(here, client: Client):
    """Nobody signed in: the page is for staff."""
    answer = client.get(f"/registers/{RESIDENTS}/export.xlsx")
    assert answer.status_code in (302, 403)
