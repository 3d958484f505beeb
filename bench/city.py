"""A small city for measurements: its settings, its tables, the shipped mechanism, a handful of people."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping

from tools.machine import ROOT

KEYS = ",".join(
    f"{name}:{base64.b64encode(name.encode().ljust(32, b'-')).decode()}" for name in ("index", "k1")
)


def environment(home: str, database: str = "") -> dict[str, str]:
    """The variables of a city in ``home``, on SQLite or on the database of that URL."""
    return {
        "GONGZHI_HOME": home,
        "SECRET_KEY": "only-for-measurements-" + "0" * 40,
        "GONGZHI_FIELD_KEYS": KEYS,
        "GONGZHI_LOG": "error",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "gongzhi.city.project.settings",
    }


def prepare(settings: Mapping[str, str]) -> dict[str, str]:
    """Tables, the mechanism, the fewest offices and people; gives role -> token."""
    program = ["-m", "gongzhi.city.cli.main"]
    _run(settings, *program, "migrate")
    _run(settings, *program, "install", "daye_minqing")
    tokens: dict[str, str] = json.loads(_run(settings, "-m", "bench.settle"))
    return tokens


def _run(settings: Mapping[str, str], *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(words)}: {ran.stdout}{ran.stderr}"[-3000:])
    return ran.stdout
