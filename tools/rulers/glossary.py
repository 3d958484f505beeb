"""One word per notion: the glossary names each once, every room is in it, and refused words name no class."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tools.machine import ROOT
from tools.tree import CITY, ENGINE, parse, python_files, relative

PAGE = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\|([^|\n]+)\|([^|\n]+)\|([^|\n]*)\|([^|\n]*)\|$", re.MULTILINE)
#: rooms that are called by what they do in the program rather than by a notion of the city
TECHNICAL = {"kernel", "project", "web", "api", "cli", "demo", "errors"}


def validate() -> list[str]:
    rows = [tuple(cell.strip() for cell in row) for row in ROW.findall(PAGE.read_text(encoding="utf-8"))]
    rows = [row for row in rows if row[0] != "English" and not set(row[0]) <= {"-"}]
    found: list[str] = []
    for column, title in ((0, "English"), (1, "Chinese")):
        words = Counter(word for row in rows for word in _words(row[column]))
        found += [f"docs/glossary.md: {title} {word!r} stands twice" for word, n in words.items() if n > 1]
    english = {word.lower() for row in rows for word in _words(row[0])}
    for room in sorted(_rooms() - TECHNICAL):
        if not {room, room.removesuffix("s"), re.sub("ies$", "y", room)} & english:
            found.append(f"docs/glossary.md: the room {room!r} is no term")
    refused = {word.lower(): row[0] for row in rows for word in _words(row[3])}
    return found + _refused_names(refused)


def _words(cell: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,、;]", cell) if word.strip()]


def _rooms() -> set[str]:
    folders = [
        path for house in (ENGINE, CITY) for path in house.iterdir() if (path / "__init__.py").exists()
    ]
    return {path.name for path in folders}


def _refused_names(refused: dict[str, str]) -> list[str]:
    """Classes of ours that are called by a word that the glossary replaces."""
    found = []
    for path in python_files():
        if not path.is_relative_to(ROOT / "src") or "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                parts = [part.lower() for part in re.findall(r"[A-Z][a-z]+", node.name)]
                found += [
                    f"{relative(path)}:{node.lineno} {node.name}: the glossary says {refused[part]!r}, not {part!r}"
                    for part in parts
                    if part in refused
                ]
    return found
