"""What a measurement gives: a value with its unit, and the target that it meets or misses."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    least: float | None = None,
    most: float | None = None,
    note: str = "",
) -> dict[str, Any]:
    """One line of the report; ``met`` is None where there is no target."""
    target = f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""
    met = value >= least if least is not None else value <= most if most is not None else None
    return {"name": name, "value": round(value, 4), "unit": unit, "target": target, "met": met, "note": note}


def left_out(name: str, why: str) -> dict[str, Any]:
    """A figure that this machine can't give, and why."""
    return {"name": name, "value": None, "unit": "", "target": "", "met": None, "note": f"left out: {why}"}


def rate(work: Callable[[], int], seconds: float, rounds: int = 3) -> float:
    """Units per second of this process's CPU: the median of ``rounds``; ``work`` tells how many units it did.

    CPU time, because what other processes do on the machine is no property of ours.
    """
    work()  # warm
    found = []
    for _ in range(rounds):
        done, began = 0, time.process_time()
        while (spent := time.process_time() - began) < seconds:
            done += work()
        found.append(done / spent)
    return statistics.median(found)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def resident_mb(process: int) -> float:
    """Resident memory of a process in MB (Linux)."""
    with open(f"/proc/{process}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
