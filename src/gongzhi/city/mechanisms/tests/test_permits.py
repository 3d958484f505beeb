"""Applications in the city: an item fills the form, a promise opens its check, a false one is on record and can be repaired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.actions.ticking import tick_cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.naming import name_of
from gongzhi.city.cases.tests.cast import MONDAY
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Paper
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records import queries
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db

FIRM = "91420281MA4900001H"
FOLDERS = Path(gongzhi.mechanisms.__path__[0])
ITEM = {
    "code": "RLZY",
    "title": "人力资源服务许可",
    "item_type": "行政许可",
    "holder": "cgj",
    "handling": "承诺件",
    "legal_days": 20,
    "promised_days": 8,
    "risk": "高",
    "domain": "一般",
    "materials": [
        {"name": "申请书", "necessity": "必要"},
        {"name": "场所证明", "necessity": "必要", "promise_allowed": True},
    ],
}
FORM = {
    "item": "RLZY",
    "applicant_kind": "个人",
    "applicant_name": "柯小红",
    "phone": "13972750001",
    "given": [{"name": "申请书"}],
}
PROMISE = {"promised": [{"name": "场所证明"}], "promise_signed": True}


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch):
    """Papers are sealed in these tests too; making keys is not what they are about."""
    from gongzhi.city.documents.signing import schemes
    from gongzhi.city.documents.tests.cast import few_keys

    keys = [next(few_keys()) for _ in range(6)]
    monkeypatch.setattr(schemes.Rsa, "new_key", lambda self: keys.append(keys.pop(0)) or keys[-1])


@pytest.fixture
def hall(cast, monday):
    """The window, a second reviewer, and one published item."""
    people = {"cast": cast}
    for key, role, office in (("clerk", "window_clerk", "center"), ("second", "reviewer", "cgj")):
        user = User.objects.create(username=key, name=key)
        place = Office.objects.get(code=office)
        Post.objects.create(user=user, role=role, office=place)
        people[key] = Standing(
            person=user.person, role=role, name=key, office=office, office_path=place.path,
            area=cast.zhou.area, area_path=cast.zhou.area_path,
        )  # fmt: skip
    install(FOLDERS / "permits", by=SYSTEM)
    records.put("service_items", "RLZY", ITEM, by=SYSTEM, move="publish")
    return people


def granted(hall, **more) -> str:
    """One application, granted on a promise."""
    cast = hall["cast"]
    case = actions.open_case("permits", "application", {**FORM, **more}, by=hall["clerk"]).case
    actions.choose(case, "receive", "accept_on_promise", PROMISE, by=hall["clerk"])
    actions.choose(case, "review", "pass", {"review_opinion": "符合", "proposal": "准予"}, by=cast.zhou)
    actions.choose(case, "verify", "agree", {}, by=hall["second"])
    actions.choose(case, "decide", "grant", {"result_number": "RL2024001"}, by=cast.qian)
    react_to_all()
    return case


def test_it_fills_an_application_from_the_published_item(hall):
    case = actions.open_case("permits", "application", FORM, by=hall["clerk"]).case
    row = Case.objects.get(pk=case)
    assert row.state["data"]["lead"] == "cgj"
    assert row.state["data"]["promise_open"] is True
    react_to_all()
    assert [paper.document for paper in Paper.objects.filter(case=row)] == ["paper_01_receipt"]


@pytest.mark.parametrize(
    ("more", "subject", "code"),
    [
        ({}, "自然人（RL2024001）", None),
        (
            {"applicant_kind": "企业", "credit_code": FIRM},
            FIRM,
            FIRM,
        ),
    ],
)
def test_it_opens_a_check_of_a_promise_and_records_a_false_one(hall, more, subject, code):
    cast = hall["cast"]
    granted(hall, **more)
    papers = Paper.objects.filter(case__type="application").values_list("document", flat=True)
    assert sorted(papers) == ["paper_01_receipt", "paper_04_acceptance", "paper_18_promise", "paper_23_grant"]
    check = Case.objects.get(type="post_check")
    actions.choose(check.pk, "check", "doubtful", {"method": "现场核查", "finding": "是空地"}, by=cast.zhou)
    actions.choose(check.pk, "hear_side", "heard", {"statement": "未陈述"}, by=cast.zhou)
    ruling = {"ruling": "撤销", "ruling_basis": "行政许可法第六十九条", "grade": "一般失信"}
    actions.choose(check.pk, "rule", "revoke", ruling, by=cast.qian)
    react_to_all()
    check.refresh_from_db()
    held = queries.lookup("credit_records", name_of(check))
    assert held["grade"] == "一般失信" and held["office"] == "cgj" and held["found_on"] == "2024-10-14"
    assert (held["subject"], held.get("subject_code")) == (subject, code)
    assert "柯小红" not in str(held)


def test_it_repairs_credit(hall):
    cast = hall["cast"]
    record = {
        "subject": "某公司",
        "kind": "失信",
        "grade": "一般失信",
        "reason": "承诺不实",
        "basis": "许可法",
        "office": "cgj",
    }
    records.put("credit_records", "SX1", record, by=SYSTEM)
    form = {
        "record": "SX1",
        "applicant_name": "某公司",
        "phone": "13972750001",
        "corrected": "已租到场所",
        "pledge": True,
    }
    case = actions.open_case("permits", "credit_repair", form, by=hall["clerk"]).case
    actions.choose(case, "check", "proven", {"check_note": "属实"}, by=cast.zhou)
    actions.choose(case, "decide", "repair", {"decision_note": "准予"}, by=cast.qian)
    react_to_all()
    assert queries.lookup("credit_records", "SX1") is None  # no longer in the way of anything


def member(role: str, office: str) -> Standing:
    """Somebody new with this post."""
    place = Office.objects.get(code=office)
    user = User.objects.create(username=f"{role}-{office}", name=f"{place.name}{role}")
    Post.objects.create(user=user, role=role, office=place)
    return Standing(
        person=user.person, role=role, name=user.name, office=office, office_path=place.path,
        area=place.area.code, area_path=place.area.path,
    )  # fmt: skip


def test_it_writes_a_cut_into_the_list_of_items(hall):
    cast = hall["cast"]
    install(FOLDERS / "powers", by=SYSTEM)
    mayor = member("leader", "gov")
    form = {"item": "RLZY", "way": "减时限", "why": "数据都能共享", "new_days": 2}
    case = actions.open_case("powers", "item_change", form, by=cast.zhou).case
    actions.choose(case, "legality", "pass", {"law_set": True, "legal_opinion": "可以"}, by=cast.zhao)
    actions.choose(case, "plan", "done", {"supervision": "抽查"}, by=cast.zhou)
    with clock.frozen(MONDAY + timedelta(days=9)):
        tick_cases()
        actions.choose(case, "sum_up", "report", {"heard": "3条"}, by=cast.zhou)
        actions.choose(case, "decide", "publish", {"new_version": "2", "note": "同意"}, by=mayor)
        react_to_all()
    assert queries.lookup("service_items", "RLZY")["promised_days"] == 2
