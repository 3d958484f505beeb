"""The ASGI application of the live process: one address, an event stream for whoever shows a ticket."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Hashable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import parse_qs

from django.db import close_old_connections, connection
from django.utils import timezone

from gongzhi.city.journal.models import Entry
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import screens
from gongzhi.city.web import walls
from gongzhi.city.web.live import tickets
from gongzhi.city.web.live.hub import Full, Hub, Listener, message
from gongzhi.city.web.live.tickets import Admitted, Seat

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: seconds between two signs of life
BEAT: Final = 15.0
#: seconds after which a stream ends in order: its wall comes back with a new ticket, so a right that ended, ends here too
LIFE: Final = 300.0
#: seconds in which a line must take a message
LINE: Final = 10.0
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def look() -> Hashable:
    """The newest fact of the journal: everything that happens here is one."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first()


def make(seat: Seat) -> walls.Frame | None:
    """The picture of a seat."""
    return walls.frame(seat.by, seat.board, seat.language)


class Live:
    """The process: a hub, one thread for the database, and the lines to the walls."""

    def __init__(self) -> None:
        # one thread: one connection to the database, however many listen
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self.hub = Hub(look=look, make=make, refresh=screens.forget, run=self._run, boot=secrets.token_hex(4))
        self._task: asyncio.Task[None] | None = None

    async def _run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, _in_order, work, *arguments)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            self._start()
            await self._answer(scope, receive, send)

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self.hub.run_forever())

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            told = await receive()
            if told["type"] == "lifespan.startup":
                self._start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """Stop looking; the lines are cut by the server."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._run(connection.close)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        shown = asked.get("ticket", [""])[0]
        if not shown:
            # what a supervisor or a proxy asks to learn whether somebody is in
            return await _plain(send, 200, f"live {self.hub.listeners}")
        try:
            admitted: Admitted | None = await self._run(tickets.admit, shown)
            if admitted is None:
                return await _plain(send, 403, "ticket")
            last = asked.get("last", [""])[0] or _header(scope, b"last-event-id")
            listener = await self.hub.join(admitted.seat, last[:40])
        except Full:
            return await _plain(send, 503, "full")
        except KeyError:
            return await _plain(send, 404, "board")
        except Exception:
            return await _plain(send, 503, "database")
        try:
            await self._stream(admitted, listener, receive, send)
        finally:
            self.hub.leave(admitted.seat, listener)
        return None

    async def _stream(self, admitted: Admitted, listener: Listener, receive: Receive, send: Send) -> None:
        allowed = (b"access-control-allow-origin", admitted.origin.encode("latin-1", "ignore"))
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, allowed]})
        hung_up = asyncio.create_task(_until_gone(receive))
        clock_ = asyncio.get_running_loop()
        ends = clock_.time() + LIFE
        try:
            while not listener.gone and not hung_up.done() and clock_.time() < ends:
                text = await listener.next(BEAT)
                if listener.gone:
                    return
                await asyncio.wait_for(_write(send, text or _beat()), LINE)
            await _write(send, message("end", {}))
        except (TimeoutError, OSError):
            # the line is too slow or cut: let it go, it comes back by itself
            return
        finally:
            hung_up.cancel()
            with contextlib.suppress(Exception):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


def _in_order(work: Callable[..., Any], *arguments: Any) -> Any:
    """Work on a connection that is alive."""
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()


def _beat() -> bytes:
    return message("beat", timezone.localtime(clock.now()).strftime("%H:%M:%S"))


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _plain(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _header(scope: Message, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope.get("headers", []) if key == name), "")


__all__ = ["Live", "look", "make"]
