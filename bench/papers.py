"""Papers with a seal per minute of one core, and how long it takes to verify one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.city import environment
from bench.figure import figure, left_out
from tools.machine import ROOT

TITLE = "papers"
LEAST_PER_MINUTE = 100
PAPERS, QUICK_PAPERS = 300, 30


def measure(quick: bool) -> dict[str, Any]:
    """Sealed and verified in a process of its own, on SQLite; CPU time, so that neighbours don't count."""
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        command = [
            sys.executable,
            str(Path(__file__).with_name("sealing.py")),
            str(QUICK_PAPERS if quick else PAPERS),
        ]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **environment(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return {"title": TITLE, "figures": [left_out("papers", done.stderr.strip().split("\n")[-1])]}
    told = json.loads(done.stdout.strip().split("\n")[-1])
    return {
        "title": TITLE,
        "figures": [
            figure("papers laid out", told["laid"], "per minute"),
            figure(
                "papers laid out, sealed, time-stamped and kept",
                told["sealed"],
                "per minute",
                least=LEAST_PER_MINUTE,
                note=f"RSA 3072, PAdES B-LT, {told['size'] // 1024} KB each",
            ),
            figure("verification of one file", told["verified"], "ms"),
        ],
    }
