"""Case-steps per second of one core, and of all; memory that doesn't grow with the number of cases.

The mechanism is landing_centre: a project that goes round five offices, one after the other, with sent-back papers; 36
officers and 8 clerks, four fifths of their time in use, office hours and holidays of China.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.figure import figure, rate

ROOT = Path(__file__).resolve().parent.parent
MOST_MEMORY_GROWTH = 1.1


def measure(quick: bool) -> dict[str, Any]:
    from gongzhi.city.simulations import processes
    from gongzhi.engine.simulation import replicate

    model = _model(60 if quick else 240)
    steps = rate(lambda: replicate(model, 1, 0).steps, 0.5 if quick else 2.0)
    whole = _model(120 if quick else 400)
    cores = processes.cores()
    began = time.perf_counter()
    runs = processes.run({"": whole}, 1, 4 * cores)[""]
    together = sum(run.steps for run in runs) / (time.perf_counter() - began)
    small, large = (_peak(days) for days in ((100, 400) if quick else (400, 3200)))
    return {
        "title": "模拟",
        "figures": [
            figure("一个核每秒走多少步（五家一家接一家）", steps, "步/s", least=200_000),
            figure(f"{cores} 个核一起（含开进程）", together, "步/s"),
            figure("件数多到八倍，内存变成几倍", large / small, "倍", most=MOST_MEMORY_GROWTH),
            figure("内存峰值", large, "MB"),
        ],
    }


def _model(days: int) -> Any:
    from gongzhi.engine.mechanisms import load
    from gongzhi.engine.simulation import SimulationSpec, model_of

    mechanism = load(ROOT / "src" / "gongzhi" / "mechanisms" / "landing_centre")
    spec = {
        "days": days,
        "warm_up": 20,
        "patience": 30,
        "arrivals": {"per_working_day": 80},
        "staff": {"window_clerk": 8, "officer": 36},
    }
    return model_of(mechanism, "serial", SimulationSpec.model_validate(spec))


def _peak(days: int) -> float:
    """Peak memory in MB of a process of its own that runs so many days."""
    words = [sys.executable, "-m", "bench.simulation", str(days)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    from gongzhi.engine.simulation import replicate

    replicate(_model(int(sys.argv[1])), 1, 0)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
