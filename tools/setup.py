"""The set-up: ``.venv`` with the locked packages, the project itself, and the compiled translations.

Runs on a bare Python 3.11 or newer. A second run sees from a stamp that nothing changed and ends at once.

    python3 tools/setup.py           what the city needs to run
    python3 tools/setup.py dev       also what tests and rulers need
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools.machine import ROOT

Kind = Literal["runtime", "dev"]

VENV = Path(os.environ.get("GONGZHI_VENV", ROOT / ".venv"))
STAMP = VENV / "gongzhi-stamp.json"
LOCKS = {"runtime": ROOT / "requirements" / "runtime.txt", "dev": ROOT / "requirements" / "dev.txt"}
LOCALES = ROOT / "src" / "gongzhi" / "city" / "locale"


def program(name: str) -> str:
    """The path of a program inside the environment."""
    return str(VENV / "bin" / name)


def environment() -> dict[str, str]:
    """The process environment with the virtual environment's programs first."""
    return {
        **os.environ,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": str(VENV),
    }


def prepare(kind: Kind = "runtime") -> None:
    """Make the environment ready for ``kind``; exits with a plain sentence when it cannot."""
    with _alone():
        done = _stamp()
        wanted = _wanted(kind)
        if (
            all(done.get(part) == value for part, value in wanted.items())
            and Path(program("python")).exists()
        ):
            return
        _say(f"Setting up {VENV.name} ({kind}); this takes a minute or two the first time.")
        _make_venv(done)
        done = _stamp()
        if done.get(kind) != wanted[kind]:
            _install(kind)
            # the developer's lock holds everything of the other one, at the same versions
            for part in LOCKS.keys() & wanted.keys():
                done = _remember(done, part, wanted[part])
        if done.get("project") != wanted["project"]:
            _step("the project itself")
            _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
            done = _remember(done, "project", wanted["project"])
        if done.get("texts") != wanted["texts"]:
            _step("translations")
            _run(program("python"), str(ROOT / "tools" / "messages.py"), "compile")
            _remember(done, "texts", wanted["texts"])
        _say("The set-up is complete.")


def _wanted(kind: Kind) -> dict[str, str]:
    """What the stamp must say, part by part."""
    wanted = {
        "python": _version() or "a working one",
        "runtime": _digest(LOCKS["runtime"]),
        "project": _digest(ROOT / "pyproject.toml"),
        "texts": _digest(*sorted(LOCALES.rglob("*.po"))),
    }
    if kind == "dev":
        wanted["dev"] = _digest(LOCKS["dev"])
    return wanted


def _digest(*files: Path) -> str:
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]


def _stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(done: dict[str, str], part: str, value: str) -> dict[str, str]:
    done = {**done, part: value}
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(done, indent=1), encoding="utf-8")
    fresh.replace(STAMP)
    return done


def _make_venv(done: dict[str, str]) -> None:
    """Create the environment, or again when it is broken or of another Python."""
    version = _version()
    if version and done.get("python", version) == version and _has_pip():
        _remember(done, "python", version)
        return
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(
            "Python's venv and ensurepip are missing here. On Debian and Ubuntu:\n"
            f"    apt install python3-venv        (or python{minor}-venv)"
        )
    _step("a virtual environment")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode:
        sys.exit(f"The virtual environment could not be made in {VENV}; on Debian: apt install python3-venv")
    _remember({}, "python", _version())


def _version() -> str:
    """The version of the environment's own Python; empty when it is absent, too old or broken.

    The one that runs us may be another: it does not matter which of a machine's Pythons starts a tool.
    """
    try:
        ask = "import sys; print('.'.join(map(str, sys.version_info[:3])) if sys.version_info >= (3, 11) else '')"
        return subprocess.run(
            [program("python"), "-c", ask], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _has_pip() -> bool:
    asked = subprocess.run([program("python"), "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def _install(part: str) -> None:
    """Install one lock file by pip's own configuration, and count along."""
    lock = LOCKS[part]
    total = len(re.findall(r"^[A-Za-z0-9_.\[\]-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    _step(f"{total} packages of requirements/{lock.name}")
    # the locks list every package of every platform, so nothing is left to resolve
    arguments = ("install", "--no-deps", "--requirement", str(lock), "--progress-bar", "off")
    _pip(*arguments, total=total)


def _pip(*arguments: str, total: int = 0) -> None:
    command = [program("python"), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    lines: list[str] = []
    count = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            lines.append(line)
            if line.startswith(("Collecting ", "Processing ", "Ignoring ", "Requirement already")):
                count += 1
                _count(count, total, line)
            if line.startswith("Installing collected"):
                _say(f"    unpacking {count} packages …" if count else "    unpacking …")
    if pip.returncode:
        sys.stderr.write("".join(lines[-30:]))
        sys.exit(
            f"pip failed (exit {pip.returncode}); run it again when the network is back: nothing is half-made."
        )


def _count(count: int, total: int, line: str) -> None:
    """One moving line on a terminal, every tenth package in a log."""
    name = re.sub(r"^(Collecting|Processing|Ignoring|Requirement already satisfied:) ", "", line.strip())
    name = re.split(r"[=<>!: \[]", name.rpartition("/")[2])[0]
    if sys.stdout.isatty():
        sys.stdout.write(f"\r    {count} of {total}  {name:40.40}" + ("\n" if count == total else ""))
        sys.stdout.flush()
    elif count % 10 == 0 or count == total:
        _say(f"    {count} of {total}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups at once would unpack over each other: the second waits."""
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "setup.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is running; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str) -> None:
    ran = subprocess.run(command, check=False, cwd=ROOT)
    if ran.returncode:
        sys.exit(f"{' '.join(command)} failed (exit {ran.returncode}).")


def _step(what: str) -> None:
    _say(f"  · {what}")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    prepare("dev" if "dev" in sys.argv[1:] else "runtime")
