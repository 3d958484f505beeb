"""A mandate on pages: asked, read aloud, signed by finger or on paper, used at the counter, shown and revoked."""

from __future__ import annotations

import base64
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.city.cases.models import Case
from gongzhi.city.cases.tests.cast import FORM, JINHU, reported
from gongzhi.city.cases.tests.test_mandates import ink, post
from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.people.mandates import Mandate

pytestmark = pytest.mark.django_db
DRAWN = "data:image/png;base64," + base64.b64encode(ink()).decode()
ASKED = {
    "kind": "mini.appeal",
    "once": "yes",
    "until": "2099-01-01",
    "words": "替我填表、交材料。",
    "checked": "card_seen",
    "name": "王秀英",
    "phone": "13972010001",
}


@pytest.fixture
def fang(cast, browser):
    """帮代办员刘芳 at her phone."""
    post("刘芳", "proxy")
    return browser("刘芳")


def asked(**more: str) -> dict[str, str]:
    today = clock.today()
    return {**ASKED, "until": today.replace(day=min(today.day, 28)).isoformat(), **more}


def sign(client, **more: str) -> Mandate:
    answer = client.post("/desk/mandates/new/", asked(stage="sign", drawn=DRAWN, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Mandate.objects.latest("id")


@pytest.fixture
def soon():
    """The 14th of October 2024."""
    from gongzhi.city.cases.tests.cast import MONDAY

    with clock.frozen(MONDAY):
        yield


def test_it_reads_the_mandate_aloud_before_it_is_signed(soon, fang):
    page = fang.post("/desk/mandates/new/", asked(stage="read")).content.decode()
    assert all(words in page for words in ("王秀英", "刘芳", "群众诉求", "替我填表", "不收一分钱", "<canvas"))
    assert not Mandate.objects.exists()


def test_it_is_signed_by_finger_or_on_paper(soon, fang):
    mandate = sign(fang)
    assert mandate.signed_how == "drawn" and mandate.mandator.name == "王秀英"
    paper = SimpleUploadedFile("p.png", ink((800, 600)), "image/png")
    answer = fang.post("/desk/mandates/new/", asked(stage="sign", paper=paper))
    assert answer.status_code == 302
    assert sorted(Mandate.objects.values_list("signed_how", flat=True)) == ["drawn", "paper"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drawn": ""}, "还没有签名"),
        ({"drawn": "data:image/png;base64,!!"}, "重签"),
        ({"kind": ""}, "没有选委托办什么事"),
        ({"kind": "mini.nothing"}, "没有选委托办什么事"),
        ({"name": ""}, "没有写委托人的姓名"),
        ({"phone": "1"}, "电话号码的格式不对"),
        ({"until": "2099-01-01"}, "最长一年"),
        ({"until": "x"}, "到哪一天"),
        ({"checked": "guess"}, "身份"),
        ({"code": "7K3Q-J9Z0-XCM"}, "没有找到这件事"),
    ],
)
def test_it_says_what_is_missing_and_keeps_what_was_typed(soon, fang, change, words):
    answer = fang.post("/desk/mandates/new/", {**asked(stage="sign", drawn=DRAWN), **change})
    page = answer.content.decode()
    assert answer.status_code in (404, 422) and words in page and "替我填表" in page
    assert not Mandate.objects.exists()


def test_it_masks_the_mandator_until_somebody_says_what_for(soon, fang):
    mandate = sign(fang)
    address = f"/desk/mandates/{mandate.pk}/"
    assert "王秀英" not in fang.get(address).content.decode()
    assert "王秀英" not in fang.get("/desk/mandates/").content.decode()
    assert fang.post(f"{address}name/", {"purpose": "印"}).status_code == 422
    assert "王秀英" in fang.post(f"{address}name/", {"purpose": "打印委托书"}).content.decode()
    assert Entry.objects.filter(kind="revealed", data__purpose="打印委托书").exists()
    assert fang.get(f"{address}signature/")["Content-Type"] == "image/png"


def test_it_takes_an_application_under_the_mandate(soon, fang, browser):
    mandate = sign(fang)
    address = f"/desk/counter/mini/appeal/?mandate={mandate.pk}"
    form = fang.get(address).content.decode()
    assert 'name="phone"' not in form and "委托人" in form
    sent = {"key": "k", "subject": "路灯不亮", "text": FORM["text"], "place": "村口", "place.area": JINHU}
    sent["handed.photos"] = "复印件"
    answer = fang.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    assert case.reporter == mandate.mandator and case.channel == "doorstep"
    receipt = fang.get(answer["Location"]).content.decode()
    assert "照片（复印件）" in receipt and "受委托" in receipt and "<svg" in receipt
    page = fang.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "受委托" in page and "13972010001" not in page
    # the resident sees who may act for her, and stops it
    shown = browser().get(f"/t/{case.tracking_code}/agents/").content.decode()
    assert "刘芳" in shown and "现在可以替您办" in shown
    browser().post(f"/t/{case.tracking_code}/agents/", {"mandate": str(mandate.pk), "why": "自己办"})
    closed = fang.get(f"/desk/cases/{case.pk}/")
    assert closed.status_code == 403 and "委托人已经撤销" in closed.content.decode()
    assert fang.get(f"/desk/mandates/{mandate.pk}/signature/").status_code == 403


def test_it_is_revoked_by_its_own_code_and_by_no_other(soon, fang, browser, cast):
    mandate = sign(fang)
    assert browser().get("/mandates/7K3Q-J9Z0-XCM/").status_code == 404
    other = Case.objects.get(pk=reported(cast).case)
    answer = browser().post(f"/t/{other.tracking_code}/agents/", {"mandate": str(mandate.pk)})
    assert answer.status_code == 404
    browser().post(f"/mandates/{mandate.code}/")
    mandate.refresh_from_db()
    assert (mandate.state, mandate.revoked_by) == ("revoked", "mandator")


def test_it_is_signed_before_a_clerk_for_an_agent_of_the_area(soon, fang, browser):
    clerk_post = post("窗口", "window_clerk")
    client = browser("窗口")
    page = client.get("/desk/mandates/new/").content.decode()
    agent = re.search(r'<option value="(\d+)">刘芳', page)
    assert agent and clerk_post
    assert sign(client, agent=agent[1]).agent_name == "刘芳"
    assert client.post("/desk/mandates/new/", asked(stage="sign", drawn=DRAWN)).status_code == 422


@pytest.mark.parametrize("who", ["li", "zhou", "ma", "sun"])
def test_it_lets_nobody_else_sign(browser, who):
    assert browser(who).get("/desk/mandates/new/").status_code == 403


def test_it_serves_the_counter_by_words_and_by_person(soon, browser, cast, fang):
    post("窗口", "window_clerk")
    client = browser("窗口")
    assert "群众诉求" in client.get("/desk/counter/?q=路灯投诉").content.decode()
    assert "没有找到" in client.get("/desk/counter/?q=飞船执照").content.decode()
    code = Case.objects.get(pk=reported(cast).case).tracking_code
    for who in (code, "13800138000"):
        answer = client.post("/desk/counter/find/", {"who": who, "purpose": "本人到窗口办事"})
        if who == code:
            assert answer.status_code == 302
            assert "王*" in client.get(answer["Location"]).content.decode()
    assert client.post("/desk/counter/find/", {"who": code, "purpose": ""}).status_code == 422
    assert (
        client.post("/desk/counter/find/", {"who": "13999999999", "purpose": "到窗口办事"}).status_code == 404
    )
    assert Entry.objects.filter(kind="looked_up", data__purpose="本人到窗口办事").exists()
    # what was found by one clerk is nothing to another
    answer = client.post("/desk/counter/find/", {"who": code, "purpose": "本人到窗口办事"})
    post("窗口二", "window_clerk")
    assert "王*" not in browser("窗口二").get(answer["Location"]).content.decode()
    assert fang.post("/desk/counter/find/", {"who": code, "purpose": "想看看"}).status_code == 403


def test_it_takes_what_residents_may_bring(soon, browser, cast):
    post("窗口", "window_clerk")
    client = browser("窗口")
    sent = {"key": "k", "subject": "路灯不亮", "text": FORM["text"], "phone": "13972010002"}
    answer = client.post("/desk/counter/mini/appeal/", sent)
    assert answer.status_code == 302, answer.content.decode()
    case = Case.objects.get()
    fact = Entry.objects.get(subject=f"case:{case.pk}", kind="opened")
    assert (case.channel, fact.role) == ("window", "window_clerk")
    assert client.get(answer["Location"]).status_code == 200
    assert browser("ma").get("/desk/counter/mini/appeal/").status_code == 404
