"""Looks once for all who listen: one poller per process, each distinct view worked out once, what changed told to everybody.

Nothing is kept for a listener but the few messages that wait for its line: whoever is slower than that is let go, and comes
back by itself for the whole frame. So memory follows the number of listeners, never the number of changes.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

#: seconds from one look to the next; a look that takes longer makes the next one wait half as long again
PACE: Final = 0.5
#: seconds after which everything is worked out anew although nobody wrote: lights turn by themselves
CALM: Final = 10.0
#: looks after a change that work everything out again: what was written just then may be committed a moment later
SETTLING: Final = 3
#: messages that may wait for one listener
WAITING: Final = 6
MOST_LISTENERS: Final = 1000
BACKOFF: Final = (1.0, 2.0, 5.0, 10.0, 30.0)

log = logging.getLogger("gongzhi.live")


class Picture(Protocol):
    """What a view shows at one instant (``web.walls.Frame``)."""

    @property
    def prints(self) -> dict[str, str]:
        """Part -> fingerprint."""

    def changes(self, known: dict[str, str]) -> dict[str, Any]:
        """The parts that differ from what is known."""


class Full(Exception):
    """More listeners than one process takes."""


class Listener:
    """One open wall. ``offer`` never waits; ``next`` waits for something to say."""

    __slots__ = ("_messages", "_wake", "gone")

    def __init__(self) -> None:
        self._messages: deque[bytes] = deque()
        self._wake = asyncio.Event()
        #: too slow, or told to leave
        self.gone = False

    def offer(self, message: bytes) -> bool:
        """Hand over a message; False, and the listener is let go, when too many wait already."""
        if self.gone or len(self._messages) >= WAITING:
            self.leave()
            return False
        self._messages.append(message)
        self._wake.set()
        return True

    def leave(self) -> None:
        """End this listener; what still waits for it is dropped."""
        self.gone = True
        self._messages.clear()
        self._wake.set()

    async def next(self, seconds: float) -> bytes | None:
        """The next message, or nothing after so many seconds, or when the listener is gone."""
        if not self._messages and not self.gone:
            try:
                await asyncio.wait_for(self._wake.wait(), seconds)
            except TimeoutError:
                return None
        self._wake.clear()
        return self._messages.popleft() if self._messages else None


@dataclass(slots=True)
class View:
    """What all listeners of one seat see."""

    listeners: set[Listener] = field(default_factory=set)
    prints: dict[str, str] = field(default_factory=dict)
    picture: Picture | None = None
    number: int = 0


class Hub:
    """The views of one process.

    ``look`` gives something that changes when anything was written; ``make`` the picture of a seat, or ``None`` for one that
    is gone; ``refresh`` is called before pictures are made of something new. All three are called in ``run``'s thread.
    """

    def __init__(
        self,
        *,
        look: Callable[[], Hashable],
        make: Callable[[Any], Picture | None],
        refresh: Callable[[], None] = lambda: None,
        run: Callable[..., Awaitable[Any]] = asyncio.to_thread,
        boot: str = "",
    ) -> None:
        self._look, self._make, self._refresh, self._run = look, make, refresh, run
        self._boot = boot
        self.views: dict[Hashable, View] = {}
        self._seen: Hashable = None
        self._settling = 0
        self._made_at = 0.0
        self._joining = asyncio.Lock()
        self.trouble = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return sum(len(view.listeners) for view in self.views.values())

    async def join(self, seat: Hashable, last: str = "") -> Listener:
        """A new listener; it gets the whole picture unless ``last`` says that it has it. Raises Full, KeyError (no such view)."""
        if self.listeners >= MOST_LISTENERS:
            raise Full
        async with self._joining:
            view = self.views.get(seat)
            if view is None or view.picture is None:
                picture = await self._run(self._make, seat)
                if picture is None:
                    raise KeyError(seat)
                view = self.views.setdefault(seat, View())
                view.picture, view.prints = picture, picture.prints
                view.number += 1
        listener = Listener()
        view.listeners.add(listener)
        if last != self._name(view) and view.picture is not None:
            listener.offer(message("frame", view.picture.changes({}), self._name(view)))
        return listener

    def leave(self, seat: Hashable, listener: Listener) -> None:
        """The listener hung up."""
        listener.leave()
        view = self.views.get(seat)
        if view is not None:
            view.listeners.discard(listener)
            if not view.listeners:
                self.views.pop(seat, None)

    async def tick(self) -> int:
        """One look; gives how many messages were handed over."""
        now = asyncio.get_running_loop().time()
        seen = await self._run(self._look)
        if seen != self._seen:
            self._seen, self._settling = seen, SETTLING
        if not self.views or (self._settling <= 0 and now - self._made_at < CALM):
            return 0
        self._settling -= 1
        self._made_at = now
        await self._run(self._refresh)
        told = 0
        for seat, view in list(self.views.items()):
            told += await self._tell(seat, view)
        return told

    async def _tell(self, seat: Hashable, view: View) -> int:
        picture = await self._run(self._make, seat)
        if picture is None:
            for listener in list(view.listeners):
                self.leave(seat, listener)
            return 0
        prints = picture.prints
        if prints == view.prints:
            return 0
        changes = picture.changes(view.prints)
        view.picture, view.prints, view.number = picture, prints, view.number + 1
        return self._hand_out(seat, view, message("frame", changes, self._name(view)))

    def _hand_out(self, seat: Hashable, view: View, text: bytes) -> int:
        reached = 0
        for listener in list(view.listeners):
            if listener.offer(text):
                reached += 1
            else:
                self.leave(seat, listener)
        return reached

    def _name(self, view: View) -> str:
        """The id of a view's newest frame; another process never gives the same."""
        return f"{self._boot}-{view.number}"

    async def run_forever(self) -> None:
        """Look until cancelled. A database that is away is told to the listeners and tried again, ever more slowly."""
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self.tick()
            except Exception as error:
                pause = BACKOFF[min(failures, len(BACKOFF) - 1)]
                failures += 1
                log.warning("live: %s %s; again in %s s", type(error).__name__, str(error)[:200], pause)
                self._complain()
                await asyncio.sleep(pause)
                continue
            if failures:
                failures, self._settling, self.trouble = 0, SETTLING, False
                self._comfort()
            spent = asyncio.get_running_loop().time() - began
            # never more than two thirds of the time, never slower than it must be
            await asyncio.sleep(max(PACE - spent, min(spent / 2, PACE)))

    def _complain(self) -> None:
        if not self.trouble:
            self.trouble = True
            self._everybody(message("trouble", {}))

    def _comfort(self) -> None:
        self._everybody(message("beat", {}))

    def _everybody(self, text: bytes) -> None:
        for seat, view in list(self.views.items()):
            self._hand_out(seat, view, text)


def message(event: str, data: Any, number: str = "") -> bytes:
    """One message of an event stream (the WHATWG's server-sent events)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("\r", " ").replace("\n", " ")
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {event}\ndata: {text}\n\n".encode()


__all__ = ["Full", "Hub", "Listener", "message"]
