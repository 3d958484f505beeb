"""One appeal's life through the HTTP API, per second, and pages of a city with a million cases.

    python bench/run.py lives [--quick]        python bench/lives.py prints every stage

PostgreSQL (durable: every commit is on the disk), granian with two worker processes as ``gongzhi serve`` starts it, and the
client, all on the same machine. A life is six requests by five people: create, dispatch, answer, call back, close, read
(``bench/six_requests``); the whole way of ``daye_minqing`` (nine requests by six people) is measured beside it.
Calibration: a view without a database under the same server.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

import psycopg  # noqa: E402

from bench.city_rows import City  # noqa: E402
from bench.figure import figure, left_out, percentile  # noqa: E402
from bench.talking import Connection, expect  # noqa: E402
from tools.cluster import Cluster, NoPostgres  # noqa: E402

TEMPLATES = 1200
STAGES = (0, 10_000, 100_000, 1_000_000)
CONNECTIONS = 12
WORKERS = 2
SAMPLES = 400
DATABASE = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "512MB",
    "checkpoint_timeout": "15min",
}
FORM = {
    "subject": "村口路灯不亮",
    "text": "金湖街道上冯村口的路灯已经三天不亮,晚上老人出门看不见路,请尽快派人来修。",
    "place": {"text": "上冯村口", "area": "420281001000", "lon": 114.97, "lat": 30.10},
    "reporter_name": "王秀英",
    "phone": "13800138000",
    "category": "城乡建设",
}
Step = tuple[str, str, str, str, Any]


def opening(mechanism: str) -> Step:
    return (
        "create",
        "hotline_agent",
        "POST",
        "/api/v1/cases",
        {"mechanism": mechanism, "type": "appeal", "form": FORM},
    )


def choosing(name: str, who: str, step: str, choice: str, **values: Any) -> Step:
    body = {"step": step, "choice": choice, "values": values}
    return (name, who, "POST", "/api/v1/cases/{case}/choose", body)


READING: Step = ("read", "reviewer", "GET", "/api/v1/cases/{case}", None)


def six(lead: str) -> list[Step]:
    """The life of the issue: create, dispatch, answer, call back, close, read."""
    return [
        opening("six_requests"),
        choosing("dispatch", "dispatcher", "dispatch", "send", lead=lead, basis="职责清单3.2"),
        choosing("answer", "officer", "handle", "reply", result="解决", reply="灯已修好,请查看。"),
        choosing(
            "call back", "caller", "callback", "called", contacted=True, solved="已解决", satisfied="满意"
        ),
        choosing("close", "reviewer", "close", "close"),
        READING,
    ]


def daye(lead: str) -> list[Step]:
    """The whole way of the first mechanism."""
    return [
        opening("daye_minqing"),
        choosing("register", "hotline_agent", "register", "dispatch", kind="求助", category="城乡建设"),
        choosing("dispatch", "dispatcher", "dispatch", "send", lead=lead, basis="职责清单3.2"),
        choosing("sign", "officer", "sign", "accept"),
        choosing("answer", "officer", "handle", "reply", result="解决", reply="灯已修好,请查看。"),
        choosing("sign off", "leader", "sign_off", "issue"),
        choosing("review", "reviewer", "review", "pass"),
        choosing(
            "call back", "caller", "callback", "satisfied", contacted=True, solved="已解决", satisfied="满意"
        ),
        READING,
    ]


def environment(home: Path, url: str) -> dict[str, str]:
    """The settings of the city that is measured."""
    keys = (
        "index:aW5kZXgtLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0=,k1:azEtLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0="
    )
    return {
        **os.environ,
        "DATABASE_URL": url,
        "GONGZHI_HOME": str(home),
        "SECRET_KEY": "only-for-benchmarks-" + "0" * 40,
        "GONGZHI_FIELD_KEYS": keys,
        "DJANGO_SETTINGS_MODULE": "gongzhi.city.project.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def prepare(home: Path, env: dict[str, str]) -> dict[str, Any]:
    """Tables, mechanisms, the demo's people and played appeals, tokens; in a process of its own."""
    subprocess.run(
        [sys.executable, str(ROOT / "bench" / "preparing.py"), str(TEMPLATES)], env=env, check=True, cwd=home
    )
    found: dict[str, Any] = json.loads((home / "prepared.json").read_text(encoding="utf-8"))
    return found


