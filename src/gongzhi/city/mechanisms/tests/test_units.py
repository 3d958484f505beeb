"""A vote divides a village: the tree of areas, the register and the case follow, or the case says why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import COUNTY, JINHU, MONDAY
from gongzhi.city.journal import queries as journal
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import actions as mechanisms
from gongzhi.city.mechanisms import library, sorting, succession
from gongzhi.city.mechanisms.models import ToSort
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.records.models import Record
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
FOLDER = Path(gongzhi.mechanisms.__path__[0]) / "self_units"
VILLAGE = "420281001201"
PRINCIPLES = {
    "suits_here": "依湾",
    "right_size": "百户上下",
    "willing": "逐户问过",
    "self_governing": "好议事",
    "easy_to_run": "管得过来",
}
UNITS = [
    {"name": "湾里", "households": 120, "boundary": "东到水塘", "setting": "农村"},
    {"name": "塘边", "households": 198, "boundary": "西到公路", "setting": "农村"},
]


@pytest.fixture
def people(cast, monday):
    """A village with its committee, the town and the registrar, each with somebody in the post."""
    mechanisms.install(FOLDER, by=SYSTEM)
    library.LIBRARY.registers()  # reads what is installed: its roles are known from now on
    town = Area.objects.get(code=JINHU)
    village = territory.add_area(SYSTEM, code=VILLAGE, name="上冯村", level="village", parent=town)
    gov = Office.objects.get(code="gov")
    for code, name, kind, place, role in (
        ("sf", "上冯村委会", "village", village, "officer"),
        ("jh", "金湖街道", "town", town, "officer"),
        ("shgz", "社会工作部", "department", Area.objects.get(code=COUNTY), "unit_registrar"),
    ):
        office = territory.add_office(SYSTEM, code=code, name=name, kind=kind, area=place, parent=gov)
        user = User.objects.create(username=f"u-{code}", name=name)
        territory.appoint(SYSTEM, user, role, office=office, starts=date(2024, 1, 1))
    world.forget()
    values = {"code": VILLAGE, "name": "上冯村", "setting": "农村", "households": 318, "office": "sf"}
    records.create(SYSTEM, "villages", {**values, "town_office": "jh"})
    posts = Post.objects.filter(user__username__startswith="u-").select_related(
        "user", "office__area", "area"
    )
    return {post.office.code: queries.standing(post) for post in posts}


def passed(people, form=None, units=UNITS, body="户代表会议", type_="unit_split", **more) -> str:
    """From the proposal to the county's desk."""
    case = actions.open_case(
        "self_units", type_, form or {"village": VILLAGE, "why": "村大"}, by=people["sf"]
    ).case
    plan = {
        **PRINCIPLES,
        **({"units": units} if type_ == "unit_split" else {"new_boundary": "全村"}),
        "body": body,
    }
    actions.choose(case, "prepare", "convene", plan, by=people["sf"])
    vote = {"held_on": "2024-10-13", "entitled": 318, "present": 250, "votes_for": 240, "votes_against": 5}
    actions.choose(case, "vote", "passed", {**vote, "abstained": 5}, by=people["sf"])
    actions.choose(case, "town_check", "agree", {"town_opinion": "同意"}, by=people["jh"])
    return case


def filed(people, case: str, on: str = "2024-10-14") -> Case:
    actions.choose(case, "county_file", "file", {"effective_on": on}, by=people["shgz"])
    react_to_all()
    return Case.objects.get(pk=case)


def unit(number: int) -> Record:
    return Record.objects.get(register="units", key=f"{VILLAGE}-{number:02}")


def test_a_vote_divides_a_village_and_everything_says_so(people):
    row = filed(people, passed(people))
    assert row.ended == "done"
    village = Area.objects.get(code=VILLAGE)
    assert village.ends is None
    assert [area.name for area in queries.areas_in(village, "unit")] == ["湾里", "塘边"]
    data = unit(2).data
    assert (data["households"], data["vote_for"], data["boundary"]) == (198, 240, "西到公路")
    assert "逐户问过" in data["principles"] and unit(1).area_id == f"{VILLAGE}-01"
    assert Record.objects.get(register="villages", key=VILLAGE).state == "divided"
    kinds = [fact.kind for fact in journal.facts(f"area:{VILLAGE}")]
    assert kinds == ["area_added", "area_divided"]


def test_nothing_is_in_effect_before_its_day(people):
    filed(people, passed(people), on="2024-11-01")
    village = Area.objects.get(code=VILLAGE)
    assert not queries.areas_in(village, "unit", date(2024, 10, 31)).exists()
    assert queries.areas_in(village, "unit", date(2024, 11, 1)).count() == 2


