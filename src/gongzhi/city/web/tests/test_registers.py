"""The pages of registers: what they show to whom, forms with and without scripts, sheets in and out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(db: None) -> Iterator[Any]:
    """The little hall of the records room, installed as a city would."""
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms import library
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.records.tests.cast import HALL, build_city
    from gongzhi.city.web import choices
    from gongzhi.city.web.tests.folder import installable

    library.LIBRARY.clear()
    choices.forget()
    people = build_city()
    install(installable(HALL), by=SYSTEM)
    yield people
    choices.forget()
    library.LIBRARY.clear()


@pytest.fixture
def signed_in(hall: Any) -> Callable[[str], Client]:
    from gongzhi.city.people.models import User

    def make(name: str) -> Client:
        client = Client()
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return make


@pytest.fixture
def item(hall: Any) -> Any:
    from gongzhi.city.records.tests.cast import published

    return published(hall)


FORM = {
    "code": "CG-009",
    "title": "夜市经营备案",
    "holder": "cgj",
    "promised_days": "1",
    "contact": "13800138000",
    "materials.0.name": "申请表",
    "materials.0.gap": "否",
    "materials.1.name": "",
}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_it_lists_registers_with_counts_and_a_door(signed_in, item):
    page = text(signed_in("chen").get("/registers/"))
    assert "政务服务事项" in page and "服务点" in page and "已发布" in page
    assert 'href="/registers/"' in text(signed_in("chen").get("/me/"))
    assert Client().get("/registers/").status_code == 302


def test_it_searches_a_register_and_shows_derived_columns(signed_in, item):
    client = signed_in("chen")
    page = text(client.get("/registers/service_items/?text=占道"))
    assert "临时占用城市道路审批" in page and "承诺" in page and "城管局" in page
    assert "没有找到" in text(client.get("/registers/service_items/?text=飞机"))
    assert "没有找到" in text(client.get("/registers/service_items/?state=draft"))
    assert client.get("/registers/service_items/?state=none").status_code == 422
    assert client.get("/registers/nothing/").status_code == 404


def test_it_shows_a_record_masked_with_what_can_be_done(signed_in, item):
    page = text(signed_in("chen").get("/registers/service_items/r/CG-001/"))
    assert "138****8000" in page and "13800138000" not in page
    assert "停用" in page and "修订" in page
    page = text(signed_in("he").get("/registers/service_items/r/CG-001/"))
    assert "修改" not in page and "停用" not in page


def test_it_registers_changes_and_publishes(signed_in, hall):
    from gongzhi.city.records.models import Record

    client = signed_in("chen")
    assert client.get("/registers/service_items/new/").status_code == 200
    answer = client.post("/registers/service_items/new/", FORM)
    assert answer.headers["Location"] == "/registers/service_items/r/CG-009/"
    row = Record.objects.get()
    assert row.data["materials"] == [{"name": "申请表", "gap": False}]
    page = "/registers/service_items/r/CG-009/"
    assert client.get(f"{page}edit/").status_code == 200
    sent = {**FORM, "title": "夜市备案", "contact": "", "expected": "1", "note": "改短"}
    client.post(f"{page}edit/", sent)
    row.refresh_from_db()
    assert (row.name, row.version) == ("夜市备案", 2)
    assert row.data["contact"].startswith("sealed:")
    client.post(f"{page}edit/", {**sent, "promised_days": "", "clear.contact": "1", "expected": "2"})
    row.refresh_from_db()
    assert "contact" not in row.data and "promised_days" not in row.data
    client.post(f"{page}move/", {"move": "publish", "expected": "3"})
    row.refresh_from_db()
    assert row.state == "published"
    assert "夜市经营备案 → 夜市备案" in text(client.get(page))


def test_it_shows_what_a_draft_would_change(signed_in, item, hall):
    from gongzhi.city.records import actions

    actions.change(hall.zhou, item, {"promised_days": 2}, expected=2)
    page = text(signed_in("chen").get("/registers/service_items/r/CG-001/"))
    assert "草稿和正在用的那一版相比" in page and "承诺办结时限 5 → 2 个工作日" in page
    assert "原版仍在用" in text(signed_in("chen").get("/registers/service_items/"))


def test_it_keeps_what_was_typed_when_it_is_refused(signed_in, item):
    client = signed_in("chen")
    answer = client.post("/registers/service_items/new/", {**FORM, "promised_days": "九天"})
    assert answer.status_code == 422 and "九天" in text(answer) and "应为数字" in text(answer)
    answer = client.post(
        "/registers/service_items/r/CG-001/edit/", {**FORM, "title": "我写的", "expected": "1"}
    )
    assert answer.status_code == 409 and "我写的" in text(answer) and "刚刚" in text(answer)
    answer = client.post("/registers/service_items/r/CG-001/move/", {"move": "publish", "expected": "2"})
    assert answer.status_code == 409


def test_it_corrects_with_a_reason_only_for_who_may(signed_in, item):
    address = "/registers/service_items/r/CG-001/edit/?correct"
    sent = {**FORM, "title": "占道审批", "contact": "", "expected": "2", "note": "错别字"}
    assert signed_in("zhou").get(address).status_code == 403
    client = signed_in("chen")
    assert client.post(address, {**sent, "note": ""}).status_code == 422
    client.post(address, {**sent, "note": "录入时写错"})
    item.refresh_from_db()
    assert (item.name, item.state) == ("占道审批", "published")


def test_it_reveals_once_with_a_purpose(signed_in, item):
    client = signed_in("zhou")
    address = "/registers/service_items/r/CG-001/reveal/"
    answer = client.post(address, {"field": "contact", "purpose": "联系补充材料"})
    assert "13800138000" in text(answer) and "no-store" in answer.headers["Cache-Control"]
    assert client.post(address, {"field": "contact", "purpose": ""}).status_code == 422
    assert client.post(address, {"field": "nothing", "purpose": "联系补充材料"}).status_code == 404


def test_it_looks_at_a_sheet_before_it_takes_it(signed_in, hall, settings, tmp_path):
    from gongzhi.city.records.models import Record

    settings.MEDIA_ROOT = tmp_path
    client = signed_in("chen")
    content = "编码,名称,实施主体\nA-1,第一件,城管局\nA-2,,城管局\n".encode()
    address = "/registers/service_items/import/"
    assert client.get(address).status_code == 200
    file = SimpleUploadedFile("事项.csv", content)
    page = text(client.post(address, {"step": "look", "file": file, "move": "publish"}))
    assert "请填写“名称”" in page and not Record.objects.exists()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    assert client.post(address, {"step": "take", "token": "forged"}).status_code == 422
    answer = client.post(address, {"step": "take", "token": token[1]}, follow=True)
    assert "新增1条" in text(answer) and "没有收1行" in text(answer)
    assert Record.objects.get().state == "published"
    assert client.post(address, {"step": "take", "token": token[1]}).status_code == 422
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]
    assert client.post(address, {"step": "look"}).status_code == 422
    assert signed_in("ma").get(address).status_code == 403


def test_it_exports_the_list(signed_in, item):
    answer = signed_in("ma").get("/registers/service_items/export.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A2"].value == "CG-001"
    assert signed_in("hu").get("/registers/service_items/export.xlsx").status_code == 403


def test_it_offers_names_while_somebody_types(signed_in, item):
    page = text(Client().get("/pick/service_items/?item=占用"))
    assert '<option value="CG-001">临时占用城市道路审批</option>' in page
    assert "<option" not in text(Client().get("/pick/service_items/?item=飞机"))
    assert Client().get("/pick/nothing/?q=a").status_code == 404
    assert "<option" not in text(Client().get("/pick/points/?q="))


def test_it_takes_a_record_in_a_case_by_key_or_by_name(signed_in, item):
    from gongzhi.city.cases.models import Case

    client = signed_in("zhou")
    page = text(client.get("/desk/intake/hall/visit/"))
    assert "临时占用城市道路审批" in page
    for number, typed in enumerate(("CG-001", "临时占用城市道路审批")):
        answer = client.post("/desk/intake/hall/visit/", {"item": typed, "key": f"k{number}"})
        assert answer.status_code == 302, text(answer)[:4000]
    assert {row.state["data"]["item"] for row in Case.objects.all()} == {"CG-001"}
    assert {row.state["data"]["item_title"] for row in Case.objects.all()} == {"临时占用城市道路审批"}
    assert client.post("/desk/intake/hall/visit/", {"item": "没有这件", "key": "k9"}).status_code == 422


def test_it_searches_where_there_are_too_many_to_choose_from(signed_in, item, monkeypatch):
    from gongzhi.city.records import queries
    from gongzhi.city.web import choices

    monkeypatch.setattr(queries, "FEW", 0)
    monkeypatch.setattr(choices.records, "FEW", 0)
    page = text(signed_in("zhou").get("/desk/intake/hall/visit/"))
    assert 'list="l-item"' in page and 'hx-get="/pick/service_items/"' in page
    page = text(signed_in("yu").get("/registers/points/new/"))
    assert page.count('list="l-items"') == 3


def test_it_refuses_a_register_that_another_mechanism_declares(hall):
    from gongzhi.city.kernel.references import SYSTEM
    from gongzhi.city.mechanisms.actions import install
    from gongzhi.city.mechanisms.errors import RegisterTaken
    from gongzhi.city.records.tests.cast import HALL
    from gongzhi.city.web.tests.folder import installable

    files = dict(installable(HALL))
    files["mechanism.yaml"] = files["mechanism.yaml"].replace(b"id: hall", b"id: other_hall")
    with pytest.raises(RegisterTaken) as refusal:
        install(files, by=SYSTEM)
    assert refusal.value.data["other"] == "hall"
