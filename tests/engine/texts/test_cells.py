"""Cells that a form asks for: the same however they are written, and refused where the city holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.expressions import compile_expression
from gongzhi.engine.texts.cells import VAGUE, already_held, kind_of, plain_title

KNOWN = [
    {"register": "floating_people", "register_title": "流动人口登记簿", "field": "identity_number",
     "title": "身份证号", "kind": "identity_number", "privacy": "identity"},
    {"register": "helpers", "register_title": "帮帮团", "field": "name", "title": "姓名", "kind": "text", "privacy": "internal"},
    {"register": "residents", "register_title": "居民登记簿", "field": "identity_number",
     "title": "身份证号", "kind": "identity_number", "privacy": "identity"},
    {"register": "residents", "register_title": "居民登记簿", "field": "name", "title": "姓名", "kind": "text", "privacy": "identity"},
    {"register": "households", "register_title": "住户登记簿", "field": "address", "title": "住址", "also": "家庭住址、现住址",
     "kind": "place", "privacy": "contact"},
    {"register": "firms", "register_title": "企业登记簿", "field": "note", "title": "备注", "kind": "text", "privacy": "internal"},
]  # fmt: skip
FILLERS = st.text(alphabet="  ：:*·、-—_/()（）", max_size=4)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("身份证号", "身份证号"),
        ("*本人 身份证号码（18位，必填）", "身份证号"),
        ("申请人的身份证号码", "身份证号"),
        ("请填写：住址", "住址"),
        ("ＩＤ　ＮＯ．", "idno"),
        ("家庭成员姓名【选填】", "姓名"),
        ("本人", "本人"),
        ("", ""),
        ("（备注）", ""),
    ],
)
def test_it_leaves_of_a_title_what_counts(written, plain):
    assert plain_title(written) == plain


@given(st.text(max_size=40))
def test_it_is_done_with_a_title_at_once(title):
    assert plain_title(plain_title(title)) == plain_title(title)


@given(
    st.sampled_from(["身份证号", "住址", "户主", "联系电话"]),
    FILLERS.filter(lambda each: "(" not in each and "（" not in each),
)
def test_it_is_not_led_astray_by_signs(title, filler):
    assert plain_title(filler.join(title)) == plain_title(title)


@given(
    st.lists(st.fixed_dictionaries({"title": st.text(max_size=20), "kind": st.text(max_size=6)}), max_size=5)
)
def test_it_names_each_cell_at_most_once_and_in_order(cells):
    titles = [each["title"].strip() for each in cells]
    found = [each["cell"] for each in already_held(cells, KNOWN)]
    at = iter(titles)
    assert all(each in at for each in found)


@pytest.mark.parametrize(
    ("title", "kind", "found"),
    [
        ("公民证件号", "", "identity_number"),
        ("联系方式", "文字", "phone"),
        ("代码", "统一社会信用代码", "credit_code"),
        ("今年种了几亩", "数字", "数字"),
    ],
)
def test_it_knows_numbers_by_what_they_are(title, kind, found):
    assert kind_of(title, kind) == found


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ({"title": "身份证号", "kind": "文字"}, "身份证号：居民登记簿里已有，直接用，不再要基层填"),
        (
            {"title": "户主身份证件号码", "kind": "文字"},
            "户主身份证件号码：居民登记簿里已有，直接用，不再要基层填",
        ),
        ({"title": "编号", "kind": "身份证号"}, "编号：居民登记簿里已有，直接用，不再要基层填"),
        (
            {"title": "现住址（门牌）", "kind": "文字"},
            "现住址（门牌）：住户登记簿里已有，直接用，不再要基层填",
        ),
        ({"title": "居住地", "kind": "文字"}, "居住地：住户登记簿里已有，直接用，不再要基层填"),
        ({"title": "姓名", "kind": "文字"}, "姓名：居民登记簿里已有，直接用，不再要基层填"),
    ],
)
def test_it_says_where_a_cell_is(cell, says):
    found = already_held([cell], KNOWN, [{"word": "居住地", "means": "住址"}])
    assert [each["says"] for each in found] == [says]


@pytest.mark.parametrize("title", ["备注", "今年种了几亩油菜", "", "姓", "是否愿意参加"])
def test_it_lets_pass_what_nobody_holds(title):
    assert already_held([{"title": title, "kind": "文字"}], KNOWN) == []


def test_it_refuses_no_vague_word():
    known = [
        {"register": "x", "register_title": "某登记簿", "field": "f", "title": each, "kind": "text"}
        for each in VAGUE
    ]
    assert already_held([{"title": each, "kind": "文字"} for each in VAGUE], known) == []


def test_it_works_in_feel():
    asked = compile_expression('string join(for c in asked already(cells, known_cells) return c.says, "；")')
    cells = [{"title": "身份证号", "kind": "文字"}, {"title": "油菜亩数", "kind": "数字"}, "no cell"]
    names = {"cells": cells, "known_cells": KNOWN}
    assert asked.evaluate(names) == "身份证号：居民登记簿里已有，直接用，不再要基层填"
    assert asked.evaluate({"cells": [], "known_cells": KNOWN}) == ""
    assert compile_expression('plain title("本人住址")').evaluate({}) == "住址"
