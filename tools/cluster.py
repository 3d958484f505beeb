"""A throw-away PostgreSQL cluster for tests and benchmarks.

    with Cluster.start() as cluster:
        os.environ["DATABASE_URL"] = cluster.url

It lives in a temporary folder, listens on a Unix socket only (so no port can collide), and dies with the
process that started it: on leaving the block, at exit, on Ctrl-C, and on Linux even after kill -9.
PostgreSQL refuses to run as root, so root hands it to ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from tools.machine import MISSING, find_postgres
from tools.server import Server

NAME = "gongzhi"
PREFIX = "gongzhi-cluster-"

#: tests may lose everything at a power cut; benchmarks of writes may not
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
COMMON = {"max_connections": "120", "shared_buffers": "128MB", "lc_messages": "C", "timezone": "UTC"}


class NoPostgres(RuntimeError):
    """The server binaries are absent or do not start; the message says what to do."""


class Cluster:
    """A running server; ``url`` is for DATABASE_URL, ``dsn`` for psycopg."""

    def __init__(self, binaries: Path, folder: Path, server: Server, user: dict[str, Any]) -> None:
        self.folder = folder
        self.binaries = binaries
        self._server = server
        self._user = user

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@{str(self.folder).replace('/', '%2F')}/{NAME}"

    @property
    def dsn(self) -> str:
        return f"host={self.folder} user={NAME} dbname={NAME}"

    @classmethod
    def start(cls, *, durable: bool = False, **settings: str) -> Cluster:
        """Make and start a cluster with an empty database; seconds: about one.

        ``durable`` keeps fsync and synchronous commit on; ``settings`` are postgresql.conf values.
        Raises NoPostgres.
        """
        binaries = find_postgres()
        if binaries is None:
            raise NoPostgres(MISSING["postgres"])
        _sweep()
        user = _unprivileged()
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_parent()))
        if user:
            os.chown(folder, user["user"], user["group"])
        try:
            _initdb(binaries, folder, user)
            options = {**COMMON, **({} if durable else FORGETFUL), **settings}
            server = _launch(binaries, folder, user, options)
            cluster = cls(binaries, folder, server, user)
            cluster._wait()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        atexit.register(cluster.stop)
        return cluster

    def stop(self) -> None:
        """Stop at once and remove the folder; a second call does nothing."""
        atexit.unregister(self.stop)
        self._server.stop(signal.SIGQUIT)  # "immediate": nothing here is worth a checkpoint
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        if not self._server.wait():
            self.stop()
            raise NoPostgres("PostgreSQL did not start:\n" + "".join(self._server.log))
        self._run("createdb", "--host", str(self.folder), "--username", NAME, NAME)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self.binaries / program, *arguments], check=True, cwd=self.folder, **self._user)


def _unprivileged() -> dict[str, Any]:
    """The keyword arguments by which Popen runs as another user; none unless we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is neither a user postgres nor nobody here.")


def _parent() -> str:
    """A folder that the other user can enter, with a path short enough for a socket (107 bytes)."""
    usual = tempfile.gettempdir()
    return "/tmp" if os.geteuid() == 0 or len(usual) > 50 else usual


def _sweep() -> None:
    """Remove the folders of clusters whose starter was killed."""
    for folder in Path(_parent()).glob(f"{PREFIX}*"):
        starter = folder.name.removeprefix(PREFIX).split("-")[0]
        if starter.isdigit() and not _lives(int(starter)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _initdb(binaries: Path, folder: Path, user: dict[str, Any]) -> None:
    command: list[Any] = [
        binaries / "initdb",
        "--pgdata",
        folder / "data",
        "--username",
        NAME,
        "--auth",
        "trust",
    ]
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **user)
    if made.returncode:
        raise NoPostgres(f"initdb failed:\n{made.stdout}{made.stderr}")


def _launch(binaries: Path, folder: Path, user: dict[str, Any], options: dict[str, str]) -> Server:
    command: list[str | Path] = [binaries / "postgres", "-D", folder / "data", "-k", folder, "-h", ""]
    for key, value in options.items():
        command += ["-c", f"{key}={value}"]
    return Server(command, says="ready to accept connections", folder=folder, **user)
