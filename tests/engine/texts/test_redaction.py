"""Personal numbers are covered; numbers that only look like them are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.texts import personal_spans, redact


@pytest.mark.parametrize(
    "text, covered",
    [
        ("我的电话13800138000。", "我的电话138****8000。"),
        ("电话:138 0013 8000", "电话:138******8000"),
        ("+8613800138000", "+86*******8000"),
        ("１３８００１３８０００", "１３８****８０００"),
        ("座机0714-8723456转3", "座机071*****3456转3"),
        ("(0714)8723456", "(07******3456"),
        ("02787654321", "027****4321"),
        ("身份证11010519491231002X,", "身份证1101**********002X,"),
        ("身份证 11010519491231002x", "身份证 1101**********002x"),
        ("旧证110105491231002号", "旧证1101*******1002号"),
        ("卡号6222021234567890128", "卡号6222***********0128"),
        ("车牌鄂A12345乱停", "车牌鄂A****5乱停"),
        ("车牌鄂B·D12345", "车牌鄂B******5"),
        ("湘A·9Z8X7的车", "湘A*****7的车"),
    ],
)
def test_it_covers(text, covered):
    assert redact(text) == covered
    assert len(redact(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "编号MQ2024000123456789",
        "工单号202410120001234567",  # 18 digits, but no province 20
        "案号(2024)鄂0281民初12345号",
        "工程款12345678901.50元",
        "共计13800138000.00元",
        "合同HT13800138000",
        "订单110105194912310021",  # the check digit is wrong
        "订单6222021234567890123",  # Luhn fails
        "2024年10月12日18:00",
        "电话12345或110",
        "每平方米8723456元",
        "G107国道,地铁3号线",
        "鄂A区的路",
        "坐标114.951234,30.123456",
        "统一社会信用代码91350100M000100Y43",
        "一二三四五六七八九十",
    ],
)
def test_it_leaves_other_numbers_alone(text):
    assert redact(text) == text
    assert personal_spans(text) == ()


def test_it_says_what_it_found():
    found = personal_spans("张三13800138000,证11010519491231002X,车鄂A12345")
    assert [(span.start, span.end, span.kind) for span in found] == [
        (2, 13, "phone"),
        (15, 33, "identity_number"),
        (35, 42, "plate"),
    ]


@given(st.text(max_size=80))
def test_it_keeps_length_and_is_done_once(text):
    once = redact(text)
    assert len(once) == len(text)
    assert redact(once) == once


@given(
    st.text("一二三,。 ", max_size=10),
    st.integers(13_000_000_000, 19_999_999_999),
    st.text("四五六,。 ", max_size=10),
)
def test_it_always_finds_a_mobile_number_in_words(before, number, after):
    assert str(number) not in redact(f"{before}{number}{after}")
