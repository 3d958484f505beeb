"""The page of petitions, and the page on which somebody marks what is taken out of a file."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.city.documents.models import Redaction
from gongzhi.city.documents.rendering import render

pytestmark = pytest.mark.django_db


def test_the_page_of_petitions_says_when_they_are_not_installed(cast: Any, browser: Any) -> None:
    answer = browser("zhou").get("/order/petitions/")
    assert answer.status_code == 200 and "没有安装信访机制" in answer.content.decode()
    assert browser().get("/order/petitions/").status_code in (302, 403, 404)


def test_a_file_is_marked_redacted_and_fetched_without_scripts(cast: Any, browser: Any) -> None:
    zhou, he = browser("zhou"), browser("zheng")
    paper = render("<article><p>张三丰的电话13907230001</p></article>", title="笔录")
    sent = zhou.post(
        "/order/redactions/", {"file": SimpleUploadedFile("笔录.pdf", paper), "about": "GK202500001"}
    )
    row = Redaction.objects.get()
    page = f"/order/redactions/{row.pk}/"
    assert sent["Location"] == page
    shown = zhou.get(page).content.decode()
    assert "13907230001" in shown  # proposed
    assert zhou.get(f"{page}pages/1.png")["Content-Type"] == "image/png"
    for values in (
        {"do": "words", "words": "张三丰", "ground": "privacy"},
        {"do": "proposed", "word": "13907230001"},
        {"do": "box", "page": "1", "left": "10", "top": "50", "wide": "20", "high": "5", "ground": "process"},
        {"do": "unmark", "number": "2"},
        {"do": "finish"},
    ):
        assert zhou.post(f"{page}mark/", values).status_code == 302
    copy = zhou.get(f"{page}copy/")
    assert copy.content.startswith(b"%PDF") and "涂好了" in zhou.get(page).content.decode()
    assert zhou.get(f"{page}original/").content == paper
    for address in (page, f"{page}copy/", f"{page}original/", f"{page}pages/1.png"):
        assert he.get(address).status_code == 404
    assert "笔录.pdf" not in he.get("/order/redactions/").content.decode()
    assert browser().get(page).status_code in (302, 403, 404)


def test_a_wrong_file_or_mark_is_said_in_a_sentence(cast: Any, browser: Any) -> None:
    zhou = browser("zhou")
    said = zhou.post("/order/redactions/", {"file": SimpleUploadedFile("x.bin", b"\x00\x01")}, follow=True)
    assert "不能涂改" in said.content.decode()
    assert "请选一个文件" in zhou.post("/order/redactions/", {}, follow=True).content.decode()
    zhou.post("/order/redactions/", {"file": SimpleUploadedFile("x.txt", "张三丰".encode())})
    page = f"/order/redactions/{Redaction.objects.get().pk}/"
    for values in ({"do": "words", "words": "张三丰"}, {"do": "box", "left": "x"}, {"do": "finish"}):
        assert "标得不对" in zhou.post(f"{page}mark/", values, follow=True).content.decode()
