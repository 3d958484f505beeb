"""``gongzhi serve``: web, jobs and periodic work as children of one process."""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from gongzhi.city.cli.errors import BadWord, PortTaken
from gongzhi.city.cli.supervising import Child, Supervisor

READY_SECONDS = 90
#: seconds by which the rest starts after the web: the first page comes sooner
LATER = 2.0
#: threads of one web process: each holds a database connection, and SQLite has one writer anyway
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=os.environ.get("HOST", "127.0.0.1"), metavar="地址", help="监听的地址"
    )
    parser.add_argument(
        "--port", default=os.environ.get("PORT", "8000"), metavar="端口", help="默认 PORT 或 8000"
    )
    parser.add_argument("--workers", type=int, default=2, metavar="个数", help="网页进程的个数，默认 2")
    parser.add_argument(
        "--no-work", action="store_true", help="不在这里做后台作业（另有 gongzhi work 或 Celery）"
    )
    parser.add_argument("--no-tick", action="store_true", help="不在这里做定时工作（另有 gongzhi tick）")
    parser.add_argument("--no-live", action="store_true", help="不开大屏的实时推送；大屏改为每15秒问一次")


def run(options: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    port = port_of(options.port)
    refuse_taken(options.host, port)
    if not migrated():
        return 1
    work = not options.no_work and not _by_broker()
    ticks, live = not options.no_tick, not options.no_live
    return serve(options.host, port, options.workers, work=work, ticks=ticks, live=live)


def serve(
    host: str,
    port: int,
    workers: int = 2,
    *,
    work: bool = True,
    ticks: bool = True,
    live: bool = True,
    opened: Callable[[], None] = lambda: None,
) -> int:
    """Keep the children alive; ``opened`` is called once when the first page is answered."""
    # a city that names its live process runs it itself (``gongzhi live`` behind a proxy)
    own = live_port(host, port) if live and not os.environ.get("GONGZHI_LIVE") else 0
    told = {"GONGZHI_LIVE": f":{own}"} if own else {}
    children = [Child("网页", web_command(host, port, workers), environment=told)]
    if own:
        children.append(Child("实时推送", live_command(host, own), delay=LATER, optional=True))
    if work:
        children.append(Child("后台作业", [*program(), "work", "--no-tick"], delay=LATER))
    if ticks:
        children.append(Child("定时工作", [*program(), "tick", "--every", "1"], delay=LATER))

    def announce() -> None:
        if answers(host, port, READY_SECONDS):
            print(f"已开门：http://{_shown(host)}:{port}/  （Ctrl-C 关门）", flush=True)
            opened()

    threading.Thread(target=announce, daemon=True).start()
    code = Supervisor(children, say=lambda text: print(text, flush=True)).run()
    print("已关门。" if code == 0 else "没有开成门。", flush=True)
    return code


def migrated() -> bool:
    """Bring the tables up to date, in a process of its own: the supervisor stays small and opens no database."""
    command = [*program(), "migrate"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603


def program() -> list[str]:
    """This very program, whatever started it."""
    return [sys.executable, "-m", "gongzhi.city.cli.main"]


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Granian's master in WSGI mode; it replaces a worker that dies."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(max(1, workers)), "--blocking-threads", str(THREADS)]
    command += [
        "--blocking-threads-idle-timeout",
        "600",
        "--respawn-failed-workers",
        "--respawn-interval",
        "1",
    ]
    command += ["--workers-kill-timeout", "15", "--no-ws", "--log-level", "warning"]
    return [*command, "gongzhi.city.project.wsgi:application"]


def live_command(host: str, port: int) -> list[str]:
    """Granian in ASGI mode: one process holds all open walls."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", host, "--port", str(port)]
    command += ["--workers", "1", "--respawn-failed-workers", "--respawn-interval", "1"]
    command += ["--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"]
    return [*command, "gongzhi.city.project.asgi:application"]


def live_port(host: str, port: int) -> int:
    """The port after the web's, or any free one where that is taken."""
    try:
        refuse_taken(host, port + 1 if port < 65535 else port - 1)
    except PortTaken:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.bind((host.strip("[]"), 0))
            return int(trial.getsockname()[1])
    return port + 1 if port < 65535 else port - 1


def port_of(text: str) -> int:
    """A port number. Raises ``BadWord``."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadWord(value=text, why="端口是 1 到 65535 的数")
    return int(text)


def refuse_taken(host: str, port: int) -> None:
    """Granian shares its port, so it would start beside another server unnoticed: try the port alone first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), port))
        except OSError as error:
            raise PortTaken(port=port, why=error.strerror or str(error)) from error


def answers(host: str, port: int, seconds: float) -> bool:
    """Wait until a page is answered (whatever its status)."""
    until = time.monotonic() + seconds
    where = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    while time.monotonic() < until:
        connection = http.client.HTTPConnection(where, port, timeout=10)
        try:
            connection.request("GET", "/api/openapi.json", headers={"Host": "localhost"})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _shown(host: str) -> str:
    return "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104


def _by_broker() -> bool:
    """Celery's own workers do the jobs where a broker is set."""
    told = os.environ.get("GONGZHI_TASKS", "")
    return told == "celery" or (not told and bool(os.environ.get("CELERY_BROKER_URL")))
