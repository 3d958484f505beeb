"""FEEL text to a syntax tree (``lark.Tree``), with errors that name line and column in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer

from gongzhi.engine.errors import Where

from .errors import FeelError, TooComplex
from .limits import MAX_DEPTH
from .tokens import KnownNames, tokenize

Node = Tree[Token]


class _Ready(Lexer):
    """Hands on tokens that ``tokens.tokenize`` has made."""

    def __init__(self, conf: Any) -> None:
        pass

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
        return iter(data)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer=_Ready, start=["expression", "unary_tests"], maybe_placeholders=True
    )


_EXPECTED = {
    "_RPAR": "“)”", "_RSQB": "“]”", "_RBRACE": "“}”", "_THEN": "“then”", "_ELSE": "“else”", "_RETURN": "“return”",
    "_SATISFIES": "“satisfies”", "_IN": "“in”", "_COLON": "“:”", "_AND": "“and”", "RANGE_CLOSED_END": "区间的“]”",
}  # fmt: skip


def parse(text: str, known: KnownNames, *, unary: bool = False, where: Where | None = None) -> Node:
    """The syntax tree of an expression, or of unary tests.

    Raises FeelError (X001) with line and column where the text stops being FEEL, TooComplex (X002).
    """
    try:
        tokens = tokenize(text, known, unary=unary)
        if not tokens:
            raise FeelError(text, "内容是空的")
        tree = _parser().parse(tokens, start="unary_tests" if unary else "expression")
    except UnexpectedInput as failure:
        raise _explain(text, failure, where) from None
    except FeelError as failure:
        if where is None:
            raise
        line, column = failure.data["line"], failure.data["column"]
        raise type(failure)(text, failure.data["why"], line=line, column=column, where=where) from None
    if _depth(tree) > MAX_DEPTH:
        raise TooComplex(text, f"语法树超过{MAX_DEPTH}层", where=where)
    return tree


def _explain(text: str, failure: UnexpectedInput, where: Where | None) -> FeelError:
    token = failure.token if isinstance(failure, UnexpectedToken) else None
    if token is None or token.type == "$END":
        line = text.count("\n") + 1
        column = len(text) - text.rfind("\n")
        start = "表达式没有写完"
    else:
        line, column = token.line or 1, token.column or 1
        start = f"这里不能有“{token.value}”"
    accepts = failure.accepts if isinstance(failure, UnexpectedToken) else set()
    wanted = [words for kind, words in _EXPECTED.items() if kind in (accepts or ())]
    hint = f",缺少{'或'.join(wanted[:3])}" if wanted else ""
    return FeelError(text, start + hint, line=line, column=column, where=where)


def _depth(tree: Node) -> int:
    """Depth of the tree, counted without recursion: the tree may be deeper than Python's stack."""
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
    return deepest


__all__ = ["Node", "parse"]
