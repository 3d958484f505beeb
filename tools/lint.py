"""``make lint``: every ruler runs, every finding is printed, and the failures are listed once more at the end.

python3 tools/lint.py             all
python3 tools/lint.py mypy size   only these
python3 tools/lint.py --fix       first let ruff mend what it can
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import setup
from tools.machine import ROOT
from tools.rulers import RULERS

PATHS = ("src", "tests", "tools", "bench", "conftest.py")
TYPED = ("src/gongzhi", "tools", "conftest.py")
#: files of the city that mypy does not yet accept, with the number of findings; it may only shrink
RATCHET = ROOT / "tools" / "typed.txt"


def _program(*command: str) -> Callable[[], list[str]]:
    """A ruler that is a program: its output when it fails."""

    def ruler() -> list[str]:
        with tempfile.TemporaryDirectory(prefix="gongzhi-lint-") as home:
            settings = {
                "GONGZHI_HOME": home,
                "SECRET_KEY": "only-for-lint-" + "0" * 50,
                "GONGZHI_LOG": "error",
            }
            env = {**os.environ, **settings, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
            env.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.city.project.settings")
            ran = subprocess.run(
                [setup.program(command[0]), *command[1:]],
                cwd=ROOT,
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
        return [f"{ran.stdout}{ran.stderr}".strip() or f"exit {ran.returncode}"] if ran.returncode else []

    return ruler


def _typed() -> list[str]:
    """More findings in a file than the ratchet allows; or fewer, so that the ratchet must follow."""
    allowed = _allowed()
    output = "\n".join(_program("mypy", *TYPED)())
    lines = [line for line in output.splitlines() if ": error:" in line]
    if output and not lines:
        return [output]
    found = Counter(line.partition(":")[0] for line in lines)
    if "--ratchet" in sys.argv:
        _tighten(found)
        return []
    worse = [line for line in lines if found[line.partition(":")[0]] > allowed.get(line.partition(":")[0], 0)]
    better = [
        f"{name} has only {found[name]} findings now: python3 tools/lint.py mypy --ratchet"
        for name in allowed
        if found[name] < allowed[name]
    ]
    return worse + better


def _allowed() -> dict[str, int]:
    lines = [
        line for line in RATCHET.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    return {line.rpartition(":")[0]: int(line.rpartition(":")[2]) for line in lines}


def _tighten(found: Counter[str]) -> None:
    """Write the ratchet as things are; what the engine and the tools lack is never written down."""
    head = RATCHET.read_text(encoding="utf-8").splitlines()[0]
    lines = [
        f"{name}:{count}" for name, count in sorted(found.items()) if name.startswith("src/gongzhi/city/")
    ]
    RATCHET.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def checks() -> dict[str, Callable[[], list[str]]]:
    """Name → a function that returns its findings; empty means clean."""
    paths = [path for path in PATHS if (ROOT / path).exists()]
    programs: dict[str, Callable[[], list[str]]] = {
        "ruff": _program("ruff", "check", "--quiet", *paths),
        "format": _program("ruff", "format", "--check", "--quiet", *paths),
        "floors": _program("lint-imports", "--no-cache"),
        "mypy": _typed,
        "migrations": _program("python", "-m", "django", "makemigrations", "--check", "--dry-run"),
        "django": _program("python", "-m", "django", "check"),
        "translations": _program("python", "tools/messages.py", "check"),
        "references": _program("python", "tools/docs.py", "--check"),
    }
    return {**programs, **RULERS}


def main() -> int:
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    setup.prepare("dev")
    if "--fix" in sys.argv[1:]:
        subprocess.run([setup.program("ruff"), "check", "--fix", "--quiet", *PATHS], cwd=ROOT, check=False)
        subprocess.run([setup.program("ruff"), "format", "--quiet", *PATHS], cwd=ROOT, check=False)
    known = checks()
    if unknown := set(wanted) - set(known):
        print(f"No such ruler: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
        return 2
    failed: dict[str, int] = {}
    for name in wanted or known:
        began = time.monotonic()
        findings = known[name]()
        verdict = f"{len(findings)} finding(s)" if findings else "OK"
        print(f"{name}: {verdict} ({time.monotonic() - began:.1f} s)", flush=True)
        for finding in findings:
            print("  " + finding.replace("\n", "\n  "))
        if findings:
            failed[name] = len(findings)
    if failed:
        print("\nmake lint: FAILED: " + ", ".join(f"{name} ({count})" for name, count in failed.items()))
        return 1
    print("\nmake lint: all rulers are satisfied")
    return 0


if __name__ == "__main__":
    sys.exit(main())
