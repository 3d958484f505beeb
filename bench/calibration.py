"""What this machine does with work that is not ours: figures of another machine are compared by these."""

from __future__ import annotations

import json
from typing import Any

from bench.figure import figure, percentile, rate
from bench.serving import WORKERS, requests_per_second, served

TITLE = "calibration"


def measure(quick: bool) -> dict[str, Any]:
    """A trivial view under the same server, and JSON of a small state."""
    state = {
        "tokens": [[number, "handle"] for number in range(3)],
        "data": {f"field_{n}": "路灯不亮" for n in range(15)},
    }

    def work() -> int:
        for _ in range(1000):
            json.loads(json.dumps(state))
        return 1000

    with served("bench.trivial:application", {}) as (port, _master):
        per_second, took = requests_per_second(port, "/", 2 if quick else 6)
    late = percentile(took, 0.95) * 1000
    return {
        "title": TITLE,
        "figures": [
            figure("JSON of a small state, out and in", rate(work, 0.3), "rounds/s"),
            figure(f"a trivial view, {WORKERS} workers", per_second, "requests/s", note=f"p95 {late:.1f} ms"),
        ],
    }
