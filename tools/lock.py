"""Renew the lock files: ``python3 tools/lock.py`` (all newest) or ``--keep`` (only what pyproject.toml changed).

The locks hold names, versions and hashes of every platform's files; never the address of a registry.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import setup
from tools.machine import ROOT


def lock(kind: str, *extra: str, keep: bool) -> None:
    """Write ``requirements/<kind>.txt`` from pyproject.toml."""
    target = ROOT / "requirements" / f"{kind}.txt"
    command = [setup.program("uv"), "pip", "compile", "pyproject.toml", "requirements/build.in", *extra]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    command += ["--custom-compile-command", "python3 tools/lock.py", "--quiet", "--output-file", str(target)]
    command += [] if keep else ["--upgrade"]
    subprocess.run(command, cwd=ROOT, check=True)
    pinned = sum("==" in line for line in target.read_text(encoding="utf-8").splitlines())
    print(f"requirements/{kind}.txt: {pinned} packages")


def main() -> int:
    keep = "--keep" in sys.argv[1:]
    setup.prepare("dev")
    lock("runtime", keep=keep)
    lock("dev", "--extra", "dev", "--constraint", "requirements/runtime.txt", keep=keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
