"""A job that says who runs it, and waits for a file before it is done."""

from __future__ import annotations

import os
import time
from pathlib import Path

from gongzhi.city.jobs.tasks import task


@task()
def wait_for(folder: str) -> int:
    """Write the process id to ``folder``/started-<id>; end when ``folder``/gate is there."""
    (Path(folder) / f"started-{os.getpid()}").touch()
    end = time.monotonic() + 120
    while not (Path(folder) / "gate").exists():
        if time.monotonic() > end:
            raise TimeoutError("nobody opened the gate")
        time.sleep(0.05)
    with (Path(folder) / "done").open("a") as log:
        log.write(f"{os.getpid()}\n")
    return os.getpid()
