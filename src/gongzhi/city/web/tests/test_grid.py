"""The grid worker's door: own units only, one draft is one case, and none of the functions that turn work into formalism."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongzhi.city.cases.models import Attachment, Case, Request, Task
from gongzhi.city.cases.tests.cast import JINHU, LEISHAN, reported
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms import grid_kit
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Area, Post
from gongzhi.city.web.drafted import key_of, mark_of
from gongzhi.city.web.tests.folder import installable

pytestmark = pytest.mark.django_db
WEB = Path(__file__).parents[1]
JSON = {"HTTP_ACCEPT": "application/json"}
KEY = "draft.0123456789abcdef"
WALK = {
    "mechanism.yaml": "id: walk\ntitle: 小网格\nsummary: 测试用\nversion: 1.0.0\nneeds: [mini]\n"
    "tables: {report_kinds: 上报, self_kinds: 顺手}\nroles: {grid_worker: 网格员}\n",
    "tables/report_kinds.csv": "U,看到什么,→ picture,→ subject,→ opens,→ field,→ value,→ otherwise,→ otherwise_field,"
    '→ otherwise_value,说明\n值,"路灯不亮,其他",,,,,,,,,\n'
    '1,路灯不亮,lamp,路灯不亮,"""nowhere.event""",sort,灯,"""mini.appeal""",urgency,紧急,小心电线\n'
    '2,其他,other,其他,"""mini.appeal""",,,,,,\n',
    "tables/self_kinds.csv": 'U,做了什么,→ picture,→ matter,说明\n值,"清走垃圾",,,\n1,清走垃圾,rubbish,清走零星垃圾,\n',
    "cases/self_handled.yaml": """
id: self_handled
title: 自行处置
opened_by: [grid_worker]
opens_with: [matter, place?, minutes?, note?]
fields:
  - {id: matter, title: 做了什么, kind: choice, required: true, options: [清走垃圾]}
  - {id: place, title: 在哪里, kind: place}
  - {id: minutes, title: 几分钟, kind: number, min: 1, max: 480}
  - {id: note, title: 补一句, kind: text, max: 200}
steps:
  noted:
    title: 刚记下
    who: grid_worker @ opener
    within: 1 hour
    timers: {settle: {after: 10 minutes, to: end.done, interrupting: true}}
    choices:
      keep: {title: 记下, to: end.done}
      undo: {title: 撤销, to: end.undone}
