"""The same tasks over a real broker, switched on by settings alone."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from gongzhi.city.jobs.models import Job
from gongzhi.city.jobs.tests.processes import process, until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

RABBIT = next(
    (
        path
        for path in ("/usr/lib/rabbitmq/bin/rabbitmq-server", shutil.which("rabbitmq-server") or "")
        if Path(path).exists() and path
    ),
    "",
)
CELERY = (
    "-m",
    "celery",
    "-A",
    "gongzhi.city.jobs.celery",
    "worker",
    "-P",
    "solo",
    "-l",
    "error",
    "--without-gossip",
)
ENQUEUE = """
import sys, django; django.setup()
from django.db import transaction
from gongzhi.city.jobs.tests import sample_tasks as tasks
with transaction.atomic():
    for _ in range(5):
        tasks.note.enqueue(sys.argv[1])
    tasks.urgent.enqueue(sys.argv[1])
try:
    with transaction.atomic():
        tasks.note.enqueue(sys.argv[1], "never")
        raise RuntimeError
except RuntimeError:
    pass
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def server(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """A server of our own, with its children, until the block ends."""
    child = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: child.poll() is not None or listens(port), 60)
        assert child.poll() is None, f"{command[0]} did not start"
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, 9)
        child.wait()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with server(command, port):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[str]:
    port = free_port()
    (folder / "plugins").touch()
    settings = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"gongzhi{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "ERL_EPMD_PORT": str(free_port()),
    }
    # Erlang's name server as a child of ours: started by the broker it would outlive the test
    names = int(settings["ERL_EPMD_PORT"])
    with (
        server(["epmd", "-port", str(names), "-address", "127.0.0.1"], names),
        server([RABBIT], port, **settings),
    ):
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


def enqueue(paper: Path, url: str) -> None:
    with process("-c", ENQUEUE, str(paper), CELERY_BROKER_URL=url) as child:
        assert child.wait(60) == 0


BROKERS = [
    pytest.param(redis, id="redis", marks=pytest.mark.broker),
    pytest.param(
        rabbitmq,
        id="rabbitmq",
        marks=pytest.mark.skipif(
            not RABBIT, reason="rabbitmq-server was not found (Debian: apt install rabbitmq-server)"
        ),
    ),
]


@pytest.mark.parametrize("broker", BROKERS)
def test_it_runs_the_same_tasks_over_a_broker(broker, tmp_path):
    paper = tmp_path / "paper"
    with broker(tmp_path) as url:
        enqueue(paper, url)
        assert Job.objects.filter(state="waiting").count() == 6
        with process(*CELERY, CELERY_BROKER_URL=url):
            until(lambda: Job.objects.filter(state="done").count() == 6, 60)
    assert sorted(paper.read_text().splitlines()) == ["ran"] * 5 + ["urgent"]


@pytest.mark.broker
def test_it_loses_no_job_when_the_broker_loses_everything(tmp_path):
    paper = tmp_path / "paper"
    with redis(tmp_path) as url:
        enqueue(paper, url)
    Job.objects.update(run_after=timezone.now() - timedelta(minutes=5))
    announce = "import django; django.setup(); from gongzhi.city.jobs.routine import announce; announce()"
    with redis(tmp_path) as url, process(*CELERY, CELERY_BROKER_URL=url):
        with process("-c", announce, CELERY_BROKER_URL=url) as child:
            assert child.wait(60) == 0
        until(lambda: Job.objects.filter(state="done").count() == 6, 60)
