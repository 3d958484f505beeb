"""A function fits a screen (60 lines) and a file fits a head (400 lines of code)."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from tools.tree import functions, parse, python_files, relative

FUNCTION_LINES = 60
FILE_LINES = 400
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def validate() -> list[str]:
    """Every function and file that is too long. Migrations are generated and don't count."""
    found: list[str] = []
    for path in python_files():
        if "migrations" in path.parts:
            continue
        tree = parse(path)
        lines = code_lines(path.read_text(encoding="utf-8"), tree)
        if len(lines) > FILE_LINES:
            found.append(
                f"{relative(path)}: {len(lines)} lines of code (at most {FILE_LINES}): split it by noun"
            )
        found += long_functions(path, tree)
    return found


def long_functions(path: Path, tree: ast.Module) -> list[str]:
    """Functions above the limit, counted from ``def`` to the last line, without the docstring."""
    found = []
    for function in functions(tree):
        words = _docstring(function)
        length = (function.end_lineno or 0) - function.lineno + 1 - len(words)
        if length > FUNCTION_LINES:
            found.append(
                f"{relative(path)}:{function.lineno} {function.name}() has {length} lines (at most {FUNCTION_LINES})"
            )
    return found


def code_lines(text: str, tree: ast.Module) -> set[int]:
    """The numbers of the lines that hold code: no blank lines, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            lines -= _docstring(node)
    return lines


def _docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    if ast.get_docstring(node, clean=False) is None:
        return set()
    words = node.body[0]
    return set(range(words.lineno, (words.end_lineno or words.lineno) + 1))
