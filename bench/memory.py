"""Memory of a web worker that has served every door, on an empty SQLite city."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from bench.city import environment, prepare
from bench.figure import figure, resident_mb
from bench.serving import requests_per_second, served, workers_of

TITLE = "memory"
MOST = 300
PATHS = (
    "/",
    "/report/",
    "/mechanisms/",
    "/mechanisms/daye_minqing/",
    "/mechanisms/daye_minqing/scenarios/",
    "/api/",
    "/api/openapi.json",
    "/accounts/login/",
)


def measure(quick: bool) -> dict[str, Any]:
    """The largest resident size of the workers after a load of all public pages."""
    if not os.path.isdir("/proc/self"):
        from bench.figure import left_out

        return {"title": TITLE, "figures": [left_out("a web worker", "no /proc here")]}
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as home:
        settings = environment(home)
        prepare(settings)
        with served("gongzhi.city.project.wsgi:application", settings) as (port, master):
            for path in PATHS:
                requests_per_second(port, path, 0.5 if quick else 2, threads=4)
            sizes = [resident_mb(worker) for worker in workers_of(master.pid)]
    return {
        "title": TITLE,
        "figures": [figure("a web worker after all public pages", max(sizes), "MB", most=MOST)],
    }
