"""When cases come: an endless iterator of natural minutes, the same for every variant of a model."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gongzhi.engine.simulation.axis import DAY, Axis
from gongzhi.engine.simulation.laws import draw
from gongzhi.engine.simulation.model import ArrivalModel
from gongzhi.engine.simulation.streams import generator

_BLOCK = 512


def arrivals(model: ArrivalModel, axis: Axis, seed: int) -> Iterator[float]:
    """Natural minutes in order. ``axis`` is the office's working time, on which ``working`` arrivals come."""
    if model.kind == "instants":
        yield from model.at
    elif model.kind == "weekly":
        yield from _weekly(model, seed)
    else:
        yield from _working(model, axis, seed)
    yield math.inf


def _working(model: ArrivalModel, axis: Axis, seed: int) -> Iterator[float]:
    """So long apart on the axis; what falls on a closing comes with the next opening."""
    law = model.law or ("constant", (60.0,))
    worked, block = 0.0, 0
    while True:
        for gap in draw(law, generator(seed, "arrivals", block), _BLOCK):
            worked += gap
            at = axis.natural(worked)
            if at == math.inf:
                return
            yield at
        block += 1


def _weekly(model: ArrivalModel, seed: int) -> Iterator[float]:
    """A Poisson process whose rate changes by the hour of the week."""
    for day, weekday in enumerate(model.weekdays):
        rng = generator(seed, "arrivals", day)
        counts = rng.poisson(model.rates[weekday * 24 : weekday * 24 + 24])
        for hour, count in enumerate(counts):
            if count:
                first = day * DAY + hour * 60.0
                yield from sorted(first + 60.0 * float(share) for share in rng.random(int(count)))


__all__ = ["arrivals"]
