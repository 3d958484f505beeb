"""Towns that are served by real processes, on a database of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.town import Town
from tools.cluster import Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test's own, which it may stop and start; durable, since a kill must lose nothing."""
    with Cluster.start(durable=True) as started:
        yield started


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """On PostgreSQL where the run is, else on SQLite."""
    postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    database = request.getfixturevalue("cluster").url if postgres else ""
    with Town(tmp_path / "home", database) as made:
        yield made


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 40 MB, which only root can make."""
    if os.geteuid() != 0:
        pytest.skip("a small disk is a tmpfs, which only root can mount")
    with tempfile.TemporaryDirectory(prefix="gongzhi-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder]
        mounted = subprocess.run(command, check=False, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"this machine mounts no tmpfs: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
