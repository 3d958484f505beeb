"""What the rulers read: the repository's own Python files and templates, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tools.machine import ROOT

SOURCE = ROOT / "src" / "gongzhi"
CITY = SOURCE / "city"
ENGINE = SOURCE / "engine"
MECHANISMS = SOURCE / "mechanisms"
PLACES = ("src", "tests", "tools", "bench")


@cache
def python_files() -> tuple[Path, ...]:
    """All Python of the repository, generated migrations included."""
    found = [path for place in PLACES for path in (ROOT / place).rglob("*.py")]
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
