"""A process that reacts until it is killed: every ``opened`` is billed once. Slow, so that a kill falls in between."""

from __future__ import annotations

import time

import django

django.setup()

from gongzhi.city.journal.actions import append  # noqa: E402
from gongzhi.city.journal.reactions import Reactions, react  # noqa: E402
from gongzhi.engine.cases.model import SYSTEM, Fact  # noqa: E402

registry = Reactions()


@registry.register("bill", ["opened"])
def bill(entry) -> None:
    """Append to the bill in two steps; a kill between them must leave neither."""
    number = entry.subject.partition(":")[2]
    for kind in ("billed", "sent"):
        append(f"bill:{number}", [Fact(kind=kind, at=entry.at, by=SYSTEM, data={"for": entry.seq})])
        time.sleep(0.01)


if __name__ == "__main__":
    while True:
        if react(20, registry=registry, seconds=0.1).idle:
            time.sleep(0.02)
