"""What this machine has: the server binaries and the browser that some tests need.

Every finder returns a path, or None when the thing is absent; ``MISSING`` says in plain words what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: what a person installs when a finder returns None, by name
MISSING = {
    "postgres": "PostgreSQL's server binaries were not found (Debian: apt install postgresql)",
    "redis": "redis-server was not found (Debian: apt install redis-server)",
    "chromium": "Chromium was not found (Debian: apt install chromium fonts-noto-cjk; or set GONGZHI_CHROMIUM)",
}


def find_postgres() -> Path | None:
    """The folder that holds ``initdb`` and ``postgres``: from pg_config, PATH, or Debian's versions, newest first."""
    candidates: list[Path] = []
    if given := os.environ.get("GONGZHI_POSTGRES_BIN"):
        candidates.append(Path(given))
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(versions, key=lambda path: _number(path.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(told.stdout.strip() or "/nonexistent"))
    needed = ("initdb", "postgres", "pg_ctl")
    return next((path for path in candidates if all((path / name).exists() for name in needed)), None)


def find_redis() -> Path | None:
    """The ``redis-server`` (or ``valkey-server``) binary."""
    return _which("redis-server", "valkey-server")


def find_chromium() -> Path | None:
    """Debian's Chromium or a Chrome: ``GONGZHI_CHROMIUM`` wins."""
    given = os.environ.get("GONGZHI_CHROMIUM")
    if given:
        return Path(given) if Path(given).exists() else None
    return _which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _which(*names: str) -> Path | None:
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def _number(version: str) -> float:
    return float(version) if version.replace(".", "", 1).isdigit() else 0.0
