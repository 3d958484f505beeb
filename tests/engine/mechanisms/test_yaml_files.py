"""YAML as mechanisms may use it: plain values, and the line of every key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.mechanisms.yamlfile import dotted, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", 1),
        ("a: -1", -1),
        ("a: 0", 0),
        ("a: 2.5", 2.5),
        ("a: " + "9" * 5000, "9" * 5000),  # no number that Python would refuse to read
        ("a: 052", "052"),  # an inventory id is no octal number
        ("a: 0x1F", "0x1F"),
        ("a: 1_000", "1_000"),
        ("a: 1e3", "1e3"),
        ("a: true", True),
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: null", None),
        ("a:", None),
        ("a: ~", None),
        ("a: 2024-09-30", "2024-09-30"),
        ("a: 2024-09-30 16:00", "2024-09-30 16:00"),
        ("a: 20 %", "20 %"),
        ('a: "1"', "1"),
        ("a: 'true'", "true"),
        ("a: [1, b]", [1, "b"]),
        ("a: {b: c}", {"b": "c"}),
        ("a: |\n  两行\n  文字\n", "两行\n文字\n"),
    ],
)
def test_it_reads_plain_values(text: str, value: object) -> None:
    made = read_yaml(text, "x.yaml")
    assert made.problems == ()
    assert made.value == {"a": value}
    assert type(made.value["a"]) is type(value)


def test_it_remembers_where_each_key_stands() -> None:
    made = read_yaml("a: 1\nb:\n  - c: 2\n    d: [x, y]\n", "x.yaml")
    assert [
        (where.line, where.column)
        for where in map(made.where, [("a",), ("b",), ("b", 0, "d"), ("b", 0, "d", 1)])
    ] == [
        (1, 1),
        (2, 1),
        (4, 5),
        (4, 12),
    ]


def test_it_takes_the_nearest_parent_for_what_is_not_there() -> None:
    made = read_yaml("a:\n  b: 1\n", "x.yaml")
    where = made.where(("a", "missing"))
    assert (where.line, where.key) == (1, "a.missing")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a: 1\na: 2\n", "“a”写了两次", 2),
        ("a: &x 1\nb: *x\n", "锚点", 1),
        ("a: [1, 2\n", "YAML 写法有误", 2),
        ("a: b: c\n", "YAML 写法有误", 1),
        ("\ta: 1\n", "YAML 写法有误", 1),
        ("a: !python/object:os.system x\n", "不认识标签", 1),
        ("? [a, b]\n: 1\n", "键必须是一个词", 1),
        ("a: 1\n---\nb: 2\n", "YAML 写法有误", 2),
    ],
)
def test_it_collects_problems_instead_of_raising(text: str, words: str, line: int) -> None:
    made = read_yaml(text, "x.yaml")
    assert words in made.problems[0].message
    assert made.problems[0].where.line == line


def test_it_stops_a_file_that_would_blow_up() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert read_yaml(bomb, "x.yaml").problems
    assert read_yaml("[" * 3000 + "]" * 3000, "x.yaml").problems
    assert read_yaml("a: " + "x" * 2_000_001, "x.yaml").problems[0].code == "M003"


def test_it_refuses_what_is_not_utf_8() -> None:
    assert read_yaml("标题: 民情通".encode("gb18030"), "x.yaml").problems[0].code == "M002"


@given(st.text(max_size=200))
def test_it_never_raises(text: str) -> None:
    made = read_yaml(text, "x.yaml")
    assert (
        made.problems or made.value is None or isinstance(made.value, dict | list | str | int | float | bool)
    )


@given(st.binary(max_size=100))
def test_it_never_raises_for_bytes(content: bytes) -> None:
    read_yaml(content, "x.yaml")


@pytest.mark.parametrize(
    ("path", "text"), [(("a",), "a"), (("a", 0, "b"), "a[0].b"), ((3, "x"), "[3].x"), ((), "")]
)
def test_it_writes_key_paths(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