ends: {done: 已处置, undone: 撤销}
""",
    "scenarios/one.yaml": "- {name: 点一下就记完了, case: self_handled, at: 2024-10-14 09:00, by: grid_worker,"
    " form: {matter: 清走垃圾}, steps: [{do: noted.keep, expect: {ended: done}}]}\n",
}


@pytest.fixture
def grid(cast: Any, tmp_path: Path) -> Any:
    """The little city with a mechanism for the grid, and 金湖 divided into two units."""
    for name, text in WALK.items():
        path = tmp_path / "walk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    installable.cache_clear()
    install(installable(tmp_path / "walk"), by=SYSTEM)
    for number, name in enumerate(("一单元", "二单元"), 1):
        unit(JINHU, f"{JINHU}-0{number}", f"金湖{name}")
    unit(LEISHAN, f"{LEISHAN}-01", "雷山一单元")
    return cast


def unit(parent: str, code: str, name: str) -> Area:
    above = Area.objects.get(code=parent)
    path = paths.next_child(above.path, [each.path for each in Area.objects.filter(parent=above)])
    return Area.objects.create(code=code, name=name, short_name=name, level="unit", parent=above, path=path)


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def draft(**more: Any) -> dict[str, Any]:
    return {"key": KEY, "kind": "路灯不亮", "place.area": f"{JINHU}-01", **more}


def send(client: Any, **more: Any) -> Any:
    return client.post("/grid/report/", draft(**more), **JSON)


# --- three taps


def test_it_opens_one_case_in_the_own_unit_from_a_kind_alone(browser, grid):
    answer = send(browser("hu"))
    row = Case.objects.get()
    assert answer.status_code == 200 and answer.json()["again"] is False
    assert (row.mechanism, row.type, row.subject, row.channel) == ("mini", "appeal", "路灯不亮", "grid")
    assert row.area_id == f"{JINHU}-01" and (row.lon, row.lat) == (None, None)
    assert answer.json()["number"] == row.number or answer.json()["number"] == row.tracking_code


def test_it_keeps_the_photo_and_the_position_only_where_they_were_given(browser, grid):
    send(browser("hu"), photos=picture(), **{"place.lon": "114.9", "place.lat": "30.1"})
    row = Case.objects.get()
    assert (row.lon, row.lat) == (114.9, 30.1)
    assert Attachment.objects.get().case_id == row.pk


@pytest.mark.parametrize(
    "half",
    [
        {"place.lon": "114.9"},
        {"place.lon": "nan", "place.lat": "nan"},
        {"place.lon": "999", "place.lat": "1"},
    ],
)
def test_half_a_position_is_none(browser, grid, half):
    send(browser("hu"), **half)
    assert Case.objects.get().lon is None


def test_it_works_as_a_plain_form(browser, grid):
    client = browser("hu")
    page = client.get("/grid/report/").content.decode()
    key = re.search(r'name="key" value="(draft\.[^"]+)"', page)
    assert key and "路灯不亮" in page and "金湖一单元" in page and "雷山" not in page
    answer = client.post("/grid/report/", {"key": key[1], "kind": "路灯不亮"}, follow=True)
    assert answer.redirect_chain == [("/grid/", 302)] and Case.objects.count() == 1
    again = client.post("/grid/report/", {"key": key[1], "kind": "路灯不亮"}, follow=True)
    assert "先前已经报过" in again.content.decode() and Case.objects.count() == 1


# --- the same draft sent twice


def test_the_same_draft_twice_is_one_case_and_the_second_answer_shows_the_same_number(browser, grid):
    client = browser("hu")
    first = send(client, photos=picture()).json()
    Case.objects.update(number="MQ2026000007")  # numbers come after the commit
    second = send(client, photos=picture()).json()
    assert Case.objects.count() == 1 and Attachment.objects.count() == 1
    assert (second["number"], second["again"], second["url"]) == ("MQ2026000007", True, first["url"])


def test_a_draft_that_was_mended_after_it_had_arrived_is_still_one_case(browser, grid):
    client = browser("hu")
    send(client)
    answer = send(client, note="左边第三盏")
    assert (answer.status_code, answer.json()["again"]) == (200, True) and Case.objects.count() == 1


def test_two_workers_may_have_the_same_key(browser, grid):
    other = User.objects.create(username="hu2", name="胡二")
    Post.objects.create(user=other, role="grid_worker", area=Area.objects.get(code=JINHU))
    assert send(browser("hu")).json()["again"] is False
    assert send(browser("hu2")).json()["again"] is False
    assert Case.objects.count() == 2


def test_drafts_are_remembered_longer_than_other_requests(grid):
    from gongzhi.city.cases.routine import DRAFTS_REMEMBERED, REMEMBERED, sweep

    def request(key: str, age: timedelta) -> None:
        Request.objects.create(actor="p", key=key, digest="", answer={}, at=clock.now() - age)

    minute = timedelta(minutes=1)
    request("a", REMEMBERED + minute)
    request("b", REMEMBERED - minute)
    request("draft.a", DRAFTS_REMEMBERED + minute)
    request("draft.b", DRAFTS_REMEMBERED - minute)
    sweep()
    assert set(Request.objects.values_list("key", flat=True)) == {"b", "draft.b"}


# --- refused, and nothing lost


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"kind": "井盖"}, 422, "B020"),
        ({"kind": "其他"}, 422, "B021"),
        ({"place.area": f"{LEISHAN}-01"}, 422, "D113"),
        ({"place.area": "420281"}, 422, "D113"),
        ({"who": "0" * 16}, 409, "D111"),
        ({"post": "999999"}, 409, "D111"),
        ({"made": "2020-01-01T00:00:00Z"}, 409, "D112"),
        ({"note": "字" * 3}, 200, ""),
        ({"made": "not a day"}, 200, ""),
    ],
)
def test_it_says_why_a_draft_is_refused(browser, grid, more, status, code):
    answer = send(browser("hu"), **more)
    assert answer.status_code == status, answer.content
    assert Case.objects.count() == (status == 200)
    if code:
        told = answer.json()
        assert (
            told["code"] == code and told["sentence"] and told["form"] == grid_kit.kit("grid_worker").version
        )


def test_a_refused_draft_goes_through_under_the_same_key_once_it_is_mended(browser, grid):
    client = browser("hu")
    assert send(client, kind="其他").status_code == 422
    assert send(client, kind="其他", note="路边有条蛇").status_code == 200
    assert Case.objects.get().subject == "路边有条蛇"


def test_a_form_that_changed_meanwhile_says_which_field(browser, grid, tmp_path):
    """The city installs an appeal that asks one thing more than the telephone knows."""
    from gongzhi.city.cases.tests.cast import MINI

    before = grid_kit.kit("grid_worker").version
    folder = tmp_path / "mini"
    for path in MINI.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(MINI)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    manifest, appeal = folder / "mechanism.yaml", folder / "cases" / "appeal.yaml"
    manifest.write_text(manifest.read_text().replace("1.0.0", "1.1.0"))
    text = appeal.read_text().replace("opens_with: [subject", "opens_with: [depth, subject", 1)
    appeal.write_text(
        text.replace(
            "fields:\n", "fields:\n  - {id: depth, title: 水有多深, kind: text, max: 9, required: true}\n", 1
        )
    )
    for scenario in (folder / "scenarios").glob("*.yaml"):
        scenario.unlink()
    (folder / "scenarios" / "one.yaml").write_text(
        "- {name: 水深要写清楚, case: appeal, at: 2024-10-14 09:00, by: resident,"
        " form: {subject: 水, text: 水, depth: 一米}, expect: {open: [register]}}\n"
    )
    installable.cache_clear()
    install(installable(folder), by=SYSTEM)
    answer = send(browser("hu"), form=before)
    assert answer.status_code == 422 and list(answer.json()["fields"]) == ["depth"]
    assert answer.json()["form"] != before and Case.objects.count() == 0


def test_somebody_without_a_session_is_sent_to_sign_in_and_nothing_is_opened(browser, grid):
    assert send(browser()).status_code == 302
    assert send(browser("zhou")).status_code == 403
    assert Case.objects.count() == 0


# --- what was handled on the way


def test_one_tap_writes_down_and_ends_at_once(browser, grid):
    answer = browser("hu").post("/grid/self/", {"key": KEY, "kind": "清走垃圾", "settled": "1"}, **JSON)
    row = Case.objects.get()
    assert answer.status_code == 200 and row.ended == "done" and not Task.objects.exists()
    again = browser("hu").post("/grid/self/", {"key": KEY, "kind": "清走垃圾", "settled": "1"}, **JSON)
    assert again.json()["again"] is True and Case.objects.count() == 1


def test_without_scripts_it_can_be_undone_and_else_ends_by_itself(browser, grid):
    client = browser("hu")
    page = client.post("/grid/self/", {"key": KEY, "kind": "清走垃圾"}).content.decode()
    row = Case.objects.get()
    assert row.ended == "" and f"/grid/self/{row.pk}/undo/" in page
    client.post(f"/grid/self/{row.pk}/undo/")
    row.refresh_from_db()
    assert row.ended == "undone"
    client.post("/grid/self/", {"key": KEY + "x", "kind": "清走垃圾"})
    from gongzhi.city.cases.actions import tick_cases

    tick_cases(at=clock.now() + timedelta(minutes=11))
    assert sorted(Case.objects.values_list("ended", flat=True)) == ["done", "undone"]


def test_what_just_settles_is_no_task_on_the_page(browser, grid):
    client = browser("hu")
    client.post("/grid/self/", {"key": KEY, "kind": "清走垃圾"})
    assert "刚记下" not in client.get("/grid/").content.decode()


# --- who sees what

WHO = ("", "hu", "li", "zhou", "he")
#: address -> status for villager, grid worker, hotline agent, officer, officer of somewhere else
PAGES = {
    "/grid/": (302, 200, 403, 403, 403),
    "/grid/report/": (302, 200, 403, 403, 403),
    "/grid/self/": (302, 200, 403, 403, 403),
    f"/grid/units/{JINHU}/": (302, 200, 403, 403, 403),
    f"/grid/units/{JINHU}-01/": (302, 200, 403, 403, 403),
    f"/grid/units/{LEISHAN}/": (302, 404, 403, 403, 403),
    f"/grid/units/{LEISHAN}-01/": (302, 404, 403, 403, 403),
    "/grid/units/nothing/": (302, 404, 403, 403, 403),
    "/grid/households/": (302, 200, 403, 403, 403),
    "/grid/households/H1/": (302, 404, 403, 403, 403),
    "/grid/me.json": (302, 200, 403, 403, 403),
    # they say nothing about anybody
    "/grid/shell/": (200,) * 5,
    "/grid/sw.js": (200,) * 5,
}


@pytest.mark.parametrize("who", WHO)
def test_it_opens_to_grid_workers_and_shows_them_their_own_only(browser, grid, who):
    client = browser(who)
    wrong = {
        address: f"{status}, promised {row[WHO.index(who)]}"
        for address, row in PAGES.items()
        if (status := client.get(address).status_code) != row[WHO.index(who)]
    }
    assert not wrong


def test_a_unit_shows_what_is_open_in_it_and_nothing_of_the_next(browser, grid):
    client = browser("hu")
    send(client)
    reported(grid)
    assert "路灯不亮" in client.get(f"/grid/units/{JINHU}-01/").content.decode()
    assert "路灯不亮" not in client.get(f"/grid/units/{JINHU}-02/").content.decode()


def test_a_worker_of_one_unit_reports_nothing_in_the_next(browser, grid):
    other = User.objects.create(username="hu3", name="胡三")
    Post.objects.create(user=other, role="grid_worker", area=Area.objects.get(code=f"{JINHU}-02"))
    client = browser("hu3")
    assert send(client).json()["code"] == "D113"
    assert client.get(f"/grid/units/{JINHU}-01/").status_code == 404
    assert client.get(f"/grid/units/{JINHU}-02/").status_code == 200
    assert client.get("/grid/me.json").json()["units"] == [[f"{JINHU}-02", "金湖二单元"]]


def test_a_person_with_two_posts_sends_a_draft_in_the_post_in_which_it_was_written(browser, grid):
    user = User.objects.get(username="hu")
    second = Post.objects.create(user=user, role="grid_worker", area=Area.objects.get(code=LEISHAN))
    answer = send(browser("hu"), post=str(second.pk), **{"place.area": f"{LEISHAN}-01"})
    assert answer.status_code == 200 and Case.objects.get().area_id == f"{LEISHAN}-01"


def test_the_key_of_the_drafts_is_told_to_their_writer_only(browser, grid):
    told = browser("hu").get("/grid/me.json")
    person = User.objects.get(username="hu").person
    assert (told.json()["who"], told.json()["key"]) == (mark_of(person), key_of(person))
    assert "no-store" in told["Cache-Control"] and person not in told.content.decode()
    assert key_of(person) != key_of(User.objects.get(username="li").person)


# --- what a telephone keeps


def test_the_service_worker_keeps_the_shell_and_nothing_about_anybody(browser, grid):
    client = browser("hu")
    worker = client.get("/grid/sw.js")
    assert (
        worker["Content-Type"].startswith("text/javascript") and worker["Service-Worker-Allowed"] == "/grid/"
    )
    assert "no-cache" in worker["Cache-Control"] and "'self'" in worker["Content-Security-Policy"]
    text = worker.content.decode()
    kept = re.search(r"FILES = \[([^\]]*)\]", text)
    assert kept and set(re.findall(r'"([^"]+)"', kept[1])) == {
        f"/static/web/{name}"
        for name in ("gongzhi.css", "grid.css", "grid.svg", "mark.svg", "grid_drafts.js", "grid.js")
    }
    shell = client.get("/grid/shell/").content.decode()
    assert "胡网格" not in shell and "金湖" not in shell and "csrfmiddlewaretoken" not in shell


def test_the_worker_changes_when_the_shell_changes(browser, grid, monkeypatch):
    before = browser().get("/grid/sw.js").content
    assert browser("hu").get("/grid/sw.js").content == before
    monkeypatch.setattr("gongzhi.city.web.views.grid_offline.MOST_PHOTOS", 4)
    assert browser().get("/grid/sw.js").content != before


@pytest.mark.parametrize(
    "address", ["/grid/", "/grid/report/", "/grid/self/", "/grid/shell/", "/grid/households/"]
)
def test_no_page_needs_what_the_policy_forbids(browser, grid, address):
    answer = browser("hu").get(address)
    html = answer.content.decode()
    assert not re.search(r"\son\w+=", html) and not re.search(r'\sstyle="', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html) and "<style" not in html
    if address != "/grid/shell/":
        assert "no-store" in answer["Cache-Control"]


def test_the_door_is_empty_but_open_where_no_mechanism_is_installed(browser, cast):
    page = browser("hu").get("/grid/").content.decode()
    assert "还没有安装" in page and 'href="/grid/report/"' not in page
    assert "还没有安装住户登记簿" in browser("hu").get("/grid/households/").content.decode()


# --- red lines (国办函〔2026〕12号; design: no check-in, track, ranking, online time, forced photo)

FORBIDDEN = re.compile(
    r"打卡|签到|排行|排名(?!次)|名次|积分|在线时长|活跃|轨迹|里程|步数|考勤"
    r"|check[_-]?in|checkin|leaderboard|ranking|heartbeat|watchPosition|online[_-]?time|clock[_-]?in",
    re.IGNORECASE,
)
#: sentences that promise the opposite
PROMISES = ("不做考勤、不排名、不强制拍照",)


def own_files() -> list[Path]:
    found = [
        *(WEB / "templates/web/grid").iterdir(),
        *(WEB / "static/web").glob("grid*"),
        WEB / "views/grid_urls.py",
    ]
    assert len(found) >= 15
    return found


@pytest.mark.parametrize("path", own_files(), ids=lambda path: path.name)
def test_nothing_of_the_door_counts_watches_or_ranks_the_worker(path):
    text = path.read_text(encoding="utf-8")
    for promise in PROMISES:
        text = text.replace(promise, "")
    assert not FORBIDDEN.findall(text)


def test_the_grep_for_red_lines_can_fail():
    assert FORBIDDEN.search("<a>每日打卡</a>") and FORBIDDEN.search("path('checkin/')")
    assert FORBIDDEN.search("navigator.geolocation.watchPosition(")


def test_a_photo_is_never_required_and_the_position_never_asked_for_unasked(browser, grid):
    html = browser("hu").get("/grid/report/").content.decode()
    files = re.findall(r'<input[^>]*type="file"[^>]*>', html)
    assert len(files) == 2 and not any("required" in each for each in files)
    script = (WEB / "static/web/grid.js").read_text(encoding="utf-8")
    asks = [line for line in script.splitlines() if "getCurrentPosition" in line]
    assert len(asks) == 1 and 'addEventListener("click", () => locate(here))' in script


# --- at the same moment


@pytest.mark.django_db(transaction=True)
def test_the_same_draft_at_the_same_moment_is_one_case(browser, grid):
    from django.db import connections

    clients = [browser("hu") for _ in range(4)]

    def one(client: Any) -> tuple[int, str]:
        try:
            answer = send(client, photos=picture())
            return answer.status_code, answer.json()["number"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, clients))
    assert Case.objects.count() == 1
    numbers = {number for _status, number in answers}
    row = Case.objects.get()
    assert {status for status, _number in answers} == {200} and numbers <= {row.number, row.tracking_code}


# --- where somebody begins


@pytest.mark.parametrize(("who", "begins"), [("hu", "/grid/"), ("zhou", "/desk/"), ("ma", "/desk/")])
def test_somebody_who_signed_in_begins_where_their_day_does(browser, grid, who, begins):
    assert browser(who).get("/start/").url == begins


def test_the_grid_stands_among_the_doors_of_grid_workers_only(browser, grid):
    assert 'href="/grid/"' in browser("hu").get("/desk/").content.decode()
    assert 'href="/grid/"' not in browser("zhou").get("/desk/").content.decode()
