"""A form as a whole: what is asked, what is seen, what is required, what is refused when it is built."""

from datetime import date

import pytest

from gongzhi.engine.errors import Refused, Where
from gongzhi.engine.forms import Field, Form, InvalidForm, form_from, merged

APPEAL = form_from(
    [
        {"id": "subject", "title": "标题", "max": 60, "required": True},
        {"id": "kind", "title": "类型", "kind": "choice", "options": ["投诉", "求助"], "required": True},
        {
            "id": "target",
            "title": "投诉对象",
            "required": True,
            "visible_when": 'kind = "投诉"',
        },
        {"id": "loss", "title": "损失", "kind": "money", "visible_when": "target != null"},
        {"id": "from_day", "title": "开始日期", "kind": "date"},
        {
            "id": "to_day",
            "title": "结束日期",
            "kind": "date",
            "valid_when": "to_day >= from_day",
            "hint": "结束不能早于开始。",
        },
        {
            "id": "urgency",
            "title": "紧急程度",
            "kind": "choice",
            "options": ["一般", "紧急"],
            "default": "一般",
        },
        {
            "id": "phone",
            "title": "联系电话",
            "kind": "phone",
            "privacy": "contact",
            "prefill": "reporter.phone",
        },
        {
            "id": "people",
            "title": "同住人",
            "kind": "table",
            "columns": [
                {"id": "name", "title": "姓名", "required": True},
                {"id": "age", "title": "年龄", "kind": "number", "min": 0},
                {"id": "school", "title": "学校", "required": True, "visible_when": "age < 18"},
            ],
        },
    ],
    where=Where(file="cases/appeal.yaml"),
)
COMPLAINT = {"subject": "路灯不亮", "kind": "投诉", "target": "某公司"}


def codes(checked):
    return [(problem.field, problem.code) for problem in checked.problems]


def test_it_returns_values_in_the_order_of_the_form_with_defaults():
    checked = APPEAL.validate({"target": "某公司", "kind": "投诉", "subject": "路灯不亮"})
    assert list(checked.valid().items()) == [*COMPLAINT.items(), ("urgency", "一般")]


def test_it_reports_every_problem_at_once():
    checked = APPEAL.validate({"kind": "建议", "phone": "1380013800", "colour": "red"})
    assert codes(checked) == [("colour", "F002"), ("kind", "F021"), ("phone", "F030"), ("subject", "F001")]
    assert [problem.sentence for problem in checked.of("subject")] == ["请填写“标题”。"]


def test_it_raises_all_problems_where_only_valid_values_will_do():
    with pytest.raises(InvalidForm) as caught:
        APPEAL.validate({"kind": "投诉"}).valid()
    assert caught.value.code == "F000"
    assert [problem.field for problem in caught.value.problems] == ["subject", "target"]
    assert "2处" in str(caught.value)


def test_it_drops_what_is_hidden_and_does_not_require_it():
    checked = APPEAL.validate({**COMPLAINT, "kind": "求助", "loss": "5"})
    assert checked.ok
    assert set(checked.values) == {"subject", "kind", "urgency"}
    assert checked.cleared == ("target", "loss"), "hidden by kind, and then by the target that went with it"


def test_it_forgives_wrong_values_of_hidden_fields():
    assert APPEAL.validate({**COMPLAINT, "kind": "求助", "loss": "many"}).ok


def test_it_keeps_what_conditions_allow():
    assert APPEAL.validate({**COMPLAINT, "loss": "5"}).values["loss"] == "5.00"


@pytest.mark.parametrize(
    "first, last, found",
    [
        ("2024-01-02", "2024-01-02", []),
        ("2024-01-02", "2024-01-01", [("to_day", "F004")]),
        ("", "2024-01-01", []),  # null is no refusal
    ],
)
def test_it_tests_values_against_each_other(first, last, found):
    checked = APPEAL.validate({**COMPLAINT, "from_day": first, "to_day": last})
    assert codes(checked) == found
    assert all("结束不能早于开始" in problem.sentence for problem in checked.problems)


def test_it_uses_stored_values_of_the_case_in_conditions():
    stored = {**COMPLAINT, "from_day": "2024-01-05"}
    checked = APPEAL.validate({"to_day": "2024-01-04"}, only=["to_day"], context=stored)
    assert codes(checked) == [("to_day", "F004")]


def test_it_asks_only_what_the_step_asks():
    assert APPEAL.validate({"phone": "13800138000"}, only=["phone", "subject?"]).ok
    assert codes(APPEAL.validate({}, only=["subject"])) == [("subject", "F001")]
    assert codes(APPEAL.validate({"kind": "投诉"}, only=["phone"])) == [("kind", "F003")]
    assert APPEAL.validate({"kind": ""}, only=["phone"]).ok, "a blank that was not asked for says nothing"


def test_it_lets_the_step_say_what_is_required():
    assert codes(APPEAL.validate({}, only=["phone"], required=["phone"])) == [("phone", "F001")]
    assert APPEAL.validate({}, only=["subject"], required=()).ok


def test_it_tells_a_cleared_field_from_one_that_was_not_sent():
    assert APPEAL.validate({"phone": " "}, only=["phone"]).cleared == ("phone",)
    assert APPEAL.validate({}, only=["phone"]).cleared == ()


