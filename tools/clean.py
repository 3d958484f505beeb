"""``make clean``: remove what tools made (environment, caches, reports). The city's data in ``var/`` stays."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.machine import ROOT

BUILT = (".venv", "build", "dist", "report", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
CACHES = (".import_linter_cache", ".grimp_cache")


def main() -> int:
    for name in (*BUILT, *CACHES):
        if (ROOT / name).exists():
            shutil.rmtree(ROOT / name)
            print(f"removed {name}/")
    for folder in ("src", "tests", "tools", "bench"):
        for cache in (ROOT / folder).rglob("__pycache__"):
            shutil.rmtree(cache)
        for compiled in (ROOT / folder).rglob("*.mo"):
            compiled.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
