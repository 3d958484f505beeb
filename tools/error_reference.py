"""``docs/reference/errors.md``: every code that a person can meet, read from the source without importing it.

python3 tools/error_reference.py           write the page
python3 tools/error_reference.py --check   fail when the page is behind the source
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.machine import ROOT
from tools.tree import SOURCE, parse, python_files, relative

PAGE = ROOT / "docs" / "reference" / "errors.md"
BASE = "GongzhiError"
CODE = re.compile(r"^[A-Z]{1,2}\d{2,3}$")
HAN = re.compile(r"[\u4e00-\u9fff]")

ROOMS = {
    "G": "Roots",
    "K": "Calendars, clocks, instants",
    "X": "Expressions",
    "T": "Tables",
    "F": "Forms",
    "W": "Flows",
    "C": "Cases (engine)",
    "M": "Mechanisms (engine)",
    "S": "Texts",
    "N": "Measures",
    "P": "People and permissions",
    "J": "Journal",
    "R": "Territory",
    "A": "Cases (city)",
    "V": "Counters, queues, video",
    "Y": "Duty room",
    "L": "Messages",
    "Q": "Jobs",
    "B": "Mechanisms (city)",
    "D": "Doors",
    "U": "Papers and seals",
    "AN": "Analytics",
    "MI": "Mining",
    "SI": "Simulation",
    "PI": "Pilots",
    "WO": "Workshop",
    "EX": "Exchange",
    "SC": "Scorecards",
    "CO": "Comparisons",
    "AS": "Assemblies",
    "LE": "Ledgers",
    "BE": "Benefits",
    "WA": "Watches",
    "AL": "Feeds and alerts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorClass:
    """One class that refuses; empty strings where the source says nothing of its own."""

    name: str
    file: str
    line: int
    code: str
    sentence: str
    remedy: str
    status: str
    docstring: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A code of a linter: the words are those of its first use."""

    code: str
    file: str
    words: str


def _sources() -> list[Path]:
    wanted = [path for path in python_files() if path.is_relative_to(SOURCE)]
    return [path for path in wanted if "tests" not in path.parts and "migrations" not in path.parts]


def collect() -> list[ErrorClass]:
    """Every subclass of the root of refusals, by file and line."""
    classes = [
        (path, node)
        for path in _sources()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef)
    ]
    family = {BASE}
    before = 0
    while len(family) != before:  # until no class joins: a subclass may be read before its base
        before = len(family)
        family |= {node.name for _path, node in classes if family & {_name(base) for base in node.bases}}
    return [_describe(path, node) for path, node in classes if node.name in family]


def findings() -> list[Finding]:
    """The codes of the linters, which report problems and raise nothing."""
    raised = {error.code for error in collect()}
    seen: dict[str, Finding] = {}
    for path in _sources():
        for code, words in catalogued(parse(path)):
            seen[code] = Finding(code=code, file=relative(path), words=words)
    for path in _sources():
        for node in ast.walk(parse(path)):
            if not isinstance(node, ast.Call):
                continue
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            for code in (text for value in values for text in _texts(value) if CODE.match(text)):
                words = next((text for value in values for text in _texts(value) if HAN.search(text)), "")
                if code not in raised and (code not in seen or not seen[code].words):
                    seen[code] = Finding(code=code, file=relative(path), words=words)
    return sorted(seen.values(), key=lambda finding: finding.code)


def catalogued(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(code, sentence) of each dictionary that lists sentences by code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and isinstance(value, ast.Constant)
                    and CODE.match(str(key.value))
                ):
                    yield str(key.value), str(value.value)


def _texts(value: ast.expr) -> Iterator[str]:
    """A constant, or an f-string with its holes as …"""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    if isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)


def _name(base: ast.expr) -> str:
    return base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""


def _describe(path: Path, node: ast.ClassDef) -> ErrorClass:
    values = {name: value.value for name, value in assigned(node) if isinstance(value, ast.Constant)}
    return ErrorClass(
        name=node.name,
        file=relative(path),
        line=node.lineno,
        code=str(values.get("code", "")),
        sentence=str(values.get("sentence", "")),
        remedy=str(values.get("remedy", "")),
        status=str(values.get("status", "")),
        docstring=(ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " "),
    )


def assigned(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in node.body:
        if (
            isinstance(statement, ast.AnnAssign)
            and statement.value
            and isinstance(statement.target, ast.Name)
        ):
            yield statement.target.id, statement.value
        if not isinstance(statement, ast.Assign):
            continue
        target = statement.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            names = [element.id if isinstance(element, ast.Name) else "" for element in target.elts]
            yield from zip(names, statement.value.elts, strict=False)
        elif isinstance(target, ast.Name):
            yield target.id, statement.value


def page() -> str:
    """The whole page as Markdown."""
    errors = sorted((error for error in collect() if error.code), key=lambda error: error.code)
    problems = findings()
    lines = [
        "# Error codes",
        "",
        "<!-- made by tools/error_reference.py; edit the classes, not this page -->",
        "",
    ]
    lines += [
        "A code is stable: programs and people may quote it. The sentence is what a person reads (English pages show",
        "its translation); placeholders are filled from the error's data. Findings of the linters are listed below",
        "the refusals of their room.",
        "",
    ]
    used = {_letters(error.code) for error in errors} | {_letters(problem.code) for problem in problems}
    letters = sorted(used, key=lambda c: [*ROOMS, c].index(c))
    for letter in letters:
        lines += [f"## {letter} · {ROOMS.get(letter, 'Others')}", ""]
        own = [error for error in errors if _letters(error.code) == letter]
        if own:
            lines += ["| code | class | sentence | what to do | HTTP | when |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {error.code} | `{error.name}` | {_cell(error.sentence)} | {_cell(error.remedy)} "
            f"| {error.status or '400'} | {_cell(error.docstring)} |"
            for error in own
        ]
        found = [problem for problem in problems if _letters(problem.code) == letter]
        if found:
            lines += ["", "| finding | says | in |", "|---|---|---|"]
        lines += [f"| {problem.code} | {_cell(problem.words)} | {problem.file} |" for problem in found]
        lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def _letters(code: str) -> str:
    return code.rstrip("0123456789")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        print("errors.md: OK" if current == text else "errors.md is behind the source: python3 tools/docs.py")
        return int(current != text)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
