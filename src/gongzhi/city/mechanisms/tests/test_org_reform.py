"""Offices follow what was decided, and roles that must not meet do not meet: through the real actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case, Task
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.cases.tests.cast import build_city
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import role_rules
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.errors import RecordRefused
from gongzhi.city.records.models import Record
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.errors import RolesConflict
from gongzhi.city.territory.models import Office, OfficeLink, Post, Succession

pytestmark = pytest.mark.django_db

FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "org_reform"
RULE = {
    "code": "R1",
    "first_role": "承办人",
    "second_role": "回访员",
    "scope": "任何单位",
    "why": "自己办的不能自己回访",
    "basis": "民情通规则第九条",
}
SAME = {
    **RULE,
    "code": "R2",
    "first_role": "leader",
    "second_role": "auditor",
    "scope": "同一单位",
    "why": "不能审自己",
}
MERGE = {
    "subject": "城管和环保合并",
    "olds": ["cgj", "hbj"],
    "new_name": "综合执法局",
    "reason": "职能交叉",
    "basis": "县编发〔2024〕8号",
    "effective_on": "2024-10-14",
}


@pytest.fixture
def city(monday: datetime, db: None) -> Iterator[Any]:
    """The cast, with people of the establishment office and two leaders, and the mechanism installed."""
    cast = build_city()
    gov = Office.objects.get(code="gov")
    for name, role in (("bian", "establishment"), ("boss", "leader"), ("judge", "reviewer")):
        Post.objects.create(user=User.objects.create(username=name, name=name), role=role, office=gov)
    hbj = Office.objects.get(code="hbj")
    Post.objects.create(
        user=User.objects.create(username="chief", name="环保局长"), role="leader", office=hbj
    )
    install(FOLDER, by=SYSTEM)
    yield cast


def by(name: str) -> Standing:
    return queries.standing(queries.posts_of(User.objects.get(username=name))[0])


def user(name: str) -> User:
    return User.objects.get(username=name)


def approved(form: dict[str, Any]) -> Case:
    """A merger as far as the approval, with what follows from it done."""
    case = actions.open_case("org_reform", "office_merge", form, by=by("bian")).case
    number_all()
    for name in ("qian", "chief"):
        actions.choose(case, "hear", "agree", {}, by=by(name))
    actions.choose(case, "decide", "approve", {"decision": "同意"}, by=by("boss"))
    react_to_all()
    world.forget()
    return Case.objects.get(pk=case)


def test_it_merges_two_offices_into_a_new_one(city: Any) -> None:
    row = approved(MERGE)
    made = Office.objects.get(name="综合执法局")
    assert (made.code, made.kind, made.starts) == (row.number, "department", date(2024, 10, 14))
    ended = Office.objects.filter(code__in=("cgj", "hbj")).values_list("ends", flat=True)
    assert set(ended) == {date(2024, 10, 14)}
    assert Succession.objects.filter(new_office=made, basis="县编发〔2024〕8号").count() == 2
    assert [task.step for task in Task.objects.filter(case=row)] == ["take_over"]


def test_the_people_of_the_old_offices_go_on_at_the_new_one(city: Any) -> None:
    approved(MERGE)
    (post,) = [each for each in queries.posts_of(user("zhou")) if each.role == "officer"]
    assert post.office is not None and post.office.name == "综合执法局"


def test_it_says_on_the_case_what_the_territory_refuses_and_leaves_the_offices(city: Any) -> None:
    territory.succeed_office(
        SYSTEM, queries.office("hbj"), [queries.office("jyj")], on=date(2024, 10, 20), basis="先并了"
    )
    row = approved(MERGE)
    assert Office.objects.get(code="cgj").ends is None
    assert not Office.objects.filter(name="综合执法局").exists()
    assert [task.step for task in Task.objects.filter(case=row)] == []


def test_it_sets_up_a_zone_with_dual_command(city: Any) -> None:
    form = {
        "subject": "磁湖商务区管委会",
        "kind": "商务区",
        "parent": "gov",
        "dual_offices": ["cgj", "hbj"],
        "how": "双重管理",
        "head": 8,
        "basis": "区编发〔2016〕3号",
        "effective_on": "2024-10-14",
    }
    case = actions.open_case("org_reform", "zone_setup", form, by=by("bian")).case
    actions.choose(case, "review", "pass", {}, by=by("judge"))
    actions.choose(case, "decide", "approve", {"decision": "同意"}, by=by("boss"))
    react_to_all()
    zone = Office.objects.get(kind="zone")
    assert zone.parent is not None and zone.parent.code == "gov"
    linked = OfficeLink.objects.filter(superior=zone).values_list("office__code", "kind")
    assert set(linked) == {("cgj", "dual"), ("hbj", "dual")}
    assert Case.objects.get(pk=case).ended == "set_up"


def rule(values: dict[str, Any]) -> None:
    records.put("role_conflicts", str(values["code"]), values, by=SYSTEM)


def test_it_appoints_as_before_while_no_rule_is_written(city: Any) -> None:
    territory.appoint(SYSTEM, user("zhou"), "caller", office=queries.office("jyj"))


def test_it_refuses_an_appointment_that_joins_what_must_stay_apart(city: Any) -> None:
    rule(RULE)
    with pytest.raises(RolesConflict) as refused:
        territory.appoint(SYSTEM, user("zhou"), "caller", office=queries.office("jyj"))
    assert "自己办的不能自己回访（民情通规则第九条）" in refused.value.message
    with pytest.raises(RolesConflict):  # the other way round
        territory.appoint(SYSTEM, user("sun"), "officer", office=queries.office("jyj"))
    territory.appoint(SYSTEM, user("zhou"), "reviewer", office=queries.office("jyj"))
    territory.appoint(SYSTEM, user("li"), "caller", office=queries.office("jyj"))


def test_it_keeps_apart_in_one_office_what_may_meet_in_two(city: Any) -> None:
    rule(SAME)
    territory.appoint(SYSTEM, user("qian"), "auditor", office=queries.office("hbj"))
    with pytest.raises(RolesConflict):
        territory.appoint(SYSTEM, user("qian"), "auditor", office=queries.office("cgj"))


def test_it_appoints_who_has_left_the_other_post(city: Any) -> None:
    rule(RULE)
    (post,) = queries.posts_of(user("zhou"))
    territory.end_post(SYSTEM, post)
    territory.appoint(SYSTEM, user("zhou"), "caller", office=queries.office("jyj"))


def test_the_doctor_names_who_holds_both_already(city: Any) -> None:
    assert role_rules.check_roles(True).ok
    Post.objects.create(user=user("zhou"), role="caller", office=queries.office("jyj"))
    rule(RULE)
    found = role_rules.check_roles(True)
    assert not found.ok and "周强" in found.remedy


def test_an_ended_rule_stands_in_nobodys_way(city: Any) -> None:
    rule(RULE)
    records.put("role_conflicts", "R1", {}, by=SYSTEM, move="end")
    territory.appoint(SYSTEM, user("zhou"), "caller", office=queries.office("jyj"))


def test_a_listed_institution_has_three_different_offices(city: Any) -> None:
    told = {"code": "S1", "title": "养护中心", "class": "公益二类", "supervisor": "cgj", "funder": "gov"}
    told |= {"legal_office": "cgj-sz", "basis": "条例第三条"}
    records.put("institutions", "S1", told, by=SYSTEM)
    with pytest.raises(RecordRefused):
        records.put("institutions", "S2", {**told, "code": "S2", "funder": "cgj"}, by=SYSTEM)
    assert [row.key for row in Record.objects.filter(register="institutions")] == ["S1"]
