"""The live process: everybody is told once, the slow are let go, what restarts goes on, and memory does not grow."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gongzhi.city.web.live import hub as hub_module
from gongzhi.city.web.live.hub import WAITING, Full, Hub, Listener


class Picture:
    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def prints(self) -> dict[str, str]:
        return {"lights": str(self.number), "map": "same"}

    def changes(self, known: dict[str, str]) -> dict[str, Any]:
        return {"tiles": {id_: print_ for id_, print_ in self.prints.items() if known.get(id_) != print_}}


class World:
    """What would be the database."""

    def __init__(self) -> None:
        self.head, self.made, self.away = 0, 0, False

    def look(self) -> int:
        if self.away:
            raise OSError("the database is away")
        return self.head

    def make(self, seat: Any) -> Picture | None:
        self.made += 1
        return None if seat == "gone" else Picture(self.head)


async def here(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


def hub_of(world: World, boot: str = "a") -> Hub:
    return Hub(look=world.look, make=world.make, run=here, boot=boot)


def read(text: bytes | None) -> tuple[str, str, Any]:
    """(id, event, data) of a message."""
    assert text is not None
    lines = dict(line.split(": ", 1) for line in text.decode().strip().split("\n"))
    return lines.get("id", ""), lines["event"], json.loads(lines["data"])


def test_it_gives_a_newcomer_everything_and_then_what_changed() -> None:
    async def go() -> None:
        world = World()
        hub = hub_of(world)
        listener = await hub.join("seat")
        first, event, data = read(await listener.next(0.1))
        assert event == "frame" and set(data["tiles"]) == {"lights", "map"}
        await hub.tick()
        assert await listener.next(0.01) is None  # nothing changed
        world.head += 1
        assert await hub.tick() == 1
        second, _event, data = read(await listener.next(0.1))
        assert data["tiles"] == {"lights": "1"} and second != first

    asyncio.run(go())


def test_it_works_a_view_out_once_for_all_who_look() -> None:
    async def go() -> None:
        world = World()
        hub = hub_of(world)
        listeners = [await hub.join(("board", number % 2)) for number in range(200)]
        assert world.made == 2 and hub.listeners == 200
        world.head += 1
        assert await hub.tick() == 200 and world.made == 4
        assert all([read(await each.next(0.1)) and read(await each.next(0.1)) for each in listeners])

    asyncio.run(go())


def test_what_commits_late_is_seen_all_the_same() -> None:
    """Numbers are given before the commit: a fact with a smaller number may appear after one with a greater."""

    async def go() -> None:
        world = World()
        hub = hub_of(world)
        await hub.join("seat")
        world.head += 1
        before = world.made
        for _look in range(hub_module.SETTLING + 2):
            await hub.tick()
        assert world.made - before == hub_module.SETTLING

    asyncio.run(go())


def test_it_lets_a_slow_listener_go_and_keeps_the_others() -> None:
    async def go() -> None:
        world = World()
        hub = hub_of(world)
        slow, quick = await hub.join("seat"), await hub.join("seat")
        for _number in range(WAITING + 1):
            world.head += 1
            await hub.tick()
            assert await quick.next(0.1)
        assert slow.gone and not quick.gone and hub.listeners == 1
        assert await slow.next(0.01) is None

    asyncio.run(go())


def test_who_comes_back_knowing_everything_is_told_nothing_twice() -> None:
    async def go() -> None:
        hub = hub_of(World())
        first = await hub.join("seat")
        number, _event, _data = read(await first.next(0.1))
        again = await hub.join("seat", number)
        assert await again.next(0.01) is None
        # another process counts anew: the whole frame
        restarted = await hub_of(World(), boot="b").join("seat", number)
        assert read(await restarted.next(0.1))[1] == "frame"

    asyncio.run(go())


def test_it_refuses_too_many_and_boards_that_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        monkeypatch.setattr(hub_module, "MOST_LISTENERS", 2)
        hub = hub_of(World())
        one = await hub.join("seat")
        await hub.join("seat")
        with pytest.raises(Full):
            await hub.join("seat")
        hub.leave("seat", one)
        with pytest.raises(KeyError):
            await hub.join("gone")
        assert hub.listeners == 1

    asyncio.run(go())


def test_it_outlives_a_database_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> list[str]:
        monkeypatch.setattr(hub_module, "PACE", 0.005)
        monkeypatch.setattr(hub_module, "BACKOFF", (0.005,))
        world = World()
        hub = hub_of(world)
        listener = await hub.join("seat")
        running = asyncio.create_task(hub.run_forever())
        heard = [read(await listener.next(1))[1]]
        world.away = True
        heard.append(read(await listener.next(2))[1])
        world.away = False
        world.head += 1
        heard.append(read(await listener.next(2))[1])
        heard.append(read(await listener.next(2))[1])
        running.cancel()
        return heard

    heard = asyncio.run(go())
    assert heard[:2] == ["frame", "trouble"] and set(heard[2:]) == {"beat", "frame"}


def test_a_day_of_changes_takes_no_memory() -> None:
    """20,000 looks at a changing city with 20 walls, some of which come and go, some of which never read."""

    async def day(looks: int, hub: Hub, world: World, listeners: list[Listener]) -> None:
        for look in range(looks):
            world.head += 1
            await hub.tick()
            for each in listeners:
                while await each.next(0) if each._messages else None:
                    pass
            if look % 50 == 0:
                gone = listeners.pop(0)
                hub.leave("seat", gone)
                listeners.append(await hub.join("seat"))
                await hub.join("seat")  # and one who never reads

    async def go() -> tuple[int, int]:
        world = World()
        hub = hub_of(world)
        listeners = [await hub.join("seat") for _number in range(20)]
        await day(2_000, hub, world, listeners)
        tracemalloc.start()
        await day(500, hub, world, listeners)
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        await day(17_000, hub, world, listeners)
        tracemalloc.start()
        await day(500, hub, world, listeners)
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert hub.listeners <= 20 + 1
        return before, after

    before, after = asyncio.run(go())
    assert after - before < 50_000


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The ASGI application over a pretended city, and a ticket that is good."""
    from gongzhi.city.kernel.references import Standing
    from gongzhi.city.web.live import app, tickets

    world = World()
    seat = tickets.Seat("county", "zh", Standing(person="", role="duty_officer"))
    monkeypatch.setattr(
        tickets, "admit", lambda text: tickets.Admitted(seat, "http://here") if text == "good" else None
    )
    made = app.Live()
    made.hub = hub_of(world)
    monkeypatch.setattr(made, "_run", here)
    monkeypatch.setattr(hub_module, "PACE", 0.005)
    yield made, world, app


