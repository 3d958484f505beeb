"""10,000 households vote from their slips through the browser's way: every ballot counted once, through double taps,
retries and a server that is killed in the middle.

    python bench/run.py voting [--quick]

SQLite, granian with two worker processes as ``gongzhi serve`` starts it, and the voters, all on the same machine. A
household reads its ballot page and sends it; every tenth taps twice, and whoever gets no answer sends the same again, as a
browser's reload does. After a third of the votes the server is killed (SIGKILL, all of its processes) and started again.
"""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from bench.city import _run, environment
from bench.figure import figure, left_out
from bench.serving import served, workers_of

TITLE = "voting"
HOUSEHOLDS, QUICK_HOUSEHOLDS = 10_000, 600
VOTERS = 8
TARGET = "gongzhi.city.project.wsgi:application"
#: every so many-th household taps twice
TWICE = 10
CHOICES = ("agree", "agree", "agree", "against", "abstain")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LONGEST = 60.0


class Crowd:
    """Households that vote, one after the other on each of a few phones."""

    def __init__(self, topic: int, codes: list[str]) -> None:
        self.topic = topic
        self.port = 0
        self.todo: queue.Queue[tuple[int, str]] = queue.Queue()
        for number, code in enumerate(codes):
            self.todo.put((number, code))
        self.sent: Counter[str] = Counter()
        self.retries = self.twice = self.done = self.failed = 0
        self.receipts: list[str] = []
        self.lock = threading.Lock()
        self.trouble = ""

    def vote(self) -> None:
        """Take households from the queue until none is left."""
        while not self.trouble:
            try:
                number, code = self.todo.get_nowait()
            except queue.Empty:
                return
            try:
                self._household(number, code)
            except Exception as error:
                self.trouble = f"{type(error).__name__}: {error}"

    def _household(self, number: int, code: str) -> None:
        path, choice = f"/village/meetings/slip/{code}/{self.topic}/", CHOICES[number % len(CHOICES)]
        page, cookie = self._asked("GET", path)
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"', page))
        body = urlencode({**fields, "choice": choice})
        answers = [self._asked("POST", path, body, cookie)[0]]
        if number % TWICE == 0:
            answers.append(self._asked("POST", path, body, cookie)[0])
        receipts = {found[1] for text in answers if (found := re.search(r'class="code">([\d-]+)<', text))}
        if len(receipts) != 1:
            raise RuntimeError(f"household {number} has receipts {receipts}")
        with self.lock:
            self.sent[choice] += 1
            self.twice += number % TWICE == 0
            self.done += 1
            self.receipts += receipts

    def _asked(self, method: str, path: str, body: str = "", cookie: str = "") -> tuple[str, str]:
        """The page, asked again while nobody answers; and its cookie."""
        until = time.monotonic() + LONGEST
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                head = {**FORM, "Cookie": cookie, "Referer": f"http://127.0.0.1:{self.port}{path}"}
                connection.request(method, path, body or None, head if method == "POST" else {})
                answer = connection.getresponse()
                text = answer.read().decode()
                if answer.status < 400:
                    return text, (answer.getheader("Set-Cookie") or "").partition(";")[0]
                with self.lock:
                    self.failed += 1
                if answer.status < 500:
                    raise RuntimeError(f"{method} {path} answered {answer.status}: {text[-300:]}")
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            if time.monotonic() > until:
                raise RuntimeError(f"{path} did not answer for {LONGEST} s")
            with self.lock:
                self.retries += 1
            time.sleep(0.2)


def measure(quick: bool) -> dict[str, Any]:
    """Rows of the report."""
    households = QUICK_HOUSEHOLDS if quick else HOUSEHOLDS
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder:
        settings = environment(folder)
        _run(settings, "-m", "gongzhi.city.cli.main", "migrate")
        opened = json.loads(_run(settings, "-m", "bench.village", "open", str(households)))
        crowd = Crowd(opened["topic"], opened["codes"])
        began = time.perf_counter()
        _voted(crowd, settings, households)
        seconds = time.perf_counter() - began
        if crowd.trouble:
            return {"title": TITLE, "figures": [left_out("voting", crowd.trouble)]}
        told = json.loads(_run(settings, "-m", "bench.village", "count"))
    return {"title": TITLE, "figures": _figures(crowd, told, households, seconds)}


def _voted(crowd: Crowd, settings: dict[str, str], households: int) -> None:
    """All vote; the server is killed after a third of them and comes back."""
    threads = [threading.Thread(target=crowd.vote) for _each in range(VOTERS)]
    try:
        with served(TARGET, settings) as (port, process):
            crowd.port = port
            for each in threads:
                each.start()
            while crowd.done < households / 3 and any(each.is_alive() for each in threads):
                time.sleep(0.05)
            for worker in [*workers_of(process.pid), process.pid]:
                os.kill(worker, signal.SIGKILL)
        with served(TARGET, settings) as (port, _process):
            crowd.port = port
            for each in threads:
                each.join()
    finally:
        crowd.trouble = crowd.trouble or ("" if crowd.done == households else "not all have voted")


def _figures(crowd: Crowd, told: dict[str, Any], households: int, seconds: float) -> list[dict[str, Any]]:
    counted = {name: told["figures"][name] for name in ("agree", "against", "abstain")}
    wrong = sum(abs(counted[name] - crowd.sent[name]) for name in counted)
    wrong += abs(told["cast"] - households) + abs(told["marks"] - households)
    wrong += len(crowd.receipts) - len(set(crowd.receipts))
    wrong += sum(abs(told["recount"][name] - counted[name]) for name in counted)
    how = f"{crowd.twice:,} tapped twice, {crowd.retries:,} requests sent again, {crowd.failed} answered with an error"
    how += ", all server processes killed once"
    return [
        figure(
            f"{households:,} households vote by phone: ballots lost, counted twice or wrong",
            wrong,
            "ballots",
            most=0,
            note=how,
        ),
        figure(
            "households that vote in an hour on this machine (page and vote, restart included)",
            households / seconds * 3600,
            "households",
            least=10_000,
            note=f"{seconds:.0f} s for {households:,}",
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(measure("--quick" in sys.argv), ensure_ascii=False))
