"""The throw-away servers come up, belong to nobody else, and leave nothing behind."""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tools import machine
from tools.broker import Broker
from tools.cluster import PREFIX, Cluster

needs_postgres = pytest.mark.skipif(machine.find_postgres() is None, reason=machine.MISSING["postgres"])
needs_redis = pytest.mark.skipif(machine.find_redis() is None, reason=machine.MISSING["redis"])


@needs_postgres
def test_it_starts_a_cluster_and_removes_it() -> None:
    import psycopg

    with Cluster.start() as cluster:
        with psycopg.connect(cluster.dsn) as connection:
            row = connection.execute(
                "select current_setting('fsync'), current_setting('listen_addresses')"
            ).fetchone()
        assert row == ("off", "")
        assert not os.stat(cluster.folder).st_mode & stat.S_IROTH
    assert not cluster.folder.exists()


@needs_postgres
def test_it_keeps_every_commit_of_a_durable_cluster() -> None:
    import psycopg

    with Cluster.start(durable=True) as cluster, psycopg.connect(cluster.dsn) as connection:
        row = connection.execute(
            "select current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
    assert row == ("on", "on")


@needs_postgres
def test_it_takes_the_cluster_along_when_the_starter_is_killed() -> None:
    program = (
        "from tools.cluster import Cluster\n"
        "cluster = Cluster.start()\n"
        "print(cluster.folder, flush=True)\n"
        "import signal; signal.pause()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=machine.ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().split("\n")[0])
        handle = os.pidfd_open(server)
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    assert folder.name.startswith(PREFIX)
    _wait_for(handle)
    with Cluster.start():
        assert not folder.exists()  # the next start sweeps what the kill left


@needs_redis
def test_it_starts_a_broker_on_loopback() -> None:
    import redis

    with Broker.start() as broker, redis.Redis.from_url(broker.url) as client:
        assert client.ping()
        process = broker.process
    assert process.poll() is not None


def _wait_for(handle: int) -> None:
    """Until the process of this handle has ended; no polling."""
    try:
        ended, _, _ = select.select([handle], [], [], 30)
        assert ended
    finally:
        os.close(handle)
