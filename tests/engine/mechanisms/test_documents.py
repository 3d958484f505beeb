"""Papers: names filled in, everything escaped, nothing that runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.mechanisms import Document, fill_text
from gongzhi.engine.mechanisms.documents import Rows, placeholders, split_head
from gongzhi.engine.mechanisms.schema import DocumentSpec


def paper(body: str) -> Document:
    return Document(
        id="p", spec=DocumentSpec(title="告知书", case="appeal"), body=body, file="documents/p.html", line=4
    )


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        ("<p>{{ number }}</p>", "<p>MQ2024000001</p>"),
        ("{{data.subject}}", "路灯&lt;script&gt;不亮"),
        ("{{ data.place }}", "金湖街道"),
        ("{{ data.helpers }}", "住建局、公安局"),
        ("{{ data.anonymous }}", "否"),
        ("{{ data.missing }}", "＿＿＿＿＿＿"),
        ("{{ data.missing | 无 }}", "无"),
        ("{{ data.subject.deeper }}", "＿＿＿＿＿＿"),
        ("{{ data.helpers.0 }}", "＿＿＿＿＿＿"),
        (
            "<table>{{ data.findings.rows }}</table>",
            "<table><tr><th>问题</th><th>期限</th></tr><tr><td>门&lt;b&gt;坏</td><td>3天</td></tr></table>",
        ),
        ("{{ data.findings }}", "门&lt;b&gt;坏，3天"),
        ("<table>{{ data.missing.rows }}</table>", "<table><tr><td>无</td></tr></table>"),
        ("{{ __class__ }}", "{{ __class__ }}"),
        ("{ number }", "{ number }"),
    ],
)
def test_it_fills_in_names(body: str, filled: str) -> None:
    data = {
        "subject": "路灯<script>不亮",
        "place": {"text": "金湖街道", "area": ""},
        "helpers": ["住建局", "公安局"],
        "findings": Rows(heads=("问题", "期限"), rows=(("门<b>坏", "3天"),)),
    }
    values = {"number": "MQ2024000001", "data": {**data, "anonymous": False}}
    assert paper(body).fill(values) == filled


@given(st.text(max_size=60))
def test_it_never_lets_a_value_become_markup(value: str) -> None:
    filled = paper("<p>{{ data.x }}</p>").fill({"data": {"x": value}})
    assert filled.startswith("<p>")
    assert "<" not in filled[3:-4]


def test_it_does_not_fill_in_twice() -> None:
    assert paper("{{ data.a }}").fill({"data": {"a": "{{ number }}"}, "number": "1"}) == "{{ number }}"


def test_it_fills_messages_without_escaping() -> None:
    assert fill_text("“{{ data.a }}”已交 {{ data.b | 中心 }}", {"data": {"a": "A&B"}}) == "“A&B”已交 中心"


def test_it_knows_its_names_and_their_lines() -> None:
    assert paper("x\n{{ number }}\n{{ data.a }}").names == (("number", 5), ("data.a", 6))
    assert placeholders("{{ a }} {{b|c}}") == ("a", "b")


@pytest.mark.parametrize(
    "body",
    [
        "<script>",
        "< IFRAME src=x>",
        '<a href="javascript:1">',
        "<b onclick=1>",
        "<form>",
        "<meta http-equiv=x>",
    ],
)
def test_it_finds_what_could_run(body: str) -> None:
    assert paper("ok\n" + body).active_parts[0][1] == 5


@pytest.mark.parametrize("body", ["<table>", "<p>on = 1</p>", "<article class='paper'>", "<formula>"])
def test_it_leaves_plain_markup_alone(body: str) -> None:
    assert paper(body).active_parts == ()


@pytest.mark.parametrize(
    ("text", "head", "body", "line"),
    [
        ("---\ntitle: x\n---\n<p>\n", "\ntitle: x\n", "<p>\n", 4),
        ("<p>\n", "", "<p>\n", 1),
        ("---\ntitle: x\n", "", "---\ntitle: x\n", 1),
        ("", "", "", 1),
    ],
)
def test_it_splits_head_and_body(text: str, head: str, body: str, line: int) -> None:
    assert split_head(text) == (head, body, line)
