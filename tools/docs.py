"""``make docs``: the pages that are made from the source, so that they cannot lie.

python3 tools/docs.py           write them
python3 tools/docs.py --check   fail when one is behind (part of make lint)
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import changelog, error_reference, mechanism_reference, setup
from tools.machine import ROOT

PAGES: dict[str, Callable[[], str]] = {
    "CHANGELOG.md": changelog.page,
    "docs/reference/errors.md": error_reference.page,
    "docs/reference/mechanism.md": mechanism_reference.page,
}


def main() -> int:
    if sys.prefix == sys.base_prefix:  # outside the environment: come back inside
        import os

        setup.prepare("dev")
        os.execve(setup.program("python"), ["python", __file__, *sys.argv[1:]], setup.environment())
    behind = []
    for name, make in PAGES.items():
        path = ROOT / name
        text = make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        behind.append(name)
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    if "--check" in sys.argv[1:]:
        print(*(f"{name} is behind the source: python3 tools/docs.py" for name in behind), sep="\n")
        return 1 if behind else 0
    print(f"{len(PAGES)} pages, {len(behind)} new")
    return 0


if __name__ == "__main__":
    sys.exit(main())
