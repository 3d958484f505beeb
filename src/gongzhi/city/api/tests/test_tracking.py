"""The reporter's side: a code, no account."""

from __future__ import annotations

import pytest

from gongzhi.city.cases import actions
from gongzhi.city.cases.tests.cast import dispatched, reported, solved

pytestmark = pytest.mark.django_db


def post(client, path, body):
    return client.post(f"/api/v1{path}", body, content_type="application/json")


def test_it_tells_who_holds_it_and_until_when(client, cast):
    receipt = reported(cast)
    dispatched(cast, receipt.case)
    found = client.get(f"/api/v1/track/{receipt.tracking_code}").json()
    assert [(holder["step"], holder["office"]) for holder in found["holders"]] == [("主办单位办理", "城管局")]
    assert found["due"] and found["next"] and found["light"] == "green"
    assert "周强" not in str(found) and "李敏" not in str(found) and "13800138000" not in str(found)


@pytest.mark.parametrize("code", ["0", "AAAAAAAAAAA", "%00", "x" * 500, "..%2f", "7K3Q-J9Z0-XCM"])
def test_it_says_no_more_of_a_wrong_code(client, cast, code):
    assert client.get(f"/api/v1/track/{code}").status_code == 404


def test_it_takes_a_note_and_an_answer(client, cast):
    receipt = reported(cast)
    path = f"/track/{receipt.tracking_code}"
    assert post(client, f"{path}/note", {"text": "又灭了一盏"}).status_code == 200
    assert post(client, f"{path}/answer", {"text": "没人问"}).json()["code"] == "C015"
    actions.act(receipt.case, "ask", {"text": "哪一盏?"}, by=cast.li)
    assert client.get(f"/api/v1{path}").json()["question"] == "哪一盏?"
    assert post(client, f"{path}/answer", {"text": "第三盏"}).json()["question"] == ""
    assert post(client, f"{path}/note", {"text": ""}).status_code == 422


def test_it_takes_one_rating_after_the_end(client, cast):
    receipt = reported(cast)
    path = f"/track/{receipt.tracking_code}/rate"
    assert post(client, path, {"stars": 5}).json()["code"] == "A007"
    solved(cast, receipt.case)
    assert post(client, path, {"stars": 6}).status_code == 422
    assert post(client, path, {"stars": "5"}).status_code == 422
    assert post(client, path, {"stars": 5, "solved": True, "words": "快"}).json()["may_rate"] is False
    assert post(client, path, {"stars": 1}).json()["code"] == "A006"


def test_it_opens_no_other_case(client, cast):
    mine, other = reported(cast), reported(cast)
    post(client, f"/track/{mine.tracking_code}/note", {"text": "我的"})
    assert "补充" not in str(client.get(f"/api/v1/track/{other.tracking_code}").json())
    for kind in ("correct", "merge", "withdraw"):
        assert post(client, f"/track/{mine.tracking_code}/{kind}", {"text": "x"}).status_code == 404
