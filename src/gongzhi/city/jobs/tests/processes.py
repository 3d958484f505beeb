"""Real processes on the test's database."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

from django.db import connection


def environment(**more: str) -> dict[str, str]:
    """The environment in which another process sees the test's database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    else:
        url = f"sqlite:///{name}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "GONGZHI_LOG": "error",
        "PYTHONWARNINGS": "default",
        "CELERY_SKIP_CHECKS": "1",
        **more,
    }


@contextlib.contextmanager
def process(*arguments: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that is gone when the block ends."""
    child = subprocess.Popen([sys.executable, *arguments], env=environment(**more))
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for the condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
