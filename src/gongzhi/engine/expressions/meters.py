"""What one evaluation may do: calls, rounds of loops and items under a filter are counted, and the count ends.

Without it a few words could keep a machine busy for ever (``f(n) = f(n - 1) + f(n - 2)``). The count is kept per
thread and starts anew with each outermost evaluation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from .limits import MAX_STEPS


class Endless(Exception):
    """An evaluation beyond the limits; its answer is null."""


class _Meter(threading.local):
    running = False
    left = MAX_STEPS


_METER = _Meter()


def step(count: int = 1) -> None:
    """Count a call, round or item. Raises Endless when all are used up."""
    if _METER.running:
        _METER.left -= count
        if _METER.left < 0:
            raise Endless


def metered(code: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of compiled code, null where it goes on for too long or too deep."""
    if _METER.running:
        return code(*arguments)
    _METER.running, _METER.left = True, MAX_STEPS
    try:
        return code(*arguments)
    except (Endless, RecursionError):
        return None
    finally:
        _METER.running = False
