"""Identity numbers (GB 11643), unified social credit codes (GB 32100) and telephone numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.forms.codes import (
    PROVINCES,
    credit_check_digit,
    credit_code,
    identity_check_digit,
    identity_number,
    phone,
)
from gongzhi.engine.forms.problems import Wrong

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def refusal(read, text, **known):
    with pytest.raises(Wrong) as caught:
        read(text, **known)
    return caught.value.code


@pytest.mark.parametrize(
    "text, value",
    [
        ("11010519491231002X", "11010519491231002X"),  # the example of GB 11643-1999
        ("440524188001010014", "440524188001010014"),  # the other example of the standard, born on 1880-01-01
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),  # full-width, small x
        (" 110105 19491231 002X ", "11010519491231002X"),
    ],
)
def test_it_takes_identity_numbers(text, value):
    assert identity_number(text) == value


@pytest.mark.parametrize(
    "text, code",
    [
        ("1101051949123100", "F040"),  # 16 characters
        ("11010519491231002XX", "F041"),
        ("1101051949123100A1", "F041"),
        ("110105194912310021", "F043"),  # the check digit is X
        ("110105194913310029", "F042"),  # month 13
        ("110105194902300021", "F042"),  # 30 February
        ("110105187912310021", "F042"),  # born before the earliest birth
        ("990105194912310021", "F044"),  # no province 99; foreigners: places 2-3, here 90
        ("100105194912310021", "F044"),
        ("110105491231002", "F045"),  # 15 digits: no longer valid since 2013
    ],
)
def test_it_refuses_identity_numbers(text, code):
    assert refusal(identity_number, text) == code


def test_it_refuses_a_birth_after_today_only_when_today_is_known():
    number = "11010520991231002"
    number += identity_check_digit(number)
    assert identity_number(number) == number
    assert identity_number(number, today=date(2099, 12, 31)) == number
    assert refusal(identity_number, number, today=date(2099, 12, 30)) == "F042"


@given(
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 16),
    st.integers(1, 9),
)
def test_it_notices_every_single_wrong_digit(province, area, born, serial, place, shift):
    first = f"{province}{area:04}{born:%Y%m%d}{serial:03}"
    number = first + identity_check_digit(first)
    assert identity_number(number) == number
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert refusal(identity_number, wrong) in {"F042", "F043", "F044"}


@pytest.mark.parametrize(
    "text", ["91350100M000100Y43", "９１３５０１００m000100y43", "9135 0100 M000 100Y 43"]
)
def test_it_takes_the_credit_code_of_the_standard(text):
    assert credit_code(text) == "91350100M000100Y43"  # the example of GB 32100-2015


@pytest.mark.parametrize(
    "text, code",
    [
        ("91350100M000100Y4", "F050"),
        ("91350100M000100Y433", "F050"),
        ("91350100M000100YI3", "F051"),  # I is not used
        ("91350100M000100YO3", "F051"),
        ("91350100M000100Y44", "F052"),
        ("Q1350100M000100Y43", "F053"),
    ],
)
def test_it_refuses_credit_codes(text, code):
    assert refusal(credit_code, text) == code


@given(
    st.sampled_from("159Y"),
    st.text(CREDIT_ALPHABET, min_size=16, max_size=16),
    st.integers(1, 16),
    st.sampled_from(CREDIT_ALPHABET),
)
def test_it_notices_every_single_wrong_character_of_a_credit_code(first, rest, place, other):
    code = first + rest + credit_check_digit(first + rest)
    assert credit_code(code) == code
    if code[place] != other:
        assert refusal(credit_code, code[:place] + other + code[place + 1 :]) == "F052"


@pytest.mark.parametrize(
    "text, value",
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("+86-138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("19912345678", "19912345678"),
        ("0714-8723456", "0714-8723456"),
        ("07148723456", "0714-8723456"),
        ("(0714)8723456", "0714-8723456"),
        ("（0714）872 3456", "0714-8723456"),
        ("0714-8723456-801", "0714-8723456-801"),
        ("0714-8723456转801", "0714-8723456-801"),
        ("010-65123456", "010-65123456"),
        ("02787654321", "027-87654321"),
        ("400-800-1234", "4008001234"),
        ("12345", "12345"),
        ("110", "110"),
        ("95598", "95598"),
    ],
)
def test_it_normalises_telephone_numbers(text, value):
    assert phone(text) == value
    assert phone(value) == value


@pytest.mark.parametrize(
    "text, code",
    [
        ("1380013800", "F030"),  # 10 digits
        ("138001380000", "F030"),  # 12 digits
        ("12800138000", "F031"),
        ("8723456", "F032"),
        ("87654321", "F032"),
        ("打我电话", "F033"),
        ("138001380OO", "F033"),
        ("", "F033"),
        ("0714-872345", "F034"),
        ("0714-187234567", "F034"),
        ("23", "F030"),
    ],
)
def test_it_refuses_telephone_numbers(text, code):
    assert refusal(phone, text) == code


@given(st.text(max_size=40))
def test_it_answers_any_text_with_a_number_or_a_refusal(text):
    for read in (phone, identity_number, credit_code):
        try:
            value = read(text)
        except Wrong:
            continue
        assert read(value) == value
