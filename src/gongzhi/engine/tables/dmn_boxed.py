"""Boxed expressions of DMN (7.3 and 10.2), compiled: ``(scope) -> value`` with FEEL values.

An expression that cannot be compiled is reported among the model's problems and answers null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gongzhi.engine.errors import GongzhiError, Problem, Where
from gongzhi.engine.expressions import Function, compile_expression
from gongzhi.engine.expressions.paths import at, call_named, domain, for_each, has, quantified
from gongzhi.engine.expressions.types import Type, as_function, coerce

from .compiling import among, compile_table
from .dmn_tables import table_of
from .dmn_types import ItemTypes
from .dmn_xml import Element, child, children, line, name_of, tag, text, type_ref
from .hits import indexes
from .model import Because

Scope = Mapping[str, Any]
Code = Callable[[Scope], Any]
#: key of a scope under which decisions leave their reasons; no FEEL name can be this
TRACE = " because"
EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "relation", "list", "conditional",
    "for", "some", "every", "filter",
)  # fmt: skip


def nothing(scope: Scope) -> None:
    """The value of what cannot be evaluated."""


class Boxed:
    """Compiles the expressions of one model."""

    def __init__(self, types: ItemTypes, names: frozenset[str]) -> None:
        self.types, self.extra = types, names
        self.problems: list[Problem] = []

    def compile(self, holder: Element, names: frozenset[str], key: str) -> Code:
        """The code of the expression inside an element; null where there is none."""
        element = child(holder, *EXPRESSIONS)
        return nothing if element is None else self.expression(element, names, key)

    def expression(self, element: Element, names: frozenset[str], key: str) -> Code:
        make: Callable[[Element, frozenset[str], str], Code] = getattr(
            self, f"_{tag(element).lower()}", self._unknown
        )
        try:
            code = make(element, names, key)
        except GongzhiError as problem:
            where = Where(key=key, line=line(element))
            self.problems.append(
                Problem(
                    code=problem.code,
                    where=where,
                    message=problem.sentence % problem.data,
                    remedy=problem.remedy,
                )
            )
            return nothing
        wanted = self.types.named(type_ref(element)) if tag(element) != "functionDefinition" else None
        return _typed(code, wanted)

    def _unknown(self, element: Element, names: frozenset[str], key: str) -> Code:
        self.report(key, element, f"不支持“{tag(element)}”")
        return nothing

    def report(self, key: str, element: Element, message: str) -> None:
        where = Where(key=key, line=line(element))
        self.problems.append(
            Problem(
                code="T101", where=where, message=message, remedy="这一部分的结果为空值", severity="warning"
            )
        )

    def feel(self, source: str, names: frozenset[str], key: str) -> Code:
        compiled = compile_expression(
            source, names=names | self.extra, types=self.types, where=Where(key=key)
        )
        return compiled.run

    def _literalexpression(self, element: Element, names: frozenset[str], key: str) -> Code:
        language = element.get("expressionLanguage") or ""
        if language and "FEEL" not in language.upper() and "omg.org/spec/DMN" not in language:
            self.report(key, element, f"表达式语言“{language}”不支持")
            return nothing
        source = text(element)
        return self.feel(source, names, key) if source else nothing

    def _context(self, element: Element, names: frozenset[str], key: str) -> Code:
        entries: list[tuple[str, Code]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            name = name_of(variable) if variable is not None else ""
            inner = child(entry, *EXPRESSIONS)
            own = (
                frozenset({name})
                if name and inner is not None and tag(inner) == "functionDefinition"
                else frozenset[str]()
            )
            code = self.compile(entry, names | own, f"{key}.{name}" if name else key)
            entries.append((name, _typed(code, self.types.named(type_ref(variable)))))
            names = names | {name}

        def run(scope: Scope) -> Any:
            inner, made = dict(scope), dict[str, Any]()
            for name, code in entries:
                value = code(inner)
                if not name:
                    return value
                inner[name] = made[name] = value
            return made

        return run

    def _invocation(self, element: Element, names: frozenset[str], key: str) -> Code:
        called = self.compile(element, names, key)
        bindings: list[tuple[str, Code]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = name_of(parameter) if parameter is not None else ""
            code = _typed(
                self.compile(binding, names, f"{key}.{name}"), self.types.named(type_ref(parameter))
            )
            bindings.append((name, code))
        return lambda scope: call_named(called(scope), {name: code(scope) for name, code in bindings})

    def _functiondefinition(self, element: Element, names: frozenset[str], key: str) -> Code:
        if element.get("kind", "FEEL") != "FEEL":
            self.report(key, element, f"外部函数({element.get('kind')})不执行")
            return nothing
        parameters = [
            (name_of(part), self.types.named(type_ref(part))) for part in children(element, "formalParameter")
        ]
        own = tuple(name for name, _ in parameters)
        body = self.compile(element, names | set(own), key)
        kinds = tuple(kind for _, kind in parameters) if any(kind for _, kind in parameters) else ()
        wanted = self.types.named(type_ref(element))
        if wanted is not None and wanted.kind != "function":
            wanted = Type("function", result=wanted)

        def run(scope: Scope) -> Function:
            def call(*values: Any) -> Any:
                return body({**scope, **dict(zip(own, values, strict=True))})

            made = Function(own, call, types=kinds)
            return as_function(made, wanted) if wanted else made

        return run

    def _relation(self, element: Element, names: frozenset[str], key: str) -> Code:
        columns = [
            (name_of(column), self.types.named(type_ref(column))) for column in children(element, "column")
        ]
        rows = [
            [self.expression(cell, names, key) for cell in children(row, *EXPRESSIONS)]
            for row in children(element, "row")
        ]

        def record(row: list[Code], scope: Scope) -> dict[str, Any]:
            return {name: coerce(cell(scope), kind) for (name, kind), cell in zip(columns, row, strict=False)}

        return lambda scope: [record(row, scope) for row in rows]

    def _list(self, element: Element, names: frozenset[str], key: str) -> Code:
        items = [self.expression(item, names, key) for item in children(element, *EXPRESSIONS)]
        return lambda scope: [item(scope) for item in items]

    def _part(self, element: Element, part: str, names: frozenset[str], key: str) -> Code:
        holder = child(element, part)
        return nothing if holder is None else self.compile(holder, names, f"{key}.{part}")

    def _conditional(self, element: Element, names: frozenset[str], key: str) -> Code:
        test, then, otherwise = (self._part(element, part, names, key) for part in ("if", "then", "else"))
        return lambda scope: then(scope) if test(scope) is True else otherwise(scope)

    def _for(self, element: Element, names: frozenset[str], key: str) -> Code:
        variable = " ".join((element.get("iteratorVariable") or "").split())
        source = self._part(element, "in", names, key)
        body = self._part(element, "return", names | {variable, "partial"}, key)

        def run(scope: Scope) -> Any:
            def step(value: Any, partial: list[Any]) -> Any:
                return body({**scope, variable: value, "partial": partial})

            return for_each((lambda: source(scope),), step)

        return run

    def _quantified(self, element: Element, names: frozenset[str], key: str, wanted: bool) -> Code:
        variable = " ".join((element.get("iteratorVariable") or "").split())
        source = self._part(element, "in", names, key)
        body = self._part(element, "satisfies", names | {variable}, key)
        return lambda scope: quantified(
            (lambda: source(scope),), lambda value: body({**scope, variable: value}), wanted
        )

    def _some(self, element: Element, names: frozenset[str], key: str) -> Code:
        return self._quantified(element, names, key, True)

    def _every(self, element: Element, names: frozenset[str], key: str) -> Code:
        return self._quantified(element, names, key, False)

    def _filter(self, element: Element, names: frozenset[str], key: str) -> Code:
        source = self._part(element, "in", names, key)
        match = self._part(element, "match", names | {"item"}, key)

        def run(scope: Scope) -> Any:
            items = domain(source(scope))
            if items is None:
                return None
            answers = [
                match({**scope, **(item if has(item, "") or isinstance(item, dict) else {}), "item": item})
                for item in items
            ]
            if answers and not isinstance(answers[0], bool) and answers[0] is not None:
                return at(items, answers[0])
            return [item for item, answer in zip(items, answers, strict=True) if answer is True]

        return run

    def _decisiontable(self, element: Element, names: frozenset[str], key: str) -> Code:
        table = table_of(element, key)
        compiled = compile_table(table, names=names | self.extra, lenient=False, types=self.types)
        single = len(table.outputs) == 1
        kinds = [self.types.named(output.kind) for output in table.outputs]

        def plain(row: Any) -> Any:
            if not isinstance(row, dict):
                return row
            parts = zip(row.items(), kinds, compiled.allowed_outputs, strict=True)
            fitted = {name: among(coerce(value, kind), allowed) for (name, value), kind, allowed in parts}
            return next(iter(fitted.values())) if single else fitted

        def run(scope: Scope) -> Any:
            rows = compiled.rows(scope)
            trace = scope.get(TRACE)
            if trace is not None:
                trace.append(Because(table.id, tuple(table.rules[index].number for index in indexes(rows))))
            value = compiled.finish.feel(rows, scope)
            return [plain(row) for row in value] if isinstance(value, list) else plain(value)

        return run


def _typed(code: Code, wanted: Type | None) -> Code:
    """The code with its result converted to a type, null where it does not fit."""
    if wanted is None or wanted.kind == "Any":
        return code
    return lambda scope: coerce(code(scope), wanted)


__all__ = ["TRACE", "Boxed", "Code", "nothing"]
