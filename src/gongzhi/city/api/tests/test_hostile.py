"""Wrong, huge, hostile and half-sent requests get a clear 4xx and change nothing."""

from __future__ import annotations

import json

import pytest

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import FORM, reported

pytestmark = pytest.mark.django_db
GOOD = {"mechanism": "mini", "type": "appeal", "form": FORM}


def with_form(**more):
    return {**GOOD, "form": {**FORM, **more}}


BODIES = [
    (b"", 422),
    (b"{", 400),
    (b"null", 422),
    (b"[]", 422),
    (b'"text"', 422),
    (b"1", 422),
    (json.dumps(GOOD).encode()[:-20], 400),
    (json.dumps(GOOD).replace('"mini"', '"mini", "type": "x"').encode(), 400),
    (json.dumps(with_form(text="a")).replace('"a"', '"a\\u0000"').encode(), 400),
    (json.dumps(with_form(text="a")).replace('"a"', "NaN").encode(), 400),
    (json.dumps(with_form(text="a")).replace('"a"', '"\\ud800"').encode(), 400),
    (json.dumps(with_form(text="a")).replace('"a"', "[" * 500 + "]" * 500).encode(), 400),
    (json.dumps(with_form(text=["a", {"b": 1}])).encode(), 422),
    (json.dumps(with_form(subject="长" * 61)).encode(), 422),
    (json.dumps(with_form(text="长" * 3001)).encode(), 422),
    (json.dumps(with_form(phone="12")).encode(), 422),
    (json.dumps(with_form(place={"text": "x", "lon": 1e308, "lat": 0})).encode(), 422),
    (
        json.dumps(
            with_form(photos=[{"name": "x", "sha256": "0" * 64, "size": 1, "type": "image/png"}])
        ).encode(),
        422,
    ),
    (json.dumps(with_form(lead="cgj")).encode(), 422),
    (json.dumps(with_form(__proto__={"x": 1})).encode(), 422),
    (json.dumps({**GOOD, "mechanism": 5}).encode(), 422),
    (json.dumps({**GOOD, "form": {str(n): n for n in range(300)}}).encode(), 422),
    (json.dumps({**GOOD, "surprise": 1}).encode(), 422),
    (json.dumps({**GOOD, "mechanism": "no_such"}).encode(), 404),
    (json.dumps({**GOOD, "type": "../../etc"}).encode(), 422),
    (json.dumps(with_form(text="x" * (3 * 2**20))).encode(), 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_it_refuses_a_bad_body_and_saves_nothing(program, cast, body, status):
    found = program("li").post("/cases", body)
    assert found.status_code == status, found.content.decode()[:400]
    assert set(found.json()) == {"code", "sentence", "remedy", "fields"}
    assert found.json()["sentence"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "text/json"]
)
def test_it_takes_nothing_but_json(program, type_):
    found = program("li").client.post("/api/v1/cases", json.dumps(GOOD), content_type=type_)
    assert (found.status_code, found.json()["code"]) == (415, "D204")


@pytest.mark.parametrize("value", ["5", 5.0, True, [5], {}])
def test_it_takes_no_text_for_a_number(program, cast, value):
    case = reported(cast).case
    found = program("li").choose(case, "register", "dispatch", {"category": "市政设施"}, seen=value)
    assert found.status_code == 422
    assert "seen" in str(found.json()["fields"])


@pytest.mark.parametrize(
    "value", ["5.0", " 5", "٥", "5 ", "+5", "-1", "0", "201", "1e1", "99999999999999999999999"]
)
def test_it_takes_no_odd_sizes(program, value):
    assert program("wu").client.get("/api/v1/cases", {"size": value}).status_code == 422


@pytest.mark.parametrize("name", ["text", "category", "area", "cursor"])
def test_it_refuses_nul_in_a_filter(program, name):
    assert program("wu").client.get(f"/api/v1/cases?{name}=a%00b").json()["code"] == "D203"


@pytest.mark.parametrize(
    "text",
    [
        "'",
        '"',
        "*",
        "NEAR(",
        "路灯 OR 1=1",
        "-",
        "(",
        "a:b",
        "\\",
        "%",
        "🌋",
        "路" * 100,
        "NOT",
        "^",
        "a AND",
        "&|!:*",
    ],
)
def test_it_searches_for_any_text(program, cast, text):
    reported(cast)
    assert program("wu").get("/cases", text=text).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "0",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_it_wants_whole_instants(program, value):
    assert program("wu").client.get("/api/v1/cases", {"opened_from": value}).status_code == 422


def test_it_refuses_a_long_key(program):
    found = program("li").open(FORM, **{"Idempotency-Key": "k" * 129})
    assert (found.status_code, found.json()["code"]) == (400, "D209")
    assert Case.objects.count() == 0


def test_it_escapes_nothing_twice_and_runs_nothing(program):
    case = program("li").open({**FORM, "subject": "<script>alert(1)</script>"}).json()["case"]
    found = program("li").get(f"/cases/{case}")
    assert found["Content-Type"] == "application/json" and found["X-Content-Type-Options"] == "nosniff"
    assert found.json()["case"]["subject"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("token", ["", "x", "gz_" + "a" * 43, "é", "a b", "Bearer", "\x7f", "x" * 5000])
def test_it_refuses_a_wrong_token(cast, token):
    from django.test import Client

    found = Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert found.status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/cases", "/api/x", "/api/v1/cases/x/y/z"])
def test_it_says_so_in_the_same_shape_where_nothing_is(client, cast, path):
    found = client.get(path)
    assert (found.status_code, found.json()["code"]) == (404, "D210")


def test_it_says_which_methods_an_address_takes(client, cast):
    assert client.delete("/api/v1/cases").status_code == 405
