"""A city built by a script in a process of its own, and served on a free port of loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from gongzhi.city.cli.serve import answers, live_command
from tests.doors.people import Site
from tools.server import Server

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "gongzhi.sqlite3"


@contextmanager
def served(script: str, *, working: bool = False, live: bool = False, city: str = "大冶市") -> Iterator[Site]:
    """The city that ``script`` (a module of this folder) fills, until the block ends. A page that failed fails the test.

    ``working``: with a worker beside it, so that what follows from a fact (papers, called cases) follows.
    ``live``: with the process that keeps walls up to date.
    """
    with tempfile.TemporaryDirectory(prefix="gongzhi-doors-") as home:
        environment = _environment(home) | {"GONGZHI_CITY_NAME": city}
        live_port = _free_port() if live else 0
        environment |= {"GONGZHI_LIVE": f":{live_port}"} if live else {}
        shutil.copy(_empty_tables(), Path(home) / DATABASE)
        built = subprocess.run(
            [sys.executable, "-m", f"tests.doors.{script}"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stdout + built.stderr
        port = _free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"]
        command += ["gongzhi.city.project.wsgi:application"]
        server = Server(
            ["/usr/bin/env", *_changed(environment), *command], says="Started worker", folder=ROOT
        )
        worker = (
            subprocess.Popen([sys.executable, "-m", "gongzhi.city.jobs"], env=environment, cwd=ROOT)
            if working
            else None
        )
        pushing = (
            subprocess.Popen(live_command("127.0.0.1", live_port), env=environment, cwd=ROOT)
            if live
            else None
        )
        try:
            assert server.wait() and answers("127.0.0.1", port, 60), "".join(server.log)
            assert not live or _listens(live_port, 60), "the live process does not listen"
            yield Site(address=f"http://127.0.0.1:{port}", home=home)
        finally:
            server.stop()
            for other in filter(None, (worker, pushing)):
                other.terminate()
                other.wait(timeout=30)
        # a page that failed with a 500 leaves its trace here; the browsers fail on the answer itself
        assert "Traceback" not in "".join(server.log), "".join(server.log)


def ordered(site: Site, *words: str) -> str:
    """A command of the program (``watches``, ``run``, …) in a city that this session built: what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "gongzhi.city.cli.main", *words],
        env=_environment(site.home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def _empty_tables() -> Path:
    """A database with all tables and nothing in them, made once: each city begins with a copy of it."""
    home = Path(tempfile.mkdtemp(prefix="gongzhi-tables-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    environment = _environment(str(home)) | {"DJANGO_SETTINGS_MODULE": "gongzhi.city.project.settings"}
    subprocess.run(command, env=environment, cwd=ROOT, check=True)
    with closing(sqlite3.connect(home / DATABASE)) as made:
        made.execute("pragma wal_checkpoint(truncate)")
    return home / DATABASE


def _listens(port: int, seconds: float) -> bool:
    """Wait until somebody takes calls there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def _environment(home: str) -> dict[str, str]:
    dropped = {"DATABASE_URL", "CELERY_BROKER_URL", "GONGZHI_FILES", "GONGZHI_STATIC", "SECRET_KEY"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = os.pathsep.join([str(ROOT / "src"), kept.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    # jobs run at once, so that what they do is there when the page comes back
    own = {"GONGZHI_HOME": home, "GONGZHI_TASKS": "immediate"}
    return {**kept, **own, "PYTHONPATH": path, "SECRET_KEY": "only-for-tests-" + "0" * 50}


def _changed(environment: dict[str, str]) -> list[str]:
    """NAME=value words for env(1): what the server's environment must have beyond ours."""
    unset = [word for name in os.environ if name not in environment for word in ("-u", name)]
    different = [f"{name}={value}" for name, value in environment.items() if os.environ.get(name) != value]
    return unset + different


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
