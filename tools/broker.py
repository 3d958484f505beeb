"""A throw-away Redis for the tests of jobs on a real broker.

with Broker.start() as broker:
    os.environ["CELERY_BROKER_URL"] = broker.url
"""

from __future__ import annotations

import atexit
import shutil
import socket
import tempfile
from pathlib import Path
from types import TracebackType

from tools.machine import MISSING, find_redis
from tools.server import Server

#: between asking for a free port and using it another program may take it
TRIES = 3


class NoBroker(RuntimeError):
    """redis-server is absent or does not start; the message says what to do."""


class Broker:
    """A running Redis on loopback that keeps nothing on disk."""

    def __init__(self, server: Server, folder: Path, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self.process = server.process
        self._server = server
        self._folder = folder

    @classmethod
    def start(cls) -> Broker:
        """Raises NoBroker."""
        program = find_redis()
        if program is None:
            raise NoBroker(MISSING["redis"])
        folder = Path(tempfile.mkdtemp(prefix="gongzhi-broker-"))
        for _try in range(TRIES):
            port = _free_port()
            quiet = ("--save", "", "--appendonly", "no", "--dir", folder, "--bind", "127.0.0.1")
            server = Server(
                [program, "--port", str(port), *quiet], says="eady to accept connections", folder=folder
            )
            if server.wait():
                broker = cls(server, folder, port)
                atexit.register(broker.stop)
                return broker
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise NoBroker("redis-server did not start:\n" + "".join(server.log))

    def stop(self) -> None:
        atexit.unregister(self.stop)
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Broker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
