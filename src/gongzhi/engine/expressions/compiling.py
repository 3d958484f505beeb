"""A syntax tree to Python code: nodes of Python's own ``ast`` are built and compiled, no text is executed.

The code is one function ``(c) -> value`` or ``(q, c) -> bool`` where ``c`` maps names to FEEL values and ``q`` is
the value under test. Variables of loops, parameters and items of filters become arguments of inner functions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

from lark import Tree

from gongzhi.engine.errors import Where

from . import literals, types
from .builtins import BUILTINS
from .errors import FeelError
from .parsing import Node
from .runtime import COMPARISONS, RUNTIME


@dataclass(frozen=True, slots=True)
class Frame:
    """Names that an inner construct adds: Python variables, entries of a dict, or whatever an item holds."""

    variables: Mapping[str, str] = field(default_factory=dict)
    #: Python variable of a context being built, with its keys so far
    context: str = ""
    keys: frozenset[str] = frozenset()
    #: Python variable of the item of a filter
    item: str = ""


class Compiler:
    """Compiles one tree; ``names`` collects the free names. Use ``compile_tree``."""

    def __init__(
        self, text: str, scope: Collection[str], named_types: Mapping[str, types.Type], where: Where | None
    ) -> None:
        self.text, self.scope, self.named_types, self.where = text, scope, named_types, where
        self.names: set[str] = set()
        self.used: set[str] = set()
        self.globals: dict[str, Any] = {}
        self.count = 0

    # -- pieces of Python

    def fresh(self, prefix: str = "v") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def constant(self, value: Any) -> ast.expr:
        """A value that Python has no literal for, kept beside the code."""
        if value is None or isinstance(value, str | bool):
            return ast.Constant(value)
        name = self.fresh("k")
        self.globals[name] = value
        return ast.Name(name, ast.Load())

    def run(self, name: str, *arguments: ast.expr) -> ast.expr:
        self.globals[name] = RUNTIME[name]
        return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])

    def function(self, parameters: list[str], body: ast.expr) -> ast.expr:
        empty: list[Any] = []
        arguments = ast.arguments(
            posonlyargs=empty,
            args=[ast.arg(name) for name in parameters],
            kwonlyargs=[],
            kw_defaults=[],
            defaults=[],
        )
        return ast.Lambda(arguments, body)

    # -- names

    def lookup(self, name: str, frames: tuple[Frame, ...]) -> ast.expr:
        """The Python expression for a name: innermost frame first, then the evaluation's context, then built-ins."""
        if not frames:
            self.names.add(name)
            rest: list[ast.expr] = [ast.Constant(name)]
            if name in BUILTINS:
                rest.append(self.constant(BUILTINS[name]))
            get = ast.Attribute(ast.Name("c", ast.Load()), "get", ast.Load())
            return ast.Call(get, rest, [])
        frame, outer = frames[-1], frames[:-1]
        if name in frame.variables:
            self.used.add(frame.variables[name])
            return ast.Name(frame.variables[name], ast.Load())
        if name in frame.keys:
            return ast.Subscript(ast.Name(frame.context, ast.Load()), ast.Constant(name), ast.Load())
        if frame.item:
            item = ast.Name(frame.item, ast.Load())
            if name == "item":
                return self.run("item_of", item)
            inner = self.run("path", item, ast.Constant(name))
            return ast.IfExp(self.run("has", item, ast.Constant(name)), inner, self.lookup(name, outer))
        return self.lookup(name, outer)

    def is_bound(self, name: str, frames: tuple[Frame, ...]) -> bool:
        return any(name in frame.variables or name in frame.keys for frame in frames)

    # -- nodes

    def node(self, tree: Any, frames: tuple[Frame, ...]) -> ast.expr:
        method: Callable[[Node, tuple[Frame, ...]], ast.expr] = getattr(self, f"on_{tree.data}")
        return method(tree, frames)

    def on_number(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.constant(literals.number(str(tree.children[0])))

    def on_string(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return ast.Constant(self._string(tree.children[0]))

    def _string(self, token: Any) -> str:
        text = literals.string(str(token))
        if text is None:
            raise self.error(token, "字符串里的转义写法不对")
        return text

    def on_boolean(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return ast.Constant(tree.children[0] == "true")

    def on_null(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return ast.Constant(None)

    def on_at_literal(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.constant(literals.temporal(self._string(tree.children[0])))

    def on_name(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.lookup(str(tree.children[0]), frames)

    def _two(self, name: str, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.run(name, self.node(tree.children[0], frames), self.node(tree.children[1], frames))

    def on_add(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._two("add", tree, frames)

    def on_subtract(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._two("subtract", tree, frames)

    def on_multiply(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._two("multiply", tree, frames)

    def on_divide(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._two("divide", tree, frames)

    def on_power(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._two("power", tree, frames)

    def on_negate(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.run("negate", self.node(tree.children[0], frames))

    def _short(self, name: str, stop: bool, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        """``and``/``or`` that skip the right side where the left side decides."""
        left, right = (self.node(child, frames) for child in tree.children)
        kept = self.fresh("t")
        test = ast.Compare(ast.NamedExpr(ast.Name(kept, ast.Store()), left), [ast.Is()], [ast.Constant(stop)])
        return ast.IfExp(test, ast.Constant(stop), self.run(name, ast.Name(kept, ast.Load()), right))

    def on_and_(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._short("both", False, tree, frames)

    def on_or_(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._short("either", True, tree, frames)

    def on_compare(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        left, mark, right = tree.children
        return self.run(COMPARISONS[str(mark)], self.node(left, frames), self.node(right, frames))

    def on_between(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.run("between", *(self.node(child, frames) for child in tree.children))

    def on_if_(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        condition, then, otherwise = (self.node(child, frames) for child in tree.children)
        if isinstance(condition, ast.Constant):  # Python warns of "is" between literals
            return then if condition.value is True else otherwise
        return ast.IfExp(ast.Compare(condition, [ast.Is()], [ast.Constant(True)]), then, otherwise)

    def on_instance_of(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        wanted = self.type(tree.children[1])
        return self.run("instance_of", self.node(tree.children[0], frames), self.constant(wanted))

    # -- tests

    def on_in_(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        value, target = tree.children
        name = self.fresh("t")
        bound = ast.NamedExpr(ast.Name(name, ast.Store()), self.node(value, frames))
        read = ast.Name(name, ast.Load())
        tests: list[Any] = (
            target.children if isinstance(target, Tree) and target.data == "tests" else [target]
        )
        answers = [
            self._in_one(test, bound if index == 0 else read, frames) for index, test in enumerate(tests)
        ]
        result = answers[0]
        for answer in answers[1:]:
            result = self.run("either", result, answer)
        return result

    def _in_one(self, test: Any, value: ast.expr, frames: tuple[Frame, ...]) -> ast.expr:
        if _is(test, "comparison_test"):
            mark, bound = test.children
            return self.run(COMPARISONS[str(mark)], value, self.node(bound, frames))
        return self.run("passes", value, self.node(test, frames))

    def unary(self, tree: Node) -> ast.expr:
        """A whole cell: is ``q`` accepted? Always true or false."""
        if tree.data == "any_value":
            return ast.Constant(True)
        tests = tree.children[-1].children  # type: ignore[union-attr]
        answers = [self._cell(test) for test in tests]
        any_of: ast.expr = answers[0] if len(answers) == 1 else ast.BoolOp(ast.Or(), answers)
        return ast.UnaryOp(ast.Not(), any_of) if tree.data == "none_of" else any_of

    def _cell(self, test: Any) -> ast.expr:
        value = ast.Name("q", ast.Load())
        frames = (Frame(variables={"?": "q"}),)
        if _is(test, "comparison_test"):
            mark, bound = test.children
            found = self.run(COMPARISONS[str(mark)], value, self.node(bound, frames))
            return ast.Compare(found, [ast.Is()], [ast.Constant(True)])
        if _is(test, "boolean"):
            found = self.run("passes", value, self.node(test, frames))
            return ast.Compare(found, [ast.Is()], [ast.Constant(True)])
        self.used.discard("q")
        result = self.node(test, frames)
        return self.run("passes_condition" if "q" in self.used else "passes_cell", value, result)

    def on_range(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        start, low, high, end = tree.children
        closed = [ast.Constant(part.children[0] == mark) for part, mark in ((start, "["), (end, "]"))]  # type: ignore[union-attr]
        return self.run("range_of", self.node(low, frames), self.node(high, frames), *closed)

    def on_half_range(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        mark, value = tree.children[0].children  # type: ignore[union-attr]
        return self.run("half_range", ast.Constant(str(mark)), self.node(value, frames))

    # -- lists, contexts, paths, filters

    def on_list(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return ast.List([self.node(child, frames) for child in tree.children], ast.Load())

    def on_context(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        variable, keys, parts = self.fresh("d"), set[str](), list[ast.expr]()
        for entry in tree.children:
            token, value = entry.children  # type: ignore[union-attr]
            key = self._key(token)
            if key in keys:
                raise self.error(token, f"“{key}”写了两次")
            own = {key} if _is(value, "function") else set()
            frame = Frame(context=variable, keys=frozenset(keys | own))
            body = self.function([variable], self.node(value, (*frames, frame)))
            parts.append(ast.Tuple([ast.Constant(key), body], ast.Load()))
            keys.add(key)
        return self.run("context_of", ast.Tuple(parts, ast.Load()))

    def _key(self, token: Any) -> str:
        return self._string(token) if token.type == "STRING" else str(token)

    def on_path(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self.run("path", self.node(tree.children[0], frames), ast.Constant(str(tree.children[1])))

    def on_filter(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        value, test = tree.children
        if _is(test, "number") or (_is(test, "negate") and _is(test.children[0], "number")):  # type: ignore[union-attr]
            return self.run("at", self.node(value, frames), self.node(test, frames))
        variable = self.fresh("i")
        inner = self.node(test, (*frames, Frame(item=variable)))
        return self.run("filtered", self.node(value, frames), self.function([variable], inner))

    # -- loops

    def _loops(self, tree: Any, frames: tuple[Frame, ...]) -> tuple[ast.expr, list[str], tuple[Frame, ...]]:
        domains: list[ast.expr] = []
        variables: list[str] = []
        for loop in tree.children:
            name, first, last = loop.children
            domain = self.node(first, frames)
            if last is not None:
                domain = self.run("counted", domain, self.node(last, frames))
            domains.append(self.function(variables.copy(), domain))
            variable = self.fresh()
            variables.append(variable)
            frames = (*frames, Frame(variables={str(name): variable}))
        return ast.Tuple(domains, ast.Load()), variables, frames

    def on_for_(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        domains, variables, inner = self._loops(tree.children[0], frames)
        partial = self.fresh()
        body = self.node(
            tree.children[1], (*frames, Frame(variables={"partial": partial}), *inner[len(frames) :])
        )
        return self.run("for_each", domains, self.function([*variables, partial], body))

    def _quantified(self, tree: Node, frames: tuple[Frame, ...], wanted: bool) -> ast.expr:
        domains, variables, inner = self._loops(tree.children[0], frames)
        body = self.function(variables, self.node(tree.children[1], inner))
        return self.run("quantified", domains, body, ast.Constant(wanted))

    def on_some(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._quantified(tree, frames, True)

    def on_every(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        return self._quantified(tree, frames, False)

    # -- functions

    def on_function(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        parameters, body = tree.children
        names: list[str] = []
        kinds: list[Any] = []
        for parameter in parameters.children:  # type: ignore[union-attr]
            if parameter is not None:
                names.append(str(parameter.children[0]))  # type: ignore[union-attr]
                kind = parameter.children[1]  # type: ignore[union-attr]
                kinds.append(self.type(kind) if kind is not None else None)
        variables = [self.fresh() for _ in names]
        inner = Frame(variables=dict(zip(names, variables, strict=True)))
        code = self.function(variables, self.node(body, (*frames, inner)))
        typed = tuple(kinds) if any(kinds) else ()
        parts = [self.constant(tuple(names)), code, ast.Constant(""), ast.Constant(0), self.constant(typed)]
        parts.append(self.constant(literals.type_written(body)))
        return self.run("Function", *parts)

    def on_external(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        """Functions in other languages are never run: the call answers null."""
        return ast.Constant(None)

    def _callee(self, tree: Any, frames: tuple[Frame, ...]) -> ast.expr:
        if _is(tree, "name"):
            name = str(tree.children[0])
            if name in BUILTINS and not self.is_bound(name, frames):
                builtin = self.constant(BUILTINS[name])
                return (
                    self.run("callee", self.lookup(name, frames), builtin) if name in self.scope else builtin
                )
        return self.node(tree, frames)

    def on_call(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        arguments = [self.node(child, frames) for child in tree.children[1:]]
        callee_name = str(tree.children[0].children[0]) if _is(tree.children[0], "name") else ""  # type: ignore[union-attr]
        if callee_name in ("now", "today") and not arguments:
            return self.run("clock", self.lookup(callee_name, frames))
        callee = self._callee(tree.children[0], frames)
        return self.run("call", callee, ast.Tuple(arguments, ast.Load()))

    def on_call_named(self, tree: Node, frames: tuple[Frame, ...]) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for argument in tree.children[1:]:
            token, value = argument.children  # type: ignore[union-attr]
            keys.append(ast.Constant(self._key(token)))
            values.append(self.node(value, frames))
        return self.run("call_named", self._callee(tree.children[0], frames), ast.Dict(keys, values))

    # -- types

    def type(self, tree: Any) -> types.Type | None:
        """The type that a type expression names, None where it is unknown (then ``instance of`` is null)."""
        return literals.type_named(tree, self.named_types)

    def error(self, token: Any, why: str) -> FeelError:
        return FeelError(self.text, why, line=token.line or 1, column=token.column or 1, where=self.where)


def _is(tree: Any, kind: str) -> bool:
    return isinstance(tree, Tree) and tree.data == kind


def compile_tree(
    text: str,
    tree: Node,
    *,
    unary: bool,
    scope: Collection[str],
    named_types: Mapping[str, types.Type],
    where: Where | None,
) -> tuple[Callable[..., Any], frozenset[str]]:
    """The Python function of a tree, and its free names.

    In: the text (for messages), its tree, the names known in its scope (functions there go before built-in ones). Out: ``(c) -> value``, or ``(q, c) -> bool`` of unary tests.
    """
    compiler = Compiler(text, scope, named_types, where)
    body = compiler.unary(tree) if unary else compiler.node(tree, ())
    code = compiler.function(["q", "c"] if unary else ["c"], body)
    module = ast.fix_missing_locations(ast.Expression(code))
    outer = compile(module, "<FEEL>", "eval")
    inner = next(part for part in outer.co_consts if isinstance(part, CodeType))
    return FunctionType(inner, compiler.globals, "feel"), frozenset(compiler.names)


__all__ = ["compile_tree"]
