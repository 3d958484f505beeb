"""The pages: choose, change, run, read; and what a page says when the numbers are bad."""

from __future__ import annotations

import pytest

from gongzhi.city.simulations import running
from gongzhi.city.simulations.models import Simulation

pytestmark = pytest.mark.django_db


def test_it_asks_and_reads_the_answer(lived, browser):
    leader = browser("qian")
    assert "还没有算过" in leader.get("/reform/simulations/").content.decode()
    assert "群众诉求" in leader.get("/reform/simulations/new/").content.decode()
    page = leader.get("/reform/simulations/new/?of=mini.appeal").content.decode()
    assert "样本少" in page and "没有依据" in page
    sent = {
        "per_day": "30",
        "days": "10",
        "replications": "5",
        "more1-dispatcher": "2",
        "promise": "5个工作日",
    }
    answer = leader.post("/reform/simulations/new/?of=mini.appeal", sent)
    row = Simulation.objects.get()
    assert answer.url == f"/reform/simulations/{row.pk}/"
    assert "马上开始" in leader.get(answer.url).content.decode()
    running.simulate.func(row.pk)
    page = leader.get(answer.url).content.decode()
    assert "95% 区间" in page and "<svg" in page and "没有算进去的" in page
    assert "按承诺办结" in page


def test_it_keeps_what_was_typed_when_a_number_is_bad(lived, browser):
    sent = {"per_day": "30", "days": "9999", "people-officer": "7"}
    answer = browser("qian").post("/reform/simulations/new/?of=mini.appeal", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "SI007" in page
    assert 'value="7"' in page and not Simulation.objects.exists()


def test_it_shows_progress_to_whoever_comes_back(lived, browser):
    row = Simulation.objects.create(
        title="慢的", mechanism="mini", version="1.0.0", case_type="appeal", by="x", by_name="钱局",
        made_at="2024-10-20T00:00Z", state="running", done=3, total=12, area_path=lived.qian.area_path,
    )  # fmt: skip
    page = browser("qian").get(f"/reform/simulations/{row.pk}/").content.decode()
    assert "已经重复了3次，共12次" in page and "every 2s" in page
    Simulation.objects.filter(pk=row.pk).update(state="failed", said="没有来件")
    answer = browser("qian").get(f"/reform/simulations/{row.pk}/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true" and "没有来件" in answer.content.decode()


def test_it_locks_out_whoever_may_not(lived, browser):
    clerk = browser("he")
    assert clerk.get("/reform/simulations/new/?of=mini.appeal").status_code == 403
    assert clerk.get("/reform/simulations/1/").status_code == 404
    assert clerk.get("/reform/simulations/").status_code == 403
    auditor = browser("ma").get("/reform/simulations/").content.decode()
    assert "还没有算过" in auditor and "/reform/simulations/new/" not in auditor


@pytest.mark.parametrize("of", ["mini.nothing", "nothing.appeal", "mini", "..", "mini.appeal.x"])
def test_it_answers_plainly_to_a_strange_address(lived, browser, of):
    assert browser("qian").get("/reform/simulations/new/", {"of": of}).status_code in (200, 404)
