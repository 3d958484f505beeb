"""The pages of service points, windows, appointments and the video desk, without a screen."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from PIL import Image

pytestmark = pytest.mark.django_db

PUBLIC = ("/points/", "/points/hall/", "/points/hall/screen/", "/visit/", "/video/", "/video/?point=hall")
STAFF = {
    "/counter/": (302, 200, 200, 200, 200, 200),
    "/counter/windows/{window}/": (302, 200, 404, 404, 404, 404),
    # whoever is in a call is led back to it
    "/counter/seats/{seat}/": (302, 403, 302, 403, 403, 403),
    "/counter/calls/{call}/": (302, 404, 200, 404, 404, 404),
    "/counter/visits/": (302, 200, 200, 200, 200, 200),
    "/counter/figures/": (302, 200, 200, 200, 200, 200),
    "/counter/setup/": (302, 403, 403, 200, 403, 403),
}


@pytest.fixture
def hall(db):
    """The hall of the counters, with the little mechanism of the cases installed."""
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.counters import points
    from gongzhi.city.counters.tests.cast import KnownPoints, build_hall
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.web import choices
    from gongzhi.city.web.tests.folder import installable

    source = KnownPoints()
    points.register(source)
    for forget in (world.forget, numbering.forget, choices.forget):
        forget()
    cast = build_hall()
    install(installable(), by=SYSTEM)
    yield cast
    points.unregister(source)
    for forget in (world.forget, numbering.forget, choices.forget):
        forget()


@pytest.fixture
def browser(hall):
    from django.test import Client

    from gongzhi.city.people.models import User

    def make(name="", **more):
        client = Client(**more)
        if name:
            client.force_login(
                User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
            )
        return client

    return make


@pytest.fixture
def session(hall):
    from gongzhi.city.counters import actions
    from gongzhi.city.counters.actions import Caller

    caller = Caller(name="王秀英", phone="13872001234", id_number="42028119560304123X")
    return actions.ask_video(hall.wang, caller, skill="社保", words="年审")


@pytest.fixture
def call(hall, session):
    from gongzhi.city.counters import actions

    actions.sit_down(hall.yun, hall.seat)
    return actions.answer(hall.yun, hall.seat)


def text(answer):
    return answer.content.decode()


def now(session):
    return type(session).objects.select_related("seat").get(pk=session.pk)


@pytest.mark.parametrize("who", ["", "huang", "yun", "qian", "he", "hu"])
def test_it_opens_what_the_role_allows_and_nothing_else(browser, hall, call, who):
    client, column, wrong = browser(who), ("", "huang", "yun", "qian", "he", "hu").index(who), {}
    for address in PUBLIC:
        if (status := client.get(address).status_code) != 200:
            wrong[address] = status
    ids = {"window": hall.first.pk, "seat": hall.seat.pk, "call": call.pk}
    for address, row in STAFF.items():
        expected = row[column]
        status = client.get(address.format(**ids)).status_code
        if status != expected:
            wrong[address] = f"{status}, promised {expected}"
    assert not wrong


def test_it_takes_a_number_and_follows_it_without_scripts(browser, hall):
    villager, clerk = browser(), browser("huang")
    page = villager.get("/points/hall/")
    assert "综合受理" in text(page) and "现在没有窗口开着" in text(page)
    answer = villager.post("/points/hall/take/", {"line": hall.line.pk, "item": "社保"})
    assert answer.status_code == 302 and "A001" in text(villager.get(answer.url))
    desk = f"/counter/windows/{hall.first.pk}/"
    clerk.post(f"{desk}do/", {"do": "open"})
    clerk.post(f"{desk}do/", {"do": "next"})
    assert "请到1号窗口" in text(villager.get(answer.url))
    assert "A001" in text(villager.get("/points/hall/screen/"))
    clerk.post(f"{desk}do/", {"do": "serve"})
    clerk.post(f"{desk}do/", {"do": "finish"})
    assert "已办完" in text(villager.get(answer.url))


def test_it_leaves_the_line_and_tells_a_second_time(browser, hall):
    villager = browser()
    page = villager.post("/points/hall/take/", {"line": hall.line.pk}).url
    assert "这个号已经作废" in text(villager.post(f"{page}leave/", follow=True))
    assert "不能这样办" in text(villager.post(f"{page}leave/", follow=True))


def test_it_says_at_the_window_why_something_can_not_be_done(browser, hall):
    clerk = browser("huang")
    desk = f"/counter/windows/{hall.first.pk}/"
    clerk.post(f"{desk}do/", {"do": "open"})
    assert "现在没有人在等" in text(clerk.post(f"{desk}do/", {"do": "next"}, follow=True))
    assert browser("tian").post(f"{desk}do/", {"do": "next"}, follow=True).status_code == 200
    assert browser("he").post(f"{desk}do/", {"do": "next"}).status_code == 404
    assert clerk.get(f"{desk}do/").status_code == 405


FORM = {
    "subject": "村口路灯不亮",
    "text": "三天不亮了,晚上看不见路。",
    "place": "上冯村口",
    "place.area": "420281001000",
}


@pytest.fixture
def station(hall):
    """A window in the village, at which 胡网格 sits with a number."""
    from gongzhi.city.counters import actions
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.territory.models import Office

    office = Office.objects.select_related("area").get(code="jinhu")
    line = actions.add_line(SYSTEM, "xwh", "A", "便民", office)
    window = actions.add_window(SYSTEM, "xwh", 1, "便民", office, [line])
    actions.take_number(hall.wang, line)
    actions.open_window(hall.hu, window)
    actions.call_next(hall.hu, window)
    return window


def test_it_opens_a_case_for_the_number_at_the_window(browser, station):
    from gongzhi.city.cases.models import Case
    from gongzhi.city.counters.models import QueueNumber

    walker, desk = browser("hu"), f"/counter/windows/{station.pk}/"
    address = f"{desk}open/mini/appeal/"
    assert address in text(walker.get(desk)) and "为 A001 开件" in text(walker.get(desk))
    refused = walker.post(address, FORM | {"subject": "", "key": "k1"})
    assert refused.status_code == 422 and "三天不亮了" in text(refused)
    assert not Case.objects.exists() and QueueNumber.objects.get().case == ""
    for _ in range(2):  # the second press of the button opens no second case
        walker.post(address, FORM | {"key": "k1"})
    case = Case.objects.get()
    assert (case.channel, QueueNumber.objects.get().case) == ("window", str(case.pk))
    walker.post(f"{desk}do/", {"do": "finish"})
    assert walker.get(address).status_code == 404  # nobody is at the window any more


def test_it_keeps_what_was_typed_when_an_appointment_is_refused(browser, hall):
    page = f"/points/hall/book/{hall.line.pk}/"
    answer = browser().post(page, {"item": "社保", "name": "王秀英", "phone": "12", "slot": "2000-01-01 9"})
    assert answer.status_code == 422 and "王秀英" in text(answer) and "已经过去" in text(answer)


def test_it_asks_for_a_visit_and_reveals_the_address_for_a_purpose(browser, hall):
    from gongzhi.city.counters.models import Appointment
    from gongzhi.city.counters.tests.cast import SHANGFENG
    from gongzhi.city.journal.models import Entry
    from gongzhi.city.kernel import clock

    day = clock.today() + timedelta(days=1)
    sent = {"item": "养老认证", "reason": "immobile", "area": SHANGFENG, "place": "三组十二号"}
    sent |= {"day": day.isoformat(), "hour": "9", "phone": "13872001234", "name": "王秀英"}
    answer = browser().post("/visit/", sent)
    assert answer.status_code == 302
    page = text(browser().get(answer.url))
    assert "138****1234" in page and "三组十二号" not in page
    walker, row = browser("hu"), Appointment.objects.get()
    walker.post(f"/counter/visits/{row.pk}/", {"do": "accept", "day": day.isoformat(), "hour": "10"})
    assert "胡网格" in text(browser().get(answer.url))
    listed = text(walker.get("/counter/visits/"))
    assert "13872001234" not in listed and "三组十二号" not in listed
    assert walker.post(f"/counter/visits/{row.pk}/", {"do": "reveal", "purpose": ""}).status_code == 422
    shown = walker.post(f"/counter/visits/{row.pk}/", {"do": "reveal", "purpose": "上门前联系"})
    assert "三组十二号" in text(shown) and "no-store" in shown.headers["Cache-Control"]
    assert Entry.objects.filter(kind="revealed").count() == 3
    assert browser("he").post(f"/counter/visits/{row.pk}/", {"do": "arrive"}).status_code == 404
    assert walker.post(f"/counter/visits/{row.pk}/open/mini/appeal/", FORM | {"key": "v1"}).status_code == 302
    row.refresh_from_db()
    assert row.case and f"/desk/cases/{row.case}/" in text(walker.get("/counter/visits/"))


def test_it_lets_the_camera_on_in_a_call_only(browser, call):
    for address in ("/", "/points/", "/video/", "/desk/"):
        assert "camera=()" in browser("yun").get(address).headers["Permissions-Policy"]
    for client, address in (
        (browser(), f"/video/{call.code}/"),
        (browser("yun"), f"/counter/calls/{call.pk}/"),
    ):
        answer = client.get(address)
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_it_names_helpers_of_the_connection_with_a_word_that_expires(browser, call, settings):
    assert b'id="servers" type="application/json">[]' in browser().get(f"/video/{call.code}/").content
    settings.GONGZHI_STUN = ["stun:stun.example.org"]
    settings.GONGZHI_TURN, settings.GONGZHI_TURN_SECRET = ["turns:turn.example.org"], "only-the-relay-knows"
    page = text(browser().get(f"/video/{call.code}/"))
    assert "turns:turn.example.org" in page and "credential" in page and "only-the-relay-knows" not in page


def post_json(client, address, **sent):
    return client.post(address, json.dumps(sent), content_type="application/json")


def test_two_pages_hear_each_other_and_nobody_else_hears_them(browser, call):
    seat, villager = browser("yun"), browser()
    mine, theirs = f"/counter/calls/{call.pk}/poll/", f"/video/{call.code}/poll/"
    said = post_json(seat, mine, round=1, after=0, say=[{"kind": "offer", "data": {"sdp": "v=0"}}]).json()
    assert said["live"] and said["round"] == 1 and said["heard"] == []
    heard = post_json(villager, theirs, round=0, after=0, say=[]).json()["heard"]
    assert [each["kind"] for each in heard] == ["offer"]
    assert post_json(villager, theirs, round=1, after=heard[0]["id"], say=[]).json()["heard"] == []
    post_json(villager, theirs, round=1, after=0, say=[{"kind": "answer", "data": {"sdp": "v=1"}}])
    assert [each["kind"] for each in post_json(seat, mine, round=1, after=0).json()["heard"]] == ["answer"]
    for other in ("lei", "huang", "he"):
        assert post_json(browser(other), mine, round=1).status_code == 404
    assert post_json(villager, "/video/7K3QJ9Z0XCM/poll/", round=1).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"say": 1}',
        b'{"round": 1, "say": [1]}',
        b'{"round": "x", "say": [{"kind": "offer", "data": 1}]}',
        b'{"after": "x", "round": 1}',
        b'{"after": 1' + b"0" * 400_000 + b"}",
    ],
)
def test_it_refuses_questions_that_no_page_of_ours_asks(browser, call, body):
    answer = browser().post(f"/video/{call.code}/poll/", body, content_type="application/json")
    assert answer.status_code == 400
    assert now(call).state == "connected"


def test_a_message_into_a_connection_that_is_over_is_not_an_error(browser, call):
    said = [{"kind": "answer", "data": {}}]
    answer = post_json(browser(), f"/video/{call.code}/poll/", round=9, after=0, say=said)
    assert answer.status_code == 200 and answer.json()["round"] == 1


def test_a_page_that_asks_answers_the_call_back(browser, hall, call):
    from gongzhi.city.counters import actions

    actions.drop(call, "caller")
    seat = browser("yun")
    assert "掉线待回拨" in text(seat.get(f"/counter/seats/{hall.seat.pk}/"))
    assert "已登记回拨" in text(browser().get(f"/video/{call.code}/"))
    seat.post(f"/counter/seats/{hall.seat.pk}/do/", {"do": "call_back", "session": str(call.pk)})
    assert post_json(browser(), f"/video/{call.code}/poll/", round=1).json()["state"] == "connected"


def test_it_opens_the_pushed_form_in_the_page_signs_and_ends(browser, hall, call):
    from gongzhi.city.cases.models import Attachment, Case

    seat, villager = browser("yun"), browser()
    act = f"/counter/calls/{call.pk}/do/"
    assert "对不上" in text(seat.post(act, {"do": "identify", "how": "digits", "name": "x", "digits": "1"}))
    assert "还没有核对身份" in text(seat.post(act, {"do": "push", "form": "mini/appeal"}))
    seat.post(act, {"do": "identify", "how": "digits", "name": "王秀英", "digits": "123X"})
    assert "没有安装" in text(seat.post(act, {"do": "push", "form": "mini/nothing"}))
    seat.post(act, {"do": "push", "form": "mini/appeal"})
    assert "标题" in text(villager.get(f"/video/{call.code}/panel/"))
    form = {
        "key": "k1",
        "subject": "社保年审",
        "text": "请帮我办社保年审,腿脚不便不能来。",
        "phone": "13872001234",
    }
    form |= {"place": "上冯村口", "place.area": "420281001000"}
    refused = villager.post(
        f"/video/{call.code}/form/", form | {"subject": ""}, headers={"HX-Request": "true"}
    )
    assert "请帮我办社保年审" in text(refused) and not Case.objects.exists()
    villager.post(f"/video/{call.code}/form/", form, headers={"HX-Request": "true"})
    case = Case.objects.get()
    assert (case.channel, now(call).case, now(call).form) == ("video", str(case.pk), "")
    assert "还没有请您签名" in text(villager.post(f"/video/{call.code}/sign/", {"signature": picture()}))
    seat.post(act, {"do": "ask_signature", "words": "本人确认"})
    assert "本人确认" in text(villager.get(f"/video/{call.code}/panel/"))
    bad = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    bad.name = "x.png"
    assert villager.post(f"/video/{call.code}/sign/", {"signature": bad}).status_code == 415
    villager.post(f"/video/{call.code}/sign/", {"signature": picture()})
    assert now(call).state == "signed"
    assert Attachment.objects.get(case=case).type == "image/png"
    seat.post(act, {"do": "finish", "result": "已受理,三天内办好"})
    ended = text(villager.get(f"/video/{call.code}/panel/"))
    assert "三天内办好" in ended and f"/t/{case.tracking_code}/" in ended


def picture():
    stream = io.BytesIO()
    Image.new("RGB", (640, 260), "white").save(stream, "PNG")
    stream.seek(0)
    stream.name = "signature.png"
    return stream


def test_it_shows_the_seat_nothing_but_what_is_masked(browser, call):
    page = text(browser("yun").get(f"/counter/calls/{call.pk}/"))
    for secret in ("王秀英", "13872001234", "123X"):
        assert secret not in page
    assert "138****1234" in page


def test_it_calls_back_by_telephone_and_without_scripts(browser, hall):
    from gongzhi.city.counters.models import VideoSession

    villager, seat = browser(), browser("yun")
    answer = villager.post("/video/", {"skill": "社保", "phone": "13872001234", "later": "1"}, follow=True)
    assert "记下了，我们会打给您" in text(answer)
    left = VideoSession.objects.get()
    desk = f"/counter/seats/{hall.seat.pk}/"
    seat.post(f"{desk}do/", {"do": "sit"})
    seat.post(f"{desk}do/", {"do": "call_back", "session": str(left.pk)})
    act = f"/counter/calls/{left.pk}/do/"
    assert "13872001234" in text(seat.post(act, {"do": "reveal"}))
    seat.post(act, {"do": "not_reached"})
    assert now(left).state == "dropped"
    seat.post(f"{desk}do/", {"do": "call_back", "session": str(left.pk)})
    seat.post(act, {"do": "finish", "result": "电话里说清楚了"})
    assert "电话里说清楚了" in text(villager.get(f"/video/{left.code}/"))


def test_it_refuses_a_call_back_without_a_number_and_keeps_the_words(browser, hall):
    answer = browser().post("/video/", {"words": "社保卡丢了", "later": "1"})
    assert answer.status_code == 422 and "社保卡丢了" in text(answer)


def test_a_second_seat_is_told_that_the_call_is_taken(browser, hall, session):
    for name, seat in (("yun", hall.seat), ("lei", hall.other_seat)):
        browser(name).post(f"/counter/seats/{seat.pk}/do/", {"do": "sit"})
    key = {"do": "answer", "session": str(session.pk)}
    assert (
        browser("yun").post(f"/counter/seats/{hall.seat.pk}/do/", key).url == f"/counter/calls/{session.pk}/"
    )
    late = browser("lei").post(f"/counter/seats/{hall.other_seat.pk}/do/", key, follow=True)
    assert "已经有人接了" in text(late)


def test_it_does_nothing_without_the_csrf_token(browser, call):
    for who, address in (
        ("yun", f"/counter/calls/{call.pk}/do/"),
        ("", f"/video/{call.code}/poll/"),
        ("", f"/video/{call.code}/leave/"),
        ("", "/points/hall/take/"),
    ):
        assert browser(who, enforce_csrf_checks=True).post(address).status_code == 403


def test_it_sets_up_a_line_a_window_and_a_seat(browser, hall):
    from gongzhi.city.counters.models import Line, Seat, Window

    leader = browser("qian")
    leader.post(
        "/counter/setup/",
        {
            "what": "line",
            "point": "xwh",
            "letter": "a",
            "title": "便民",
            "office": "hall",
            "items": "社保、医保",
        },
    )
    line = Line.objects.get(point="xwh")
    assert (line.letter, line.items) == ("A", ["社保", "医保"])
    leader.post(
        "/counter/setup/",
        {
            "what": "window",
            "point": "xwh",
            "number": "1",
            "title": "便民",
            "office": "hall",
            "lines": line.pk,
        },
    )
    assert list(Window.objects.get(point="xwh").lines.all()) == [line]
    leader.post("/counter/setup/", {"what": "seat", "title": "云端三号", "office": "hall", "items": "公积金"})
    assert Seat.objects.get(title="云端三号").skills == ["公积金"]
    again = leader.post("/counter/setup/", {"what": "seat", "title": "云端三号", "office": "hall"})
    assert again.status_code == 409
    assert leader.post("/counter/setup/", {"what": "seat", "title": "x", "office": "jyj"}).status_code == 403


def test_a_question_of_a_page_costs_few_queries_however_many_wait(
    browser, hall, call, django_assert_max_num_queries
):
    from gongzhi.city.counters import actions
    from gongzhi.city.counters.actions import Caller

    villager, seat = browser(), browser("yun")
    for _ in range(12):
        waiting = actions.ask_video(hall.wang, Caller())
    for client, address, most in (
        (villager, f"/video/{call.code}/poll/", 6),
        (villager, f"/video/{waiting.code}/poll/", 8),
        (seat, f"/counter/calls/{call.pk}/poll/", 10),
    ):
        with django_assert_max_num_queries(most):
            assert post_json(client, address, round=1, after=0, say=[]).status_code == 200


def test_the_demo_has_a_hall_that_works(hall, browser):
    from gongzhi.city.counters import queries
    from gongzhi.city.counters.checks import check_calls, check_numbers, check_windows
    from gongzhi.city.counters.models import Line, QueueNumber, Seat, Window
    from gongzhi.city.demo.counters import fill_counters

    Window.objects.all().delete()
    Line.objects.all().delete()
    assert fill_counters() == 0  # it leaves a city alone that has seats
    Seat.objects.all().delete()
    hall.hall.posts.filter(user__username="yun").delete()
    assert fill_counters() == 2 and fill_counters() == 0
    line = Line.objects.get(point="hall")
    assert len(queries.board("hall").missed) == 0 and QueueNumber.objects.filter(state="waiting").count() == 2
    assert queries.estimate(line, 2).basis == 70 and not queries.estimate(line, 2).is_known
    assert all(check(True).ok for check in (check_numbers, check_calls, check_windows))
    assert "居住证明" in text(browser().get("/points/hall/"))
