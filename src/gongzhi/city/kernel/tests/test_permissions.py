"""The matrix: every action × every role, single objects and lists alike."""

from __future__ import annotations

import pytest
from django.db.models import Exists, OuterRef, Q

from gongzhi.city.kernel import permissions
from gongzhi.city.kernel.errors import NotAllowed, UnknownAction
from gongzhi.city.kernel.permissions import Reach, Target, check, matrix, may, read_matrix, role_title, scope
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.territory.models import Area, Office

MATRIX = matrix()
CELLS = [(action, role) for action in MATRIX.actions for role in MATRIX.roles]


def standing(role: str, **more: str) -> Standing:
    """Somebody of the bureau (path 000), seated in town one (path 000000)."""
    given = {"person": "user:1", "office_path": "000", "area_path": "000000", **more}
    return Standing(role=role, **given)


#: (office path, area path, person): what may be asked for
TARGETS = [
    ("000", "000000", ""),
    ("000001", "000000", ""),  # a section of the bureau
    ("000001", "000001", "user:1"),  # in another town, reported by the person
    ("001", "000000", ""),
    ("001", "000000000", "user:2"),  # a village of the town
    ("001", "000001", "user:1"),
    ("001", "000001", ""),
]

#: the person whose matters the actor was mandated with
MANDATOR = "user:2"


@pytest.mark.parametrize(("action", "role"), CELLS)
def test_it_allows_what_the_cell_says_and_nothing_else(action, role):
    actor = standing(role)
    expected = {
        "all": lambda office, area, person: True,
        "area": lambda office, area, person: area.startswith("000000"),
        "branch": lambda office, area, person: office.startswith("000"),
        "own": lambda office, area, person: person == "user:1",
        "mandate": lambda office, area, person: person == MANDATOR,
    }
    scopes = MATRIX.scopes(action, role)
    for office, area, person in TARGETS:
        target = Target(office_paths=(office,), area_path=area, person=person, mandated=person == MANDATOR)
        right = any(expected[word](office, area, person) for word in scopes)
        assert may(actor, action, target) == right, target
        if not right:
            with pytest.raises(NotAllowed) as refused:
                check(actor, action, target)
            assert refused.value.data["why"] == ("outside" if scopes else "role")


@pytest.fixture
def offices(monkeypatch):
    """Rows with the same places; ``short_name`` stands for the person, ``kind`` for the mechanism."""
    town = {
        path: Area.objects.create(code=path, name=path, short_name=path, level="town", path=path)
        for path in {area for _, area, _ in TARGETS}
    }
    for number, (office, area, person) in enumerate(TARGETS):
        Office.objects.create(
            code=str(number),
            name="x",
            short_name=person,
            kind="m1",
            area=town[area],
            path=f"{office}{number:03}",
        )
    monkeypatch.setattr(
        Office,
        "reach",
        Reach(
            area="area__path",
            offices=("path",),
            person="short_name",
            mandated=lambda agent: Q(short_name=MANDATOR) if agent == "user:1" else Q(pk__in=[]),
            mechanism="kind",
        ),
        raising=False,
    )
    return Office.objects.all()


@pytest.mark.django_db
def test_it_lists_exactly_what_it_allows_one_by_one(offices):
    for action, role in CELLS:
        for mechanism in ("", "m1", "m2"):
            actor = standing(role, mechanism=mechanism)
            listed = set(scope(actor, action, offices))
            assert listed == {row for row in offices if may(actor, action, row)}, (action, role)
            assert scope(actor, action, offices).count() == len(listed)
            if mechanism == "m2":
                assert not listed


@pytest.mark.django_db
def test_it_reaches_offices_in_another_table_by_a_condition(offices, monkeypatch):
    def branch(path: str):
        return Exists(Office.objects.filter(pk=OuterRef("pk"), path__startswith=path))

    monkeypatch.setattr(Office, "reach", Reach(branch=branch))
    actor = standing("officer")
    listed = scope(actor, "case.read", offices)
    assert {row.path[:3] for row in listed} == {"000"}
    assert all(may(actor, "case.read", row) == (row in listed) for row in offices)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "who",
    [
        resident(""),
        Standing(person="", role="officer"),
        Standing(person="", role="grid_worker"),
        Standing(person="", role="proxy"),
    ],
)
def test_it_shows_nothing_to_nobody(offices, who):
    assert not scope(who, "case.list", offices).exists()


@pytest.mark.django_db
def test_it_shows_everything_to_the_system(offices):
    assert scope(SYSTEM, "case.list", offices).count() == len(TARGETS)


def test_it_says_who_may():
    with pytest.raises(NotAllowed) as refused:
        check(standing("caller"), "case.merge")
    assert refused.value.status == 403
    assert all(word in str(refused.value) for word in ("回访员", "合并事项", "派单员", "热线话务员"))


def test_it_refuses_words_that_are_not_in_the_table():
    with pytest.raises(UnknownAction):
        check(standing("officer"), "case.explode")
    assert not may(standing("stranger"), "case.read")
    with pytest.raises(ValueError, match=r"a × r: unknown scope town"):
        read_matrix(["action,title,r", ",,角色", "a,做,town"])


def test_it_gives_a_mechanisms_role_the_rights_of_a_known_one(monkeypatch):
    monkeypatch.setattr(permissions, "_ALIKE", {})
    monkeypatch.setattr(permissions, "_TITLES", {})
    permissions.declare_role("surveyor", "勘验员")
    permissions.declare_role("chair", "主持人", alike="duty_officer")
    assert MATRIX.scopes("case.read", "surveyor") == ("branch", "own")
    assert MATRIX.scopes("case.read", "chair") == ("area",)
    assert role_title("surveyor") == "勘验员" and role_title("officer") == "承办人"
    with pytest.raises(ValueError, match="wizard"):
        permissions.declare_role("x", "x", alike="wizard")
