"""Registers: checking records, their life, what is derived, what outsiders see."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.engine.registers import (
    MoveNotFromHere,
    MoveNotYours,
    NoSuchMove,
    NoSuchState,
    Register,
    RegisterRefused,
    RegisterSpec,
    compile_register,
)
from gongzhi.engine.tables import read_csv

TODAY = date(2024, 10, 8)
COLOUR = "F,逾期天数,→ 灯\n1,<= 0,绿\n2,[1..30],黄\n3,> 30,红\n"

ITEMS: dict[str, Any] = {
    "id": "service_items",
    "title": "政务服务事项",
    "key": "code",
    "name": "title",
    "fields": [
        {"id": "code", "title": "事项编码", "kind": "text", "privacy": "public", "max": 40},
        {"id": "title", "title": "事项名称", "kind": "text", "required": True, "privacy": "public"},
        {"id": "aliases", "title": "大家怎么说", "kind": "text", "privacy": "public"},
        {"id": "holder", "title": "实施主体", "kind": "office", "privacy": "public"},
        {"id": "legal", "title": "法定办结时限(个工作日)", "kind": "number", "privacy": "public", "min": 0},
        {"id": "promised", "title": "承诺办结时限(个工作日)", "kind": "number", "privacy": "public",
         "valid_when": "legal = null or promised <= legal", "hint": "不能长于法定时限。"},
        {"id": "online", "title": "能否网上办", "kind": "yesno", "privacy": "public", "default": False},
        {"id": "site", "title": "网址", "kind": "text", "privacy": "public", "visible_when": "online = true"},
        {"id": "ends_on", "title": "有效期至", "kind": "date"},
        {"id": "contact", "title": "内部联系电话", "kind": "phone", "privacy": "contact"},
        {"id": "before", "title": "前置事项", "kind": "records", "register": "service_items", "privacy": "public"},
        {"id": "materials", "title": "申请材料", "kind": "table", "privacy": "public", "columns": [
            {"id": "name", "title": "材料名称", "kind": "text", "required": True},
            {"id": "copies", "title": "份数(份)", "kind": "number"},
            {"id": "source", "title": "内部来源", "kind": "text", "privacy": "internal"},
            {"id": "result_of", "title": "由哪个事项产生", "kind": "record", "register": "service_items"},
        ]},
    ],
    "lists": ["code", "title", "late"],
    "search": ["title", "aliases"],
    "office": "holder",
    "lifecycle": {
        "start": "draft",
        "states": {"draft": "草稿", "published": "已发布", "withdrawn": "已停用"},
        "moves": {
            "publish": {"title": "发布", "from": ["draft"], "to": "published", "by": ["catalogue_editor"]},
            "revise": {"title": "修订", "from": "published", "to": "draft", "by": ["catalogue_editor", "officer"]},
            "withdraw": {"title": "停用", "from": ["draft", "published"], "to": "withdrawn", "by": ["leader"]},
        },
    },
    "public": ["published"],
    "derived": {
        "light": {"title": "灯", "table": "colour", "take": "灯", "privacy": "public"},
        "late": {"title": "逾期天数", "value": 'if ends_on = null then 0 else (today - ends_on) / duration("P1D")'},
        "cut": {"title": "压缩", "value": "(legal - promised) / legal"},
    },
}  # fmt: skip


def made(**changes: Any) -> Register:
    spec = RegisterSpec.model_validate({**ITEMS, **changes})
    table = read_csv(COLOUR, id="colour")
    return compile_register(
        spec, {"colour": table}, roles={"catalogue_editor": "事项管理员", "leader": "领导"}
    )


REGISTER = made()
FULL = {
    "code": "11420281-01",
    "title": "食品经营许可",
    "aliases": "开饭店",
    "holder": "scjg",
    "legal": 20,
    "promised": 5,
    "online": True,
    "site": "zwfw.hubei.gov.cn",
    "contact": "13800138000",
    "materials": [{"name": "身份证", "copies": 1, "source": "公安库"}, {"name": "营业执照", "copies": 2}],
}


def test_it_takes_a_record_and_gives_it_back_in_normal_form() -> None:
    checked = REGISTER.check(
        {**FULL, "code": " １１４２０２８１－01 ", "legal": "20", "ends_on": "2024年10月8日"}
    )
    assert checked.ok, checked.problems
    assert checked.values["code"] == "11420281-01"
    assert checked.values["legal"] == 20
    assert checked.values["ends_on"] == "2024-10-08"
    assert REGISTER.key_of(checked.values) == "11420281-01"
    assert REGISTER.name_of(checked.values) == "食品经营许可"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"title": "办证"}, "code", "F001"),
        ({"code": "A1"}, "title", "F001"),
        ({"code": "A 1/2", "title": "办证"}, "code", "F060"),
        ({"code": "A" * 65, "title": "办证"}, "code", "F010"),
        ({"code": "A1", "title": "办证", "nothing": 1}, "nothing", "F002"),
        ({"code": "A1", "title": "办证", "legal": 5, "promised": 6}, "promised", "F004"),
        ({"code": "A1", "title": "办证", "materials": [{"copies": 1}]}, "materials[0].name", "F001"),
    ],
)
def test_it_says_what_is_wrong_with_a_record(values: dict[str, Any], field: str, code: str) -> None:
    assert [(each.field, each.code) for each in REGISTER.check(values).problems] == [(field, code)]


def test_it_takes_the_promised_limit_up_to_the_legal_one() -> None:
    assert REGISTER.check({"code": "A1", "title": "办证", "legal": 5, "promised": 5}).ok


def test_it_asks_for_nothing_but_the_key_in_an_example() -> None:
    assert REGISTER.check({"code": "A1"}, partial=True).ok
    assert [each.code for each in REGISTER.check({"title": "办证"}, partial=True).problems] == ["F001"]


def test_it_changes_only_what_was_sent() -> None:
    old = REGISTER.check(FULL).values
    changed = REGISTER.check({"promised": 3, "aliases": ""}, old=old)
    assert changed.ok, changed.problems
    assert changed.values == {**{id: value for id, value in old.items() if id != "aliases"}, "promised": 3}
    assert changed.cleared == ("aliases",)


def test_it_does_not_put_a_default_back_that_was_cleared() -> None:
    assert REGISTER.check({"code": "A1", "title": "办证", "online": ""}).values["online"] is False
    old = REGISTER.check(FULL).values
    changed = REGISTER.check({"online": ""}, old=old).values
    assert "online" not in changed and "site" not in changed


def test_it_never_changes_the_key_of_a_record() -> None:
    old = REGISTER.check(FULL).values
    refused = REGISTER.check({"code": "B2"}, old=old)
    assert [each.code for each in refused.problems] == ["G020"]
    assert "11420281-01" in refused.problems[0].sentence
    assert REGISTER.check({"code": "１1420281-01"}, old=old).ok


def test_it_takes_an_old_record_whose_column_the_new_version_dropped() -> None:
    old = {**REGISTER.check(FULL).values, "gone": "旧栏"}
    assert REGISTER.check({"promised": 4}, old=old).ok


def test_it_moves_a_record_by_those_who_may() -> None:
    assert REGISTER.start == "draft"
    assert REGISTER.move("draft", "publish", "catalogue_editor") == "published"
    assert REGISTER.move("published", "revise", "officer") == "draft"
    assert REGISTER.move("draft", "publish", "system") == "published"
    assert [each.id for each in REGISTER.moves_from("published", "leader")] == ["withdraw"]
    assert [each.id for each in REGISTER.moves_from("draft")] == ["publish", "withdraw"]


def test_it_refuses_other_moves_and_says_what_may_be_done() -> None:
    with pytest.raises(MoveNotYours, match="“领导”不能“发布”。可以这样做的有：事项管理员"):
        REGISTER.move("draft", "publish", "leader")
    with pytest.raises(MoveNotFromHere, match="现在是“已发布”，不能“发布”。现在可以：修订"):
        REGISTER.move("published", "publish", "catalogue_editor")
    with pytest.raises(NoSuchMove, match="现在可以：停用"):
        REGISTER.move("draft", "burn", "leader")
    with pytest.raises(NoSuchState):
        REGISTER.move("lost", "publish", "catalogue_editor")


@pytest.mark.parametrize(
    ("ends_on", "late", "light"),
    [("2024-10-08", 0, "绿"), ("2024-10-07", 1, "黄"), ("2024-09-08", 30, "黄"), ("2024-09-07", 31, "红")],
)
def test_it_derives_a_colour_from_days_that_are_derived_themselves(
    ends_on: str, late: int, light: str
) -> None:
    derived = REGISTER.derive({"ends_on": ends_on, "legal": 20, "promised": 5}, TODAY)
    assert (derived["late"], derived["light"], derived["cut"]) == (late, light, "0.75")


def test_it_derives_nothing_from_what_is_not_there() -> None:
    derived = REGISTER.derive({}, TODAY)
    assert derived == {"late": 0, "light": "绿", "cut": None}


def test_it_derives_from_the_state_and_gives_durations_as_text() -> None:
    register = made(
        lists=[],
        derived={
            "done": {"title": "完成", "value": 'state = "withdrawn"'},
            "age": {"title": "已过", "value": "today - ends_on"},
        },
    )
    values = {"ends_on": "2024-10-01"}
    assert register.derive(values, TODAY, state="withdrawn") == {"done": True, "age": "P7D"}
    assert register.derive(values, TODAY)["done"] is False


def test_it_shows_outsiders_public_fields_in_public_states_only() -> None:
    values = REGISTER.check(FULL).values
    assert REGISTER.public_values(values, "draft") == {}
    shown = REGISTER.public_values(values, "published", today=TODAY)
    assert "contact" not in shown and "late" not in shown
    assert shown["light"] == "绿"
    assert shown["materials"] == [{"name": "身份证", "copies": 1}, {"name": "营业执照", "copies": 2}]
    assert REGISTER.is_usable("published") and not REGISTER.is_usable("draft")


def test_it_makes_every_state_usable_where_none_is_public() -> None:
    register = made(public=[])
    assert all(register.is_usable(state) for state in register.states)
    assert not register.is_public("published")


def test_it_knows_records_without_a_lifecycle() -> None:
    register = made(lifecycle=None, public=["active"])
    assert register.start == "active" and register.is_public("active") and register.is_usable("active")
    assert register.moves_from("active") == ()


def test_it_searches_in_open_fields_only() -> None:
    register = made(search=["title", "aliases", "contact"])
    assert register.search_text(REGISTER.check(FULL).values) == "食品经营许可 开饭店"


def test_it_lists_every_record_that_a_record_names() -> None:
    values = {
        "before": ["A1", "B2"],
        "materials": [{"name": "许可证", "result_of": "C3"}, {"name": "身份证"}],
    }
    found = [(each.field, each.register, each.key) for each in REGISTER.references(values)]
    assert found == [
        ("before", "service_items", "A1"),
        ("before", "service_items", "B2"),
        ("materials.result_of", "service_items", "C3"),
    ]


def test_it_dumps_what_programs_need() -> None:
    dumped = json.loads(json.dumps(REGISTER.dump(), ensure_ascii=False))
    assert dumped["states"] == {"draft": "草稿", "published": "已发布", "withdrawn": "已停用"}
    assert dumped["moves"][0] == {
        "id": "publish", "title": "发布", "from": ["draft"], "to": "published", "by": ["catalogue_editor"],
    }  # fmt: skip
    assert "code" in dumped["schema"]["required"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": "nothing"}, "key 写的“nothing”不是栏目"),
        ({"key": "materials"}, "不能作编号"),
        ({"search": ["late"]}, "search 写的“late”不是栏目"),
        ({"public": ["gone"]}, "没有“gone”这个状态"),
        ({"lifecycle": None}, "没有“published”这个状态"),
        ({"derived": {"a": {"title": "甲", "table": "none", "take": "灯"}}}, "没有表“none”"),
        ({"derived": {"a": {"title": "甲", "table": "colour", "take": "色"}}}, "没有“色”这一列"),
        ({"derived": {"a": {"title": "甲", "value": "b"}, "b": {"title": "乙", "value": "甲"}}}, "互相推算"),
    ],
)
def test_it_refuses_a_register_that_can_never_work(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RegisterRefused, match=words):
        made(**{"lists": [], **changes})


# — properties

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
_RECORD = st.fixed_dictionaries(
    {"code": st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True), "title": _TEXT},
    optional={
        "aliases": _TEXT,
        "holder": st.sampled_from(["scjg", "", None, "gaj"]),
        "legal": st.one_of(st.integers(-3, 40), st.just(""), st.just("２０")),
        "promised": st.integers(0, 40),
        "online": st.sampled_from([True, False, "是", "", None]),
        "site": _TEXT,
        "ends_on": st.one_of(st.dates().map(str), st.just("")),
        "before": st.lists(st.sampled_from(["A1", "B2", "C3"]), max_size=3),
        "materials": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["身份证", "执照", " "])}, optional={"copies": st.integers(1, 3)}
            ),
            max_size=3,
        ),
    },
)


@given(_RECORD)
@settings(max_examples=150)
def test_it_checks_what_it_checked_to_the_same(values: dict[str, Any]) -> None:
    once = REGISTER.check(values)
    if once.ok:
        assert REGISTER.check(once.values).values == once.values
        assert REGISTER.check(once.values, old=once.values) == REGISTER.check({}, old=once.values)
        assert REGISTER.check({}, old=once.values).values == once.values


@given(_RECORD, _RECORD)
@settings(max_examples=150)
def test_it_finds_a_difference_where_there_is_one_and_none_else(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    old, new = REGISTER.check(one).values, REGISTER.check(other).values
    assert REGISTER.differences(old, old) == ()
    found = {each.field for each in REGISTER.differences(old, new)}
    assert found == {id for id in {*old, *new} if old.get(id) != new.get(id)}
    json.dumps([each.dump() for each in REGISTER.differences(old, new)])


@given(_RECORD, st.dates())
@settings(max_examples=100)
def test_it_derives_without_touching_the_values(values: dict[str, Any], today: date) -> None:
    stored = dict(REGISTER.check(values).values)
    before = json.dumps(stored)
    json.dumps(REGISTER.derive(stored, today))
    REGISTER.public_values(stored, "published", today=today)
    assert json.dumps(stored) == before


@given(_RECORD)
@settings(max_examples=50)
def test_it_shows_outsiders_nothing_that_is_not_public(values: dict[str, Any]) -> None:
    stored = REGISTER.check({**values, "contact": "13800138000"}).values
    shown = REGISTER.public_values(stored, "published")
    assert all(REGISTER.form[id].privacy == "public" for id in shown)
    assert all("source" not in row for row in shown.get("materials", []))


# — differences in words


def changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [line for each in REGISTER.differences(old, new) for line in each.sentences()]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"legal": 20}, {"legal": 15}, ["法定办结时限 20 → 15 个工作日"]),
        ({"legal": 20}, {}, ["法定办结时限 删去:20 个工作日"]),
        ({}, {"legal": 20.0}, ["法定办结时限 增加:20 个工作日"]),
        ({"title": "甲"}, {"title": "乙"}, ["事项名称 甲 → 乙"]),
        ({"online": False}, {"online": True}, ["能否网上办 否 → 是"]),
        ({"contact": "13800138000"}, {"contact": "13900139000"}, ["内部联系电话 138****8000 → 139****9000"]),
        ({"before": ["A"]}, {"before": ["A", "B", "C"]}, ["前置事项 增加:B、C"]),
        ({"before": ["A", "B"]}, {"before": ["C", "B"]}, ["前置事项 增加:C;删去:A"]),
        ({"before": ["A", "B"]}, {"before": ["B", "A"]}, ["前置事项 只调整了顺序"]),
        ({"materials": [{"name": "甲"}, {"name": "乙"}]}, {"materials": [{"name": "乙"}, {"name": "甲"}]},
         ["申请材料 只调整了顺序"]),
        ({"materials": [{"name": "身份证", "copies": 2}, {"name": "执照"}]},
         {"materials": [{"name": "合同"}, {"name": "身份证", "copies": 1}]},
         ["申请材料 增加:合同", "申请材料“身份证” 份数 2 → 1 份", "申请材料 删去:执照"]),
        ({"materials": [{"name": "证明"}, {"name": "证明", "copies": 1}]}, {"materials": [{"name": "证明"}]},
         ["申请材料 删去:证明"]),
        ({"legal": None}, {}, []),
    ],
)  # fmt: skip
def test_it_says_what_changed_as_a_clerk_would(
    old: dict[str, Any], new: dict[str, Any], words: list[str]
) -> None:
    assert changed(old, new) == words


def test_it_counts_what_was_cut() -> None:
    old = {"legal": 20, "ends_on": "2024-10-08", "materials": [{"name": "甲"}, {"name": "乙"}]}
    new = {"legal": 5.5, "ends_on": "2024-10-01", "materials": [{"name": "乙"}]}
    deltas = {each.field: each.delta for each in REGISTER.differences(old, new)}
    assert deltas == {"legal": Decimal("-14.5"), "ends_on": -7, "materials": -1}
    summary = {each.field: each.sentence for each in REGISTER.differences(old, new)}
    assert summary["materials"] == "申请材料 增加0项、删去1项、修改0项"


def test_it_names_offices_and_records_where_the_city_knows_them() -> None:
    names = {"scjg": "市场监管局", "gaj": "公安局"}
    found = REGISTER.differences(
        {"holder": "scjg", "contact": "13800138000"},
        {"holder": "gaj", "contact": "13900139000"},
        show=lambda _, value: names.get(value, "泄露"),
    )
    assert [each.sentence for each in found] == [
        "实施主体 市场监管局 → 公安局",
        "内部联系电话 138****8000 → 139****9000",
    ]


def test_it_tells_nothing_of_a_closed_number() -> None:
    register = made(
        fields=[*ITEMS["fields"], {"id": "income", "title": "收入", "kind": "money", "privacy": "identity"}]
    )
    (change,) = register.differences({"income": "100.00"}, {"income": "900.00"})
    assert change.delta is None and "100" not in str(change.dump()) and "900" not in str(change.dump())


def test_it_derives_nothing_from_what_lies_encrypted() -> None:
    income = {"id": "income", "title": "收入", "kind": "money", "privacy": "identity"}
    register = made(
        fields=[*ITEMS["fields"], income],
        lists=[],
        derived={
            "rich": {"title": "富", "value": "income > 100"},
            "days": {"title": "天", "value": "legal + 1"},
        },
    )
    assert register.derive({"income": "sealed:7f", "legal": 4}, TODAY) == {"rich": None, "days": 5}
    assert register.derive({"income": "900.00"}, TODAY)["rich"] is None
