"""A mechanism is data: no program in its folder; and no city's name in the programs."""

from __future__ import annotations

import ast
import re

from tools.tree import CITY, ENGINE, MECHANISMS, parse, python_files, relative

ALLOWED = {".yaml", ".yml", ".csv", ".bpmn", ".dmn", ".xlsx", ".html", ".md", ".json", ".png", ".jpg", ".svg"}
CITY_NAMES = re.compile(r"大冶|鄂州|西塞山|株洲|黄石|daye|ezhou|zhuzhou", re.IGNORECASE)
#: folders whose subject is a certain city, with the reason
NAMED = {
    "src/gongzhi/city/demo/": "the demonstration plays one city",
    "src/gongzhi/city/cli/": "its default of the demonstration",
}


def validate() -> list[str]:
    found: list[str] = []
    for path in sorted(MECHANISMS.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in ALLOWED:
            found.append(
                f"{relative(path)}: a mechanism's folder holds data only ({', '.join(sorted(ALLOWED))})"
            )
    for path in python_files():
        name = relative(path)
        if not (ENGINE in path.parents or CITY in path.parents) or "tests" in path.parts:
            continue
        if not any(name.startswith(prefix) for prefix in NAMED):
            found += [
                f"{name}:{line} names a city: put it into a mechanism" for line in city_lines(parse(path))
            ]
    return found


def city_lines(tree: ast.Module) -> list[int]:
    """Lines whose string constants (docstrings excepted) name a city."""
    words = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}  # type: ignore[attr-defined]
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in words
        and CITY_NAMES.search(node.value)
    ]


def _has_docstring(node: ast.AST) -> bool:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, kinds) and ast.get_docstring(node) is not None
