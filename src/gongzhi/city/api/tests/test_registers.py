"""Registers over the API: the rights of the pages, nothing private in clear."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db):
    from gongzhi.city.records import catalogue, places
    from gongzhi.city.records.tests.cast import HallSource, build_city, published

    source = HallSource()
    catalogue.register(source)
    people = build_city()
    published(people)
    yield people
    catalogue.unregister(source)
    places.forget()


@pytest.fixture
def ask(hall):
    from gongzhi.city.api.tests.program import Program

    return lambda name: Program(name)


def test_it_tells_registers_with_their_fields(ask):
    items = {each["id"]: each for each in ask("chen").get("/registers").json()["items"]}
    assert items["service_items"]["states"]["published"] == "已发布"
    assert "promised_days" in items["service_items"]["fields"]["properties"]


def test_it_searches_and_reads_with_masks(ask):
    found = ask("ma").get("/registers/service_items/records", text="占用").json()
    assert [each["key"] for each in found["items"]] == ["CG-001"]
    assert found["items"][0]["columns"]["speed"] == "承诺"
    detail = ask("ma").get("/registers/service_items/records/CG-001")
    assert "13800138000" not in detail.content.decode()
    assert detail.json()["values"]["contact"] == "138****8000"
    assert detail.json()["sealed"] == ["contact"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/registers/nothing/records", {}, 404),
        ("/registers/service_items/records", {"state": "gone"}, 422),
        ("/registers/service_items/records", {"status": "draft"}, 422),
        ("/registers/service_items/records/none", {}, 404),
        ("/registers/service_items/records", {"cursor": "forged"}, 400),
    ],
)
def test_it_refuses_with_reasons(ask, path, query, status):
    answer = ask("chen").get(path, **query)
    assert answer.status_code == status and answer.json()["sentence"]


def test_it_shows_a_town_nothing_of_the_county(ask):
    assert ask("hu").get("/registers/service_items/records").json()["items"] == []
    assert ask("hu").get("/registers/service_items/records/CG-001").status_code == 404
