"""kill -9 at any point: what was acknowledged is there, nothing is there twice, numbers have no gap."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.faults.town import Town, until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes to kill in /proc"),
]


class Crowd:
    """Reporters who send their appeal again, with the same key, until it is acknowledged."""

    def __init__(self, town: Town, count: int = 4) -> None:
        self.town = town
        self.acknowledged: dict[str, str] = {}
        self.refused: list[object] = []
        self.sent: set[str] = set()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._report, args=(number,)) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def _report(self, number: int) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            key = f"reporter-{number}-{turn}"
            self.sent.add(key)
            end = time.monotonic() + 120
            while time.monotonic() < end and key not in self.acknowledged:
                self._try(key)

    def _try(self, key: str) -> None:
        try:
            status, said = self.town.report(key=key, subject=f"第{key}件")
        except OSError:
            time.sleep(0.05)
            return
        if status == 201:
            self.acknowledged[key] = said["case"]
        elif status != 503:
            self.refused.append((status, said))

    def wait_for_more(self, count: int = 12) -> None:
        """Until so many more are acknowledged."""
        wanted = len(self.acknowledged) + count
        until(lambda: len(self.acknowledged) >= wanted, 120, f"{count} more acknowledged")

    def go(self) -> None:
        """Everybody finishes what they have begun."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_it_loses_nothing_and_doubles_nothing_when_the_web_is_killed_under_load(town: Town) -> None:
    crowd = Crowd(town)
    try:
        crowd.wait_for_more()
        town.kill_web()
        crowd.wait_for_more()
        # the master is the first, its workers follow
        kill_one(until(lambda: town.processes("granian")[1:], what="granian's workers")[0])
        crowd.wait_for_more()
        town.kill_everything()
        town.open()
        crowd.wait_for_more()
    finally:
        crowd.go()
    assert not crowd.refused
    assert crowd.sent == set(crowd.acknowledged), "a reporter gave up"
    assert len(set(crowd.acknowledged.values())) == len(crowd.acknowledged)
    for case in crowd.acknowledged.values():
        status, found = town.ask("dispatcher", "GET", f"/cases/{case}")
        assert status == 200, found
    subjects = [row["标题"] for row in town.cases()]
    assert sorted(subjects) == sorted(f"第{key}件" for key in crowd.sent)
    assert town.no_gap() == len(subjects)
    town.healthy()


def kill_one(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_it_takes_a_job_again_whose_worker_was_killed(town: Town, tmp_path: Path) -> None:
    started = town.python("-c", ENQUEUE, str(tmp_path))
    assert started.returncode == 0, started.stderr
    first = until(lambda: list(tmp_path.glob("started-*")), what="the job to begin")
    victim = int(first[0].name.removeprefix("started-"))
    assert victim in town.processes("work --no-tick")
    kill_one(victim)
    until(lambda: len(list(tmp_path.glob("started-*"))) == 2, what="another worker to take the job")
    (tmp_path / "gate").touch()
    until(lambda: (tmp_path / "done").exists(), what="the job to end")
    status = until(lambda: town.python("-c", STATUS, started.stdout.strip()).stdout.split() or None)
    until(
        lambda: town.python("-c", STATUS, started.stdout.strip()).stdout.split() == ["done", "2"],
        what=f"{status}",
    )
    assert len((tmp_path / "done").read_text().split()) == 1
    town.healthy()


PREAMBLE = "import sys, django; django.setup()\nsys.path.insert(0, '.')\n"
ENQUEUE = PREAMBLE + "from tests.faults.waiting import wait_for\nprint(wait_for.enqueue(sys.argv[1]).id)\n"
STATUS = PREAMBLE + (
    "from gongzhi.city.jobs.models import Job\njob = Job.objects.get(pk=sys.argv[1])\nprint(job.state, job.attempts)\n"
)