class Server:
    """Granian as ``gongzhi serve`` starts it."""

    def __init__(self, env: dict[str, str], home: Path) -> None:
        from gongzhi.city.cli.serve import web_command

        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]
        self.log = (home / "server.log").open("wb")
        command = web_command("127.0.0.1", self.port, WORKERS)
        self.process = subprocess.Popen(command, env=env, cwd=home, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                Connection(self.port).ask("GET", "/open311/v2/discovery.json")
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError("the server did not start; see server.log")

    def workers(self) -> list[int]:
        """Memory of each worker process in MB (resident)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        page = os.sysconf("SC_PAGE_SIZE")
        sizes = [
            int(Path(f"/proc/{child}/statm").read_text().split()[1]) * page // 2**20 for child in children
        ]
        return sorted((size for size in sizes if size > 20), reverse=True)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)  # the master only: its workers follow
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def lives(
    server: Server, plan: dict[str, Any], life: list[Step], ended: str, seconds: float, home: Path
) -> dict[str, Any]:
    """Lives per second, by a client in a process of its own; and what one costs in CPU time, all processes together.

    The best of three rounds: what else the machine does meanwhile is no property of ours. One before them warms up.
    """
    whole = {
        "port": server.port,
        "tokens": plan["tokens"],
        "life": life,
        "ended": ended,
        "connections": CONNECTIONS,
        "seconds": seconds / 3,
    }
    path = home / "plan.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    rounds = [one_round(path) for _ in range(4)]
    return max(rounds[1:], key=lambda each: each["per_second"])


def one_round(path: Path) -> dict[str, Any]:
    """One run of the client over its plan."""
    before = cpu_seconds()
    command = [sys.executable, str(ROOT / "bench" / "talking.py"), str(path)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    if found["failures"]:
        raise RuntimeError(f"a life failed: {found['failures']}")
    after = cpu_seconds()
    spent = {part: round((after[part] - before[part]) * 1000 / found["lives"], 1) for part in after}
    return {
        "per_second": round(found["lives"] / found["seconds"], 1),
        "cpu_ms_per_life": spent | {"client": round(found["cpu"] * 1000 / found["lives"], 1)},
        "median_ms": found["median_ms"],
    }


def cpu_seconds() -> dict[str, float]:
    """CPU time so far of our web workers and of our database, from /proc."""
    total, tick = {"web": 0.0, "database": 0.0}, os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            used = (entry / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
        except OSError:
            continue  # it ended while we looked
        part = (
            "web" if b"granian" in command else "database" if command.startswith(b"postgres: gongzhi") else ""
        )
        if part:
            total[part] += sum(int(each) for each in used) / tick
    return total


def p95(server: Server, requests: list[tuple[str, str]]) -> dict[str, float]:
    """Milliseconds over different requests, one after the other, each taken at the best of three times.

    So a page that is dear for its own sake counts, and a stall by something else on the machine does not.
    """
    connection, best = Connection(server.port), [float("inf")] * len(requests)
    for number in range(4):
        for place, (path, token) in enumerate(requests):
            started = time.perf_counter()
            expect(connection, "GET", path, token)
            if number:  # the first round warms up
                best[place] = min(best[place], (time.perf_counter() - started) * 1000)
    return {"median_ms": round(percentile(best, 0.5), 2), "p95_ms": round(percentile(best, 0.95), 2)}


def pages(server: Server, city: City, plan: dict[str, Any]) -> dict[str, Any]:
    """A restricted officer's list (50 rows, filtered, by due time) and case pages."""
    token = plan["tokens"]["officer"]
    category = "%E5%9F%8E%E4%B9%A1%E5%BB%BA%E8%AE%BE"
    listed = [(f"/api/v1/cases?category={category}&size=50&order=due", token)] * SAMPLES
    sample = city.run(
        f"SELECT id FROM cases_case WHERE category <> '' ORDER BY tracking_code LIMIT {SAMPLES}"
    )
    reader = plan["tokens"]["duty_officer"]
    read = [(f"/api/v1/cases/{case}", reader) for (case,) in sample.fetchall()]
    return {"list": p95(server, listed), "case_page": p95(server, read)}


def calibrate(server: Server, seconds: float) -> float:
    """Requests per second of a view without a database, on one connection."""
    connection, count, until = Connection(server.port), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        connection.ask("GET", "/open311/v2/discovery.json")
        count += 1
    return round(count / seconds, 0)


def measure(quick: bool = False, say: Any = lambda text: None) -> dict[str, Any]:
    """All figures. About a minute quick (up to 10,000 cases), some twelve minutes with a million."""
    title = "lives through the HTTP API, and pages of a large city"
    try:
        return {"title": title, **_measured(quick, say)}
    except NoPostgres as error:
        return {"title": title, "figures": [left_out("lives", str(error))]}


def _measured(quick: bool, say: Any) -> dict[str, Any]:
    stages = STAGES[:2] if quick else STAGES
    seconds = 6.0 if quick else 15.0
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as folder,
        Cluster.start(durable=True, **DATABASE) as cluster,
    ):
        home = Path(folder)
        env = environment(home, cluster.url)
        say("preparing: tables, mechanisms, the demo's people and appeals")
        plan = prepare(home, env)
        with psycopg.connect(cluster.dsn, autocommit=True) as connection:
            city = City(connection, lambda text: say(f"  {text}"))
            city.set_aside()
            for stage in stages:
                if stage:
                    grown = city.grow(stage)
                    say(f"grown to {grown['cases']:,.0f} cases in {grown['seconds']:.0f} s")
                found[str(stage)] = one_stage(env, home, city, plan, seconds)
                say(f"{stage:>9,} cases: {json.dumps(found[str(stage)])}")
    return {"stages": found, "figures": figures(found, [str(stage) for stage in stages])}


