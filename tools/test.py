"""``make test``: everything that this machine can test, in passes, and a plain word on what was left out.

python3 tools/test.py                    all passes
python3 tools/test.py engine sqlite      only these: engine, sqlite, postgres, faults, browser
python3 tools/test.py engine -- -k clock everything after -- goes to pytest
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import setup
from tools.machine import MISSING, ROOT, find_chromium, find_postgres, find_redis

#: tests that need neither Django nor a database
ENGINE = ("tests/engine", "tests/mechanisms", "tests/rulers")
#: its docstrings hold examples, which must be true as well
EXAMPLES = ("src/gongzhi/engine", "--doctest-modules")
IN_PROCESS = "not browser and not faults"
NO_TESTS_FOUND = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One run of pytest."""

    name: str
    title: str
    arguments: tuple[str, ...]
    #: returns "" when the machine can run it, else why not
    missing: Callable[[], str] = lambda: ""


def _needs(finder: Callable[[], Path | None], name: str) -> Callable[[], str]:
    return lambda: "" if finder() else MISSING[name]


def passes() -> list[Pass]:
    """All passes in the order in which a mistake is cheapest to find."""
    engine = tuple(path for path in ENGINE if (ROOT / path).is_dir())
    rest = [path.name for path in sorted((ROOT / "tests").iterdir()) if path.is_dir()]
    city = ["src/gongzhi/city", *(f"tests/{name}" for name in rest if f"tests/{name}" not in ENGINE)]
    city = [path for path in city if (ROOT / path).is_dir() and not path.endswith("__pycache__")]
    parallel = ("-n", "auto", "--dist", "loadfile")
    return [
        Pass(
            name="engine",
            title="engine and mechanisms",
            arguments=(*engine, *EXAMPLES, "-p", "no:django", "-n", "auto"),
        ),
        Pass(
            name="sqlite",
            title="city on SQLite",
            # in the order of the folders: the few long tests of a file must not come last
            arguments=(*city, "--database", "sqlite", "-m", IN_PROCESS, *parallel, "--no-loadscope-reorder"),
        ),
        Pass(
            name="postgres",
            title="city on PostgreSQL",
            arguments=(*city, "--database", "postgres", "-m", IN_PROCESS, *parallel),
            missing=_needs(find_postgres, "postgres"),
        ),
        Pass(
            name="faults",
            title="processes killed for real",
            arguments=(*city, "--database", "postgres" if find_postgres() else "sqlite", "-m", "faults"),
        ),
        Pass(
            name="browser",
            title="in a browser",
            arguments=(*city, "--database", "sqlite", "-m", "browser", *parallel),
            missing=_needs(find_chromium, "chromium"),
        ),
    ]


def run(one: Pass, more: list[str]) -> int:
    """Run pytest; Ctrl-C reaches it as well, and we wait until it has cleaned up."""
    # the same examples every time: a run that fails must fail again; `pytest` alone goes on searching
    steady = "--hypothesis-profile=steady"
    command = [setup.program("python"), "-m", "pytest", *one.arguments, steady, *more]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=setup.environment(),
            stdin=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def main() -> int:
    arguments, more = _split(sys.argv[1:])
    known = passes()
    unknown = set(arguments) - {one.name for one in known}
    if unknown:
        print(
            f"No such pass: {', '.join(sorted(unknown))}. There are: {', '.join(one.name for one in known)}."
        )
        return 2
    setup.prepare("dev")
    results: list[tuple[str, str]] = []
    failed = False
    for one in known:
        if arguments and one.name not in arguments:
            continue
        if reason := one.missing():
            results.append((one.title, f"LEFT OUT: {reason}"))
            continue
        print(f"\n=== {one.title} ===", flush=True)
        began = time.monotonic()
        code = run(one, more)
        failed = failed or code != 0
        results.append((one.title, f"{_verdict(code)} in {time.monotonic() - began:.0f} s"))
        if code in (2, -signal.SIGINT):
            results.append(("the rest", "LEFT OUT: interrupted"))
            break
    if find_redis() is None:
        results.append(("Celery on a real broker", f"LEFT OUT: {MISSING['redis']}"))
    print("\n=== summary ===")
    for title, verdict in results:
        print(f"{title}: {verdict}")
    print("make test: FAILED" if failed else "make test: passed", flush=True)
    return 1 if failed else 0


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    cut = arguments.index("--")
    return arguments[:cut], arguments[cut + 1 :]


def _verdict(code: int) -> str:
    if code == 0:
        return "passed"
    return "FAILED (no test was found)" if code == NO_TESTS_FOUND else f"FAILED (pytest's exit {code})"


if __name__ == "__main__":
    sys.exit(main())