def test_a_village_divided_meanwhile_refuses_the_second_time_and_leaves_the_case_open(people):
    case = passed(people)
    territory.divide_village(
        SYSTEM, Area.objects.get(code=VILLAGE), ["甲", "乙"], on=MONDAY.date(), basis="另一份"
    )
    row = filed(people, case)
    assert row.ended == "" and not Record.objects.filter(register="units").exists()
    [note] = [fact for fact in journal.facts(f"case:{case}") if fact.kind == "note"]
    assert "已经划分了2个单元" in note.data["values"]["text"]
    with clock.frozen(parse_instant("2024-10-16 09:00")):
        actions.tick_cases()
        actions.choose(case, "mend_filing", "refuse", {"county_opinion": "已另划"}, by=people["shgz"])
    assert Case.objects.get(pk=case).ended == "refused"


def test_two_units_merge_and_their_records_say_what_became_of_them(people):
    filed(people, passed(people))
    form = {"first": f"{VILLAGE}-01", "second": f"{VILLAGE}-02", "new_name": "上冯", "why": "住到一起"}
    row = filed(people, passed(people, form, type_="unit_merge"))
    assert row.ended == "done"
    assert (unit(3).data["households"], unit(3).state) == (318, "working")
    assert {unit(1).state, unit(2).state} == {"dissolved"}
    assert Area.objects.get(code=f"{VILLAGE}-01").ends == MONDAY.date()


def test_one_unit_is_split_and_the_village_keeps_the_other(people):
    filed(people, passed(people))
    parts = [{**UNITS[1], "name": "塘东", "households": 100}, {**UNITS[1], "name": "塘西", "households": 98}]
    form = {"village": VILLAGE, "unit": f"{VILLAGE}-02", "why": "新公路"}
    assert filed(people, passed(people, form, parts)).ended == "done"
    names = [area.name for area in queries.areas_in(Area.objects.get(code=VILLAGE), "unit")]
    assert names == ["湾里", "塘东", "塘西"]
    assert (
        sum(row.data["households"] for row in Record.objects.filter(register="units", state="working")) == 318
    )


def test_a_role_is_filled_and_left_again(people):
    filed(people, passed(people))
    form = {"unit": f"{VILLAGE}-01", "position": "理事会会长", "change": "任职"}
    case = actions.open_case("self_units", "unit_roles", form, by=people["sf"]).case
    term = {"holder": "冯大海", "how": "单元推选", "since": "2024-10-14", "until": "2027-10-13"}
    actions.choose(case, "propose", "name", term, by=people["sf"])
    actions.choose(case, "confirm", "confirm", by=people["jh"])
    react_to_all()
    assert (unit(1).data["council_name"], unit(1).data["council_until"]) == ("冯大海", "2027-10-13")


def test_households_follow_their_unit_and_what_is_unclear_waits_in_the_village(people):
    """The records of a register that lies in a unit; the ended unit's own record stays its history."""
    mechanisms.install(FOLDER.parent / "people_places", by=SYSTEM)
    library.LIBRARY.registers()
    filed(people, passed(people))
    for number in ("H1", "H2"):
        home = {"number": number, "unit": f"{VILLAGE}-01", "head": "冯某", "source": "sf"}
        records.create(SYSTEM, "households", home)
    form = {"first": f"{VILLAGE}-01", "second": f"{VILLAGE}-02", "new_name": "上冯", "why": "住到一起"}
    filed(people, passed(people, form, type_="unit_merge"))
    succession.move_on.func("area", f"{VILLAGE}-01")
    homes = Record.objects.filter(register="households")
    assert set(homes.values_list("area_id", flat=True)) == {f"{VILLAGE}-03"}
    assert unit(1).area_id == f"{VILLAGE}-01"
    assert {row.versions.count() for row in homes} == {2}
    assert all("撤并" in row.versions.get(number=2).note for row in homes)
    assert succession.move_on.func("area", f"{VILLAGE}-01") == 0


def test_households_of_a_unit_that_was_split_are_listed_for_a_person(people):
    mechanisms.install(FOLDER.parent / "people_places", by=SYSTEM)
    library.LIBRARY.registers()
    filed(people, passed(people))
    home = {"number": "H1", "unit": f"{VILLAGE}-02", "head": "冯某", "source": "sf"}
    records.create(SYSTEM, "households", home)
    parts = [{**UNITS[1], "name": "塘东", "households": 100}, {**UNITS[1], "name": "塘西", "households": 98}]
    form = {"village": VILLAGE, "unit": f"{VILLAGE}-02", "why": "新公路"}
    filed(people, passed(people, form, parts))
    succession.move_on.func("area", f"{VILLAGE}-02")
    row = Record.objects.get(register="households")
    assert row.area_id == VILLAGE
    waiting = ToSort.objects.get(record=row)
    sorting.sort(SYSTEM, waiting.pk, f"{VILLAGE}-04")
    assert Record.objects.get(pk=row.pk).area_id == f"{VILLAGE}-04"
