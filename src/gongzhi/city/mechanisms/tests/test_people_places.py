"""People and places in the city: a wrong record is put right at its source, consent is taken back, a form is asked once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.overviews import burden
from gongzhi.city.mechanisms.tests.test_projects import standing, step
from gongzhi.city.people.models import SealedValue, User
from gongzhi.city.records import actions as records
from gongzhi.city.records import queries
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.cases.errors import Objected

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
JINHU, LEISHAN = "420281001000", "420281002000"
FORM = {
    "subject": "油菜种植面积统计表", "lead": "hbj", "purpose": "发补贴", "basis": "农业法第八十七条", "filler": "网格员",
    "frequency": "每月", "minutes": 30, "cells": [{"title": "油菜亩数", "kind": "数字"}],
    "valid_from": "2024-10-15", "valid_until": "2025-10-14",
}  # fmt: skip


@pytest.fixture
def here(cast: Any, monday: Any) -> Any:
    """Both mechanisms, a keeper of forms and of data, a household and a resident in 金湖."""
    center = Office.objects.get(code="center")
    for role in ("form_keeper", "data_keeper"):
        Post.objects.create(user=User.objects.create(username=role, name=role), role=role, office=center)
    for name in ("people_places", "once_only_forms"):
        install(FOLDERS / name, by=SYSTEM)
    records.put(
        "households", "H1", {"head": "陈大山", "unit": JINHU, "source": "cgj", "members": 4}, by=SYSTEM
    )
    person = {
        "name": "陈大山",
        "unit": JINHU,
        "source": "cgj",
        "household": "H1",
        "agreed": True,
        "phone": "13800138000",
    }
    records.put("residents", "R1", person, by=SYSTEM)
    return cast


def opened(mechanism: str, case_type: str, form: dict[str, Any], by: Any) -> Case:
    receipt = actions.open_case(mechanism, case_type, form, by=by)
    # the number follows the commit, which a test never makes
    actions.tick_cases()
    react_to_all()
    return Case.objects.get(pk=receipt.case)


def corrected(here: Any, **form: Any) -> Case:
    case = opened("people_places", "correction", form, here.hu)
    return step(case, "check", "correct")


def test_it_puts_a_wrong_record_right_at_its_source_and_in_all_views(here):
    case = corrected(here, book="居民", resident="R1", column="与户主关系", right_relation="户主")
    assert (case.lead_id, case.area_id, case.ended) == ("cgj", JINHU, "corrected")
    assert queries.lookup("residents", "R1")["relation"] == "户主"
    assert queries.record_page(here.hu, "residents", "R1").values["relation"] == "户主"
    assert [row.data["relation"] for row in queries.records(here.hu, "residents").rows] == ["户主"]


def test_it_corrects_sealed_values_without_showing_them(here):
    corrected(here, book="居民", resident="R1", column="姓名或名称", right_text="程大山")
    row = Record.objects.get(register="residents", key="R1")
    assert (row.name, "程大山" in str(row.data)) == ("程**", False)
    assert records.reveal(row, "name", by=here.hu, purpose="更正登记") == "程大山"


def test_it_changes_nothing_until_the_source_says_so(here):
    case = opened(
        "people_places",
        "correction",
        {"book": "住户", "house": "H1", "column": "户内人数", "right_count": 5},
        here.hu,
    )
    assert Record.objects.get(key="H1").data["members"] == 4
    step(case, "check", "reject", {"told_why": "户口簿上是四个人"})
    assert Record.objects.get(key="H1").data["members"] == 4


def test_it_erases_what_somebody_no_longer_agrees_to(here):
    case = opened("people_places", "consent_withdrawal", {"book": "居民", "resident": "R1"}, here.hu)
    step(case, "withdraw", "done")
    assert SealedValue.objects.get(field="phone", subject__startswith="record:").value == ""
    assert "phone" not in queries.lookup("residents", "R1")


def test_it_enters_who_needs_care_with_the_interval_of_the_table(here):
    form = {"client": "柯婆婆", "why": "独居老人", "area": JINHU, "lead": "hbj"}
    case = opened("people_places", "care_listing", form, here.hu)
    step(case, "confirm", "list")
    row = Record.objects.get(register="care_people")
    assert (row.data["level"], row.name, row.office_id, row.key) == ("每两周", "柯**", "hbj", case.number)
    assert "独居老人" not in str(row.data)
    derived = queries.record_page(here.hu, "care_people", row.key).derived
    assert (derived["visit_days"], derived["next_visit"]) == (14, "2024-10-28")


def test_it_keeps_a_use_of_data_in_the_ledger_until_its_day(here):
    form = {
        "lead": "hbj",
        "books": ["住户"],
        "purpose": "核对搬迁",
        "basis": "某法第一条",
        "until": "2024-10-31",
    }
    case = opened("people_places", "data_use", form, standing("officer", "hbj"))
    step(case, "review", "grant", {"reason": "有依据"})
    assert Record.objects.get(register="data_uses").state == "running"
    with clock.frozen(clock.now() + timedelta(days=30)):
        actions.tick_cases()
        react_to_all()
    assert Record.objects.get(register="data_uses").state == "ended"


# --- forms once only


def test_it_refuses_a_form_that_asks_again_for_the_identity_number(here):
    cells = [{"title": "油菜亩数", "kind": "数字"}, {"title": "身份证号", "kind": "文字"}]
    with pytest.raises(Objected) as refused:
        opened("once_only_forms", "form_demand", {**FORM, "cells": cells}, standing("officer", "hbj"))
    assert "身份证号：居民登记簿里已有，直接用，不再要基层填" in refused.value.message
    assert "油菜亩数：" not in refused.value.message
    assert not Case.objects.exists()


def test_it_knows_other_names_that_the_city_wrote_down(here):
    form = {**FORM, "cells": [{"title": "门牌", "kind": "文字"}]}
    for title in ("家庭住址", "出生年月（必填）"):
        with pytest.raises(Objected):
            again = {**FORM, "cells": [{"title": title, "kind": "文字"}]}
            opened("once_only_forms", "form_demand", again, standing("officer", "hbj"))
    assert opened("once_only_forms", "form_demand", form, standing("officer", "hbj"))
    records.put("cell_names", "门牌", {"means": "住址"}, by=SYSTEM)
    with pytest.raises(Objected, match="门牌：住户登记簿里已有"):
        opened("once_only_forms", "form_demand", {**form, "subject": "另一张表"}, standing("officer", "hbj"))


def admitted(**more: Any) -> Case:
    case = opened("once_only_forms", "form_demand", {**FORM, **more}, standing("officer", "hbj"))
    return step(case, "review", "admit", {"decision": "都是新栏"})


def test_it_lists_admitted_forms_until_they_expire(here):
    case = admitted()
    row = Record.objects.get(register="demanded_forms")
    assert (row.key, row.state, row.data["times"]) == (case.number, "admitted", 12)
    with pytest.raises(Objected, match="已在基层报表清单里"):
        opened("once_only_forms", "form_demand", FORM, standing("officer", "hbj"))
    with clock.frozen(clock.now() + timedelta(days=366)):
        actions.tick_cases()
        react_to_all()
        assert Record.objects.get(register="demanded_forms").state == "expired"


# --- the burden account


def account(by: Any, **more: Any) -> burden.Account:
    return burden.account(by, date(2024, 10, 1), **more)


def test_it_adds_forms_and_cases_up(here):
    admitted()
    corrected(here, book="居民", resident="R1", column="与户主关系", right_relation="户主")
    opened("once_only_forms", "extra_form", {"lead": "hbj"}, here.hu)
    found = account(here.wu)
    assert [(line.title, line.asker, line.total) for line in found.last.lines] == [
        ("油菜种植面积统计表", "环保局", Decimal("30.0")),
        ("更正登记", "城管局", Decimal("3.0")),
        ("清单外的表", "环保局", Decimal("1.0")),
    ]
    assert (found.last.workers, found.last.total, found.last.each) == (1, Decimal("34.0"), Decimal("34.0"))
    assert [name for name, *_ in found.last.by_asker] == ["环保局", "城管局"]
    assert found.last.by_asker[0][1:] == (Decimal("31.0"), Decimal("31.0"))
    assert [month.total for month in found.months[:-1]] == [0] * 11
    assert found.unregistered == 1
    # what names no place is in the sum of the city only
    assert sum(month.total for _code, _name, month in found.towns) == Decimal("33.0")


def test_it_counts_a_form_only_in_its_months_and_its_place(here):
    admitted(area=LEISHAN)
    assert account(here.wu).last.lines == []
    admitted(subject="第二张表", area=JINHU)
    assert [line.title for line in account(here.wu).last.lines] == ["第二张表"]
    assert burden.account(here.wu, date(2024, 9, 1)).last.lines == []
    with clock.frozen(clock.now() + timedelta(days=400)):
        assert [bool(month.lines) for month in burden.account(here.wu, date(2025, 11, 1)).months] == [
            True
        ] * 11 + [False]


def test_it_shares_case_minutes_among_the_posts_of_the_place(here):
    for name in ("a", "b"):
        user = User.objects.create(username=name, name=name)
        Post.objects.create(user=user, role="grid_worker", area=Area.objects.get(code=JINHU))
    corrected(here, book="居民", resident="R1", column="与户主关系", right_relation="户主")
    found = account(here.wu, town=JINHU)
    assert (found.last.workers, found.last.each, found.place) == (3, Decimal("1.0"), "金湖街道")
    assert account(here.wu, town=LEISHAN).last.each is None


def test_it_counts_only_cases_that_the_group_worked_on(here):
    form = {"book": "居民", "resident": "R1", "column": "与户主关系", "right_relation": "户主"}
    opened("people_places", "correction", form, standing("officer", "hbj"))
    assert account(here.wu).last.lines == []
    assert account(here.wu, group="village").last.lines == []


def test_it_opens_a_line_to_the_cases_that_one_may_list(here):
    corrected(here, book="居民", resident="R1", column="与户主关系", right_relation="户主")
    key, october = "people_places.correction", date(2024, 10, 1)
    seen = burden.rows(here.hu, key, october, group="grid_worker")
    assert (len(seen.cases), seen.hidden) == (1, 0)
    unseen = burden.rows(here.he, key, october, group="grid_worker")
    assert (len(unseen.cases), unseen.hidden) == (0, 1)
    assert burden.rows(here.hu, "people_places.data_use", october, group="grid_worker") is None


def test_it_says_what_is_not_counted(here):
    assert "撤回同意" in account(here.wu).silent
    assert "更正登记" not in account(here.wu).silent


def test_it_shows_residents_no_account(here):
    with pytest.raises(NotAllowed):
        account(here.wang)


def test_it_names_no_record_of_another_village_in_a_case(here):
    """A grid worker of 雷山 can't get at a resident of 金湖 by naming them."""
    far = Area.objects.get(code=LEISHAN)
    walker = type(here.hu)(
        person="u-far", role="grid_worker", area=LEISHAN, area_path=far.path, name="远网格"
    )
    with pytest.raises(NoSuchRecord):
        queries.one(walker, "residents", "R1")
    assert queries.choices("residents", "R1", by=walker) == []
