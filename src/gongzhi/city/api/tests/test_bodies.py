"""What strangers send as JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.city.api.bodies import DEEPEST, read_json
from gongzhi.engine.errors import GongzhiError

TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_reads_what_json_writes(value):
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "D201"),
        (b"{", "D201"),
        (b'{"a": 1} x', "D201"),
        (b'{"a": NaN}', "D201"),
        (b"[Infinity]", "D201"),
        (b"[-Infinity]", "D201"),
        (b"[1e999]", "D201"),
        (b'{"a": 1, "a": 2}', "D201"),
        (b'{"a": {"b": 1, "b": 1}}', "D201"),
        (b'{"\\u0061": 1, "a": 2}', "D201"),  # the same name, written differently
        (b'"\xff"', "D201"),
        (b'\xef\xbb\xbf{"a": 1}', "D201"),  # a byte order mark is no JSON (RFC 8259, 8.1)
        ('"é"'.encode("utf-16"), "D201"),
        (b'"\\ud800"', "D201"),
        (b'{"\\udc00": 1}', "D201"),
        (b"[9223372036854775808]", "D201"),  # 2**63
        (b"1" * 10_000, "D201"),
        (b'"a\\u0000b"', "D203"),
        (b'{"a\\u0000": 1}', "D203"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "D202"),
        (b"[" * 100_000 + b"]" * 100_000, "D202"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "D202"),
    ],
)
def test_it_refuses_what_two_readers_could_read_differently(body, code):
    with pytest.raises(GongzhiError) as refused:
        read_json(body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"[9223372036854775807]", [2**63 - 1]),
        (b"[-9223372036854775807]", [1 - 2**63]),
        (b'"\\\\u0000"', "\\u0000"),  # six characters, not one
        (b'"\\ud83d\\ude00"', "😀"),
        (b"[" * DEEPEST + b"]" * DEEPEST, None),
    ],
)
def test_it_takes_what_lies_just_inside(body, value):
    found = read_json(body)
    assert value is None or found == value
