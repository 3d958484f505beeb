"""The test mechanism as a folder that may be installed: with an English word for each of its Chinese ones."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from gongzhi.city.cases.tests.cast import MINI
from gongzhi.engine import mechanisms as engine


@lru_cache(maxsize=4)
def installable(folder: Path = MINI) -> dict[str, bytes]:
    """path -> content."""
    files = {
        each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()
    }
    files.setdefault("strings/en.yaml", b"{}")
    missing = {
        found[1]: f"word {number}"
        for number, problem in enumerate(engine.check(files))
        if (found := re.search("“([^”]+)”没有英文", str(problem)))
    }
    lines = "".join(f'"{chinese}": "{english}"\n' for chinese, english in missing.items())
    return {**files, "strings/en.yaml": lines.encode()} if missing else files
