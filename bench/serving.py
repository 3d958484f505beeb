"""A granian server of two workers on a free port, and a load of plain GET requests against it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tools.machine import ROOT
from tools.server import Server

WORKERS = 2


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def served(
    target: str, environment: Mapping[str, str], workers: int = WORKERS
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """(port, granian's master) while the block runs; all of it is gone afterwards, also when we are killed."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    command += ["--blocking-threads", "4", "--no-ws", "--log-level", "info", target]
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        server = Server(command, says="Started worker-1", folder=ROOT)
    finally:
        os.environ.clear()
        os.environ.update(before)
    try:
        if not server.wait() or not _answers(port):
            raise RuntimeError("the server did not start:\n" + "".join(server.log))
        yield port, server.process
    finally:
        server.stop()


def _answers(port: int) -> bool:
    """Every worker compiles what it needs on its first requests."""
    until = time.monotonic() + 60
    good = 0
    while time.monotonic() < until and good < 20:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            good += 1
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    return good == 20


def requests_per_second(port: int, path: str, seconds: float, threads: int = 8) -> tuple[float, list[float]]:
    """Requests per second of ``threads`` connections that are kept open, and each request's seconds."""
    stop = time.perf_counter() + seconds
    took: list[float] = []

    def load() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine = []
        while (began := time.perf_counter()) < stop:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 400:
                raise RuntimeError(f"{path} answered {answer.status}")
            mine.append(time.perf_counter() - began)
        connection.close()
        took.extend(mine)

    crowd = [threading.Thread(target=load) for _ in range(threads)]
    began = time.perf_counter()
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return len(took) / (time.perf_counter() - began), took


def workers_of(master: int) -> list[int]:
    """Granian's worker processes (Linux)."""
    with open(f"/proc/{master}/task/{master}/children", encoding="ascii") as line:
        return [int(word) for word in line.read().split()]
