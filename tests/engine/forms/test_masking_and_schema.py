"""What others see of a value, and the schema that programs read."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.engine.forms import KINDS, Field, Form, json_schema, mask


@pytest.mark.parametrize(
    "value, privacy, kind, shown",
    [
        ("13800138000", "contact", "phone", "138****8000"),
        ("0714-8723456", "contact", "phone", "0714-****456"),
        ("12345", "contact", "phone", "12**5"),
        ("420281199001011234", "identity", "identity_number", "4202**********1234"),
        ("91350100M000100Y43", "identity", "credit_code", "9135**********0Y43"),
        ("张小明", "identity", "text", "张**"),
        ("张", "contact", "person", "张**"),
        (
            {"text": "金湖街道新冶大道8号3单元", "area": "", "lon": None, "lat": None},
            "contact",
            "place",
            "金湖街道***",
        ),
        ("13800138000", "public", "phone", "13800138000"),
        ("12", "internal", "number", "12"),
        (True, "public", "yesno", "是"),
        (["城管局", "住建局"], "internal", "offices", "城管局、住建局"),
        ([{"name": "路灯.jpg"}], "internal", "files", "路灯.jpg"),
        ({"text": "金湖街道", "area": "", "lon": None, "lat": None}, "internal", "place", "金湖街道"),
        ("高血压", "health", "text", "******"),
        ("举报人线索", "clue", "paragraph", "******"),
        ("1988-01-01", "identity", "date", "******"),
        ([{"name": "病历.pdf"}], "health", "files", "******"),
        (None, "clue", "text", ""),
        ("", "contact", "phone", ""),
    ],
)
def test_it_masks(value, privacy, kind, shown):
    assert mask(value, privacy, kind) == shown


@given(st.text(min_size=1, max_size=20), st.sampled_from(["health", "clue"]), st.sampled_from(sorted(KINDS)))
def test_it_gives_nothing_away_of_the_most_private(value, privacy, kind):
    assert mask(value, privacy, kind) == "******"


KEYS = {
    "choice": {"options": ("甲", "乙")},
    "choices": {"options": ("甲", "乙")},
    "table": {"columns": (Field(id="a", kind="money", required=True), Field(id="b", kind="yesno"))},
    "text": {"min": 2, "max": 5},
    "number": {"min": 0, "max": 9},
    "record": {"register": "items"},
    "records": {"register": "items"},
}
EVERY = Form(tuple(Field(id=kind, kind=kind, **KEYS.get(kind, {})) for kind in KINDS))
SAMPLES = {
    "text": "路灯",
    "paragraph": "一\n二",
    "number": "3.5",
    "money": "1.2万",
    "date": "2024年1月2日",
    "choice": "甲",
    "choices": ["乙"],
    "record": "511Z07-001",
    "case": "MQ2026000001",
    "records": ["511Z07-001", "511Z07-002"],
    "yesno": "是",
    "place": "金湖街道",
    "area": "420281",
    "office": "城管局",
    "offices": ["城管局"],
    "person": "p1",
    "phone": "0714-8723456转8",
    "identity_number": "11010519491231002x",
    "credit_code": "91350100m000100y43",
    "files": [{"name": "a.jpg", "sha256": "0" * 64, "size": 1, "type": "image/jpeg"}],
    "table": [{"a": "1"}, {"a": "2", "b": "否"}],
}


def test_its_schema_is_a_schema_and_takes_what_the_form_returns():
    schema = json_schema(EVERY)
    jsonschema.Draft202012Validator.check_schema(schema)
    values = EVERY.validate(SAMPLES).valid()
    assert set(values) == set(KINDS)
    jsonschema.validate(values, schema, cls=jsonschema.Draft202012Validator)


def test_its_schema_is_strict():
    schema = json_schema(
        Form((Field(id="a", required=True), Field(id="b", required=True, visible_when='a = "x"')))
    )
    assert schema["required"] == ["a"]
    assert schema["properties"]["b"]["x-visible-when"] == 'a = "x"'
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"a": "x"})
    assert not validator.is_valid({})
    assert not validator.is_valid({"a": "x", "c": 1})


def test_its_schema_follows_what_a_step_asks():
    form = Form((Field(id="a", required=True), Field(id="b", required=True), Field(id="c")))
    schema = json_schema(form, only=["a", "b?"])
    assert list(schema["properties"]) == ["a", "b"]
    assert schema["required"] == ["a"]


loose = (
    st.text(max_size=12) | st.integers(-(10**6), 10**6) | st.booleans() | st.floats(allow_nan=False, width=32)
)


@given(st.fixed_dictionaries({}, optional={kind: loose | st.just(SAMPLES[kind]) for kind in KINDS}))
def test_whatever_it_accepts_fits_its_schema(entered):
    checked = EVERY.validate(entered)
    if checked.ok:
        jsonschema.validate(dict(checked.values), json_schema(EVERY), cls=jsonschema.Draft202012Validator)
