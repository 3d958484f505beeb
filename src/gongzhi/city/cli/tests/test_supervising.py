"""Children that die, children that hang, and one that cannot live: with real processes."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongzhi.city.cli import demo, serve, supervising
from gongzhi.city.cli.errors import InTheWay, PortTaken
from gongzhi.city.cli.supervising import Child, Supervisor

#: a child that notes its birth, and goes in order on SIGTERM
GOOD = "import os, signal, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); signal.pause()"
#: a supervisor over it in a process of its own
PROGRAM = """
import sys
from gongzhi.city.cli.supervising import Child, Supervisor
good = {good!r}
print("ready", flush=True)
sys.exit(Supervisor([Child("儿", [sys.executable, "-c", good, sys.argv[1]])]).run())
"""


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    births = tmp_path / "births"
    command = [sys.executable, "-c", PROGRAM.format(good=GOOD), str(births)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process, births
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def born(births: Path, count: int) -> list[int]:
    """The ids of the children, once so many were born."""
    end = time.monotonic() + 30
    while True:
        found = births.read_text().split() if births.exists() else []
        if len(found) >= count:
            return [int(word) for word in found]
        assert time.monotonic() < end, "no child was born"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_replaces_a_child_that_was_killed_and_stops_the_rest_in_order(supervised) -> None:
    process, births = supervised
    first = born(births, 1)[0]
    os.kill(first, signal.SIGKILL)
    second = born(births, 2)[1]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert gone(second)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at a parent's death is Linux's")
def test_it_takes_the_children_along_when_it_is_killed_itself(supervised) -> None:
    process, births = supervised
    child = born(births, 1)[0]
    handle = os.pidfd_open(child)
    process.kill()
    import select

    assert select.select([handle], [], [], 30)[0]
    os.close(handle)


def test_it_gives_up_a_child_that_cannot_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "BACKOFF", (0.01,))
    said: list[str] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        assert (
            Supervisor([Child("短命", [sys.executable, "-c", "raise SystemExit(3)"])], said.append).run() == 1
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(said) == supervising.GIVE_UP
    assert "退出码 3" in said[0]
    assert "放弃" in said[-1]


def test_it_refuses_a_port_that_somebody_holds() -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with pytest.raises(PortTaken) as refused:
            serve.refuse_taken("127.0.0.1", holder.getsockname()[1])
    assert refused.value.code == "D307"


def test_it_waits_until_the_door_answers() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
        assert not serve.answers("127.0.0.1", port, 0.3)
        door.listen()

        def welcome() -> None:
            guest, _where = door.accept()
            with guest:
                guest.recv(4096)
                guest.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=welcome, daemon=True).start()
        assert serve.answers("127.0.0.1", port, 10)


def database(path: Path, *tables: str) -> Path:
    connection = sqlite3.connect(path)
    for table in tables:
        connection.execute(f"create table {table} (id integer)")
        connection.execute(f"insert into {table} values (1)")
    connection.commit()
    connection.close()
    return path


def test_it_fills_only_where_nobody_lives(tmp_path: Path) -> None:
    assert demo._must_fill(tmp_path, again=False)
    database(tmp_path / demo.DATABASE)
    assert demo._must_fill(tmp_path, again=False)
    database(tmp_path / demo.DATABASE, "people_user")
    with pytest.raises(InTheWay):
        demo._must_fill(tmp_path, again=False)
    database(tmp_path / demo.DATABASE, "cases_case")
    assert not demo._must_fill(tmp_path, again=False)
    with pytest.raises(InTheWay):  # a real city is never thrown away
        demo._must_fill(tmp_path, again=True)
    connection = sqlite3.connect(tmp_path / demo.DATABASE)
    connection.execute(f"pragma application_id = {demo.MARK}")
    connection.close()
    assert demo._must_fill(tmp_path, again=True)


def test_it_leaves_a_file_that_is_no_database_alone(tmp_path: Path) -> None:
    (tmp_path / demo.DATABASE).write_text(
        "not a database at all, but long enough to be looked at as one" * 40
    )
    with pytest.raises(InTheWay):
        demo._must_fill(tmp_path, again=True)
