"""Each dependency is listed with its reason and licence, no AGPL or GPL comes in, and what runs needs nothing that only tests install."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from tools.machine import ROOT

PAGE = ROOT / "docs" / "dependencies.md"
ROW = re.compile(r"^\|\s*`?([A-Za-z0-9_.-]+)`?\s*\|([^|]+)\|([^|]+)\|", re.MULTILINE)
SOURCE = ROOT / "src"
LOCKED = ROOT / "requirements" / "runtime.txt"
LOCKED_NAME = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==", re.MULTILINE)
#: files that are read only where their package is there: the extra for Celery, and pytest itself
READ_BY_OTHERS = ("city/jobs/broker.py", "engine/mechanisms/pytest_plugin.py")
REFUSED = re.compile(r"\bA?GPL")


def validate() -> list[str]:
    rows = {_plain(name): (reason.strip(), licence.strip()) for name, reason, licence in _rows()}
    wanted = declared()
    found = [
        f"docs/dependencies.md: {name} is missing (reason and licence)"
        for name in sorted(wanted - rows.keys())
    ]
    found += [
        f"docs/dependencies.md: {name} is no dependency any more" for name in sorted(rows.keys() - wanted)
    ]
    for name, (reason, licence) in rows.items():
        if not reason or not licence:
            found.append(f"docs/dependencies.md: {name} lacks its reason or licence")
        if REFUSED.search(licence):
            found.append(f"docs/dependencies.md: {name} is {licence}; AGPL and GPL stay out")
    return found + missing_where_it_runs(
        SOURCE, {_plain(name) for name in LOCKED_NAME.findall(LOCKED.read_text())}
    )


def missing_where_it_runs(source: Path, locked: set[str]) -> list[str]:
    """Modules that a file imports as soon as it is read, outside of tests, from packages that are not locked for running."""
    found = []
    distributions = packages_distributions()
    for path in sorted(source.rglob("*.py")):
        if "tests" in path.parts or path.as_posix().endswith(READ_BY_OTHERS):
            continue
        for name in sorted(set(_imported(ast.parse(path.read_text(encoding="utf-8"))))):
            packages = {_plain(each) for each in distributions.get(name, ())}
            if packages and not packages & (locked | {"gongzhi"}):
                found.append(
                    f"{path.relative_to(source.parent)}: imports {name}, which only developers install"
                )
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    """Top names of what is imported when the module is: not inside a function, not for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imported(node)


def declared() -> set[str]:
    """The names in pyproject.toml: of running, of the extras, of building."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(settings["project"]["dependencies"]) + settings["build-system"]["requires"]
    for extra in settings["project"].get("optional-dependencies", {}).values():
        lines += extra
    return {_plain(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def _rows() -> list[tuple[str, str, str]]:
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return [row for row in ROW.findall(text) if row[0].lower() != "package" and not set(row[0]) <= {"-"}]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
