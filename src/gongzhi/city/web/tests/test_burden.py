"""The burden account and the registers of people on pages: who may open them, what they say, no script needed."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from gongzhi.city.mechanisms.tests.test_people_places import JINHU, LEISHAN, admitted, corrected, here  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Any:
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import build_city
    from gongzhi.city.mechanisms import library
    from gongzhi.city.records import places
    from gongzhi.city.web import choices

    for each in (world.forget, numbering.forget, choices.forget, places.forget, library.LIBRARY.clear):
        each()
    return build_city()


@pytest.fixture
def monday() -> Any:
    from gongzhi.city.cases.tests.cast import MONDAY
    from gongzhi.city.kernel import clock

    with clock.frozen(MONDAY):
        yield MONDAY


def signed_in(name: str) -> Client:
    from gongzhi.city.people.models import User

    client = Client()
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_it_shows_the_month_its_rows_and_what_is_not_counted(here):  # noqa: F811
    case = admitted()
    corrected(here, book="居民", resident="R1", column="与户主关系", right_relation="户主")
    client = signed_in("wu")
    answer = client.get("/burden/")
    page = text(answer)
    assert answer.status_code == 200
    assert "33.0" in page and "油菜种植面积统计表" in page and "30分钟 × 每月1次 × 1人" in page
    assert "没有算进来的" in page and "撤回同意" in page
    # colleagues are nowhere on it
    assert "胡网格" not in page
    body = answer.content.decode()
    assert f"/registers/demanded_forms/r/{case.number}/" in body
    assert "<svg" in body and "<details>" in body
    rows = re.search(r'href="(/burden/rows/[^"]+)"', body)
    assert rows is not None
    found = client.get(rows[1].replace("&amp;", "&"))
    assert found.status_code == 200 and "更正登记" in text(found)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?group=nobody", 404), ("?month=abc", 200), ("?month=9999-99", 200), ("?town=1", 200)],
)
def test_it_bears_strange_addresses(here, query, status):  # noqa: F811
    assert signed_in("wu").get(f"/burden/{query}").status_code == status


def test_it_shows_the_account_to_grid_workers_and_not_to_the_public(here):  # noqa: F811
    assert signed_in("hu").get("/burden/").status_code == 200
    assert Client().get("/burden/").status_code in (302, 403)
    assert signed_in("li").get("/burden/").status_code == 403


def test_it_exports_people_for_a_purpose_only(here):  # noqa: F811
    from gongzhi.city.journal.models import Entry

    client = signed_in("zhou")
    asked = client.get("/registers/residents/export.xlsx")
    assert asked.status_code == 200 and "做什么用" in text(asked)
    refused = client.post("/registers/residents/export.xlsx", {"purpose": "随便看看"})
    assert refused.status_code == 422 and not Entry.objects.filter(kind="register_exported").exists()
    taken = client.post("/registers/residents/export.xlsx", {"purpose": "走访"})
    rows = list(load_workbook(io.BytesIO(taken.content)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["R1"] and "周强" in rows[1][-1]
    assert Entry.objects.get(kind="register_exported").data["purpose"] == "走访"


def test_it_keeps_pages_search_picks_and_the_api_to_own_villagers(here):  # noqa: F811
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Area, Post

    far = User.objects.create(username="far", name="远网格")
    Post.objects.create(user=far, role="grid_worker", area=Area.objects.get(code=LEISHAN))
    near, away = signed_in("hu"), signed_in("far")
    for address, is_there in (
        ("/registers/residents/", "R1"),
        ("/registers/residents/?text=R1", "r/R1/"),
        ("/pick/residents/?q=R1", "R1"),
    ):
        assert is_there in near.get(address).content.decode(), address
        assert "r/R1/" not in away.get(address).content.decode(), address
    assert "陈**" not in away.get("/pick/residents/?q=R1").content.decode()
    assert "您看得到0条" in text(away.get("/registers/residents/"))
    assert away.get("/registers/residents/r/R1/").status_code == 404
    assert near.get("/registers/residents/r/R1/").status_code == 200
    assert "陈大山" not in near.get("/registers/residents/r/R1/").content.decode()
    assert (
        away.post("/registers/residents/r/R1/reveal/", {"field": "name", "purpose": "走访"}).status_code
        == 404
    )
    assert (
        "陈大山"
        in near.post(
            "/registers/residents/r/R1/reveal/", {"field": "name", "purpose": "走访"}
        ).content.decode()
    )


def test_it_keeps_the_api_to_own_villagers(here):  # noqa: F811
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Area, Post

    far = User.objects.create(username="far", name="远网格")
    Post.objects.create(user=far, role="grid_worker", area=Area.objects.get(code=LEISHAN))
    for name, keys in (("hu", ["R1"]), ("far", [])):
        client = signed_in(name)
        listed = client.get("/api/v1/registers/residents/records")
        assert [row["key"] for row in listed.json()["items"]] == keys
        assert "陈大山" not in listed.content.decode()
        searched = client.get("/api/v1/registers/residents/records?text=R1")
        assert [row["key"] for row in searched.json()["items"]] == keys
        assert client.get("/api/v1/registers/residents/records/R1").status_code == (200 if keys else 404)
