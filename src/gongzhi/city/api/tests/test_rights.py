"""Who is let in where: every operation × some of the cast, and what an outsider could learn on side paths."""

from __future__ import annotations

from itertools import product

import pytest
from django.test import Client

from gongzhi.city.api.v1.api import document
from gongzhi.city.cases.tests.cast import FORM, dispatched, reported
from gongzhi.city.kernel import clock
from gongzhi.city.territory.models import Post

pytestmark = pytest.mark.django_db
SECRET = "绝密的路灯"

#: operation -> what it answers to 李敏 (takes calls), 周强 (leads the case), 何磊 (another office), 马审计 (only reads)
MATRIX = {
    "list": (200, 200, 200, 200),
    "read": (200, 200, 404, 200),
    "history": (200, 200, 404, 200),
    "open": (201, 403, 403, 403),
    "choose": (403, 200, 404, 403),
    "note": (200, 200, 404, 403),
    # an auditor has tasks where a mechanism gives them a step
    "tasks": (200, 200, 200, 200),
    "figures": (200, 403, 403, 200),
    "mechanisms": (200, 200, 200, 200),
}
WHO = ("li", "zhou", "he", "ma")


def call(program, operation: str, case: str):
    reply = {"step": "handle", "choice": "reply", "values": {"result": "解决", "reply": "修好了"}}
    return {
        "list": lambda: program.get("/cases"),
        "read": lambda: program.get(f"/cases/{case}"),
        "history": lambda: program.get(f"/cases/{case}/history"),
        "open": lambda: program.open(FORM),
        "choose": lambda: program.post(f"/cases/{case}/choose", reply),
        "note": lambda: program.post(f"/cases/{case}/act", {"kind": "note", "text": "记一笔"}),
        "tasks": lambda: program.get("/tasks"),
        "figures": lambda: program.get("/figures"),
        "mechanisms": lambda: program.get("/mechanisms"),
    }[operation]()


@pytest.mark.parametrize(("operation", "place"), list(product(MATRIX, range(len(WHO)))))
def test_it_lets_in_whom_the_matrix_lets_in(program, cast, operation, place):
    case = reported(cast).case
    dispatched(cast, case)
    found = call(program(WHO[place]), operation, case)
    assert found.status_code == MATRIX[operation][place], found.content.decode()


def test_it_tells_an_outsider_nothing_on_any_path(program, cast):
    receipt = reported(cast, subject=SECRET)
    dispatched(cast, receipt.case)
    outsider = program("he")
    paths = [
        ("/cases", {}),
        ("/cases", {"state": "all"}),
        ("/cases", {"text": "路灯"}),
        ("/cases", {"text": receipt.number}),
        ("/cases", {"text": receipt.tracking_code}),
        ("/cases", {"office": "cgj"}),
        ("/cases", {"category": "市政设施"}),
        ("/cases", {"light": "green"}),
        ("/tasks", {}),
        (f"/cases/{receipt.case}", {}),
        (f"/cases/{receipt.case}/history", {}),
    ]
    for path, query in paths:
        found = outsider.get(path, **query)
        assert SECRET not in found.content.decode(), path
        assert found.status_code == 404 or found.json()["items"] == [], path


def test_it_gives_the_same_answer_for_what_is_not_there_and_what_is_not_yours(program, cast):
    hidden = reported(cast).case
    absent = "01900000-0000-7000-8000-000000000000"
    one, two = (program("he").get(f"/cases/{case}") for case in (hidden, absent))
    assert (one.status_code, one.json()["code"]) == (two.status_code, two.json()["code"]) == (404, "A001")


def test_it_keeps_a_right_to_list_from_becoming_a_right_to_count(program, cast):
    """周强 sees his own office's case only, however he asks."""
    mine, other = reported(cast).case, reported(cast, subject=SECRET).case
    dispatched(cast, mine)
    dispatched(cast, other, lead="hbj")
    assert [item["id"] for item in program("zhou").get("/cases", state="all").json()["items"]] == [mine]


def test_it_lets_nobody_in_without_showing_who_they_are(cast):
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if operation.get("security"):
                address = (
                    path.replace("{case_id}", "x").replace("{mechanism_id}", "x").replace("{import_id}", "1")
                )
                found = Client().generic(method.upper(), address, b"{}", content_type="application/json")
                assert (found.status_code, found.json()["code"]) == (401, "D205"), path


def test_it_gives_private_values_to_nobody(program, cast):
    case = reported(cast).case
    for who in ("li", "wu", "chen"):
        for path in (f"/cases/{case}", f"/cases/{case}/history", "/cases"):
            assert "13800138000" not in program(who).get(path).content.decode()


def test_it_treats_a_user_without_a_post_as_a_resident(program, cast):
    from gongzhi.city.api import standings
    from gongzhi.city.territory.models import Post

    case = reported(cast).case
    Post.objects.filter(user__username="he").delete()
    standings.forget()
    resident = program("he")
    assert resident.get("/cases").json()["items"] == []
    own = resident.open(FORM).json()["case"]
    assert [item["id"] for item in resident.get("/cases").json()["items"]] == [own]
    assert resident.get(f"/cases/{case}").status_code == 404


def test_it_lets_nobody_in_whose_posts_have_ended(program, cast):
    """An agent who left must not read, as "their own reports", what callers once told them."""
    case = program("li").open(FORM).json()["case"]
    assert program("li").get(f"/cases/{case}").status_code == 200
    post = Post.objects.get(user__username="li")
    post.ends = clock.today()
    post.save()
    for path in ("/cases", f"/cases/{case}", "/tasks"):
        found = program("li").get(path)
        assert found.status_code == 403 and case not in found.content.decode(), path


def test_it_shuts_a_closed_account_out_at_once(program, cast):
    from gongzhi.city.people.models import User

    assert program("li").get("/cases").status_code == 200
    User.objects.filter(username="li").update(is_active=False)
    assert program("li").get("/cases").status_code == 401
