"""Search text: what is written is found, in both databases' query languages."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.texts import bigrams, fts5_query, query_bigrams, tsquery


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("路灯不亮", "路灯 灯不 不亮 亮"),
        ("A3区路灯", "a3 区路 路灯 灯"),
        ("Ａ３区", "a3 区"),
        ("噪音、灰尘!", "噪音 音 灰尘 尘"),
        ("58车贷", "58 车贷 贷"),
        ("", ""),
        ("!?。", ""),
        ("Wi-Fi 5G", "wi fi 5g"),
    ],
)
def test_it_cuts_text_into_pairs(text, tokens):
    assert bigrams(text) == tokens


@pytest.mark.parametrize(
    "query, phrases, fts5, ts",
    [
        ("路灯", ("路灯",), '"路灯"', "'路灯'"),
        ("路灯不亮", ("路灯 灯不 不亮",), '"路灯 灯不 不亮"', "('路灯' <-> '灯不' <-> '不亮')"),
        ("区", ("区",), '"区"*', "'区':*"),
        ("A3 路灯", ("a3", "路灯"), '"a3"* AND "路灯"', "'a3':* & '路灯'"),
        ('" OR 1=1 --', ("or", "1"), '"or"* AND "1"*', "'or':* & '1':*"),
        ("'); DROP TABLE", ("drop", "table"), '"drop"* AND "table"*', "'drop':* & 'table':*"),
        ("!!", (), "", ""),
    ],
)
def test_it_turns_a_query_into_phrases_without_operators(query, phrases, fts5, ts):
    assert query_bigrams(query) == phrases
    assert fts5_query(query) == fts5
    assert tsquery(query) == ts


@pytest.fixture(scope="module")
def index():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='unicode61')")
    yield connection
    connection.close()


def found(index, text, query):
    index.execute("DELETE FROM found")
    index.execute("INSERT INTO found(words) VALUES (?)", [bigrams(text)])
    match = fts5_query(query)
    return bool(match and index.execute("SELECT 1 FROM found WHERE words MATCH ?", [match]).fetchone())


@pytest.mark.parametrize(
    "text, query, hit",
    [
        ("金湖街道路灯不亮", "路灯", True),
        ("金湖街道路灯不亮", "亮", True),
        ("金湖街道路灯不亮", "金", True),
        ("金湖街道路灯不亮", "灯亮", False),
        ("金湖街道路灯不亮", "路灯 街道", True),
        ("金湖街道路灯不亮", "路灯 学校", False),
        ("举报A3区ＡＰＰ", "app", True),
        ("联系12345热线", "123", True),
        ("联系12345热线", "345", False),
    ],
)
def test_it_is_found_in_sqlite(index, text, query, hit):
    assert found(index, text, query) is hit


han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30)


@given(han, st.data())
def test_it_finds_every_part_of_a_chinese_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start + 1, len(text)))
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='unicode61')")
        assert found(connection, text, text[start:stop])
    finally:
        connection.close()


@given(st.text(max_size=60))
def test_it_never_makes_a_query_that_sqlite_refuses(query):
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='unicode61')")
        found(connection, "路灯 a3", query)
    finally:
        connection.close()
