"""Literals and names of types: the text of a token to a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from . import types
from .operators import negate
from .temporal import Date, DateTime, DaysDuration, MonthsDuration, Temporal, Time
from .temporal_text import parse_temporal
from .values import from_python

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.S)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\", "/": "/"}


def number(text: str) -> Decimal | None:
    """A numeric literal, rounded to 34 digits."""
    made: Decimal | None = from_python(Decimal(text)) if len(text) < 7000 else None
    return made


def string(token: str) -> str | None:
    """The text of a string literal with its quotes; None for an escape that FEEL does not know."""
    body = token[1:-1]
    if "\\" not in body:
        return body

    def replace(found: re.Match[str]) -> str:
        mark = found.group(1)
        if mark[0] in "uU" and len(mark) > 1:
            code = int(mark[1:], 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
        return _PLAIN.get(mark, found.group())

    made = _ESCAPE.sub(replace, body)
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def temporal(text: str) -> Temporal | None:
    """What ``@"…"`` stands for, null where the text is no day, time or duration."""
    return parse_temporal(text)


def type_named(tree: Any, named: Mapping[str, types.Type]) -> types.Type | None:
    """The type of a type expression; ``named`` are the item definitions of a model."""
    if tree.data == "type_name":
        name = ".".join(str(part) for part in tree.children)
        return named.get(name) or types.simple(name)
    if tree.data == "type_of":
        kind, inner = str(tree.children[0]), type_named(tree.children[2], named)
        return types.Type(kind, of=inner) if kind in ("list", "range") and inner else None
    if tree.data == "type_context":
        entries: dict[str, types.Type] = {}
        for entry in tree.children:
            if isinstance(entry, Tree):
                inner = type_named(entry.children[1], named)
                if inner is None:
                    return None
                entries[str(entry.children[0])] = inner
        return types.Type("context", entries=entries)
    return _function_type(tree, named)


def _function_type(tree: Any, named: Mapping[str, types.Type]) -> types.Type | None:
    parts = list(tree.children)
    marks = [index for index, part in enumerate(parts) if isinstance(part, Token) and part.type == "GT"]
    if not marks:
        return types.Type("function")
    inside = [type_named(part, named) for part in parts[: marks[0]] if isinstance(part, Tree)]
    after = [type_named(part, named) for part in parts[marks[0] :] if isinstance(part, Tree)]
    if None in inside or None in after:
        return None
    known = tuple(part for part in inside if part is not None)
    return types.Type("function", parameters=known, result=after[0] if after else None)


#: what ``constant`` answers for a tree that is no literal
COMPUTED: Any = object()


def constant(tree: Any) -> Any:
    """The value of a literal in a cell, or a mark that it is none."""
    if tree.data in ("number", "string", "at_literal", "boolean", "null"):
        return _literal(tree)
    if tree.data == "negate" and isinstance(
        constant(tree.children[0]), Decimal | DaysDuration | MonthsDuration
    ):
        return negate(constant(tree.children[0]))
    if tree.data == "call" and tree.children[0].data == "name" and len(tree.children) == 2:
        return _built(str(tree.children[0].children[0]), tree.children[1])
    return COMPUTED


def _literal(tree: Any) -> Any:
    if tree.data == "null":
        return None
    text = str(tree.children[0])
    if tree.data == "number":
        return number(text)
    if tree.data == "boolean":
        return text == "true"
    words = string(text)
    return words if tree.data == "string" else temporal(words or "")


_MAKERS: dict[str, tuple[type, ...]] = {
    "date": (Date,), "time": (Time,), "date and time": (DateTime,), "duration": (DaysDuration, MonthsDuration)
}  # fmt: skip


def _built(name: str, argument: Any) -> Any:
    if name not in _MAKERS or argument.data != "string":
        return COMPUTED
    made = temporal(string(str(argument.children[0])) or "")
    return made if isinstance(made, _MAKERS[name]) else COMPUTED


_WRITTEN = {"number": "number", "string": "string", "boolean": "boolean"}


def type_written(tree: Any) -> types.Type | None:
    """The type that a literal shows (``"a"``, ``{a: 1}``), None for what only evaluation can tell."""
    if not isinstance(tree, Tree):
        return None
    if tree.data in _WRITTEN:
        return types.Type(_WRITTEN[str(tree.data)])
    if tree.data != "context":
        return None
    entries = {_key(entry.children[0]): type_written(entry.children[1]) for entry in tree.children}
    known = {key: kind for key, kind in entries.items() if kind is not None}
    return types.Type("context", entries=known) if len(known) == len(entries) else None


def _key(token: Any) -> str:
    return (string(token) or "") if token.type == "STRING" else str(token)
