"""``python -m bench.listening PORT WALLS RATE SECONDS``: writers and walls of ``bench.live``; prints JSON."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import sys
import time
from typing import Any

import django

#: marks a second; a wall shows the seven newest, so none is pushed out between two looks
MARKS = 4
MARK = re.compile("记号([0-9]+)号".encode())
WRITERS = 2


def write(number: int, rate: float, marks: float, seconds: float, queue: Any) -> None:
    """One writer: notes at a steady pace, and now and then an appeal with a mark; tells when each mark was committed."""
    django.setup()
    from gongzhi.city.cases import actions
    from gongzhi.city.cases.models import Case
    from gongzhi.city.territory import queries as territory
    from gongzhi.city.territory.models import Post

    def standing(role: str) -> Any:
        post = (
            Post.objects.filter(role=role)
            .select_related("office__area", "area", "user")
            .order_by("pk")
            .first()
        )
        assert post is not None
        return territory.standing(post)

    officer, agent = standing("duty_officer"), standing("hotline_agent")
    open_cases = list(
        Case.objects.filter(ended_at=None, mechanism="daye_minqing").values_list("pk", flat=True)[:400]
    )
    form = {
        "text": "村口的路灯已经三天不亮。",
        "place": {"text": "上冯村口", "area": "420281001000"},
        "category": "城乡建设",
    }
    queue.put(("ready", number, 0.0))
    time.sleep(4.0)
    began, written, marked = time.monotonic(), 0, 0
    while (now := time.monotonic() - began) < seconds:
        if now < written / rate:
            time.sleep(min(written / rate - now, 0.05))
            continue
        if now * marks >= marked and now < seconds - 3:
            name = number * 100_000 + marked
            form["subject"] = f"测速记号{name}号"
            actions.open_case("six_requests", "appeal", form, by=agent)
            queue.put(("mark", name, time.time()))
            marked += 1
        else:
            actions.act(
                open_cases[(written * WRITERS + number) % len(open_cases)],
                "note",
                {"text": "看过了"},
                by=officer,
            )
        written += 1
    queue.put(("done", written, time.monotonic() - began))


def tickets(walls: int) -> list[str]:
    """A ticket for each wall, for a handful of posts: so many views are worked out."""
    django.setup()
    from django.core import signing

    from gongzhi.city.territory.models import Post
    from gongzhi.city.web.live.tickets import SALT

    posts = list(Post.objects.filter(role__in=("duty_officer", "dispatcher", "reviewer")).order_by("pk")[:5])
    found = [{"p": post.pk, "b": "county", "l": "zh-hans", "o": "http://localhost"} for post in posts]
    return [signing.dumps(found[number % len(found)], salt=SALT, compress=True) for number in range(walls)]


async def wall(port: int, ticket: str, seen: list[tuple[int, float]], lost: list[int]) -> None:
    """One wall: reads its stream and notes when it first sees each mark."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(f"GET /live/?ticket={ticket} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    known: set[int] = set()
    rest = b""
    try:
        while block := await reader.read(2**16):
            now = time.time()
            for found in MARK.findall(rest + block):
                if (name := int(found)) not in known:
                    known.add(name)
                    seen.append((name, now))
            rest = block[-60:]
        lost.append(1)
    finally:
        writer.close()


async def listen(port: int, passes: list[str], seconds: float) -> tuple[list[tuple[int, float]], int]:
    """All walls, for so long."""
    seen: list[tuple[int, float]] = []
    lost: list[int] = []
    tasks = [asyncio.create_task(wall(port, ticket, seen, lost)) for ticket in passes]
    await asyncio.sleep(seconds)
    broken = len(lost)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen, broken


def main() -> int:
    port, walls, rate, seconds = (int(word) for word in sys.argv[1:5])
    queue: Any = multiprocessing.get_context("spawn").Queue()
    writers = [
        multiprocessing.get_context("spawn").Process(
            target=write, args=(number, rate / WRITERS, MARKS / WRITERS, seconds, queue)
        )
        for number in range(WRITERS)
    ]
    for each in writers:
        each.start()
    for _each in writers:
        assert queue.get(timeout=120)[0] == "ready"
    passes = tickets(walls)
    seen, lost = asyncio.run(listen(port, passes, seconds + 8.0))
    marks: dict[int, float] = {}
    written, longest, done = 0, 0.0, 0
    while done < WRITERS:
        kind, number, value = queue.get(timeout=60)
        if kind == "mark":
            marks[number] = value
        elif kind == "done":
            done, written, longest = done + 1, written + number, max(longest, value)
    for each in writers:
        each.join(timeout=30)
    delays = [max(0.0, round(at - marks[name], 3)) for name, at in seen if name in marks]
    print(
        json.dumps(
            {"delays": delays, "marks": len(marks), "written": written, "seconds": longest, "lost": lost}
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
