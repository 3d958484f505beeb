"""The pages of the scorecards, without a screen: what each person finds there, and what comes of what they send."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from gongzhi.city.scorecards.tests.conftest import CARD, MEASURES

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast, settings, tmp_path):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.tests.drafting import complete
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post
    from gongzhi.city.web.tests.folder import installable

    settings.GONGZHI_WAREHOUSE = str(tmp_path / "warehouse")
    manifest = installable()["mechanism.yaml"].replace(b"version: 1.0.0", b"version: 1.1.0")
    files = {**installable(), "mechanism.yaml": manifest, "measures.yaml": MEASURES.encode()}
    install(complete({**files, "scorecards/quarterly.yaml": CARD.encode()}), by=SYSTEM)
    library.LIBRARY.forget()
    for key, name, role in (
        ("lin", "林晓", "reform_officer"),
        ("jiang", "江涛", "reform_chief"),
        ("wujie", "吴洁", "reform_chief"),
        ("hemin", "何敏", "org_officer"),
    ):
        user = User.objects.create(username=key, name=name)
        Post.objects.create(user=user, role=role, office=Office.objects.get(code="gov"))
    yield cast
    library.LIBRARY.clear()


def at(text):
    from gongzhi.city.kernel import clock
    from gongzhi.engine.instants import parse_instant

    return clock.frozen(parse_instant(text))


def page(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, (answer.status_code, address)
    return html.unescape(answer.content.decode())


def one(lead, days, cast):
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import MONDAY, reported
    from gongzhi.city.kernel import clock

    with clock.frozen(MONDAY):
        case = str(reported(cast).case)
        actions.choose(case, "register", "dispatch", {"category": "市政设施", "kind": "求助"}, by=cast.li)
        actions.choose(case, "dispatch", "send", {"lead": lead}, by=cast.chen)
    with clock.frozen(MONDAY + timedelta(days=days)):
        who = {"cgj": cast.zhou, "hbj": cast.zheng}[lead]
        actions.choose(case, "handle", "reply", {"result": "解决", "reply": "灯已修好"}, by=who)
    return case


@pytest.fixture
def standard(people, browser):
    from gongzhi.city.scorecards.models import Scheme

    with at("2024-09-09 10:00"):
        sent = {"card": "mini.quarterly", "starts": "2024-10-01"}
        assert browser("lin").post("/reform/scores/draft/", sent).status_code == 302
        scheme = Scheme.objects.get()
        shown = page(browser("jiang"), f"/reform/scores/{scheme.pk}/")
        assert "公布标准" in shown and "草拟" in shown
        browser("jiang").post(f"/reform/scores/{scheme.pk}/publish/")
    return scheme


@pytest.fixture
def published(standard, people, browser):
    from gongzhi.city.jobs.worker import run_due

    late = one("cgj", 30, people)
    one("hbj", 1, people)
    with at("2025-01-02 09:00"):
        answer = browser("lin").post(f"/reform/scores/{standard.pk}/reckon/")
        assert answer.headers["Location"] == f"/reform/scores/{standard.pk}/v1/"
        assert "排队等着算" in page(browser("lin"), f"/reform/scores/{standard.pk}/v1/")
        run_due()
    with at("2025-01-06 09:00"):
        browser("jiang").post(f"/reform/scores/{standard.pk}/v1/publish/")
    return late


def test_everybody_on_the_staff_reads_the_standard(standard, browser):
    with at("2024-09-20 09:00"):
        shown = page(browser("zhou"), f"/reform/scores/{standard.pk}/")
        assert "50.0%得0分，100.0%得100分，中间按比例" in shown
        assert "承办时限内反馈的 ÷ 已反馈的" in shown and "按难度校正：类别" in shown
        assert "公布标准" not in shown and "拟一期的标准" not in page(browser("zhou"), "/reform/scores/")
        assert browser("chen").get("/reform/scores/").status_code == 403
        assert "考核" in page(browser("zhou"), "/reform/")


def test_a_wrong_day_is_told(people, browser):
    with at("2024-09-09 10:00"):
        answer = browser("lin").post(
            "/reform/scores/draft/", {"card": "mini.quarterly", "starts": "x"}, follow=True
        )
        assert "考核期“x”不能用" in html.unescape(answer.content.decode())


def test_a_unit_finds_its_figures_their_formula_and_their_rows(published, standard, browser):
    from gongzhi.city.scorecards.models import Result

    row = Result.objects.get(unit="cgj")
    with at("2025-01-07 09:00"):
        assert "城管局" in page(browser("zhou"), "/reform/scores/")
        shown = page(browser("zhou"), f"/reform/scores/unit/{row.pk}/")
        assert "0 ÷ 1" in shown and "不满30件" in shown and "申诉" in shown
        assert "第0名" not in shown and "名次" not in shown
        assert "申诉</a>" not in page(browser("zheng"), f"/reform/scores/unit/{row.pk}/")
        shown = page(browser("zhou"), f"/reform/scores/unit/{row.pk}/on_time/")
        assert published in shown and "否" in shown
        # another office sees the number, not the case
        assert f"/cases/{published}" not in page(browser("zheng"), f"/reform/scores/unit/{row.pk}/on_time/")
        shown = page(browser("zhou"), f"/reform/scores/{standard.pk}/class/offices/")
        assert "不排档" in shown and "score-chart" in shown and "我单位" in shown
        assert browser("zhou").get(f"/reform/scores/{standard.pk}/class/nothing/").status_code == 404


def test_it_tries_other_weights_and_keeps_nothing(published, standard, browser):
    with at("2025-01-07 09:00"):
        address = f"/reform/scores/{standard.pk}/class/offices/trial/"
        assert 'id="moved"' not in page(browser("zhou"), address)
        assert 'id="moved"' in page(browser("zhou"), address, **{"w-on_time": "50"})
        assert "改动的权重超过了100" in page(browser("zhou"), address, **{"w-on_time": "120"})
        assert browser("zhou").get(address, {"w-on_time": "many"}).status_code == 404


def test_a_unit_appeals_on_the_page_and_another_person_decides(published, standard, browser):
    from gongzhi.city.jobs.worker import run_due
    from gongzhi.city.scorecards.models import Appeal, Result

    row = Result.objects.get(unit="cgj")
    with at("2025-01-08 09:00"):
        form = f"/reform/scores/unit/{row.pk}/on_time/appeal/"
        assert published in page(browser("zhou"), form)
        assert browser("zheng").get(form).status_code == 404
        answer = browser("zhou").post(form, {f"case-{published}": "1", "text": "停电"})
        assert answer.status_code == 422 and "没有写理由" in answer.content.decode()
        answer = browser("zhou").post(form, {f"case-{published}": "1", "why": "停电三天", "text": "停电"})
        appeal = Appeal.objects.get()
        address = answer.headers["Location"]
        assert "停电三天" in page(browser("zhou"), address)
        assert browser("zheng").get(address).status_code == 404
        assert "成立、重算" not in page(browser("lin"), address)
        assert "正在复核的申诉" in page(browser("wujie"), "/reform/scores/")
        sent = {"decide": "uphold", "decision": "有停电记录", f"case-{published}": "1"}
        assert browser("lin").post(address, sent).status_code == 403 or Appeal.objects.get().state == "open"
        assert browser("wujie").post(address, sent).status_code == 302
        assert "正在重算" in page(browser("zhou"), address)
        run_due()
        assert "第2版已经公布" in page(browser("zhou"), address)
    appeal.refresh_from_db()
    assert appeal.reckoning.results.get(unit="cgj").cell("on_time")["missing"] == "none"


def test_a_person_s_page_is_opened_for_a_purpose_and_the_person_sees_who_looked(people, browser):
    from gongzhi.city.people.models import User

    zhou = User.objects.get(username="zhou")
    address = f"/reform/people/{zhou.pk}/"
    assert browser("zheng").get(address).status_code == 403
    assert browser("qian").get("/reform/people/").status_code == 403
    assert "周强" in page(browser("hemin"), "/reform/people/", q="周")
    assert browser("hemin").get(address).status_code == 422
    answer = browser("hemin").post(address, {"purpose": "任前考察"})
    assert answer.status_code == 200 and "没有以本人为责任人的任务" in answer.content.decode()
    shown = page(browser("zhou"), address)
    assert "何敏：任前考察" in shown
    for word in ("登录", "打卡", "次数"):
        assert word not in shown.split("<main", 1)[1].split("</main")[0].replace("没有登录、打卡", "")
