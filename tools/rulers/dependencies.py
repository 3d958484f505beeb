"""Each dependency is listed with its reason and licence, and no AGPL or GPL comes in."""

from __future__ import annotations

import re
import tomllib

from tools.machine import ROOT

PAGE = ROOT / "docs" / "dependencies.md"
ROW = re.compile(r"^\|\s*`?([A-Za-z0-9_.-]+)`?\s*\|([^|]+)\|([^|]+)\|", re.MULTILINE)
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
    return found


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