def test_it_checks_every_row_of_a_table_and_names_it():
    rows = [
        {"name": "张三", "age": "40", "school": "不该有"},
        {"name": "", "age": ""},
        {"name": "", "age": "１０"},
        {"name": "李四", "age": "-1", "shoe": "42", "school": "一小"},
    ]
    checked = APPEAL.validate({**COMPLAINT, "people": rows})
    assert codes(checked) == [
        ("people[1].name", "F001"),
        ("people[1].school", "F001"),
        ("people[2].shoe", "F002"),
        ("people[2].age", "F014"),
    ]
    assert checked.values["people"][0] == {"name": "张三", "age": 40}
    assert checked.problems[0].sentence == "第2行:请填写“姓名”。"
    assert len(checked.of("people")) == 4


def test_it_refuses_a_birth_in_the_future_when_today_is_known():
    form = Form((Field(id="id_no", kind="identity_number"),))
    assert form.validate({"id_no": "11010519491231002X"}, context={"today": date(1949, 12, 31)}).ok
    assert not form.validate({"id_no": "11010519491231002X"}, context={"today": date(1949, 12, 30)}).ok


def test_it_computes_defaults():
    form = form_from(
        [
            {"id": "n", "kind": "number"},
            {"id": "double", "kind": "number", "default": "= n * 2"},
            {"id": "day", "kind": "date", "default": "= today"},
        ]
    )
    checked = form.validate({"n": "4"}, context={"today": date(2024, 1, 2)})
    assert checked.valid() == {"n": 4, "double": 8, "day": "2024-01-02"}
    assert form.validate({"n": "4", "double": "", "day": ""}).values == {"n": 4}, "a blank is an answer"


def test_it_prefills_what_is_known_and_fits():
    assert APPEAL.prefilled({"reporter.phone": "+86 13800138000", "x.y": 1}) == {"phone": "13800138000"}
    assert APPEAL.prefilled({"reporter.phone": "1380013"}) == {}
    assert APPEAL.prefilled({"reporter.phone": "13800138000"}, only=["subject"]) == {}


def test_it_understands_conditions_over_titles():
    form = form_from([{"id": "a", "title": "甲"}, {"id": "b", "title": "乙", "visible_when": '甲 = "一"'}])
    assert not form.lint()
    assert form.validate({"a": "一", "b": "二"}).values == {"a": "一", "b": "二"}
    assert form.validate({"a": "零", "b": "二"}).values == {"a": "零"}


@pytest.mark.parametrize(
    "specs, code",
    [
        ([{"id": "a", "colour": "red"}], "F100"),
        ([{"id": "A b"}], "F101"),
        ([{"title": "没有编号"}], "F101"),
        ([{"id": "a"}, {"id": "a"}], "F102"),
        ([{"id": "a", "kind": "colour"}], "F103"),
        ([{"id": "a", "privacy": "secret"}], "F104"),
        ([{"id": "a", "kind": "choice"}], "F105"),
        ([{"id": "a", "kind": "choice", "options": ["甲", "甲"]}], "F105"),
        ([{"id": "a", "options": ["甲"]}], "F105"),
        ([{"id": "a", "kind": "table"}], "F106"),
        ([{"id": "a", "columns": [{"id": "b"}]}], "F106"),
        ([{"id": "a", "kind": "table", "columns": [{"id": "b"}, {"id": "b"}]}], "F102"),
        ([{"id": "a", "prefill": "phone"}], "F107"),
        ([{"id": "a", "kind": "phone", "max": 11}], "F108"),
        ([{"id": "a", "min": -1}], "F108"),
        ([{"id": "a", "min": 3, "max": 2}], "F108"),
        ([{"id": "a", "kind": "date", "max": "soon"}], "F108"),
        ([{"id": "a", "kind": "number", "max": "many"}], "F108"),
    ],
)
def test_it_refuses_fields_that_can_never_work(specs, code):
    with pytest.raises(Refused) as caught:
        form_from(specs, where=Where(file="cases/appeal.yaml"))
    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].where.file == "cases/appeal.yaml"


@pytest.mark.parametrize(
    "specs, code",
    [
        ([{"id": "a", "visible_when": "b ="}, {"id": "b"}], "F110"),
        ([{"id": "a", "visible_when": "c = 1"}], "F111"),
        ([{"id": "a", "visible_when": "b = null"}, {"id": "b", "visible_when": "a = null"}], "F112"),
        ([{"id": "t", "kind": "table", "columns": [{"id": "a", "valid_when": "z > 1"}]}], "F111"),
    ],
)
def test_it_lints_conditions(specs, code):
    assert [problem.code for problem in form_from(specs).lint()] == [code]


def test_it_finds_nothing_wrong_with_a_good_form():
    assert APPEAL.lint() == []


def test_it_merges_the_forms_of_several_matters():
    one = form_from(
        [{"id": "name", "title": "姓名", "max": 20}, {"id": "phone", "kind": "phone", "privacy": "contact"}]
    )
    two = form_from(
        [{"id": "name", "title": "姓名", "max": 10, "required": True, "privacy": "identity"}, {"id": "plot"}]
    )
    both = merged([one, two])
    assert [field.id for field in both.fields] == ["name", "phone", "plot"]
    assert (both["name"].max, both["name"].required, both["name"].privacy) == (10, True, "identity")


def test_it_refuses_to_merge_what_does_not_fit():
    with pytest.raises(Refused) as caught:
        merged([form_from([{"id": "n", "kind": "number"}]), form_from([{"id": "n", "kind": "money"}])])
    assert [problem.code for problem in caught.value.problems] == ["F120"]
