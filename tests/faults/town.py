"""A small city, served by ``gongzhi serve``, to which bad things are done."""

from __future__ import annotations

import csv
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.city import environment, prepare
from bench.serving import free_port
from tools.machine import ROOT
from tools.server import Server

PROGRAM = [sys.executable, "-m", "gongzhi.city.cli.main"]
FORM = {
    "subject": "村口路灯不亮",
    "text": "村口的路灯已经三天不亮，晚上老人出门看不见路。",
    "place": {"text": "上冯村口", "area": "420281000000"},
}
Answer = tuple[int, Any]


def until(condition: Callable[[], object], seconds: float = 90, what: str = "") -> Any:
    """Wait for the condition and give what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain for {what or condition}"
        time.sleep(0.05)
    return found


class Town:
    """The city, its people's tokens, and the processes that serve it."""

    def __init__(self, home: Path, database: str = "") -> None:
        home.mkdir(exist_ok=True)
        self.home = home
        self.settings = environment(str(home), database)
        self.settings["GONGZHI_JOB_LEASE"] = "3"
        self.tokens = prepare(self.settings)
        self.port = free_port()
        self.server: Server | None = None

    def __enter__(self) -> Town:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.server:
            self.server.stop()
            if error:
                print("".join(self.server.log))

    # --- processes -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start the supervisor and wait until a page is answered."""
        with _environ(self.settings):
            self.server = Server([*PROGRAM, "serve", "--port", str(self.port)], says="已开门", folder=ROOT)
        assert self.server.wait(), "".join(self.server.log)

    def processes(self, words: str) -> list[int]:
        """Ids of our own processes whose command line has these words, the supervisor's descendants only."""
        assert self.server is not None
        return [pid for pid in _descendants(self.server.process.pid) if words in _command(pid)]

    def kill_web(self) -> None:
        """kill -9 of granian's master and its workers at once."""
        for pid in self.processes("granian"):
            _kill(pid)

    def kill_everything(self) -> None:
        """kill -9 of the supervisor and all that it started."""
        assert self.server is not None
        supervisor = self.server.process.pid
        below = _descendants(supervisor)
        for pid in (supervisor, *below):
            _kill(pid)
        self.server.stop()
        until(lambda: not [pid for pid in below if _command(pid)], what="the killed to be gone")

    # --- talking ---------------------------------------------------------------------------------------------

    def ask(
        self, who: str, method: str, path: str, body: Any = None, *, key: str = "", seconds: float = 30
    ) -> Answer:
        """(status, JSON) of one request. OSError when the server is away or hangs up."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Host": "localhost"}
        if key:
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, f"/api/v1{path}", body=content, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def report(self, key: str = "", **more: Any) -> Answer:
        """Open an appeal."""
        body = {"mechanism": "daye_minqing", "type": "appeal", "form": {**FORM, **more}}
        return self.ask("hotline_agent", "POST", "/cases", body, key=key)

    def choose(self, who: str, case: str, step: str, choice: str, key: str = "", **values: Any) -> Answer:
        """Take a choice; ``seen`` among the values goes beside them."""
        body: dict[str, Any] = {"step": step, "choice": choice}
        if "seen" in values:
            body["seen"] = values.pop("seen")
        return self.ask(who, "POST", f"/cases/{case}/choose", {**body, "values": values}, key=key)

    def dispatched(self) -> tuple[str, int]:
        """(case, length) of an appeal that waits for 城管局's signature."""
        status, receipt = self.report()
        assert status == 201, receipt
        case = receipt["case"]
        status, said = self.choose(
            "hotline_agent", case, "register", "dispatch", kind="求助", category="城乡建设"
        )
        assert status == 200, said
        status, said = self.choose("dispatcher", case, "dispatch", "send", lead="cgj", basis="职责清单")
        assert status == 200, said
        return case, said["length"]

    # --- looking ---------------------------------------------------------------------------------------------

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of ``gongzhi`` on this city."""
        return self.python("-m", "gongzhi.city.cli.main", *words)

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A Python process with this city's settings."""
        command = [sys.executable, *words]
        environ = {**os.environ, **self.settings}
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    def healthy(self) -> None:
        """``gongzhi doctor --full`` says OK on every line."""
        ran = self.run("doctor", "--full")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert all(line.endswith(": OK") for line in ran.stdout.splitlines()), ran.stdout

    def cases(self) -> list[dict[str, str]]:
        """All cases as ``gongzhi export cases`` gives them."""
        ran = self.run("export", "cases")
        assert ran.returncode == 0, ran.stderr
        return list(csv.DictReader(ran.stdout.lstrip("\ufeff").splitlines()))

    def no_gap(self) -> int:
        """After a tick the numbers run from 1 without a gap; gives how many."""
        self.run("tick")
        numbers = sorted(int(row["编号"][-6:]) for row in self.cases() if row["编号"])
        assert numbers == list(range(1, len(numbers) + 1))
        return len(numbers)


@contextmanager
def _environ(more: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _descendants(pid: int) -> list[int]:
    """Children and theirs (Linux)."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*found, *(below for child in found for below in _descendants(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
