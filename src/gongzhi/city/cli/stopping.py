"""How a long-running command learns that it should end."""

from __future__ import annotations

import signal
import threading


def told_to_stop() -> threading.Event:
    """An event that SIGTERM and SIGINT set; what runs is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
