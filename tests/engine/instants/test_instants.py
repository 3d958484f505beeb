"""Spans and instants: what is read, what is refused, and that reading what is shown gives the same again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.instants import (
    LONGEST,
    SHANGHAI,
    InstantError,
    Span,
    SpanError,
    Unit,
    parse_instant,
    parse_span,
    show_deadline,
    show_instant,
)

SPANS = [
    # text, amount, unit
    ("5 working days", "5", Unit.WORKING_DAY),
    ("1 working day", "1", Unit.WORKING_DAY),
    ("2 Working  Hours", "2", Unit.WORKING_HOUR),
    ("24 hours", "24", Unit.HOUR),
    ("15 minutes", "15", Unit.MINUTE),
    ("7 days", "7", Unit.DAY),
    ("2.5 working days", "2.5", Unit.WORKING_DAY),
    ("5个工作日", "5", Unit.WORKING_DAY),
    ("五个工作日内", "5", Unit.WORKING_DAY),
    ("2个工作小时", "2", Unit.WORKING_HOUR),
    ("7日", "7", Unit.DAY),
    ("十五日", "15", Unit.DAY),
    ("二十个自然日", "20", Unit.DAY),
    ("九十九天", "99", Unit.DAY),
    ("两小时", "2", Unit.HOUR),
    ("24小时", "24", Unit.HOUR),
    ("15分钟", "15", Unit.MINUTE),
    (" 5 个工作日 ", "5", Unit.WORKING_DAY),
    ("0 days", "0", Unit.DAY),
]


@pytest.mark.parametrize(("text", "amount", "unit"), SPANS)
def test_it_reads_spans(text, amount, unit):
    assert parse_span(text) == Span(Decimal(amount), unit)


@pytest.mark.parametrize(
    "text",
    ["", "5", "days", "-1 days", "3 months", "1个月", "5 working minutes", "1e3 days", "五五日", "十十日", "一百日",
     "nan days", "600001 days", "5 days 2 hours", "٣ days", "9" * 40 + " days"],
)  # fmt: skip
def test_it_refuses_what_is_not_a_span(text):
    with pytest.raises(SpanError) as refused:
        parse_span(text)
    assert refused.value.code == "K001"


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), Decimal(LONGEST + 1)])
def test_it_refuses_amounts_that_are_no_limit(amount):
    with pytest.raises(SpanError):
        Span(amount, Unit.DAY)


@given(st.decimals(0, LONGEST, places=3), st.sampled_from(Unit))
def test_it_reads_what_it_writes(amount, unit):
    span = Span(amount, unit)
    assert parse_span(str(span)) == parse_span(span.chinese()) == span


def test_it_reads_instants():
    four = datetime(2024, 9, 30, 16, 0, tzinfo=SHANGHAI)
    for text in ("2024-09-30 16:00", "2024-9-30 16:00", "2024-09-30T16:00:00+08:00", "2024-09-30T08:00Z",
                 "2024年9月30日 16:00", "2024年9月30日 星期一 16:00"):  # fmt: skip
        assert parse_instant(text) == four
    assert parse_instant("2024-09-30 24:00") == parse_instant("2024-10-01")
    assert parse_instant("2024-09-30 16:00", UTC).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "tomorrow", "2024-02-30 10:00", "2024-09-30 25:00", "1899-12-31", "3000-01-01",
                                  "2024-09-30 24:01", "9999-12-31 24:00"])  # fmt: skip
def test_it_refuses_what_is_not_an_instant(text):
    with pytest.raises(InstantError) as refused:
        parse_instant(text)
    assert refused.value.code == "K002"


def test_it_shows_instants_in_local_time():
    assert show_instant(datetime(2024, 10, 12, 10, 0, tzinfo=UTC)) == "2024年10月12日 星期六 18:00"
    with pytest.raises(InstantError):
        show_instant(datetime(2024, 10, 12, 10, 0))  # noqa: DTZ001


def test_it_shows_a_due_at_midnight_as_the_end_of_the_day_before():
    assert show_deadline(parse_instant("2024-10-08 00:00")) == "2024年10月7日 星期一 24:00"
    assert show_deadline(parse_instant("2024-10-08 00:01")) == "2024年10月8日 星期二 00:01"


@given(st.integers(0, 1_000_000))
def test_it_reads_instants_as_it_shows_them(minutes):
    at = datetime(2023, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    assert parse_instant(show_instant(at)) == parse_instant(show_deadline(at)) == at
