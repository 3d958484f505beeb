"""The public face: texts compiled once, evaluated often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gongzhi.engine.errors import Where

from .builtins import BUILTINS
from .compiling import compile_tree
from .meters import metered
from .parsing import parse
from .runtime import is_counted
from .tokens import KnownNames
from .types import Type
from .values import from_python, to_python

_BUILTIN_NAMES = KnownNames([*BUILTINS, "date and time", "days and time duration", "years and months duration", "time offset",
                             "start included", "end included"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled FEEL expression; immutable, safe to share between threads."""

    text: str
    #: names that the expression reads from its context
    names: frozenset[str]
    code: Callable[[Mapping[str, Any]], Any]
    #: can it call, loop or filter, so that its steps must be counted?
    counted: bool = True

    def evaluate(self, context: Mapping[str, Any] | None = None) -> Any:
        """The value in a context of Python values, as a Python value; never raises, null is None."""
        given = context or {}
        values = {name: from_python(given[name]) for name in self.names if name in given}
        return to_python(self.run(values))

    def run(self, context: Mapping[str, Any]) -> Any:
        """As ``evaluate`` with FEEL values in and out, for callers that chain expressions."""
        return metered(self.code, context) if self.counted else self.code(context)


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The compiled tests of one input cell, or of allowed values."""

    text: str
    names: frozenset[str]
    code: Callable[[Any, Mapping[str, Any]], bool]
    #: can it call, loop or filter, so that its steps must be counted?
    counted: bool = True

    def matches(self, value: Any, context: Mapping[str, Any] | None = None) -> bool:
        """Does the value pass? ``?`` in the tests is the value; other names come from the context."""
        given = context or {}
        values = {name: from_python(given[name]) for name in self.names if name in given}
        return self.run(from_python(value), values)

    def run(self, value: Any, context: Mapping[str, Any]) -> bool:
        """As ``matches`` with FEEL values."""
        return metered(self.code, value, context) is True if self.counted else self.code(value, context)


def compile_expression(
    text: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    where: Where | None = None,
) -> Expression:
    """Compile a FEEL expression.

    In: ``names`` known in its scope (needed only where a name contains an operator or keyword, such as ``a-b``);
    ``types`` by name for ``instance of``; ``where`` the text stands, for messages.
    Raises FeelError (X001) with line and column, TooComplex (X002).

    >>> compile_expression("if 天数 > 5 then \\"超期\\" else \\"正常\\"").evaluate({"天数": 7})
    '超期'
    """
    scope, named = frozenset(names), types or {}
    known = _known(scope)
    code, free = compile_tree(
        text, parse(text, known, where=where), unary=False, scope=scope, named_types=named, where=where
    )
    return Expression(text, free, code, is_counted(code))


def compile_unary_tests(
    text: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] | None = None,
    where: Where | None = None,
) -> UnaryTests:
    """Compile unary tests: ``-``, ``"甲","乙"``, ``[1..5]``, ``> 3``, ``not(…)``, a condition with ``?``.

    Raises as ``compile_expression``.

    >>> compile_unary_tests("[1..5], > 10").matches(12)
    True
    """
    scope, named = frozenset(names), types or {}
    known = _known(scope)
    tree = parse(text, known, unary=True, where=where)
    code, free = compile_tree(text, tree, unary=True, scope=scope, named_types=named, where=where)
    return UnaryTests(text, free, code, is_counted(code))


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> KnownNames:
    known = _BUILTIN_NAMES.copy()
    for name in names:
        known.add(name)
    return known
