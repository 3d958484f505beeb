"""A decision table of DMN XML to a ``Table``, and a ``Table`` to DMN XML."""

from __future__ import annotations

from gongzhi.engine.errors import Where

from .dmn_xml import Element, child, children, line, text, type_ref
from .errors import TableError
from .model import Cell, HitPolicy, Input, Output, Rule, Table

_POLICIES = {
    "UNIQUE": HitPolicy.UNIQUE, "ANY": HitPolicy.ANY, "PRIORITY": HitPolicy.PRIORITY, "FIRST": HitPolicy.FIRST,
    "RULE ORDER": HitPolicy.RULE_ORDER, "OUTPUT ORDER": HitPolicy.OUTPUT_ORDER, "COLLECT": HitPolicy.COLLECT,
}  # fmt: skip
_AGGREGATIONS = {"SUM": HitPolicy.SUM, "MIN": HitPolicy.MIN, "MAX": HitPolicy.MAX, "COUNT": HitPolicy.COUNT}


def _where(element: Element, key: str) -> Where:
    return Where(key=key, line=line(element))


def _policy(element: Element, key: str) -> HitPolicy:
    name = element.get("hitPolicy", "UNIQUE")
    aggregation = element.get("aggregation")
    if name == "COLLECT" and aggregation:
        if aggregation in _AGGREGATIONS:
            return _AGGREGATIONS[aggregation]
    elif name in _POLICIES:
        return _POLICIES[name]
    raise TableError(
        table=key, why=f"不认识的命中规则“{name} {aggregation or ''}”", where=_where(element, key)
    )


def table_of(element: Element, key: str) -> Table:
    """The table in a ``decisionTable`` element; ``key`` names it. Raises TableError."""
    inputs = tuple(_input(part, index, key) for index, part in enumerate(children(element, "input"), 1))
    outputs = tuple(_output(part, index, key) for index, part in enumerate(children(element, "output"), 1))
    rules = tuple(
        _rule(part, index, key, inputs, outputs) for index, part in enumerate(children(element, "rule"), 1)
    )
    title = element.get("outputLabel") or key
    return Table(key, title, _policy(element, key), inputs, outputs, rules, _where(element, key))


def _input(element: Element, index: int, key: str) -> Input:
    source = child(element, "inputExpression")
    expression = text(source)
    name = " ".join(expression.split()) or element.get("label") or f"input{index}"
    allowed = text(child(element, "inputValues"))
    return Input(
        name=name,
        expression=expression or "null",
        kind=type_ref(source),
        allowed=allowed,
        where=_where(element, key),
    )


def _output(element: Element, index: int, key: str) -> Output:
    name = " ".join((element.get("name") or element.get("label") or f"output{index}").split())
    default = text(child(element, "defaultOutputEntry"))
    allowed = text(child(element, "outputValues"))
    return Output(
        name=name, kind=type_ref(element), allowed=allowed, default=default, where=_where(element, key)
    )


def _rule(
    element: Element, number: int, key: str, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Rule:
    where = Where(key=f"{key}.{number}", line=line(element))
    tests = tuple(Cell(text(part) or "-", where) for part in children(element, "inputEntry"))
    results = tuple(
        Cell(text(part) or "null", where, part.get("typeRef") or "")
        for part in children(element, "outputEntry")
    )
    if len(tests) != len(inputs) or len(results) != len(outputs):
        raise TableError(table=key, why=f"第{number}行的格数与列数不符", where=where)
    notes = "; ".join(filter(None, (text(part) for part in children(element, "annotationEntry"))))
    note = notes or text(element, "description")
    return Rule(number=number, inputs=tests, outputs=results, note=note, where=where)
