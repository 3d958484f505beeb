"""A migration's name says what it does; Django's own guesses do not."""

from __future__ import annotations

import re

from tools.tree import CITY, relative

AUTOMATIC = re.compile(r"^\d{4}_(auto_|alter_.*_and_more|.*_and_more$|rename_.*_and_more)")
NUMBERED = re.compile(r"^\d{4}_[a-z][a-z0-9_]+$")


def validate() -> list[str]:
    found: list[str] = []
    for path in sorted(CITY.rglob("migrations/*.py")):
        if path.name == "__init__.py":
            continue
        if AUTOMATIC.match(path.stem) or not NUMBERED.match(path.stem):
            found.append(f"{relative(path)}: name it by what it changes (makemigrations --name …)")
    return found
