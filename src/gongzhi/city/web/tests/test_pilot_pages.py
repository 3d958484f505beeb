"""The pages of a pilot, by hand of the people of the reform office: plan, declare, approve, run, see, decide."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Evidence
from gongzhi.city.people.models import User
from gongzhi.city.pilots import computing
from gongzhi.city.pilots.models import Analysis, Pilot
from gongzhi.city.pilots.tests.building import (
    COMPARISON,
    ENDS,
    STARTS,
    TREATED,
    History,
    build_towns,
    install_both,
)
from gongzhi.city.pilots.tests.test_the_way_of_a_pilot import BEFORE, END, LATER, START
from gongzhi.city.territory.models import Office, Post

pytestmark = pytest.mark.django_db
URL = "/reform/pilots/"


@pytest.fixture
def office(db):
    """林晓 and 江涛 of the reform office, 李敏 of the hotline, 何磊 outside."""
    from gongzhi.city.cases import numbering, world
    from gongzhi.city.cases.tests.cast import MINI, build_city
    from gongzhi.city.web import choices

    for forget in (world.forget, numbering.forget, choices.forget, LIBRARY.clear):
        forget()
    cast = build_city()
    build_towns()
    install_both(
        {str(path.relative_to(MINI)): path.read_bytes() for path in MINI.rglob("*") if path.is_file()}
    )
    for name, who, role in (("lin", "林晓", "reform_officer"), ("jiang", "江涛", "reform_chief")):
        Post.objects.create(
            user=User.objects.create(username=name, name=who),
            role=role,
            office=Office.objects.get(code="gov"),
        )

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    yield SimpleNamespace(cast=cast, **{name: browser(name) for name in ("lin", "jiang", "li", "he", "sun")})
    for forget in (world.forget, numbering.forget, choices.forget, LIBRARY.clear):
        forget()


def form(**more):
    areas = {
        f"area.{code}": side
        for codes, side in ((TREATED, "treated"), (COMPARISON, "comparison"))
        for code in codes
    }
    return {
        "try": "mini:1.1.0",
        "title": "三天答复试点",
        "question": "等得少了吗",
        "outcome": ["wait", "soon"],
        "first": "wait",
        "smallest.wait": "4",
        "smallest.soon": "5",
        "how": "chosen",
        "because": "自己报名",
        "starts": STARTS.isoformat(),
        "ends": ENDS.isoformat(),
        "unit": "week",
        "before": "6",
        "confidence": "0.95",
        "settle_days": "7",
        "looks": "",
        "stopping": "三件投诉就停",
        **areas,
        **more,
    }


def step(client, row, name, **sent):
    page = client.post(f"{URL}{row.pk}/{name}/", sent, follow=True)
    return page.content.decode()


def drafted(office, **more):
    with clock.frozen(BEFORE):
        page = office.lin.post(f"{URL}new/", form(**more))
    assert page.status_code == 302
    return Pilot.objects.latest("id")


def started(office):
    row = drafted(office)
    with clock.frozen(BEFORE):
        step(office.lin, row, "declare")
        step(office.jiang, row, "approve")
    with clock.frozen(START):
        step(office.jiang, row, "start")
    row.refresh_from_db()
    assert row.state == "running"
    return row


def test_it_chooses_a_version_that_is_ready_and_not_used(office):
    text = office.lin.get(f"{URL}new/").content.decode()
    assert 'value="mini:1.1.0"' in text and 'value="mini:1.0.0"' not in text
    text = office.lin.get(f"{URL}new/?try=mini:1.1.0").content.decode()
    assert "平均等多久" in text and "不能比的：" in text and "两版算法不同的指标" in text and "一号镇" in text


def test_it_keeps_what_was_typed_and_says_what_is_missing(office):
    row = drafted(office, **{"smallest.wait": "", "stopping": ""})
    with clock.frozen(BEFORE):
        text = office.lin.get(f"{URL}{row.pk}/").content.decode()
        assert "还差这些" in text and "公布方案" not in text.split("试点方案公布书")[0].replace(
            "才能公布", ""
        )
        again = office.lin.get(f"{URL}{row.pk}/edit/").content.decode()
    assert "等得少了吗" in again and re.search(r'name="smallest.soon"[^>]*value="5"', again)
    with clock.frozen(BEFORE):
        office.lin.post(f"{URL}{row.pk}/edit/", form(title="改过的名称"))
        assert "改过的名称" in office.lin.get(f"{URL}{row.pk}/").content.decode()
    row.refresh_from_db()
    assert row.plan["outcomes"] == [
        {"measure": "wait", "smallest": 4.0},
        {"measure": "soon", "smallest": 0.05},
    ]


def test_it_prints_the_declaration_with_its_fingerprint(office):
    row = drafted(office)
    with clock.frozen(BEFORE):
        text = step(office.lin, row, "declare")
    row.refresh_from_db()
    assert row.plan_hash in text and "一号镇、二号镇、三号镇、四号镇" in text
    assert "差4.0小时才算要紧" in text and "差5.0个百分点才算要紧" in text
    assert "批准" not in re.findall(r"<button[^>]*>([^<]*)<", text), "the author does not approve"


def test_it_takes_two_people_and_tells_the_first_why(office):
    row = drafted(office)
    with clock.frozen(BEFORE):
        step(office.lin, row, "declare")
        assert office.lin.post(f"{URL}{row.pk}/approve/").status_code == 403
        text = step(office.jiang, row, "refuse", reason="对照太少")
        assert "对照太少" in text
        step(office.lin, row, "declare")
        text = step(office.jiang, row, "approve")
    assert "2024-09-02自动开始" in text


def test_it_shows_counts_and_no_outcome_while_it_runs(office):
    history = History(office.cast.li, each=1)
    history.weeks(-2, 0)
    row = started(office)
    history.weeks(0, 2)
    with clock.frozen(START + timedelta(weeks=2)):
        text = office.lin.get(f"{URL}{row.pk}/").content.decode()
        refused = step(office.lin, row, "compute")
    assert (
        "办了多少件" in text
        and "置信区间" not in text
        and "试点比对照" not in text
        and "polyline" not in text
    )
    assert not Analysis.objects.exists() and "不能算结果" in refused


@pytest.fixture
def finished(office):
    history = History(office.cast.li, gain=12, each=1)
    history.weeks(-6, 0)
    row = started(office)
    history.weeks(0, 6)
    with clock.frozen(END):
        step(office.jiang, row, "end")
    with clock.frozen(LATER):
        step(office.lin, row, "compute")
        computing.compute.call(Analysis.objects.get().pk)
    return row


def test_it_tells_the_result_and_opens_every_figure(office, finished):
    with clock.frozen(LATER):
        page = office.lin.get(f"{URL}{finished.pk}/")
        text = page.content.decode()
        link = re.search(rf"{URL}{finished.pk}/rows/wait/\d+/2/", text)[0]
        rows = office.jiang.get(link).content.decode()
    assert "有效" in text and "置信区间" in text and "试点比对照多变了−" in text and "试点开始" in text
    assert "走势" in text and "随便挑4个地方" in text and "70种挑法都算过" in text
    assert "平均等多久" in rows and "2024-09-16起一周登记的" in rows


def test_it_is_decided_by_the_other_and_becomes_evidence(office, finished):
    with clock.frozen(LATER):
        before = office.lin.get(f"{URL}{finished.pk}/").content.decode()
        assert "定下来" not in before
        text = step(office.jiang, finished, "decide", decision="promoted", reason="等得少了")
    assert "推广" in text and "成效依据" in text and LIBRARY.active_version("mini") == "1.1.0"
    assert Evidence.objects.get().data["decision"] == "promoted"
    assert "三天答复试点" in office.lin.get(URL).content.decode()


@pytest.mark.parametrize(("who", "status"), [("li", 200), ("sun", 403), ("he", 200)])
def test_it_is_read_by_whoever_reads_reform(office, who, status):
    row = drafted(office)
    for url in (URL, f"{URL}{row.pk}/", f"{URL}{row.pk}/result/"):
        assert getattr(office, who).get(url).status_code == status, url
    assert getattr(office, who).get(f"{URL}new/").status_code == 403
    assert getattr(office, who).post(f"{URL}{row.pk}/declare/").status_code == 403


@pytest.mark.parametrize(
    "url", ["999/", "1/rows/wait/x/abc/", "1/rows/nothing/420281101000/0/", "999/result/"]
)
def test_it_does_not_fall_over_addresses_that_nobody_gave_out(office, url):
    assert office.lin.get(URL + url).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"before": "x" * 40, "settle_days": "-1", "starts": "2024-13-99"},
        {"smallest.wait": "nan", "confidence": "inf"},
        {"looks": "gestern 2024-09-20", "outcome": ["nothing"], "area.123": "treated"},
        {"how": "magic", "unit": "day", "first": "soon"},
    ],
)
def test_it_survives_whatever_is_typed(office, sent):
    row = drafted(office, **sent)
    with clock.frozen(BEFORE):
        assert office.lin.get(f"{URL}{row.pk}/").status_code == 200
        assert office.lin.get(f"{URL}{row.pk}/edit/").status_code == 200
