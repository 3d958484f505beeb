"""``CHANGELOG.md`` from fragments, so that two changes never meet in one file.

A fragment is ``changes/unreleased/<what>.<kind>.md``: one or two sentences, with the periods and areas that it
touches where it changes what people may do. A release moves the folder to ``changes/<version>/`` with a line
``date: 2026-12-01`` in its ``about.txt``.
"""

from __future__ import annotations

import re
from pathlib import Path

from tools.machine import ROOT

CHANGES = ROOT / "changes"
KINDS = {
    "added": "Added",
    "changed": "Changed",
    "fixed": "Fixed",
    "removed": "Removed",
    "security": "Security",
}


def page() -> str:
    """The whole changelog, newest first; raises ValueError for a fragment of no known kind."""
    lines = ["# Changelog", "", "<!-- made by tools/docs.py from changes/; add a fragment there -->", ""]
    folders = sorted((path for path in CHANGES.iterdir() if path.is_dir()), key=_order, reverse=True)
    for folder in folders:
        fragments = _fragments(folder)
        if fragments:
            lines += [f"## {_title(folder)}", ""]
        for kind, title in KINDS.items():
            own = [text for found, text in fragments if found == kind]
            if own:
                lines += [f"### {title}", "", *own, ""]
    return "\n".join(lines).rstrip() + "\n"


def _fragments(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.md")):
        kind = path.stem.rpartition(".")[2]
        if kind not in KINDS:
            raise ValueError(
                f"{path.relative_to(ROOT)}: name it <what>.<kind>.md with one of {', '.join(KINDS)}"
            )
        text = path.read_text(encoding="utf-8").strip().replace("\n", "\n  ")
        found.append((kind, f"- {text}"))
    return found


def _order(folder: Path) -> tuple[int, ...]:
    return (10**6,) if folder.name == "unreleased" else tuple(map(int, re.findall(r"\d+", folder.name)))


def _title(folder: Path) -> str:
    about = folder / "about.txt"
    date = about.read_text(encoding="utf-8").strip().removeprefix("date:").strip() if about.exists() else ""
    return "Unreleased" if folder.name == "unreleased" else f"{folder.name} · {date}".rstrip(" ·")