async def ask(
    made: Any, query: str, stop_after: int, on_body: Callable[[int], None] = lambda _number: None
) -> list[Any]:
    """Ask for an address and hang up after so many pieces of body."""
    sent: list[Any] = []
    hang_up = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await hang_up.wait()
        return {"type": "http.disconnect"}

    async def send(told: dict[str, Any]) -> None:
        sent.append(told)
        bodies = len([each for each in sent if each["type"] == "http.response.body"])
        if bodies:
            on_body(bodies)
        if bodies >= stop_after:
            hang_up.set()

    scope = {"type": "http", "path": "/live/", "query_string": query.encode(), "headers": []}
    await asyncio.wait_for(made(scope, receive, send), 10)
    return sent


def test_it_streams_to_whoever_shows_a_ticket(live: Any) -> None:
    made, world, _app = live

    def change(_number: int) -> None:
        world.head += 1

    async def go() -> list[Any]:
        return await ask(made, "ticket=good", 3, change)

    sent = asyncio.run(go())
    head = dict(sent[0]["headers"])
    assert sent[0]["status"] == 200 and head[b"content-type"].startswith(b"text/event-stream")
    assert head[b"access-control-allow-origin"] == b"http://here"
    assert [read(each["body"])[1] for each in sent[1:4]] == ["frame"] * 3
    assert made.hub.listeners == 0  # whoever hung up is forgotten


@pytest.mark.parametrize(("query", "status"), [("", 200), ("ticket=bad", 403)])
def test_it_streams_to_nobody_else(live: Any, query: str, status: int) -> None:
    made, _world, _app = live

    async def go() -> list[Any]:
        return await ask(made, query, 1)

    sent = asyncio.run(go())
    assert sent[0]["status"] == status and made.hub.listeners == 0


def test_it_ends_a_stream_in_order_so_that_rights_are_asked_again(
    live: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _world, app = live
    monkeypatch.setattr(app, "LIFE", 0.05)
    monkeypatch.setattr(app, "BEAT", 0.02)

    async def go() -> list[Any]:
        return await ask(made, "ticket=good", 99)

    bodies = [read(each["body"])[1] for each in asyncio.run(go()) if each.get("body")]
    assert bodies[0] == "frame" and "beat" in bodies and bodies[-1] == "end"


def test_a_line_that_takes_nothing_is_cut(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _world, app = live
    monkeypatch.setattr(app, "LINE", 0.05)

    async def go() -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.sleep(60)
            return {}

        async def send(told: dict[str, Any]) -> None:
            if told["type"] == "http.response.body" and told.get("more_body"):
                await asyncio.sleep(60)

        scope = {"type": "http", "query_string": b"ticket=good", "headers": []}
        await asyncio.wait_for(made(scope, receive, send), 5)
        assert made.hub.listeners == 0

    asyncio.run(go())
