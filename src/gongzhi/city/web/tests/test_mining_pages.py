"""The pages of process mining: who may ask, what they read, and that small numbers and strangers' cases stay hidden."""

from __future__ import annotations

import html
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

LOG = "case,activity,timestamp,org_group\n" + "".join(
    f"c{n},收件,2024-03-0{1 + n % 5} 09:00,窗口\nc{n},审核,2024-03-0{1 + n % 5} 1{n % 3}:00,科室\n"
    + (
        f"c{n},收件,2024-03-0{1 + n % 5} 15:00,窗口\nc{n},审核,2024-03-0{1 + n % 5} 16:30,科室\n"
        if n % 2
        else ""
    )
    for n in range(20)
)


@pytest.fixture
def people(cast: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from gongzhi.city.mechanisms import event_facts
    from gongzhi.city.people.models import User
    from gongzhi.city.territory.models import Office, Post

    settings.GONGZHI_WAREHOUSE = tmp_path
    # numbers rolled back by earlier tests are gaps; nobody else writes in this database
    monkeypatch.setattr(event_facts, "_others_write", lambda: False)
    user = User.objects.create(username="lin", name="林晓")
    Post.objects.create(user=user, role="reform_officer", office=Office.objects.get(code="gov"))
    return cast


@pytest.fixture
def lin(people: Any, browser: Any) -> Any:
    return browser("lin")


@pytest.fixture
def handled(people: Any) -> Any:
    """Seven reports: all dispatched and answered within days, six of them solved."""
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.tests.cast import MONDAY, dispatched, replied, reported
    from gongzhi.city.kernel import clock

    for number in range(7):
        with clock.frozen(MONDAY + timedelta(minutes=5 * number)):
            case = reported(people).case
            dispatched(people, case)
        with clock.frozen(MONDAY + timedelta(hours=4 + number)):
            replied(people, case)
        if number < 6:
            with clock.frozen(MONDAY + timedelta(hours=20 + number)):
                actions.choose(case, "review", "pass", by=people.zhao)
                actions.choose(case, "callback", "satisfied", {"solved": True}, by=people.sun)
    return people


def study() -> Any:
    from gongzhi.city.mining import running
    from gongzhi.city.mining.models import MiningStudy

    row = MiningStudy.objects.get()
    if not row.is_over:
        running.study.func(str(row.pk))
        row.refresh_from_db()
    assert row.state == "done", row.said
    return row


def text(response: Any) -> str:
    assert response.status_code in (200, 422), response.status_code
    return html.unescape(response.content.decode())


def test_it_tells_a_mechanisms_own_ways_and_where_they_wait(lin: Any, handled: Any, browser: Any) -> None:
    assert lin.post("/reform/mining/", {"of": "mini.appeal"}).status_code == 302
    row = study()
    page = text(lin.get(f"/reform/mining/{row.pk}/"))
    assert row.result["study"]["cases"] == 7
    assert row.result["study"]["variants_total"] == 2
    assert "占全部等待的" in page
    assert "主办单位办理" in page
    assert row.result["conformance"]["fitting"] == 7
    assert "register.dispatch" not in page
    # one case is on its own way: its number is not told
    assert "不足5" in page
    assert "周强" not in page


def test_it_opens_a_figure_to_the_cases_that_the_post_may_read(lin: Any, handled: Any, browser: Any) -> None:
    lin.post("/reform/mining/", {"of": "mini.appeal"})
    row = study()
    key = row.result["study"]["variants"][0]["key"]
    assert len(row.result["study"]["variants"][0]["path"]) == 5
    page = text(lin.get(f"/reform/mining/{row.pk}/rows/", {"path": key}))
    assert "6件里" in page
    arc = row.result["study"]["arcs"][0]
    query = {"source": arc["source"], "target": arc["target"]}
    assert "件里" in text(lin.get(f"/reform/mining/{row.pk}/rows/", query))


def test_it_reads_a_log_from_elsewhere_and_says_what_is_odd(lin: Any) -> None:
    sent = BytesIO((LOG + "c1,,2024-03-01 09:00,窗口\nc2,收件,昨天,窗口\n").encode())
    sent.name = "日志.csv"
    assert lin.post("/reform/mining/", {"file": sent}).status_code == 302
    row = study()
    page = text(lin.get(f"/reform/mining/{row.pk}/"))
    assert row.result["study"]["variants_total"] == 2
    assert "没有环节名称：1条（第62行），没有计入" in page
    assert "时间读不懂：1条（第63行），没有计入" in page
    assert "“收件”有10件做了不止一遍" in page
    assert "“窗口”交给“科室”又退回来重做：10件" in page
    assert lin.get(f"/reform/mining/{row.pk}/rows/?path=1").status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\n1,2\n", "没有认出“案件编号”这一列"),
        (b"", "MI001"),
        (b"<log><!DOCTYPE x></log>", "MI001"),
        (b'{"events": 1}', "不是 OCEL 2.0"),
        (b"case,activity,time\n", "MI004"),
    ],
)
def test_it_says_what_is_wrong_with_a_file_and_keeps_nothing(lin: Any, content: bytes, told: str) -> None:
    from gongzhi.city.mining.models import MiningStudy

    sent = BytesIO(content)
    sent.name = "x.csv"
    response = lin.post("/reform/mining/", {"file": sent})
    if content:
        assert response.status_code == 422
        assert told in text(response)
    assert not MiningStudy.objects.exists()


def test_it_hands_our_log_out_under_pseudonyms_and_notes_it(lin: Any, handled: Any) -> None:
    from gongzhi.city.cases.models import Case
    from gongzhi.city.journal.models import Entry

    response = lin.post("/reform/mining/export/", {"of": "mini.appeal", "form": "xes"})
    content = b"".join(response.streaming_content).decode()
    assert content.count("<trace>") == 7
    for case in Case.objects.all():
        assert str(case.pk) not in content
        assert not case.number or case.number not in content
    assert "王秀英" not in content
    assert Entry.objects.filter(kind="log_exported").get().data["form"] == "xes"


@pytest.mark.parametrize(
    ("who", "status"), [("", 302), ("zhou", 403), ("he", 403), ("ma", 200), ("qian", 200)]
)
def test_it_is_for_those_who_may_read_studies(lin: Any, browser: Any, who: str, status: int) -> None:
    assert browser(who).get("/reform/mining/").status_code == status


@pytest.mark.parametrize("who", ["zhou", "ma", "he"])
def test_it_lets_only_those_ask_who_may_run_studies(lin: Any, browser: Any, who: str) -> None:
    assert browser(who).post("/reform/mining/", {"of": "mini.appeal"}).status_code in (403, 422)
    assert (
        browser(who).post("/reform/mining/export/", {"of": "mini.appeal", "form": "csv"}).status_code == 403
    )
