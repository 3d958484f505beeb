"""Areas, offices, posts and who handles what."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from gongzhi.city.journal import queries as journal
from gongzhi.city.kernel.errors import NotAllowed
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.territory import actions, queries
from gongzhi.city.territory.errors import (
    AlreadyDivided,
    AlreadyEnded,
    BadDivisions,
    NobodyResponsible,
    NoSuchOffice,
    NotDivisible,
    RoleUnknown,
)
from gongzhi.city.territory.models import Area, DutyEntry, Office

pytestmark = pytest.mark.django_db
CHARLIE = Standing(person="user:3", role="officer", office="cgj", office_path="000")


def daye() -> list[str]:
    return files("gongzhi.city.territory").joinpath("data/daye.csv").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def city():
    """A county with two towns, a hotline centre, a department with a section, and a town government."""
    county = actions.add_area(SYSTEM, code="420281000000", name="大冶市", level="county")
    jinhu = actions.add_area(SYSTEM, code="420281003000", name="金湖街道", level="town", parent=county)
    actions.add_area(SYSTEM, code="420281108000", name="陈贵镇", level="town", parent=county)
    village = actions.add_area(SYSTEM, code="420281003202", name="株林村", level="village", parent=jinhu)
    actions.add_area(SYSTEM, code="420281003202-01", name="第一单元", level="unit", parent=village)
    center = actions.add_office(
        SYSTEM, code="mqt", name="民情通中心", kind="centre", area=county, is_backstop=True
    )
    bureau = actions.add_office(
        SYSTEM, code="cgj", name="城市管理局", short_name="城管局", kind="department", area=county
    )
    actions.add_office(SYSTEM, code="szk", name="市政科", kind="section", area=county, parent=bureau)
    actions.add_office(SYSTEM, code="jh", name="金湖街道办事处", kind="town", area=jinhu, parent=center)
    return county


def area(code: str) -> Area:
    return Area.objects.get(code=code)


def office(code: str) -> Office:
    return Office.objects.get(code=code)


def test_it_loads_the_real_towns_and_villages_of_a_county():
    loaded = actions.load_divisions(SYSTEM, daye())
    assert (loaded.added, loaded.changed, loaded.same) == (452, 0, 0)
    county = queries.area("420281000000")
    assert queries.areas_in(county, "town").count() == 18
    assert queries.areas_in(county, "village").count() == 431
    assert queries.areas_in(area("420281003000"), "village").count() == 49
    assert area("420281003202").short_name == "株林村"
    assert all(town.lon for town in queries.areas_in(county, "town"))


def test_it_changes_nothing_when_the_file_is_loaded_again():
    actions.load_divisions(SYSTEM, daye())
    assert actions.load_divisions(SYSTEM, daye()).same == 452
    assert len(journal.facts("territory:divisions")) == 1


def test_it_takes_over_a_new_name_and_adds_below_what_is_there():
    actions.load_divisions(SYSTEM, ["code,name,level,parent", "1,甲县,county,", "11,乙镇,town,1"])
    loaded = actions.load_divisions(SYSTEM, ["code,name,level,parent", "11,乙街道,town,1", "12,丙镇,town,1"])
    assert (loaded.added, loaded.changed) == (1, 1)
    assert [a.name for a in queries.areas_in(area("1"), "town")] == ["乙街道", "丙镇"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",无代码,town,1", "缺少"),
        ("2,乡,township,1", "township"),
        ("2,乙镇,town,9", "上级 9"),
    ],
)
def test_it_refuses_a_bad_file_as_a_whole(row, why):
    with pytest.raises(BadDivisions) as refused:
        actions.load_divisions(SYSTEM, ["code,name,level,parent", "1,甲县,county,", row])
    assert refused.value.data["line"] == 3 and why in refused.value.data["why"]
    assert not Area.objects.exists()


def test_it_finds_a_subtree_by_its_path(city):
    assert [a.name for a in queries.areas_in(area("420281003000"))] == ["金湖街道", "株林村", "第一单元"]
    assert {o.code for o in queries.offices_in(office("cgj"))} == {"cgj", "szk"}
    assert {o.code for o in queries.offices_in(area("420281003000"))} == {"jh"}


def test_it_refuses_whoever_may_not_change_the_territory(city):
    with pytest.raises(NotAllowed) as refused:
        actions.add_area(CHARLIE, code="x", name="x", level="town", parent=city)
    assert "系统管理员" in str(refused.value) and "承办人" in str(refused.value)


def test_it_writes_each_change_to_the_journal(city):
    [fact] = journal.facts("area:420281003000")
    assert fact.kind == "area_added" and fact.by.role == "system" and fact.data["parent"] == "420281000000"


def test_it_splits_and_merges_areas_and_remembers_who_followed(city):
    old = area("420281003000")
    parts = actions.split_area(
        SYSTEM, old, [("a", "金湖东"), ("b", "金湖西")], on=date(2025, 1, 1), basis="批复1号"
    )
    assert [p.name for p in queries.areas_in(city, "town", date(2025, 1, 1))] == [
        "陈贵镇",
        "金湖东",
        "金湖西",
    ]
    assert [p.name for p in queries.areas_in(city, "town", date(2024, 12, 31))] == ["金湖街道", "陈贵镇"]
    merged = actions.merge_areas(
        SYSTEM, parts, code="c", name="金湖新区", on=date(2026, 1, 1), basis="批复2号"
    )
    assert [s.old_area.name for s in merged.predecessions.all()] == ["金湖东", "金湖西"]
    with pytest.raises(AlreadyEnded):
        actions.split_area(SYSTEM, old, [], on=date(2026, 1, 1), basis="")


def test_it_sends_the_matters_of_an_ended_office_to_its_heirs(city):
    actions.enter_duty(
        SYSTEM, category="市政设施", office=office("cgj"), basis="三定方案", starts=date(2024, 1, 1)
    )
    heir = actions.add_office(SYSTEM, code="cgzf", name="城管执法局", kind="department", area=city)
    actions.succeed_office(SYSTEM, office("cgj"), [heir], on=date(2025, 1, 1), basis="机构改革")
    assert queries.heirs(office("cgj")) == [heir]
    assert queries.office_for("市政设施", city, date(2024, 6, 1)).office.code == "cgj"
    assert queries.office_for("市政设施", city, date(2025, 1, 1)).office.code == "cgzf"
    with pytest.raises(NoSuchOffice):
        queries.office("cgj", date(2025, 1, 1))


def test_it_allows_one_backstop_per_area(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.add_office(SYSTEM, code="x", name="x", kind="centre", area=city, is_backstop=True)


# --- posts


def test_it_builds_a_standing_from_a_post(city):
    alice = get_user_model().objects.create_user("alice", name="王丽")
    post = actions.appoint(SYSTEM, alice, "officer", office=office("szk"), mechanism="daye_minqing")
    [held] = queries.posts_of(alice)
    standing = queries.standing(held)
    assert (standing.person, standing.role, standing.office, standing.post) == (
        alice.person,
        "officer",
        "szk",
        str(post.pk),
    )
    assert standing.office_path == office("szk").path and standing.area_path == city.path
    assert standing.mechanism == "daye_minqing"


def test_it_ends_a_post_today(city):
    alice = get_user_model().objects.create_user("alice")
    post = actions.appoint(SYSTEM, alice, "officer", office=office("szk"), starts=date(2024, 1, 1))
    actions.end_post(SYSTEM, post, on=date(2024, 6, 1))
    assert queries.posts_of(alice, date(2024, 5, 31)) and not queries.posts_of(alice, date(2024, 6, 1))
    with pytest.raises(AlreadyEnded):
        actions.end_post(SYSTEM, post)


def test_it_refuses_the_same_post_twice_and_unknown_roles(city):
    alice = get_user_model().objects.create_user("alice")
    actions.appoint(SYSTEM, alice, "officer", office=office("szk"))
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.appoint(SYSTEM, alice, "officer", office=office("szk"))
    with pytest.raises(RoleUnknown):
        actions.appoint(SYSTEM, alice, "wizard", office=office("szk"))


# --- the duty directory


def test_it_answers_with_the_most_special_line_and_says_why(city):
    jinhu, village = area("420281003000"), area("420281003202")
    actions.enter_duty(SYSTEM, category="市政设施", office=office("cgj"), basis="三定方案第三条")
    actions.enter_duty(SYSTEM, category="市政设施", office=office("jh"), basis="乡镇清单5", area=jinhu)
    actions.enter_duty(SYSTEM, category="市政设施/路灯", office=office("szk"), basis="内设机构分工")
    cases = [
        ("市政设施/路灯", village, "szk"),  # the longest category wins over the nearest area
        ("市政设施/井盖", village, "jh"),  # the general category, the nearest area
        ("市政设施/井盖", city, "cgj"),
        ("噪音", village, "mqt"),  # nobody: the backstop
    ]
    for category, place, expected in cases:
        assert queries.office_for(category, place).office.code == expected, category
    assert "三定方案第三条" in queries.office_for("市政设施", city).because
    assert "兜底" in queries.office_for("噪音", city).because


def test_it_learns_from_a_ruling_and_keeps_the_old_line(city):
    actions.enter_duty(SYSTEM, category="噪音", office=office("cgj"), basis="清单8", starts=date(2024, 1, 1))
    arbiter = Standing(person="user:5", role="arbiter", office="mqt", area_path=city.path)
    entry = actions.learn_from_ruling(
        arbiter, category="噪音", office=office("jh"), ruling="case:7", basis="裁定2024-3"
    )
    assert (entry.version, entry.source) == (2, "ruling")
    responsible = queries.office_for("噪音", city)
    assert responsible.office.code == "jh" and "裁定2024-3" in responsible.because
    assert queries.office_for("噪音", city, date(2024, 5, 1)).office.code == "cgj"
    assert DutyEntry.objects.filter(category="噪音").count() == 2
    with pytest.raises(NotAllowed):
        actions.learn_from_ruling(
            CHARLIE, category="噪音", office=office("cgj"), ruling="case:8", basis="自己说了算"
        )


def test_it_says_so_when_nobody_is_responsible(city):
    Office.objects.filter(code="mqt").update(is_backstop=False)
    with pytest.raises(NobodyResponsible):
        queries.office_for("噪音", city)


def test_it_asks_two_queries_at_most_for_the_responsible_office(city, django_assert_max_num_queries):
    actions.enter_duty(SYSTEM, category="噪音", office=office("cgj"), basis="清单8")
    with django_assert_max_num_queries(2):
        queries.office_for("噪音/工地/夜间", area("420281003202"))


def test_it_knows_the_superiors_of_both_kinds(city):
    actions.link_offices(SYSTEM, office("szk"), office("jh"), "dual", basis="派驻协议")
    assert {o.code for o in queries.superiors(office("szk"))} == {"cgj", "jh"}


def test_it_finds_a_moved_node_in_doctor(city):
    from gongzhi.city.territory.checks import check_references, check_trees

    assert check_trees(True).ok and check_references(True).ok
    Area.objects.filter(code="420281003202").update(path="zzz")
    assert not check_trees(True).ok


# --- units come and go


@pytest.fixture
def village(city):
    return actions.add_area(
        SYSTEM, code="420281003203", name="上冯村", level="village", parent=area("420281003000")
    )


def test_it_divides_a_village_once_and_the_village_stays(village):
    made = actions.divide_village(SYSTEM, village, ["东", "西"], on=date(2025, 1, 1), basis="决议")
    assert [unit.code for unit in made] == ["420281003203-01", "420281003203-02"]
    assert area(village.code).ends is None and {unit.parent for unit in made} == {village}
    with pytest.raises(AlreadyDivided):
        actions.divide_village(SYSTEM, village, ["南", "北"], on=date(2025, 2, 1), basis="决议二")
    assert queries.areas_in(village, "unit", date(2025, 2, 1)).count() == 2


@pytest.mark.parametrize("names", [[], ["一"], ["一", "一"], ["一", " "]])
def test_it_refuses_parts_without_a_name_of_their_own(village, names):
    with pytest.raises(NotDivisible):
        actions.divide_village(SYSTEM, village, names, on=date(2025, 1, 1), basis="x")
    assert not Area.objects.filter(parent=village).exists()


def test_only_a_village_is_divided(city):
    with pytest.raises(NotDivisible):
        actions.divide_village(SYSTEM, city, ["东", "西"], on=date(2025, 1, 1), basis="x")


def test_a_code_is_never_given_again(village):
    one, two = actions.divide_village(SYSTEM, village, ["东", "西"], on=date(2025, 1, 1), basis="x")
    merged = actions.merge_areas(SYSTEM, [one, two], name="全村", on=date(2025, 2, 1), basis="y")
    assert merged.code.endswith("-03")
    parts = actions.split_area(SYSTEM, merged, [("", "甲"), ("", "乙")], on=date(2025, 3, 1), basis="z")
    assert [part.code[-2:] for part in parts] == ["04", "05"]


def test_it_merges_only_what_lies_side_by_side_and_not_into_the_past(village, city):
    one, two = actions.divide_village(SYSTEM, village, ["东", "西"], on=date(2025, 1, 1), basis="x")
    for several in ([one], [one, one], [one, village]):
        with pytest.raises(NotDivisible):
            actions.merge_areas(SYSTEM, several, name="新", on=date(2025, 2, 1), basis="y")
    with pytest.raises(NotDivisible), transaction.atomic():
        actions.merge_areas(SYSTEM, [one, two], name="新", on=date(2024, 12, 31), basis="y")
    assert area(one.code).ends is None


def test_lines_of_the_directory_follow_and_two_of_a_kind_become_one(village):
    one, two = actions.divide_village(SYSTEM, village, ["东", "西"], on=date(2025, 1, 1), basis="x")
    for unit in (one, two):
        actions.enter_duty(
            SYSTEM, category="路灯", office=office("szk"), basis="清单", area=unit, starts=date(2025, 1, 1)
        )
    new = actions.merge_areas(SYSTEM, [one, two], name="全村", on=date(2025, 2, 1), basis="决议")
    [line] = DutyEntry.objects.filter(ends=None, category="路灯")
    assert (line.area, line.office.code) == (new, "szk") and "决议" in line.basis
    assert queries.office_for("路灯", new, date(2025, 2, 1)).office.code == "szk"


def test_a_backstop_hands_the_bag_on(city):
    heir = actions.add_office(SYSTEM, code="zhz", name="总值班室", kind="centre", area=city)
    actions.succeed_office(SYSTEM, office("mqt"), [heir], on=date(2025, 1, 1), basis="改革")
    assert queries.office_for("噪音", city, date(2025, 1, 2)).office.code == "zhz"


def test_whoever_may_not_change_the_territory_divides_nothing(village):
    for act in (
        lambda: actions.divide_village(CHARLIE, village, ["东", "西"], on=date(2025, 1, 1), basis="x"),
        lambda: actions.succeed_office(
            CHARLIE, office("cgj"), [office("jh")], on=date(2025, 1, 1), basis="x"
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
