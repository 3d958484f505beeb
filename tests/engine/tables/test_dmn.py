"""Whole DMN models: what they decide, what they report, what they refuse."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from gongzhi.engine.tables import ModelError, NoSuchDecision, Table, read_csv, read_dmn, write_dmn

NAMESPACES = {
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/MODEL/",
}


def model(
    body: str, *, version: str = "1.3", namespace: str = "urn:test", imports: tuple[bytes, ...] = ()
) -> Any:
    return read_dmn(file(body, version=version, namespace=namespace), imports=imports)


def file(body: str, *, version: str = "1.3", namespace: str = "urn:test") -> bytes:
    head = f'<definitions xmlns="{NAMESPACES[version]}" namespace="{namespace}" name="m">'
    return f"<?xml version='1.0' encoding='UTF-8'?>{head}{body}</definitions>".encode()


def decision(name: str, logic: str, *needs: str, type: str = "") -> str:
    kinds = {
        "i": ("informationRequirement", "requiredInput"),
        "d": ("informationRequirement", "requiredDecision"),
    }
    kinds["k"] = ("knowledgeRequirement", "requiredKnowledge")
    parts = "".join(f'<{kinds[n[0]][0]}><{kinds[n[0]][1]} href="#{n}"/></{kinds[n[0]][0]}>' for n in needs)
    variable = f'<variable name="{name}"' + (f' typeRef="{type}"/>' if type else "/>")
    return f'<decision id="d_{name}" name="{name}">{variable}{parts}{logic}</decision>'


def datum(name: str, type: str = "") -> str:
    return (
        f'<inputData id="i_{name}" name="{name}"><variable name="{name}"'
        + (f' typeRef="{type}"' if type else "")
        + "/></inputData>"
    )


def feel(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<literalExpression><text>{escaped}</text></literalExpression>"


TYPES = """
<itemDefinition name="tColor"><typeRef>string</typeRef><allowedValues><text>"红","黄"</text></allowedValues></itemDefinition>
<itemDefinition name="tColors" isCollection="true"><typeRef>tColor</typeRef></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>
"""


@pytest.mark.parametrize("version", NAMESPACES)
def test_it_reads_every_version_of_the_standard(version: str) -> None:
    assert (
        model(datum("x") + decision("y", feel("x + 1"), "i_x"), version=version).evaluate("y", {"x": 1}) == 2
    )


def test_decisions_see_what_they_require_and_nothing_else() -> None:
    body = datum("Monthly Salary", "number") + decision(
        "Yearly Salary", feel("12 * Monthly Salary"), "i_Monthly Salary"
    )
    body += decision("Bonus", feel("Yearly Salary / 10"), "d_Yearly Salary") + decision(
        "Blind", feel("Monthly Salary")
    )
    found = model(body)
    assert found.evaluate("Bonus", {"Monthly Salary": 1000}) == 1200
    assert found.evaluate("d_Bonus", {"Monthly Salary": 1000}) == 1200
    assert found.evaluate("Blind", {"Monthly Salary": 1000}) is None
    assert found.evaluate("Bonus", {"Yearly Salary": 50}) == 5


COERCED: list[tuple[str, str, Any]] = [
    # type, expression, value
    ("string", "1 + 1", None),
    ("number", "[10]", 10),
    ("tColors", '"红"', ["红"]),
    ("tColors", '["红", "绿"]', None),
    ("tColor", '"红"', "红"),
    ("tColor", '"绿"', None),
    ("tPerson", '{full name: "甲", age: 3, more: 1}', {"full name": "甲", "age": 3, "more": 1}),
    ("tPerson", '{full name: "甲"}', None),
    ("tPerson", '{full name: "甲", age: "3"}', None),
    ("tPeople", '{full name: "甲", age: 3}', [{"full name": "甲", "age": 3}]),
    ("date and time", '@"2024-10-01"', datetime.datetime(2024, 10, 1, tzinfo=datetime.UTC)),
    ("date", '@"2024-10-01T08:00:00"', None),
    ("nosuchtype", "1", 1),
]


@pytest.mark.parametrize(("type", "text", "value"), COERCED)
def test_a_result_that_does_not_conform_is_null(type: str, text: str, value: Any) -> None:
    assert model(TYPES + decision("x", feel(text), type=type)).evaluate("x") == value


def test_input_data_are_checked() -> None:
    found = model(TYPES + datum("c", "tColor") + decision("x", feel("c"), "i_c"))
    assert (found.evaluate("x", {"c": "红"}), found.evaluate("x", {"c": "绿"}), found.evaluate("x", {})) == (
        "红",
        None,
        None,
    )


READ = [("number", "20", 20), ("number", "x", None), ("boolean", "true", True), ("date", "2024-10-01", datetime.date(2024, 10, 1)),
        ("days and time duration", "P1D", datetime.timedelta(days=1)), ("string", "20", "20"), ("tns:tPerson", {"full name": "甲", "age": "3"}, {"full name": "甲", "age": 3})]  # fmt: skip


@pytest.mark.parametrize(("type", "given", "value"), READ, ids=range(len(READ)))
def test_text_is_read_as_the_type_of_the_input_data(type: str, given: Any, value: Any) -> None:
    assert (
        model(TYPES + datum("c", type) + decision("x", feel("c"), "i_c")).evaluate("x", {"c": given}) == value
    )


def test_instance_of_does_not_look_at_allowed_values() -> None:
    assert model(TYPES + decision("x", feel('["绿" instance of tColor, 1 instance of tColor]'))).evaluate(
        "x"
    ) == [True, False]


BOXED: list[tuple[str, Any]] = [
    (f'<context><contextEntry><variable name="a b"/>{feel("2")}</contextEntry><contextEntry>{feel("a b * 3")}</contextEntry></context>', 6),
    (f'<context><contextEntry><variable name="a"/>{feel("2")}</contextEntry></context>', {"a": 2}),
    (f'<relation><column name="n"/><column name="街道"/><row>{feel("1")}{feel(chr(34) + "金湖" + chr(34))}</row></relation>', [{"n": 1, "街道": "金湖"}]),
    (f"<list>{feel('1')}{feel('2')}</list>", [1, 2]),
    (f"<conditional><if>{feel('n > 1')}</if><then>{feel('1')}</then><else>{feel('2')}</else></conditional>", 1),
    (f'<for iteratorVariable="x"><in>{feel("1..3")}</in><return>{feel("x")}</return></for>', None),
    (f'<for iteratorVariable="x"><in>{feel("[1..3]")}</in><return>{feel("x * n")}</return></for>', [3, 6, 9]),
    (f'<some iteratorVariable="x"><in>{feel("[1,2,3]")}</in><satisfies>{feel("x = n")}</satisfies></some>', True),
    (f'<every iteratorVariable="x"><in>{feel("[1,2,3]")}</in><satisfies>{feel("x = n")}</satisfies></every>', False),
    (f"<filter><in>{feel('[{a: 1}, {a: 5}]')}</in><match>{feel('a > n and item.a > 0')}</match></filter>", [{"a": 5}]),
    (f'<invocation>{feel("twice")}<binding><parameter name="x"/>{feel("n + 1")}</binding></invocation>', 8),
    (f'<invocation>{feel("twice")}<binding><parameter name="y"/>{feel("n")}</binding></invocation>', None),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "value"), BOXED, ids=range(len(BOXED)))
def test_it_evaluates_each_boxed_expression(logic: str, value: Any) -> None:
    knowledge = f'<businessKnowledgeModel id="k_twice" name="twice"><encapsulatedLogic><formalParameter name="x"/>{feel("x * 2")}</encapsulatedLogic></businessKnowledgeModel>'
    assert (
        model(datum("n") + knowledge + decision("y", logic, "i_n", "k_twice"), version="1.4").evaluate(
            "y", {"n": 3}
        )
        == value
    )


def test_knowledge_calls_itself_closes_over_values_and_checks_types() -> None:
    body = f"""<businessKnowledgeModel id="k_f" name="f"><variable name="f" typeRef="number"/><encapsulatedLogic>
      <formalParameter name="n" typeRef="number"/>{feel("if n = null then -1 else if n < 2 then 1 else n * f(n - 1)")}</encapsulatedLogic></businessKnowledgeModel>
      <businessKnowledgeModel id="k_g" name="g"><encapsulatedLogic><formalParameter name="a"/><functionDefinition><formalParameter name="b"/>
      {feel("a * b")}</functionDefinition></encapsulatedLogic></businessKnowledgeModel>"""
    found = model(body + decision("x", feel('[f(5), f("a"), g(3)(4), f(n: 3)]'), "k_f", "k_g"))
    assert found.evaluate("x") == [120, -1, 12, 6]
    assert found.evaluate("f", {"n": 4}) == 24


def test_knowledge_may_bear_the_name_of_a_built_in_function() -> None:
    body = f'<businessKnowledgeModel id="k_sort" name="sort"><encapsulatedLogic><formalParameter name="a"/>{feel("a + 1")}</encapsulatedLogic></businessKnowledgeModel>'
    body += datum("count") + decision("x", feel("[sort(1), count([1, 2]), count]"), "k_sort", "i_count")
    assert model(body).evaluate("x", {"count": 7}) == [2, 2, 7]


def test_decision_services_take_inputs_first_and_then_decisions() -> None:
    body = (
        datum("i")
        + decision("given", feel("1 / 0"))
        + decision("sum", feel("i + given * 10"), "i_i", "d_given")
    )
    body += '<decisionService id="k_s" name="s"><outputDecision href="#d_sum"/><inputDecision href="#d_given"/><inputData href="#i_i"/></decisionService>'
    found = model(body + decision("x", feel("[s(1, 2), s(given: 3, i: 4), s(1)]"), "k_s"))
    assert found.evaluate("x") == [21, 34, None]
    assert found.evaluate("s", {"i": 1, "given": 5}) == 51


TABLE = """<decisionTable hitPolicy="{policy}"{more}><input><inputExpression><text>p.age</text></inputExpression></input>
<output name="who"/><output name="n"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>
<rule><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"少年"</text></outputEntry><outputEntry><text>p.age</text></outputEntry></rule>
<rule><inputEntry><text>[10..60)</text></inputEntry><outputEntry><text>"成年"</text></outputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable>"""

TABLES: list[tuple[str, str, int, Any]] = [
    ("UNIQUE", "", 5, {"who": "少年", "n": 5}),
    ("UNIQUE", "", 15, None),
    ("ANY", "", 15, None),
    ("FIRST", "", 15, {"who": "少年", "n": 15}),
    ("COLLECT", "", 15, [{"who": "少年", "n": 15}, {"who": "成年", "n": 2}]),
    ("COLLECT", ' aggregation="COUNT"', 15, 2),
    ("FIRST", "", 70, {"who": None, "n": 0}),
]


@pytest.mark.parametrize(("policy", "more", "age", "value"), TABLES)
def test_it_decides_tables_of_models(policy: str, more: str, age: int, value: Any) -> None:
    found = model(TYPES + datum("p") + decision("t", TABLE.format(policy=policy, more=more), "i_p"))
    assert found.evaluate("t", {"p": {"age": age}}) == value


COLOR = '<itemDefinition name="tSide"><typeRef>tColor</typeRef><allowedValues><text>"左"</text></allowedValues></itemDefinition>'
FUNCTION = '<itemDefinition name="tF"><functionItem outputTypeRef="tColor"><parameters name="a"/></functionItem></itemDefinition>'
ROW = "<rule><outputEntry{}><text>x</text></outputEntry><outputEntry><text>x</text></outputEntry></rule>"
TYPED = ' typeRef="tColor"'
CONSTRAINED: list[tuple[str, Any]] = [
    # logic over x = "绿", which is no tColor; value
    ('<literalExpression typeRef="tColor"><text>x</text></literalExpression>', None),
    (f'<list>{feel("x")}<literalExpression typeRef="tColor"><text>x</text></literalExpression></list>', ["绿", None]),
    (f'<relation><column name="c" typeRef="tColor"/><row>{feel("x")}</row></relation>', [{"c": None}]),
    (f'<context><contextEntry><variable name="c" typeRef="tColor"/>{feel("x")}</contextEntry></context>', {"c": None}),
    (f'<invocation>{feel("function(a) a = null")}<binding><parameter name="a" typeRef="tColor"/>{feel("x")}</binding></invocation>', True),
    (f'<decisionTable><output name="p"/><output name="q"/>{ROW.format(TYPED)}</decisionTable>', {"p": None, "q": "绿"}),
    (f'<decisionTable><output name="p" typeRef="tColor"/><output name="q"/>{ROW.format("")}</decisionTable>', {"p": None, "q": "绿"}),
    ('<decisionTable><output><outputValues><text>"红"</text></outputValues></output><rule><outputEntry><text>x</text></outputEntry></rule></decisionTable>', None),
    ('<decisionTable><input><inputExpression><text>x</text></inputExpression><inputValues><text>"红"</text></inputValues></input><output/>'
     '<rule><inputEntry><text>null</text></inputEntry><outputEntry><text>"不在其中"</text></outputEntry></rule></decisionTable>', "不在其中"),
    (feel("(function(a: tColor) a = null)(x)"), True),
]  # fmt: skip


@pytest.mark.parametrize(("logic", "value"), CONSTRAINED, ids=range(len(CONSTRAINED)))
def test_values_that_are_not_allowed_become_null_wherever_a_type_is_asked_for(logic: str, value: Any) -> None:
    assert model(TYPES + datum("x") + decision("y", logic, "i_x")).evaluate("y", {"x": "绿"}) == value


def test_allowed_values_replace_those_of_the_base_type() -> None:
    assert model(TYPES + COLOR + decision("y", feel('"左"'), type="tSide")).evaluate("y") == "左"


def test_a_function_type_checks_what_the_function_returns() -> None:
    body = (
        TYPES
        + FUNCTION
        + decision("f", feel("function(a) a"), type="tF")
        + decision("y", feel('[f("红"), f("绿")]'), "d_f")
    )
    body += f'<businessKnowledgeModel id="k_g" name="g"><variable name="g" typeRef="tF"/><encapsulatedLogic><formalParameter name="a"/>{feel("a")}</encapsulatedLogic></businessKnowledgeModel>'
    found = model(body + decision("z", feel('[g("红"), g("绿")]'), "k_g"))
    assert (found.evaluate("y"), found.evaluate("z")) == (["红", None], ["红", None])


def test_it_traces_the_rows_of_all_tables() -> None:
    found = model(
        datum("p")
        + decision("t", TABLE.format(policy="FIRST", more=""), "i_p")
        + decision("x", feel("t.n + 1"), "d_t")
    )
    traced = found.trace("x", {"p": {"age": 20}})
    assert (traced.value, [str(reason) for reason in traced.because]) == (3, ["t 第2行"])


def test_imports_are_followed_when_given_and_reported_when_not() -> None:
    inner = file(TYPES + datum("n") + decision("base", feel("n + 1"), "i_n"), namespace="urn:inner")
    body = (
        '<import namespace="urn:inner" name="lib" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    )
    body += '<decision id="d_x" name="x"><variable name="x"/><informationRequirement><requiredDecision href="urn:inner#d_base"/></informationRequirement>'
    body += f"{feel('lib.base * 2')}</decision>"
    assert model(body, imports=(inner,)).evaluate("x", {"lib": {"n": 4}}) == 10
    alone = model(body)
    assert alone.evaluate("x") is None
    assert {problem.code for problem in alone.problems} == {"T102", "T103"}


def test_one_model_imported_under_two_names_has_two_sets_of_inputs() -> None:
    inner = file(datum("n") + decision("base", feel("n + 1"), "i_n"), namespace="urn:inner")
    middles = []
    for name in ("B", "C"):
        need = '<informationRequirement><requiredDecision href="urn:inner#d_base"/></informationRequirement>'
        body = f'<import namespace="urn:inner" name="A" importType="DMN"/><decision id="d_m" name="m"><variable name="m"/>{need}{feel("A.base * 10")}</decision>'
        middles.append(file(body, namespace=f"urn:{name}"))
    body = "".join(f'<import namespace="urn:{name}" name="{name}" importType="DMN"/>' for name in ("B", "C"))
    needs = "".join(
        f'<informationRequirement><requiredDecision href="urn:{name}#d_m"/></informationRequirement>'
        for name in ("B", "C")
    )
    body += f'<decision id="d_x" name="x"><variable name="x"/>{needs}{feel("[B.m, C.m]")}</decision>'
    found = model(body, imports=(*middles, inner))
    assert found.evaluate("x", {"B": {"A": {"n": 1}}, "C": {"A": {"n": 2}}}) == [20, 30]


def test_it_reports_what_it_does_not_execute() -> None:
    body = decision("bad", feel("1 +")) + decision(
        "java", '<literalExpression expressionLanguage="Java"><text>1</text></literalExpression>'
    )
    body += '<businessKnowledgeModel id="k_j" name="j"><encapsulatedLogic kind="Java"><context/></encapsulatedLogic></businessKnowledgeModel>'
    found = model(body + decision("fine", feel("1")))
    assert [(problem.where.key, problem.code) for problem in found.problems] == [
        ("bad", "X001"),
        ("java", "T101"),
        ("j", "T101"),
    ]
    assert (found.evaluate("bad"), found.evaluate("java"), found.evaluate("fine")) == (None, None, 1)


def test_decisions_that_need_each_other_end() -> None:
    assert model(decision("a", feel("b"), "d_b") + decision("b", feel("a"), "d_a")).evaluate("a") is None


def test_it_names_the_decisions_it_knows() -> None:
    with pytest.raises(NoSuchDecision) as caught:
        model(decision("a", feel("1"))).evaluate("z")
    assert "a" in str(caught.value)


HOSTILE = [
    b"",
    b"<definitions",
    b"<definitions xmlns='urn:other'/>",
    b"<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'>&b;</definitions>",
    b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>",
    file("<x>" * 5000 + "</x>" * 5000),
    b" " * 20_000_001,
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_it_refuses_hostile_files(data: bytes) -> None:
    with pytest.raises(ModelError):
        read_dmn(data)


WRITTEN = [
    'U,类型,天数,→ 时限,说明\n值,"投诉,求助",>= 0\n1,投诉,<= 5,5日,依据\n2,投诉,> 5,24小时\n3,求助,-,7日',
    'P,金额（元）,起-止,→ 级别,→ 人\n值,,,"高,低"\n1,> 5,a-b,高,甲\n2,-,not(a-b),低,"金额（元） * 2"',
    "C+,d:日期,→ n\n1,>= 2024-10-01,1\n2,[2024-10-01..2024-10-07],2",
    'R,x,→ o\n1,? > 3,"""<b>&"""\n2,-,甲',
]
ASKED: list[dict[str, Any]] = [
    {"类型": "投诉", "天数": 5}, {"金额（元）": 6, "起-止": "a-b"}, {"金额（元）": 4, "起-止": None},
    {"d": datetime.date(2024, 10, 2)}, {"x": 4}, {"x": None},
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN, ids=range(len(WRITTEN)))
def test_a_written_table_decides_as_before(text: str) -> None:
    table = read_csv(text, id="表")
    found = read_dmn(write_dmn(table))
    assert found.problems == []
    (again,) = found.tables
    assert _content(again) == _content(table)
    for inputs in ASKED:
        if {column.name for column in table.inputs} <= set(inputs):
            assert again.decide(inputs) == table.decide(inputs)


def _content(table: Table) -> Any:
    return (
        table.id, table.hit_policy, [(column.name, column.kind, column.allowed) for column in table.inputs],
        [(output.name, output.kind, output.allowed, output.default) for output in table.outputs],
        [([cell.text for cell in (*rule.inputs, *rule.outputs)], rule.note) for rule in table.rules],
    )  # fmt: skip


def test_an_endless_model_answers_null() -> None:
    body = f'<businessKnowledgeModel id="k_f" name="f"><encapsulatedLogic><formalParameter name="n"/>{feel("f(n + 1) + f(n + 2)")}</encapsulatedLogic></businessKnowledgeModel>'
    loop = '<for iteratorVariable="a"><in>{}</in><return><for iteratorVariable="b"><in>{}</in><return>{}</return></for></return></for>'
    body += decision("x", feel("f(1)"), "k_f") + decision(
        "y", loop.format(feel("[1..9999]"), feel("[1..9999]"), feel("a * b"))
    )
    found = model(body, version="1.4")
    assert (found.evaluate("x"), found.evaluate("y")) == (None, None)


def borrowing(namespace: str, *imported: str, body: str = "") -> bytes:
    lines = "".join(f'<import namespace="{other}" name="" importType="DMN"/>' for other in imported)
    return file(lines + body, namespace=namespace, version="1.5")


def test_an_import_without_a_name_makes_its_elements_the_models_own() -> None:
    asking = decision("问", feel("答"), "d_答")
    near, far = (decision("答", feel(f'"{who}"')) for who in ("近", "远"))

    def answer(body: str, *imports: bytes) -> Any:
        names = tuple("bcd"[: len(imports)])
        return read_dmn(borrowing("a", *names, body=asking + body), imports=imports).evaluate("问")

    assert answer("", borrowing("b", "c", body=near), borrowing("c", body=far)) == "近"
    assert answer("", borrowing("b"), borrowing("c", body=far)) == "远"
    assert answer(near, borrowing("b", body=far)) == "近"
    assert (
        read_dmn(borrowing("a", "b", body=asking), imports=[borrowing("b", body=near)]).evaluate("答") == "近"
    )


def test_files_that_import_each_other_are_read_without_going_round() -> None:
    asking, answering = decision("问", feel("答"), "d_答"), decision("答", feel("1"))
    imports = [borrowing("b", "c"), borrowing("c", "b", "a", body=answering)]
    made = read_dmn(borrowing("a", "b", body=asking), imports=imports)
    assert made.evaluate("问") == 1


def test_the_models_own_type_goes_before_an_imported_one() -> None:
    own, other = (
        f'<itemDefinition name="t"><typeRef>{kind}</typeRef></itemDefinition>'
        for kind in ("string", "number")
    )
    made = read_dmn(
        borrowing("a", "b", body=own + decision("问", feel('"甲"'), type="t")),
        imports=[borrowing("b", body=other)],
    )
    assert made.evaluate("问") == "甲"
