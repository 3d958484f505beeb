"""The pages of reform tasks: import with faults told, the tree, filters, the matrix, problems; a survey slip without a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db

PAGES = (
    "/reform/tasks/",
    "/reform/tasks/list/",
    "/reform/tasks/matrix/",
    "/reform/tasks/problems/",
    "/reform/tasks/topics/Z1/",
)


@pytest.fixture
def people(cast: Any) -> Any:
    from gongzhi.city.mechanisms.tests.reform_city import reform_city

    return reform_city(cast)


def sheet(count: int, first: int = 0, **wrong: Any) -> SimpleUploadedFile:
    from gongzhi.city.mechanisms.tests.reform_city import book

    rows = [
        (
            f"N{number}",
            f"任务{number}",
            "领导小组" if number % 5 == 0 else "办公室",
            "" if number % 5 == 0 else f"N{number // 5 * 5}",
            wrong.get("lead", "城管局"),
            "周强",
            "",
            "2027-12-31",
            "",
            "" if number % 2 else "材料太多",
            "Z1",
            "L1" if number % 3 else "",
        )
        for number in range(first, first + count)
    ]
    return SimpleUploadedFile("任务.xlsx", book(rows).read())


def test_a_sheet_is_looked_through_refused_with_places_and_taken_once(
    people: Any, browser: Callable[..., Any]
) -> None:
    client = browser("jiang")
    page = "/reform/tasks/import/"
    assert "责任人" in client.get(page).content.decode()
    bad = client.post(page, {"file": sheet(2, lead="火星局"), "step": "take"})
    assert bad.status_code == 422
    text = bad.content.decode()
    assert "有4处要改，一件也没有导入" in text and "没有单位叫“火星局”" in text and ">牵头单位<" in text
    assert "新任务5件" in client.post(page, {"file": sheet(5), "step": "look"}).content.decode()
    assert client.post(page, {"file": sheet(5), "step": "take"}).status_code == 302
    done = client.post(page, {"file": sheet(5), "step": "take"}, follow=True).content.decode()
    assert "新收0件，已经有的5件" in done
    assert client.post(page, {"step": "take"}).status_code == 422
    assert browser("zhou").get(page).status_code == 403


def test_every_page_costs_the_same_however_many_tasks_there_are(
    people: Any, browser: Callable[..., Any]
) -> None:
    client = browser("jiang")
    client.post("/reform/tasks/import/", {"file": sheet(10), "step": "take"})
    counted = []
    for more in (0, 60):
        if more:
            client.post("/reform/tasks/import/", {"file": sheet(more, 10), "step": "take"})
        for page in PAGES:
            client.get(page)  # what is remembered for a while
            with CaptureQueriesContext(connection) as caught:
                answer = client.get(page)
            assert answer.status_code == 200, page
            counted.append(len(caught))
    half = len(PAGES)
    assert counted[:half] == counted[half:] and max(counted) < 30


def test_every_figure_opens_to_as_many_rows_as_it_says(people: Any, browser: Callable[..., Any]) -> None:
    client = browser("jiang")
    client.post("/reform/tasks/import/", {"file": sheet(10), "step": "take"})
    text = client.get("/reform/tasks/").content.decode()
    tiles = re.findall(
        r'href="(/reform/tasks/list/[^"]*)"><span class="name">[^<]*</span><span class="figure">(\d+)<', text
    )
    assert len(tiles) >= 5
    for address, number in tiles:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert f"一共{number}件" in shown, address
    problems = client.get("/reform/tasks/problems/").content.decode()
    assert "没有写问题的任务 5" in problems and "没有任务的问题 0" in problems
    cells = re.findall(
        r'href="(/reform/tasks/list/\?show=all&amp;leader=[^"]*)">.*?核过 \d+/(\d+)',
        client.get("/reform/tasks/matrix/").content.decode(),
        re.S,
    )
    assert sorted(int(number) for _address, number in cells) == [4, 6]
    for address, number in cells:
        assert f"一共{number}件" in client.get(address.replace("&amp;", "&")).content.decode()
    assert client.get("/reform/tasks/list/?show=nonsense").status_code == 404
    assert client.get("/reform/tasks/topics/NOPE/").status_code == 404


def test_others_see_their_own_tasks_and_residents_none(people: Any, browser: Callable[..., Any]) -> None:
    browser("jiang").post("/reform/tasks/import/", {"file": sheet(4), "step": "take"})
    assert "任务3" in browser("zhou").get("/reform/tasks/list/?show=mine").content.decode()
    assert "任务3" not in browser("zheng").get("/reform/tasks/list/").content.decode()
    assert browser().get("/reform/tasks/").status_code == 302
    assert "/reform/tasks/" in browser("lin").get("/reform/").content.decode()


def test_a_slip_is_filled_in_without_signing_in_once(people: Any, browser: Callable[..., Any]) -> None:
    from gongzhi.city.cases import actions
    from gongzhi.city.kernel import clock

    values = {"subject": "市场搬迁", "code": "F1-1", "purpose": "出台前测评", "question": "您支不支持搬？"}
    case = actions.open_case("reform_tasks", "poll", values, by=people["lin"]).case
    plan = {"frame_kind": "随机抽取", "frame": "名册", "frame_size": 800, "invited": 60, "least": 30}
    plan["closes_on"] = f"{clock.today().year + 1}-12-31"
    actions.choose(case, "plan", "submit", plan, by=people["lin"])
    actions.choose(case, "check", "pass", {}, by=people["third"])
    made = browser("lin").post(f"/reform/polls/{case}/", {"count": "2"}).content.decode()
    addresses = re.findall(r"http://testserver(/poll/[0-9A-Z]{10}/)", made)
    assert (
        len(addresses) == 2
        and addresses[0] not in browser("lin").get(f"/reform/polls/{case}/").content.decode()
    )
    assert browser("lin").post(f"/reform/polls/{case}/", {"count": "99"}).status_code == 422
    villager = browser()
    assert "您支不支持搬？" in villager.get(addresses[0]).content.decode()
    answer = {"support": "支持", "benefit": "受益", "words": ""}
    assert "填好了" in villager.post(addresses[0], answer).content.decode()
    again = villager.post(addresses[0], answer)
    assert again.status_code == 422 and "已经填过了" in again.content.decode()
    assert villager.post("/poll/", {"code": " abcd "}).headers["Location"] == "/poll/ABCD/"
    assert villager.get("/poll/ABCD/").status_code == 422
    assert "填了 1 张" in browser("lin").get(f"/reform/polls/{case}/").content.decode()
    assert browser("zheng").get(f"/reform/polls/{case}/").status_code == 404
