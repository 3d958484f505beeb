"""What is refused when an expression is compiled, what protects the engine, and how values come in and out."""

from __future__ import annotations

import datetime
import time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.errors import Where
from gongzhi.engine.expressions import FeelError, TooComplex, compile_expression, compile_unary_tests, show

MISTAKES = [
    # text, line, column, words of the sentence
    ("1 +", 1, 4, "没有写完"),
    ("1 + + 2", 1, 5, "“+”"),
    ("(1 + 2", 1, 7, "“)”"),
    ("if a then b", 1, 12, "“else”"),
    ("a >\n  > 3", 2, 3, "“>”"),
    ('"abc', 1, 1, "引号"),
    ("天数 ＞ 3", 1, 4, "全角"),
    ("甲，乙", 1, 2, "半角“,”"),
    ("a # b", 1, 3, "“#”"),
    ("", 1, 1, "空"),
    ("{a: 1, a: 2}", 1, 8, "两次"),
    ("[1..2", 1, 6, "没有写完"),
    ("for x in [1] x", 1, 14, "“return”"),
    ("1 2", 1, 3, "“2”"),
]


@pytest.mark.parametrize(("text", "line", "column", "words"), MISTAKES)
def test_it_names_line_and_column_of_a_mistake(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    assert (caught.value.data["line"], caught.value.data["column"]) == (line, column)
    assert words in str(caught.value)


def test_it_keeps_the_place_that_the_caller_gives() -> None:
    place = Where(file="tables/limits.csv", line=3, column=2)
    with pytest.raises(FeelError) as caught:
        compile_unary_tests("> ", where=place)
    assert caught.value.where == place


HOSTILE = [
    "(" * 500 + "1" + ")" * 500,
    "[" * 100 + "]" * 100,
    "1" + " + 1" * 2000,
    "x" * 30_000,
    "-" * 5000 + "1",
    "{a:" * 90 + "1" + "}" * 90,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_refuses_hostile_texts(text: str) -> None:
    with pytest.raises(TooComplex):
        compile_expression(text)


ENDLESS = [
    "{f: function(n) f(n), r: f(1)}.r",
    "count(for i in 1..99999, j in 1..99999 return 1)",
    "for i in 1..99999999999 return i",
    '{l: for i in 1..20 return "x", f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("xxxxxxxx", 40)}.r',
    '{a: "' + "a" * 60 + '!", r: replace(a, "(a|aa)+$", "")}.r = null',
    "9 ** 9 ** 9 ** 9",
    "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(90)}.r",
    "{l: for i in 1..90000 return i, r: l[count(l[item > 5]) > 3]}.r",
    "for a in 1..900, b in 1..900 return count(for c in 1..900 return c)",
]


@pytest.mark.parametrize("text", ENDLESS, ids=range(len(ENDLESS)))
def test_it_answers_in_time_whatever_is_asked(text: str) -> None:
    started = time.process_time()  # the work, not the wait for a busy machine
    compile_expression(text).evaluate({})
    assert time.process_time() - started < 5


def test_it_knows_the_names_that_it_reads() -> None:
    expression = compile_expression(
        'if 承办 单位 = "a" then b.c else sum(for i in d return i + e) + {f: 1, g: f}.g'
    )
    assert expression.names == {"承办 单位", "b", "d", "e"}


def test_it_reads_names_with_operators_when_they_are_known() -> None:
    context = {"a-b": 5, "a": 9, "b": 2, "days in month": 30}
    assert compile_expression("a-b", names=context).evaluate(context) == 5
    assert compile_expression("a - b", names=context).evaluate(context) == 7
    assert compile_expression("days in month + 1", names=context).evaluate(context) == 31


def test_it_takes_now_only_from_the_context() -> None:
    now = datetime.datetime(2024, 10, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert compile_expression('now() + @"PT1H"').evaluate({"now": now}) == now + datetime.timedelta(hours=1)
    assert compile_expression("now()").evaluate({}) is None


def test_a_variable_may_bear_the_name_of_a_function() -> None:
    assert compile_expression("count + 1").evaluate({"count": 2}) == 3
    assert compile_expression("count([1]) + count").evaluate({"count": 2}) == 3


VALUES: list[tuple[Any, Any]] = [
    (1, Decimal(1)),
    (1.5, Decimal("1.5")),
    (float("nan"), None),
    (True, True),
    ("甲", "甲"),
    (None, None),
    ((1, 2), [Decimal(1), Decimal(2)]),
    ({"a": [1]}, {"a": [Decimal(1)]}),
    (datetime.date(2024, 10, 1), datetime.date(2024, 10, 1)),
    (datetime.time(8, 30), datetime.time(8, 30)),
    (datetime.timedelta(days=-1, hours=5), datetime.timedelta(days=-1, hours=5)),
    (
        datetime.datetime(2024, 10, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai")),
        datetime.datetime(2024, 10, 1, tzinfo=datetime.UTC),
    ),
    (object(), None),
]


@pytest.mark.parametrize(("value", "expected"), VALUES, ids=range(len(VALUES)))
def test_it_takes_and_gives_values_of_python(value: Any, expected: Any) -> None:
    assert compile_expression("x").evaluate({"x": value}) == expected


@given(st.integers(-(10**33), 10**33), st.integers(-(10**15), 10**15))
def test_it_calculates_as_integers_do(one: int, other: int) -> None:
    both = {"a": one, "b": other}
    assert compile_expression("a + b = b + a").evaluate(both) is True
    assert compile_expression("a < b").evaluate(both) is (one < other)


@given(st.dates(), st.integers(-100_000, 100_000))
def test_it_counts_days_as_the_calendar_does(day: datetime.date, days: int) -> None:
    try:
        expected: Any = day + datetime.timedelta(days=days)
    except OverflowError:
        return
    assert compile_expression("d + s").evaluate({"d": day, "s": datetime.timedelta(days=days)}) == expected
    assert compile_expression("week of year(d)").evaluate({"d": day}) == day.isocalendar().week
    assert compile_expression("d.weekday").evaluate({"d": day}) == day.isoweekday()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text('甲乙ab" \\', max_size=5),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_a_shown_value_is_the_expression_of_itself(value: Any) -> None:
    written = show(value, quoted=True)
    assert show(compile_expression(written).evaluate({}), quoted=True) == written


@given(st.text('()[]{}.,:+-*/<>=!@"甲a1 \n?and in if for not', max_size=40))
def test_it_never_fails_but_with_its_own_error(text: str) -> None:
    try:
        compiled = compile_expression(text)
    except FeelError:
        return
    compiled.evaluate({"a": 1, "甲": [1, {"a": 2}]})


@given(st.sampled_from([True, False, None, 1]), st.sampled_from([True, False, None, 1]))
def test_its_logic_is_kleenes(one: Any, other: Any) -> None:
    def boolean(value: Any) -> bool | None:
        return value if isinstance(value, bool) else None

    left, right = boolean(one), boolean(other)
    both = False if False in (left, right) else None if None in (left, right) else True
    either = True if True in (left, right) else None if None in (left, right) else False
    assert compile_expression("a and b").evaluate({"a": one, "b": other}) is both
    assert compile_expression("a or b").evaluate({"a": one, "b": other}) is either
