"""A client that costs little: raw sockets, keep-alive, one connection per thread. It shares the two cores with the server.

Run as a program it lives lives: ``talking.py plan.json`` (see ``lives.py``), and prints a JSON line.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any


class Connection:
    """One kept connection to the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = b""

    def _open(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        return self.socket

    def ask(self, method: str, path: str, token: str = "", body: Any = None) -> tuple[int, bytes]:
        """Status and body. OSError when the server hangs up."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        head += f"Authorization: Bearer {token}\r\n" if token else ""
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        connection = self._open()
        connection.sendall(head.encode() + b"\r\n" + content)
        return self._answer(connection)

    def _answer(self, connection: socket.socket) -> tuple[int, bytes]:
        received = self.rest
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(connection)
        head = received[:end].lower()
        start = head.index(b"content-length:") + 15
        length = int(head[start:].split(b"\r\n", 1)[0])
        body = received[end + 4 :]
        while len(body) < length:
            body += self._more(connection)
        self.rest = body[length:]
        return int(head.split(b" ", 2)[1]), body[:length]

    def _more(self, connection: socket.socket) -> bytes:
        chunk = connection.recv(65536)
        if not chunk:
            self.socket = None
            raise ConnectionError("the server hung up")
        return chunk


def expect(connection: Connection, method: str, path: str, token: str, body: Any = None) -> Any:
    """The JSON of an answer that must be good."""
    status, content = connection.ask(method, path, token, body)
    if status not in (200, 201):
        raise RuntimeError(f"{method} {path}: {status} {content[:300].decode()}")
    return json.loads(content)


def live(connection: Connection, plan: Mapping[str, Any], spent: dict[str, list[float]]) -> None:
    """One appeal's life: open it, take each choice as the person whose turn it is, read it."""
    tokens, case = plan["tokens"], ""
    for name, who, method, path, body in plan["life"]:
        started = time.perf_counter()
        found = expect(connection, method, path.replace("{case}", case), tokens[who], body)
        spent.setdefault(name, []).append(time.perf_counter() - started)
        case = case or found["case"]
        last = found
    if last["case"]["ended"] != plan["ended"]:
        raise RuntimeError(f"the life did not end: {last['case']}")


def crowd(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Lives for so many seconds from so many connections."""
    stop = time.monotonic() + plan["seconds"]
    counts, failures = [0] * plan["connections"], []
    spent: list[dict[str, list[float]]] = [{} for _ in counts]

    def run(place: int) -> None:
        connection = Connection(plan["port"])
        try:
            while time.monotonic() < stop:
                live(connection, plan, spent[place])
                counts[place] += 1
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            failures.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(counts))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    times = {name: sorted(t for each in spent for t in each.get(name, ())) for name in spent[0]}
    medians = {name: round(each[len(each) // 2] * 1000, 2) for name, each in times.items() if each}
    return {
        "lives": sum(counts),
        "seconds": elapsed,
        "median_ms": medians,
        "cpu": time.process_time(),
        "failures": failures[:3],
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(json.dumps(crowd(json.load(file))))
