"""A full disk and a database that goes away: a clear answer, nothing changed, and all well again afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.town import Town, until
from tools.cluster import COMMON, Cluster, _launch

pytestmark = pytest.mark.faults


@pytest.mark.postgres
def test_it_answers_503_while_the_database_is_away_and_recovers_by_itself(
    cluster: Cluster, tmp_path: Path
) -> None:
    with Town(tmp_path / "home", cluster.url) as town:
        status, before = town.report()
        assert status == 201
        cluster._server.stop(signal.SIGINT)
        for method, path, body in (("GET", "/cases", None), ("POST", f"/cases/{before['case']}/act", NOTE)):
            status, said = town.ask("hotline_agent", method, path, body)
            assert (status, said["code"]) == (503, "D503")
            assert said["sentence"]
            assert said["remedy"]
        cluster._server = _launch(cluster.binaries, cluster.folder, cluster._user, COMMON)
        assert cluster._server.wait(), "".join(cluster._server.log)
        status, said = town.ask("hotline_agent", "GET", f"/cases/{before['case']}")
        assert (status, said["length"]) == (200, before["length"])
        assert town.report()[0] == 201
        until(lambda: town.processes("work --no-tick"), what="the worker to be there")
        assert town.no_gap() == 2
        town.healthy()


@pytest.mark.postgres
def test_it_does_not_notice_connections_that_were_cut(cluster: Cluster, tmp_path: Path) -> None:
    import psycopg

    with Town(tmp_path / "home", cluster.url) as town:
        assert town.report()[0] == 201
        for _ in range(3):
            with psycopg.connect(cluster.dsn, autocommit=True) as connection:
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                )
            assert [town.report()[0] for _ in range(6)] == [201] * 6
        town.healthy()


NOTE = {"kind": "note", "text": "又打来电话催。"}


@pytest.fixture
def full(small_disk: Path) -> Iterator[tuple[Town, Path]]:
    """A town on a small disk, and the file that fills the disk up."""
    with Town(small_disk / "home") as town:
        yield town, small_disk / "ballast"


def fill(ballast: Path) -> None:
    """Write until nothing more goes in."""
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        for size in (2**20, 4096, 512):
            while True:
                try:
                    os.write(handle, b"\0" * size)
                except OSError:
                    break
    finally:
        os.close(handle)


def test_it_refuses_clearly_and_changes_nothing_while_the_disk_is_full(full: tuple[Town, Path]) -> None:
    town, ballast = full
    status, before = town.report()
    assert status == 201
    fill(ballast)
    refusals = []
    for turn in range(200):
        # the write-ahead log has room of its own for a while; then every write is refused
        status, said = town.report(key=f"full-{turn}", text="很长的话。" * 500)
        if status != 201:
            refusals.append((status, said))
        if len(refusals) == 3:
            break
        fill(ballast)
    assert len(refusals) == 3, "the disk was never full"
    for status, said in refusals:
        assert status in (503, 507), said
        assert said["sentence"]
        assert said["remedy"]
    status, still = town.ask("hotline_agent", "GET", f"/cases/{before['case']}")
    assert (status, still["length"]) == (200, before["length"])
    ballast.unlink()
    for turn in range(200):
        status, said = town.report(key=f"full-{turn}", text="很长的话。" * 500)
        assert status == 201, said
        if turn > 3:
            break
    assert town.no_gap() == len(town.cases())
    town.healthy()
