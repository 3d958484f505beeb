"""Tasks that tests enqueue; they leave a line in a file, so that a test sees how often they ran, and when they ended."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django_tasks import task


def leave(path: str, line: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@task
def note(path: str, line: str = "ran") -> str:
    leave(path, line)
    return line


@task(takes_context=True)
def slow(context, path: str, seconds: float) -> None:
    leave(path, f"started {context.attempt} {os.getpid()}")
    time.sleep(seconds)
    leave(path, f"ended {context.attempt}")


@task(max_attempts=2)
def explode() -> None:
    raise RuntimeError("boom")


@task(queue_name="slow", priority=5)
def urgent(path: str) -> None:
    leave(path, "urgent")
