"""Keeps child processes alive until told to stop; the signal to stop goes to each child's main process only.

Granian's workers share the port: a signal to a whole process group has left some of them behind, and a new server then
starts beside the old one unnoticed. So the masters alone are told, and a group is killed only once its master is gone.
"""

from __future__ import annotations

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: seconds: waits before a child that died is started again; the last one repeats
BACKOFF: Final = (0.2, 0.5, 1, 2, 5, 10, 30)
#: a child that lived this long has started well: its next death is its first again
WELL: Final = 30.0
#: so many deaths in a row without living well, and the whole thing is given up
GIVE_UP: Final = 6
STOP_SECONDS: Final = 25.0


@dataclass(slots=True)
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    #: seconds after the others
    delay: float = 0.0
    #: the others go on without it, should it not be kept alive
    optional: bool = False
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    deaths: int = 0

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children, restarts the dead ones with back-off, stops all of them on SIGTERM, SIGINT or SIGHUP."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None] = print) -> None:
        self.children = list(children)
        self._say = say
        #: what woke the main thread: a child that ended, or None for "stop"
        self._events: queue.SimpleQueue[Child | None] = queue.SimpleQueue()
        self._due: dict[str, float] = {}

    def run(self) -> int:
        """Until told to stop (0) or until a child can't be kept alive (1)."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._events.put(None))
        for child in self.children:
            self._due[child.name] = time.monotonic() + child.delay
        try:
            return self._watch()
        finally:
            self._stop()

    def _watch(self) -> int:
        while True:
            wait = min(self._due.values(), default=time.monotonic() + 3600) - time.monotonic()
            try:
                child = self._events.get(timeout=max(wait, 0.01))
            except queue.Empty:
                for each in self.children:
                    if self._due.get(each.name, float("inf")) <= time.monotonic():
                        self._start(each)
                continue
            if child is None:
                return 0
            if not self._bury(child):
                return 1

    def _start(self, child: Child) -> None:
        self._due.pop(child.name, None)
        child.process = subprocess.Popen(  # noqa: S603 - commands of ours
            child.command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **child.environment},
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        child.born = time.monotonic()
        threading.Thread(target=self._wait_for, args=(child, child.process), daemon=True).start()

    def _wait_for(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._events.put(child)

    def _bury(self, child: Child) -> bool:
        """A child ended unasked: clear its group away and plan the next start; False to give up."""
        assert child.process is not None
        _kill_group(child.process.pid)
        lived = time.monotonic() - child.born
        child.deaths = 1 if lived > WELL else child.deaths + 1
        if child.deaths >= GIVE_UP:
            self._say(f"{child.name}接连停了 {child.deaths} 次，放弃；原因见上面的输出。")
            return child.optional
        wait = BACKOFF[min(child.deaths, len(BACKOFF)) - 1]
        self._say(f"{child.name}停了（{_how(child.process.returncode)}），{wait} 秒后重新启动。")
        self._due[child.name] = time.monotonic() + wait
        return True

    def _stop(self) -> None:
        """Tell every master, wait, and only then kill what is left of the groups."""
        for child in self.children:
            if child.alive and child.process:
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{child.name}没有按时停下，强行结束。")
            _kill_group(child.process.pid)
            child.process.wait()


def _how(code: int | None) -> str:
    return f"信号 {signal.Signals(-code).name}" if code is not None and code < 0 else f"退出码 {code}"


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # nobody of the group is left
        return


def _die_with_parent() -> None:
    """Ask the kernel to end the child in order when the supervisor dies, whatever kills it."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


__all__ = ["Child", "Supervisor"]
