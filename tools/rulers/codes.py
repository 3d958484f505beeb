"""Every refusal has its own code, a Chinese sentence, and a code of its room's letters."""

from __future__ import annotations

import re
from collections import defaultdict

from tools.error_reference import collect

PATTERN = re.compile(r"^[A-Z]{1,2}\d{2,3}$")


def validate() -> list[str]:
    found: list[str] = []
    seen: dict[str, list[str]] = defaultdict(list)
    for error in collect():
        place = f"{error.file}:{error.line} {error.name}"
        if not error.code:
            found.append(f"{place}: no code of its own (set code = …)")
            continue
        seen[error.code].append(place)
        if not PATTERN.match(error.code):
            found.append(f"{place}: the code {error.code} is not one or two letters and two or three digits")
        if not error.docstring:
            found.append(f"{place}: no docstring; it is the developer's message")
    found += [
        f"{code} is used twice: {'; '.join(places)}" for code, places in seen.items() if len(places) > 1
    ]
    return found
