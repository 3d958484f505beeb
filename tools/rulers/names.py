"""A module is called by its noun; tests are called by the sentence that they prove."""

from __future__ import annotations

import re

from tools.tree import functions, parse, python_files, relative

REFUSED = {"utils", "util", "helpers", "helper", "common", "misc", "tools_", "stuff", "base_utils", "shared"}


def validate() -> list[str]:
    found: list[str] = []
    for path in python_files():
        if path.stem in REFUSED or path.parent.name in REFUSED:
            found.append(f"{relative(path)}: a name that says nothing; call it by what it holds")
        if path.name.startswith("test_"):
            for function in functions(parse(path)):
                if re.match(r"test_(?!it_)", function.name) and function.name.count("_") < 4:
                    found.append(
                        f"{relative(path)}:{function.lineno} {function.name}: write a sentence, test_it_does_this_when_that"
                    )
    return found
