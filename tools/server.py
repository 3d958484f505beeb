"""A child process that serves until its starter ends, whatever ends it.

The child has a session of its own (Ctrl-C reaches us, and we stop it in order); on Linux the kernel signals it when we
die without a word. Readiness is a line that it prints, so nobody sleeps and asks again.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 60
STOP_SECONDS = 20


class Server:
    """A running child; ``log`` holds its last lines."""

    def __init__(self, command: Sequence[str | Path], *, says: str, folder: Path, **options: Any) -> None:
        """Start ``command`` in ``folder``; it is ready when it has printed ``says``. ``options`` go to Popen."""
        self.log: deque[str] = deque(maxlen=200)
        self._says = says
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **options,
        )
        self._reader = threading.Thread(target=self._read, name=f"log of {command[0]}", daemon=True)
        self._reader.start()

    def wait(self) -> bool:
        """Is it ready? False when it ended, or said nothing for a minute."""
        return self._ready.wait(START_SECONDS) and self.process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Signal it, and kill it when it does not listen; a second call does nothing."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(STOP_SECONDS)
        if self.process.stdout and not self._reader.is_alive():
            self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
            if self._says in line:
                self._ready.set()
        self._ready.set()  # it is gone: wake who waits for it


def _die_with_parent() -> None:
    """Ask the kernel to interrupt the child when its starter dies, whatever kills it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