def one_stage(
    env: dict[str, str], home: Path, city: City, plan: dict[str, Any], seconds: float
) -> dict[str, Any]:
    """What is measured at one size, under a fresh server."""
    server = Server(env, home)
    try:
        result: dict[str, Any] = {"trivial_per_second": calibrate(server, 2.0)}
        result["lives"] = lives(server, plan, six(plan["lead"]), "solved", seconds, home)
        result["daye_lives"] = lives(server, plan, daye(plan["lead"]), "solved", seconds / 2, home)
        if city.copied:
            result |= pages(server, city, plan)
        result["worker_rss_mb"] = server.workers()
    finally:
        server.stop()
    return result


def figures(stages: dict[str, Any], order: list[str]) -> list[dict[str, Any]]:
    """The lines of the report, with the targets of the project."""
    first, ten, last = stages[order[0]], stages[order[1]], stages[order[-1]]
    listed = [figure("calibration: a view without a database", first["trivial_per_second"], "/s")]
    for size in order:
        note = f"CPU ms per life: {stages[size]['lives']['cpu_ms_per_life']}"
        least = 40.0 if size in (order[0], order[-1]) else None
        rate = stages[size]["lives"]["per_second"]
        listed.append(figure(f"lives at {int(size):,} cases", rate, "/s", least=least, note=note))
    rate = first["lives"]["per_second"]
    listed.append(figure("lives, last to first", last["lives"]["per_second"] / rate, "×", least=0.8))
    cost = [sum(stages[size]["lives"]["cpu_ms_per_life"].values()) for size in (order[0], order[-1])]
    listed.append(figure("CPU time of a life, last to first", cost[1] / cost[0], "×"))
    for size in (order[0], order[-1]):
        rate = stages[size]["daye_lives"]["per_second"]
        listed.append(figure(f"lives of daye_minqing (9 requests) at {int(size):,}", rate, "/s"))
    for name, words in (("list", "an officer's list of 50"), ("case_page", "a case page")):
        note = f"{ten[name]['p95_ms']} ms → {last[name]['p95_ms']} ms"
        share = last[name]["p95_ms"] / ten[name]["p95_ms"]
        listed.append(
            figure(f"{words}: p95, {int(order[-1]):,} to 10,000 cases", share, "×", most=1.3, note=note)
        )
    largest = max(max(each["worker_rss_mb"], default=0) for each in stages.values())
    listed.append(figure("largest web worker", largest, "MB", most=300))
    return listed


if __name__ == "__main__":
    result = measure("--quick" in sys.argv, say=lambda text: print(text, flush=True))
    print(json.dumps(result["figures"], indent=1, ensure_ascii=False))
