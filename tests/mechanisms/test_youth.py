"""Nothing about a single child can be published: no field, state, paper or book of it is open to anybody but its teachers."""

from __future__ import annotations

from pathlib import Path

import pytest

import gongzhi.mechanisms
from gongzhi.engine.mechanisms import load

ROOT = Path(gongzhi.mechanisms.__path__[0])
TEACHERS = {"youth_leader", "class_teacher"}
#: mechanism -> registers and case types that are about one child
CHILDREN = {
    "league_points": ({"league_applicants"}, {"application", "activity", "points_correction"}),
    "star_rating": ({"star_members"}, {"member_rating"}),
}


@pytest.mark.parametrize("name", CHILDREN)
def test_only_teachers_read_what_is_about_one_child(name: str) -> None:
    mechanism = load(ROOT / name)
    registers, types = CHILDREN[name]
    for id_ in registers:
        register = mechanism.registers[id_]
        assert set(register.read_by) <= TEACHERS and register.read_by
        assert not register.public and not register.small
        assert all(each.privacy != "public" for each in register.fields)
    for id_ in types:
        spec = mechanism.case_types[id_]
        assert set(spec.read_by) <= TEACHERS and spec.read_by
        assert all(each.privacy != "public" and not each.told for each in spec.fields)


@pytest.mark.parametrize("name", CHILDREN)
def test_no_paper_is_about_one_child(name: str) -> None:
    mechanism = load(ROOT / name)
    assert not [each for each in mechanism.documents.values() if each.spec.case in CHILDREN[name][1]]


def test_books_of_points_are_kept_to_the_youth_leader() -> None:
    assert {each.read_by for each in load(ROOT / "league_points").ledgers.values()} == {("youth_leader",)}


def test_no_measure_compares_schools_by_their_children() -> None:
    for name, (_registers, types) in CHILDREN.items():
        for measure in load(ROOT / name).measures:
            assert measure.case not in types or measure.kind == "rate"


@pytest.mark.parametrize(("stage", "share"), [("初中", 30), ("高中", 60)])
def test_members_are_at_most_this_share_of_a_graduating_class(stage: str, share: int) -> None:
    table = load(ROOT / "league_points").tables["entry_rules"]
    assert table.decide({"学段": stage}).value["share"] == share
