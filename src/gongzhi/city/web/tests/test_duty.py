"""The pages of the duty room: who may open them, what they show, what they do; without scripts."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from gongzhi.city.duty import actions, queries
from gongzhi.city.duty.models import LogEntry, Shift
from gongzhi.city.duty.tests.cast import DAY, EVENING, NIGHT, build_rooms
from gongzhi.city.kernel import clock
from gongzhi.city.messages.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty():
    with clock.frozen(DAY):
        cast = build_rooms()
        day, night = cast.day_and_night()
        actions.take_over(cast.wu, day)
    return cast, day, night


@pytest.fixture
def signed(duty):
    """``signed("wu")`` is 吴刚's browser."""
    cast, _day, _night = duty

    def make(name):
        client = Client()
        client.force_login(cast.users[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def address(cast, name="web:duty_room"):
    return reverse(name, args=[cast.room.pk])


#: who -> status of (desk, handover, roster, template, setup)
MATRIX = {
    "wu": (200, 200, 200, 200, 403),
    "shi": (200, 200, 200, 200, 200),
    "admin": (200, 200, 200, 200, 200),
    "feng": (404, 404, 404, 404, 403),
    "he": (404, 404, 404, 404, 403),
}


@pytest.mark.parametrize("who", MATRIX)
def test_only_who_may_opens_the_pages(duty, signed, who):
    cast, _day, _night = duty
    client = signed(who)
    names = ("web:duty_room", "web:duty_handover", "web:duty_roster", "web:duty_roster_template")
    with clock.frozen(EVENING):
        found = [client.get(address(cast, name)).status_code for name in names]
        found.append(client.get(reverse("web:duty_setup")).status_code)
    assert tuple(found) == MATRIX[who]


def test_nobody_outside_opens_them(duty):
    cast, _day, _night = duty
    assert Client().get(address(cast)).status_code == 302


def test_it_shows_who_answers_and_hides_the_number(duty, signed):
    cast, day, _night = duty
    client = signed("zhou")
    with clock.frozen(EVENING):
        page = client.get(reverse("web:duty")).content.decode()
        assert "吴刚" in page and "柯市长" in page and "13871810002" not in page
        place = day.places.get(name="吴刚")
        shown = client.post(address(cast, "web:duty_reveal"), {"place": place.pk}).content.decode()
    assert "13871810002" in shown


def test_it_says_in_red_that_nobody_took_over(duty, signed):
    cast, _day, _night = duty
    with clock.frozen(NIGHT + timedelta(minutes=14)):
        assert "没有人接班" not in signed("wu").get(address(cast)).content.decode()
    with clock.frozen(NIGHT + timedelta(minutes=16)):
        actions.watch()
        page = signed("wu").get(address(cast)).content.decode()
    assert "夜班没有人接班" in page and "仍由白班（吴刚）负责" in page and "已到下班时间" in page


def test_it_writes_and_settles_and_keeps_what_was_refused(duty, signed):
    cast, _day, _night = duty
    client, act = signed("wu"), address(cast, "web:duty_act")
    with clock.frozen(EVENING):
        sent = {"do": "write", "text": "桥下积水", "kind": "call", "is_open": "1", "phone": "13871819999"}
        assert client.post(act, sent).status_code == 302
        entry = LogEntry.objects.get(text="桥下积水")
        page = client.get(address(cast)).content.decode()
        assert "桥下积水" in page and "13871819999" not in page
        refused = client.post(act, {"do": "write", "text": "写了很久的一段话", "phone": "不是号码"})
        assert refused.status_code == 422 and "写了很久的一段话" in refused.content.decode()
        shown = client.post(address(cast, "web:duty_reveal"), {"entry": entry.pk, "purpose": "回拨"})
        assert "13871819999" in shown.content.decode()
        client.post(act, {"do": "settle", "entry": entry.pk, "text": "已排干"})
    assert queries.open_entries(cast.room) == []


def test_it_hands_over_on_the_page(duty, signed):
    cast, day, night = duty
    act = address(cast, "web:duty_act")
    with clock.frozen(EVENING):
        signed("zhou").post(act, {"do": "take_over", "shift": night.pk})
        assert Shift.objects.get(pk=night.pk).state == "planned"
        signed("wu").post(act, {"do": "hand_over", "shift": day.pk, "words": "注意水位"})
        page = signed("zhou").get(address(cast, "web:duty_handover")).content.decode()
        assert "注意水位" in page and "签字接班" in page
        signed("zhou").post(act, {"do": "take_over", "shift": night.pk})
    assert queries.held_shift(cast.room) == night


def test_it_says_what_was_not_sent_and_ends_a_call(duty, signed, settings, tmp_path):
    from gongzhi.city.messages import actions as messages

    settings.GONGZHI_MESSAGES = (tmp_path / "outbox").as_uri()
    cast, _day, _night = duty
    with clock.frozen(NIGHT + timedelta(minutes=16)):
        actions.watch()
        Message.objects.filter(channel="sms").update(state="failed", error="HTTP 503")
        client, act = signed("zhou"), address(cast, "web:duty_act")
        page = client.get(address(cast)).content.decode()
        assert "没有发出去" in page and "HTTP 503" in page and "叫您" in page
        client.post(act, {"do": "send_again", "message": Message.objects.get(channel="sms").pk})
        assert messages.deliver_due() == 1
        client.post(act, {"do": "read", "message": Message.objects.get(channel="in_app").pk})
        assert "叫您" not in client.get(address(cast)).content.decode()


def test_it_reads_a_roster_and_says_which_row_is_wrong(duty, signed):
    cast, _day, _night = duty
    with clock.frozen(EVENING):
        client, page = signed("zhou"), address(cast, "web:duty_roster")
        book = load_workbook(io.BytesIO(client.get(address(cast, "web:duty_roster_template")).content))
        for row in book.active.iter_rows(min_row=2):
            row[4].value, row[5].value = "石书记", "周敏" if row[3].value == "夜班" else "吴刚"
        answer = client.post(page, {"do": "import", "file": upload(book)})
        assert answer.status_code == 302 and Shift.objects.count() == 62
        november = client.get(page, {"month": "2024-11"}).content.decode()
        assert november.count("周敏") >= 30 and "<b>空档</b>" not in november
        wrong = Workbook()
        wrong.active.append(["日期", "开始", "结束", "班次", "带班领导", "值班员", "电话"])
        wrong.active.append(["2024-12-01", "08:00", "18:00", "白班", "石书记", "", ""])
        answer = client.post(page, {"do": "import", "file": upload(wrong)})
        assert answer.status_code == 422 and "第2行" in answer.content.decode()
        assert client.post(page, {"do": "import"}).status_code == 422


def test_a_swap_is_asked_and_decided_on_the_page(duty, signed):
    cast, _day, night = duty
    with clock.frozen(EVENING):
        page = address(cast, "web:duty_roster")
        place = night.places.get(part="officer")
        sent = {"do": "swap", "place": place.pk, "user": cast.users["wu"].pk, "reason": "孩子发烧"}
        assert signed("zhou").post(page, sent).status_code == 302
        (swap,) = queries.swaps(cast.shi, cast.room)
        assert "孩子发烧" in signed("shi").get(page).content.decode()
        signed("shi").post(page, {"do": "approve", "swap": swap.pk})
    assert [each.name for each in queries.places(night)] == ["石书记", "吴刚"]


def test_an_administrator_sets_up_a_room(duty, signed):
    client = signed("admin")
    sent = {"office": "jyj", "title": "教育局值班室", "grace": "20"}
    assert client.post(reverse("web:duty_setup"), sent).status_code == 302
    assert client.post(reverse("web:duty_setup"), sent).status_code == 409
    assert "教育局值班室" in signed("he").get(reverse("web:duty")).content.decode()


def upload(book):
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("roster.xlsx", stream.getvalue())
