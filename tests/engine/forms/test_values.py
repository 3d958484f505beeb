"""What each kind takes, makes of it, and refuses."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.forms import KINDS, Field, Form

HASH = "0" * 64
PHOTO = {"name": "路灯.jpg", "sha256": HASH, "size": 1024, "type": "image/jpeg"}


def check(kind, value, **keys):
    return Form((Field(id="it", title="它", kind=kind, **keys),)).validate({"it": value})


def taken(kind, value, **keys):
    checked = check(kind, value, **keys)
    assert checked.ok, checked.problems
    return checked.values.get("it")


def refused(kind, value, **keys):
    checked = check(kind, value, **keys)
    assert "it" not in checked.values or checked.problems
    return [problem.code for problem in checked.problems]


@pytest.mark.parametrize(
    "kind, keys, entered, value",
    [
        ("text", {}, "  路灯　不亮 \n", "路灯 不亮"),
        ("text", {}, "e\u0301", "é"),
        ("text", {}, "\ufeff路\u200b灯", "路灯"),
        ("text", {}, 12345, "12345"),
        ("text", {}, "👨‍👩‍👧", "👨‍👩‍👧"),  # joined by zero-width joiners, which stay
        ("paragraph", {}, "一\r\n二  \n\n\n\n三\t四", "一\n二\n\n三 四"),
        ("number", {}, "１，２３４", 1234),
        ("number", {}, "3.50", 3.5),
        ("number", {}, "-0", 0),
        ("number", {"min": 0, "max": 10}, 10, 10),
        ("number", {}, 2.0, 2),
        ("number", {}, 1e-7, 1e-7),
        ("money", {}, "１２．５", "12.50"),
        ("money", {}, "¥1,234.5元", "1234.50"),
        ("money", {}, "1.2万元", "12000.00"),
        ("money", {}, "3亿", "300000000.00"),
        ("money", {}, 0.1, "0.10"),
        ("money", {}, Decimal("7"), "7.00"),
        ("money", {"min": -5}, "-5", "-5.00"),
        ("money", {"min": -5}, "-0.00", "0.00"),
        ("date", {}, "2024年10月2日", "2024-10-02"),
        ("date", {}, "2024/1/2", "2024-01-02"),
        ("date", {}, "2024.01.02", "2024-01-02"),
        ("date", {}, "20240102", "2024-01-02"),
        ("date", {}, "２０２４－０２－２９", "2024-02-29"),
        ("date", {}, date(2024, 1, 2), "2024-01-02"),
        ("date", {}, datetime(2024, 1, 2, 3, tzinfo=UTC), "2024-01-02"),
        ("date", {"min": "2024-01-02", "max": "2024-01-02"}, "2024-01-02", "2024-01-02"),
        ("choice", {"options": ("投诉", "求助")}, " 求助 ", "求助"),
        ("choice", {"options": ("是", "否")}, True, "是"),
        ("choices", {"options": ("甲", "乙", "丙")}, ["丙", "甲", "甲"], ["甲", "丙"]),
        ("choices", {"options": ("甲", "乙")}, "乙", ["乙"]),
        ("yesno", {}, "是", True),
        ("yesno", {}, False, False),
        ("yesno", {}, "0", False),
        ("place", {}, "金湖街道", {"text": "金湖街道", "area": "", "lon": None, "lat": None}),
        (
            "place",
            {},
            {"text": "", "lon": "114.9512345678", "lat": 30},
            {"text": "", "area": "", "lon": 114.951235, "lat": 30.0},
        ),
        ("area", {}, "420281001", "420281001"),
        ("area", {}, 420281001, "420281001"),
        ("office", {}, "城管局", "城管局"),
        ("offices", {}, ["城管局", "住建局", "城管局"], ["城管局", "住建局"]),
        ("offices", {}, "城管局", ["城管局"]),
        ("files", {}, [PHOTO, PHOTO], [PHOTO]),
        ("files", {"options": ("image/*",)}, [PHOTO], [PHOTO]),
    ],
)
def test_it_takes_and_normalises(kind, keys, entered, value):
    assert taken(kind, entered, **keys) == value
    assert taken(kind, value, **keys) == value, "the normal form is its own normal form"


@pytest.mark.parametrize(
    "kind, keys, entered, code",
    [
        ("text", {"max": 3}, "一二三四", "F010"),
        ("text", {"min": 3}, "一二", "F011"),
        ("text", {}, "一\x00二", "F006"),
        ("text", {}, "一\x1b[31m", "F006"),
        ("text", {}, "invoice\u202egnp.exe", "F007"),
        ("text", {}, "a\u2066b", "F007"),
        ("text", {}, "\ud800", "F008"),
        ("text", {}, "a" + "\u0301" * 7, "F009"),
        ("paragraph", {}, "长" * 100_001, "F010"),
        ("text", {}, {"a": 1}, "F005"),
        ("text", {}, True, "F005"),
        ("number", {}, "12a", "F012"),
        ("number", {}, "1e5", "F012"),
        ("number", {}, "12,34", "F012"),
        ("number", {}, "9" * 16, "F012"),
        ("number", {}, float("nan"), "F005"),
        ("number", {"max": 10}, "10.01", "F013"),
        ("number", {"min": 0}, "-1", "F014"),
        ("money", {}, "1.234", "F015"),
        ("money", {}, "0.0000001万", "F015"),
        ("money", {}, "十元", "F016"),
        ("money", {}, "-1", "F014"),
        ("money", {"max": 100}, "100.01", "F013"),
        ("date", {}, "昨天", "F017"),
        ("date", {}, "2023-02-29", "F018"),
        ("date", {}, "0001-01-01", "F018"),
        ("date", {"max": "2024-01-01"}, "2024-01-02", "F019"),
        ("date", {"min": "2024-01-02"}, "2024-01-01", "F020"),
        ("choice", {"options": ("投诉",)}, "求助", "F021"),
        ("choice", {"options": ("投诉",)}, ["投诉"], "F005"),
        ("choices", {"options": ("甲", "乙"), "max": 1}, ["甲", "乙"], "F022"),
        ("choices", {"options": ("甲", "乙"), "min": 2}, ["甲"], "F023"),
        ("choices", {"options": ("甲",)}, {"甲": 1}, "F005"),
        ("yesno", {}, "也许", "F024"),
        ("area", {}, "420281'; DROP", "F060"),
        ("office", {}, "../etc", "F060"),
        ("place", {}, {"text": "某处", "lon": 114}, "F061"),
        ("place", {}, {"text": "某处", "lon": 181, "lat": 0}, "F061"),
        ("place", {}, {"text": "某处", "lon": "nan", "lat": 0}, "F061"),
        ("place", {}, {"text": "某处", "floor": 3}, "F005"),
        ("place", {}, "远" * 201, "F010"),
        ("files", {"max": 1}, [PHOTO, {**PHOTO, "sha256": "1" * 64}], "F070"),
        ("files", {"min": 2}, [PHOTO], "F071"),
        ("files", {}, [{**PHOTO, "sha256": "xyz"}], "F072"),
        ("files", {}, [{**PHOTO, "size": 0}], "F072"),
        ("files", {}, [{**PHOTO, "path": "/etc/passwd"}], "F072"),
        ("files", {}, ["路灯.jpg"], "F072"),
        ("files", {}, [{**PHOTO, "name": "../../etc/passwd"}], "F073"),
        ("files", {}, [{**PHOTO, "name": "a\u202egnp.exe"}], "F073"),
        ("files", {"options": ("image/*",)}, [{**PHOTO, "type": "application/pdf"}], "F074"),
        ("phone", {}, "1380013800", "F030"),
        ("identity_number", {}, "110105194912310021", "F043"),
        ("credit_code", {}, "91350100M000100Y44", "F052"),
        ("table", {"columns": (Field(id="a"),)}, "行", "F005"),
        ("table", {"columns": (Field(id="a"),)}, ["行"], "F005"),
        ("table", {"columns": (Field(id="a"),), "max": 1}, [{"a": "1"}, {"a": "2"}], "F080"),
        ("table", {"columns": (Field(id="a"),), "min": 2}, [{"a": "1"}], "F081"),
    ],
)
def test_it_refuses(kind, keys, entered, code):
    assert refused(kind, entered, **keys) == [code]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(KINDS)), anything)
def test_it_never_fails_on_anything_and_is_idempotent(kind, value):
    keys = {
        "choice": {"options": ("甲", "乙")},
        "choices": {"options": ("甲", "乙")},
        "table": {"columns": (Field(id="a", kind="money"),)},
        "record": {"register": "items"},
        "records": {"register": "items"},
    }.get(kind, {})
    checked = check(kind, value, **keys)
    for problem in checked.problems:
        assert problem.sentence.endswith("。") or problem.code == "F004"
    if checked.ok and "it" in checked.values:
        assert taken(kind, checked.values["it"], **keys) == checked.values["it"]


def test_it_says_in_plain_words_how_many_digits_were_entered():
    [problem] = check("phone", "1380013800").problems
    assert problem.dump() == {"field": "it", "code": "F030", "sentence": "手机号应为11位数字,您填了10位。"}
