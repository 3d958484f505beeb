"""One case through the API, from the first request to the last."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import COUNTY, FORM, dispatched, replied, reported
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.people.actions import revoke_token
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "PNG")
    return made.getvalue()


def test_it_lives_a_whole_life(program):
    opened = program("li").open(FORM)
    assert opened.status_code == 201, opened.content.decode()
    case = opened.json()["case"]
    steps = [
        ("li", "register", "dispatch", {"category": "市政设施"}),
        ("chen", "dispatch", "send", {"lead": "cgj"}),
        ("zhou", "handle", "reply", {"result": "解决", "reply": "灯已修好"}),
        ("zhao", "review", "pass", {}),
        ("sun", "callback", "satisfied", {"solved": True}),
    ]
    for who, step, choice, values in steps:
        tasks = program(who).get("/tasks").json()["items"]
        assert [(task["case"]["id"], task["step"]) for task in tasks] == [(case, step)]
        done = program(who).choose(case, step, choice, values)
        assert done.status_code == 200, done.content.decode()
    assert done.json()["ended"] == "solved"
    history = program("wu").get(f"/cases/{case}/history").json()["items"]
    assert [event["kind"] for event in history if event["kind"] != "numbered"] == ["opened"] + ["chosen"] * 5


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_number_at_once(program):
    assert program("li").open(FORM).json()["number"].startswith("MQ")


def test_it_shows_a_case_with_what_the_caller_can_do(program, cast):
    receipt = reported(cast)
    found = program("li").get(f"/cases/{receipt.case}").json()
    values = {value["id"]: value for value in found["values"]}
    assert values["phone"]["sealed"] and "13800138000" not in str(found)
    assert {choice["id"] for choice in found["tasks"][0]["choices"]} == {"dispatch", "answer"}
    asks = next(choice for choice in found["tasks"][0]["choices"] if choice["id"] == "dispatch")["asks"]
    assert [(ask["field"], ask["required"]) for ask in asks] == [
        ("kind", False),
        ("category", True),
        ("urgency", False),
    ]
    assert [clock["id"] for clock in found["clocks"]] == ["citizen"]
    assert found["length"] == 1 and found["case"]["light"] == "green"


def test_it_does_not_tell_the_caller_who_handled(program, cast):
    case = reported(cast).case
    dispatched(cast, case)
    replied(cast, case)
    program("zhao").choose(case, "review", "pass")
    found = program("sun").get(f"/cases/{case}")
    assert found.json()["handler_hidden"]
    assert "cgj" not in found.content.decode() and "城管局" not in found.content.decode()
    history = program("sun").get(f"/cases/{case}/history").content.decode()
    assert "周强" not in history and "城管局" not in history


def test_it_does_a_repeated_request_once(program):
    first = program("li").open(FORM, **{"Idempotency-Key": "k1"})
    second = program("li").open(FORM, **{"Idempotency-Key": "k1"})
    assert first.json()["case"] == second.json()["case"] and first.json()["number"] == second.json()["number"]
    assert Case.objects.count() == 1
    other = program("li").open({**FORM, "subject": "另一件"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "A004")
    assert (
        program("chen").open(FORM, **{"Idempotency-Key": "k1"}).status_code == 403
    )  # another's key is another key


def test_it_takes_a_double_click_for_one(program, cast):
    case = reported(cast).case
    body = {"step": "register", "choice": "dispatch", "values": {"category": "市政设施"}, "seen": 1}
    first = program("li").post(f"/cases/{case}/choose", body)
    second = program("li").post(f"/cases/{case}/choose", body)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "A003" and "李敏" in second.json()["sentence"]
    assert Entry.objects.filter(subject=f"case:{case}", kind="chosen").count() == 1


def test_it_pages_by_cursor(program, cast):
    made = {reported(cast, subject=f"第{number}件").case for number in range(5)}
    seen, cursor = [], ""
    while True:
        page = program("wu").get("/cases", size=2, cursor=cursor, order="newest").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 5 and set(seen) == made
    assert program("wu").get("/cases", cursor="eyJ9").json()["code"] == "P003"


def test_it_refuses_a_filter_that_it_does_not_know(program):
    refused = program("wu").get("/cases", sate="open")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["sate"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "note", "text": "电话里说灯又灭了"}, 200),
        ({"kind": "urge", "text": "请尽快"}, 200),
        ({"kind": "ask", "text": "是哪一盏灯?"}, 200),
        ({"kind": "ask", "text": ""}, 422),
        ({"kind": "correct", "text": "听错了", "values": {"subject": "路口路灯不亮"}}, 200),
        ({"kind": "correct", "text": "听错了"}, 422),
        ({"kind": "withdraw", "text": "说是不用了"}, 200),
        ({"kind": "supervise", "text": "快"}, 403),
        ({"kind": "merge"}, 422),
        ({"kind": "merge", "other": "00000000-0000-0000-0000-000000000000"}, 404),
        ({"kind": "attach", "uploads": [1]}, 422),
        ({"kind": "dance"}, 422),
    ],
)
def test_it_does_what_every_case_knows(program, cast, body, status):
    case = reported(cast).case
    found = program("li").post(f"/cases/{case}/act", body)
    assert found.status_code == status, found.content.decode()


def test_it_merges_and_links(program, cast):
    one, two, three = (reported(cast).case for _ in range(3))
    assert (
        program("li").post(f"/cases/{two}/act", {"kind": "merge", "other": one}).json()["ended"] == "merged"
    )
    assert program("li").post(f"/cases/{three}/act", {"kind": "link", "other": one}).status_code == 200
    found = program("li").get(f"/cases/{one}").json()
    assert found["merged"] == [two]


def test_it_acts_in_the_post_that_was_chosen(program, cast):
    user = program("he").row.user
    second = Post.objects.create(user=user, role="duty_officer", office=Office.objects.get(code="gov"))
    reported(cast)
    assert program("he").get("/cases").json()["items"] == []
    found = program("he").client.get("/api/v1/cases", headers={"X-Acting-Post": str(second.pk)})
    assert len(found.json()["items"]) == 1
    theirs = Post.objects.get(user__username="wu")
    refused = program("he").client.get("/api/v1/cases", headers={"X-Acting-Post": str(theirs.pk)})
    assert (refused.status_code, refused.json()["code"]) == (403, "D207")


def test_it_wants_the_scope(program, cast):
    reader = program("li", "cases.read")
    assert reader.get("/cases").status_code == 200
    refused = reader.open(FORM)
    assert (refused.status_code, refused.json()["code"]) == (403, "P104")


def test_it_forgets_a_revoked_token_at_once(program):
    assert program("li").get("/cases").status_code == 200
    revoke_token(SYSTEM, program("li").row)
    refused = program("li").get("/cases")
    assert (refused.status_code, refused.json()["code"]) == (401, "P103")
    assert refused["WWW-Authenticate"] == "Bearer"


def test_it_takes_a_session_with_its_csrf_token(program, cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(program("li").row.user)
    assert browser.get("/api/v1/cases").status_code == 200
    body = {"mechanism": "mini", "type": "appeal", "form": FORM}
    refused = browser.post("/api/v1/cases", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "D206")
    browser.cookies["csrftoken"] = "a" * 32
    taken = browser.post(
        "/api/v1/cases", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert taken.status_code == 201


def test_it_speaks_the_language_of_the_reader(program):
    english = program("li").client.get("/api/v1/cases/x", headers={"Accept-Language": "en"})
    chinese = program("li").client.get("/api/v1/cases/x", headers={"Accept-Language": "zh"})
    assert (english["Content-Language"], chinese["Content-Language"]) == ("en", "zh-hans")
    assert english.json()["code"] == chinese.json()["code"] == "A001"
    assert "没有找到" in chinese.json()["sentence"]


def test_it_takes_a_file_and_puts_it_into_a_case(program, cast):
    sent = program("li").client.post("/api/v1/files", {"file": SimpleUploadedFile("路灯.png", picture())})
    assert sent.status_code == 201, sent.content.decode()
    case = reported(cast).case
    done = program("li").post(f"/cases/{case}/act", {"kind": "attach", "uploads": [sent.json()["id"]]})
    assert done.status_code == 200, done.content.decode()
    assert [file["name"] for file in program("li").get(f"/cases/{case}").json()["files"]] == ["路灯.png"]
    assert program("li").client.post("/api/v1/files", {}).status_code == 422


def test_it_refuses_a_disguised_executable(program):
    file = SimpleUploadedFile("photo.jpg", b"MZ" + b"\0" * 200, content_type="image/jpeg")
    assert program("li").client.post("/api/v1/files", {"file": file}).status_code in (415, 422)


def test_it_imports_a_file_once(program):
    rows = "编号,标题,诉求内容\n1,路灯不亮,村口路灯三天不亮\n2,,没有标题\n3,井盖丢失,路口井盖丢失\n"

    def send(who: str):
        file = SimpleUploadedFile("appeals.csv", rows.encode(), content_type="text/csv")
        return program(who).client.post(
            "/api/v1/imports", {"file": file, "mechanism": "mini", "type": "appeal"}
        )

    first = send("chen").json()
    assert (first["taken"], first["refused"], first["known"]) == (2, 1, 0)
    assert first["refusals"][0]["row"] == 3
    again = send("chen").json()
    assert (again["taken"], again["refused"], again["known"]) == (0, 1, 2)
    assert program("chen").get(f"/imports/{first['id']}").json()["taken"] == 0
    assert send("li").status_code == 403
    assert program("wu").get(f"/imports/{first['id']}").status_code == 404
    assert program("chen").get(f"/imports/{2**63}").status_code == 404


def test_it_lists_areas_and_offices_to_everybody(cast):
    areas = Client().get("/api/v1/areas", {"within": COUNTY, "level": "town"}).json()["items"]
    assert [area["name"] for area in areas] == ["金湖街道", "雷山镇"]
    offices = Client().get("/api/v1/offices", {"size": 2}).json()
    assert len(offices["items"]) == 2 and offices["next"]
    assert Client().get("/api/v1/areas", {"within": "000000000000"}).status_code == 404


def test_it_reads_the_mechanism_aloud(program):
    assert program("li").get("/mechanisms").json()["items"][0]["id"] == "mini"
    found = program("li").get("/mechanisms/mini").json()["types"][0]
    assert found["opening"]["required"] == ["subject", "text"]
    assert program("li").get("/mechanisms/nothing").status_code == 404


def test_it_shows_figures_that_open_to_their_rows(program, cast):
    dispatched(cast, reported(cast).case)
    found = program("wu").get("/figures").json()
    green = next(figure for figure in found["lights"] if figure["id"] == "green")
    rows = program("wu").get("/cases", **green["filter"]).json()["items"]
    assert green["value"] == len(rows) == 1
    assert program("zhou").get("/figures").status_code == 403


def test_it_follows_a_change_of_posts(program, cast):
    """At once where it was made; elsewhere within ten seconds."""
    reported(cast)
    assert program("he").get("/cases").json()["items"] == []
    post = Post.objects.get(user__username="he")
    post.role, post.office = "duty_officer", Office.objects.get(code="gov")
    post.save()
    assert len(program("he").get("/cases").json()["items"]) == 1
