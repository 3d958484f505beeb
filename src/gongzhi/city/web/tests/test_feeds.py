"""Pages of feeds and the door for programs: who may look, who may send, and that nothing comes in twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongzhi.city.alerts import actions, catalogue
from gongzhi.city.alerts.models import Alias, Batch, Finding
from gongzhi.city.alerts.tests.meters import FEED, Meters, csv, day, rows, there
from gongzhi.city.jobs import worker
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.people.actions import issue_token
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office, Post
from gongzhi.engine.instants import parse_instant

pytestmark = pytest.mark.django_db
PAGE = "/warnings/feeds/plants/power/"


@pytest.fixture
def meters(cast: Any, tmp_path: Any, settings: Any) -> Iterator[Meters]:
    """A feed with three meters; 吴 (auditor) may look, 何 becomes a monitor."""
    settings.GONGZHI_WAREHOUSE = tmp_path
    source = Meters()
    before = catalogue._known[:]
    catalogue.register(source)
    catalogue.register_known(lambda register: frozenset(source.known))
    Post.objects.create(
        user=User.objects.get(username="wu"),
        role="monitor",
        title="监测员",
        office=Office.objects.first(),
        area=None,
    )
    Post.objects.filter(user__username="wu").exclude(role="monitor").delete()
    with clock.frozen(parse_instant("2025-01-08 06:00")):
        yield source
    catalogue.unregister(source)
    catalogue._known[:] = before


def test_a_file_is_sent_in_the_browser_and_looked_at(browser: Any, meters: Meters) -> None:
    wu = browser("wu")
    content = csv(rows("新厂", "2025-01-07 00:00", day()), rows("M2", "2025-01-07 00:00", day()))
    sent = wu.post(PAGE, {"file": SimpleUploadedFile("一月.csv", content)})
    assert sent.status_code == 302
    assert "等待入库" in wu.get(sent.url).content.decode()
    worker.run_due()
    page = wu.get(sent.url).content.decode()
    assert "编号不在册" in page and "新厂" in page and "一月.csv" in page
    sheet = b"".join(wu.get(f"{sent.url}apart.csv")).decode()
    assert sheet.count("编号不在册") == 96 and sheet.startswith("行,编号")
    again = wu.post(f"{sent.url}again/", {"given": "新厂", "series": "M1"})
    worker.run_due()
    assert "重新核对" in wu.get(again.url).content.decode() and len(there()) == 192
    assert Alias.objects.get().series == "M1"
    listed = wu.get("/warnings/feeds/").content.decode()
    assert "用电曲线" in listed and "192" in listed
    assert "新厂 → M1" in wu.get(PAGE).content.decode()
    refused = wu.post(f"{sent.url}again/", {"given": "新厂", "series": "M77"}, follow=True)
    assert "没有编号“M77”" in refused.content.decode()


def test_a_clock_that_is_behind_is_slow_and_one_ahead_is_fast(browser: Any, meters: Meters) -> None:
    made = actions.receive(SYSTEM, FEED, content=csv(rows("M1", "2025-01-07 00:00", [1])), later=False)
    for series, minutes in (("M1", -60), ("M2", 120)):
        Finding.objects.create(batch=made, kind="clock", series=series, count=minutes)
    page = browser("wu").get(f"/warnings/feeds/batch/{made.pk}/").content.decode()
    assert "慢60分钟" in page and "快120分钟" in page and "-60" not in page


def test_who_may_look_and_who_may_send(browser: Any, meters: Meters) -> None:
    made = actions.receive(SYSTEM, FEED, content=csv(rows("M9", "2025-01-07 00:00", [1])), later=False)
    actions.store(made.pk)
    pages = [
        "/warnings/feeds/",
        PAGE,
        f"/warnings/feeds/batch/{made.pk}/",
        f"/warnings/feeds/batch/{made.pk}/apart.csv",
    ]
    assert [browser("wu").get(page).status_code for page in pages] == [200] * 4
    assert [browser("ma").get(page).status_code for page in pages] == [200] * 4
    assert [browser("zhou").get(page).status_code for page in pages] == [403] * 4
    assert [browser().get(page).status_code for page in pages] == [302] * 4
    assert "送一个文件" not in browser("ma").get(PAGE).content.decode()
    assert browser("ma").post(PAGE, {"file": SimpleUploadedFile("a.csv", b"x")}).status_code == 403
    assert browser("wu").get("/warnings/feeds/plants/nothing/").status_code == 404
    assert browser("wu").get("/warnings/feeds/batch/999/").status_code == 404
    assert browser("wu").post(PAGE, {}).status_code == 413


def test_a_program_pushes_once_and_is_told_to_wait(meters: Meters, settings: Any) -> None:
    token, _row = issue_token(
        SYSTEM, User.objects.get(username="wu"), title="电网", scopes=("feeds.write", "feeds.read")
    )
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})
    path, body = (
        "/api/v1/feeds/plants/power/readings",
        '[{"series": "M1", "at": "2025-01-07 00:00", "value": 2}]',
    )

    def push(body: str, key: str = "", kind: str = "application/json") -> Any:
        return client.post(path, body, content_type=kind, headers={"Idempotency-Key": key} if key else {})

    first = push(body, "a")
    assert (first.status_code, first.json()["state"]) == (202, "waiting")
    assert push(body, "a").json()["id"] == first.json()["id"]
    assert push(body.replace("2}", "7}"), "a").json()["code"] == "AL006"  # other readings would be lost
    cut = client.post(path, body, content_type="application/json", headers={"Content-Length": "viele"})
    assert cut.status_code == 422
    settings.GONGZHI_FEEDS_WAITING = 1
    busy = push(body.replace("2}", "3}"), "b")
    assert (busy.status_code, busy.json()["code"], busy["Retry-After"]) == (429, "AL004", "30")
    worker.run_due()
    assert push(body.replace("2}", "3}"), "b").status_code == 202
    worker.run_due()
    seen = client.get(f"/api/v1/batches/{Batch.objects.latest('id').pk}").json()
    assert (seen["state"], seen["replaced"], there()) == ("stored", 1, {("M1", "2025-01-07 00:00"): (3, "")})
    assert push("{}").json()["code"] == "AL006" and push(body, kind="text/csv").status_code == 415
    assert client.get("/api/v1/batches/0").status_code == 404
    assert (
        client.post(path.replace("power", "none"), body, content_type="application/json").status_code == 404
    )
    assert client.get("/api/v1/feeds").json()["items"][1]["name"] == FEED
    reader, _row = issue_token(SYSTEM, User.objects.get(username="wu"), title="只读", scopes=("feeds.read",))
    refused = Client(headers={"Authorization": f"Bearer {reader}"}).post(
        path, body, content_type="application/json"
    )
    assert refused.status_code == 403
