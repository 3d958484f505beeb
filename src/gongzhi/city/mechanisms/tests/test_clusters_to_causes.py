"""More than ten reports of one cause in thirty days open one project; whoever reported hears what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import gongzhi.mechanisms
from gongzhi.city.cases import actions
from gongzhi.city.cases.models import Case, Cluster
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.mechanisms import clusters
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Notice
from gongzhi.city.people.models import Resident

pytestmark = pytest.mark.django_db

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
#: the story of 新马片区: a through road was opened, and nothing slows the cars
SPEEDING = (
    "新马片区大道车速太快没有减速带，老人过马路危险",
    "新马片区大道车速太快，孩子上学求装减速带",
    "新马片区大道车速太快差点撞人，请装减速带",
    "新马片区大道路宽车速太快，希望装减速带和测速牌",
)
OTHER = ("楼上装修噪音大", "自来水发黄有味道", "公交车能不能加一站", "幼儿园报名什么时候开始", "垃圾没有人收")


@pytest.fixture
def city(cast: Any, monday: Any) -> Any:
    for name in ("daye_minqing", "city_events"):
        install(FOLDERS / name, by=SYSTEM)
    return cast


def resident(name: str) -> Standing:
    return Standing(person=Resident.objects.create(name=name).person, role="resident")


def says(by: Standing, text: str, at: datetime, town: str = JINHU) -> Case:
    form = {
        "subject": text[:30],
        "text": text,
        "place": {"text": "新马片区", "area": town},
        "phone": "13900001111",
    }
    reporter = by.person.removeprefix("resident:")
    with clock.frozen(at):
        receipt = actions.open_case("daye_minqing", "appeal", form, by=by, reporter=reporter)
    return Case.objects.get(pk=receipt.case)


def complaints(count: int, at: datetime, *, persons: int = 0, town: str = JINHU) -> list[Standing]:
    people = [resident(f"居民{number}") for number in range(persons or count)]
    for number in range(count):
        says(people[number % len(people)], SPEEDING[number % 4], at + timedelta(hours=number), town)
    return people


def noise(at: datetime) -> None:
    for number, text in enumerate(OTHER * 2):
        says(resident(f"别人{number}"), f"{text}第{number}次", at)


def told(person: Standing) -> str:
    texts = Notice.objects.filter(person=person.person).order_by("id").values_list("text", flat=True)
    return "\n".join(texts)


def look(at: datetime) -> list[Cluster]:
    with clock.frozen(at):
        number_all()
        found = clusters.find("daye_minqing")
        number_all()
        react_to_all()
    return found


def projects() -> list[Case]:
    return list(Case.objects.filter(type="cluster_project").order_by("pk"))


def test_ten_are_still_single_matters_and_the_eleventh_opens_the_project(city, monday):
    noise(monday)
    complaints(10, monday)
    look(monday + timedelta(days=1))
    assert projects() == [] and Cluster.objects.filter(size=10, rule="hot").count() == 1
    complaints(1, monday + timedelta(days=2))
    look(monday + timedelta(days=3))
    [project] = projects()
    assert (
        project.state["data"]["count"] == 11
        and project.area_id == JINHU
        and "新马" in project.subject + str(project.state["data"]["name"])
    )
    assert [task.step for task in project.tasks.all()] == ["confirm"]


def test_it_opens_once_however_often_it_is_found(city, monday):
    noise(monday)
    complaints(12, monday)
    look(monday + timedelta(days=1))
    complaints(3, monday + timedelta(days=2))
    look(monday + timedelta(days=3))
    look(monday + timedelta(days=3))
    assert len(projects()) == 1
    assert Cluster.objects.get(project=projects()[0]).size == 15


def test_two_who_write_often_open_nothing(city, monday):
    noise(monday)
    complaints(14, monday, persons=2)
    look(monday + timedelta(days=1))
    assert projects() == []


def test_what_was_said_too_long_ago_is_not_counted(city, monday):
    noise(monday)
    complaints(6, monday - timedelta(days=40))
    complaints(8, monday)
    look(monday + timedelta(days=1))
    assert projects() == [] and Cluster.objects.filter(size=14).exists()


def test_the_same_complaint_in_two_towns_is_two_matters(city, monday):
    noise(monday)
    complaints(7, monday)
    complaints(7, monday, town=LEISHAN)
    look(monday + timedelta(days=1))
    assert projects() == []


def test_the_story_of_xinma_from_many_complaints_to_one_cause_and_back_to_everybody(city, monday):
    noise(monday)
    people = complaints(17, monday)
    look(monday + timedelta(days=1))
    [project] = projects()
    assert all("专项治理" in told(person) and project.number in told(person) for person in people)
    by = {
        "dispatcher": city.chen,
        "leader": leader(),
        "officer": city.zhou,
        "auditor": city.ma,
        "caller": city.sun,
    }
    for step, choice, who, values in (
        ("confirm", "genuine", "dispatcher", {"finding": "现场测速，多数车超过六十公里"}),
        ("approve", "approve", "leader", {"lead": "cgj"}),
        (
            "plan",
            "submit",
            "officer",
            {"root_cause": "断头路通车没有配套设施", "measures": "装减速带", "months": 2},
        ),
        ("approve_plan", "approve", "leader", {}),
        ("carry_out", "done", "officer", {"progress": "减速带和测速牌全部装好"}),
        ("accept", "pass", "auditor", {}),
        ("watch", "settled", "caller", {"repeats": 0, "residents_say": "过马路踏实多了"}),
    ):
        with clock.frozen(monday + timedelta(days=1, hours=1)):
            actions.choose(project.pk, step, choice, values, by=by[who])
            react_to_all()
    for person in people:
        assert "城管局 牵头" in told(person)
        assert "断头路通车没有配套设施" in told(person) and "过马路踏实多了" in told(person)
    cluster = Cluster.objects.get(project=project)
    assert cluster.closed_at is not None
    # it is over: the same old complaints don't open it again, new ones would
    look(monday + timedelta(days=2))
    assert len(projects()) == 1
    complaints(12, monday + timedelta(days=3))
    look(monday + timedelta(days=4))
    assert len(projects()) == 2


def leader() -> Standing:
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    office = Office.objects.get(code="gov")
    user = User.objects.create(username="xian", name="县领导")
    Post.objects.create(user=user, role="leader", office=office)
    return Standing(
        person=user.person, role="leader", office="gov", office_path=office.path,
        area=office.area.code, area_path=office.area.path,
    )  # fmt: skip


def test_the_same_kind_of_event_in_one_town_opens_a_project_too(city, monday):
    from dataclasses import replace

    walkers = [replace(city.hu, person=f"user:9{number}") for number in range(3)]
    with clock.frozen(monday):
        for number in range(11):
            form = {"kind": "暴露垃圾·0102", "place": {"text": f"{number}号巷口", "area": JINHU}}
            actions.open_case("city_events", "city_event", form, by=walkers[number % 3], channel="grid")
        # another kind does not count
        other = {"kind": "店外经营·0504", "place": {"text": "巷口", "area": JINHU}}
        actions.open_case("city_events", "city_event", other, by=walkers[0], channel="grid")
    with clock.frozen(monday + timedelta(days=1)):
        number_all()
        clusters.find("city_events")
        react_to_all()
    [project] = projects()
    assert project.state["data"]["name"] == "金湖街道 暴露垃圾·0102" and project.state["data"]["count"] == 11
    assert "CG2024" in project.state["data"]["appeals"]
    assert "找根源" in told(walkers[0])
