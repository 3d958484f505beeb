"""Series as scenarios write them: ``2025-01-01 00:00 28*[32x1 64x10] 4x- 8x0``.

``3x12.5`` is three points of 12.5, ``-`` is a missing point, ``N*[ … ]`` repeats, several starts are separated by ``;``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongzhi.engine.errors import GongzhiError
from gongzhi.engine.instants import parse_instant
from gongzhi.engine.watches.errors import NotationError
from gongzhi.engine.watches.kinds import milli

_START = re.compile(r"\s*(\d{4}-\d{1,2}-\d{1,2})(?:[ T]+(\d{1,2}:\d{2}))?(?=\s)")
_PART = re.compile(
    r"\s*(?:(?P<times>\d{1,6})\*\[|(?P<end>\])|(?:(?P<n>\d{1,6})x)?(?P<value>-?\d+(?:\.\d+)?|-))"
)
#: a scenario is short; more than a year of quarter hours for one series is a mistake
MOST = 40_000


def read_series(text: str, step: int) -> dict[int, int]:
    """Start of each step (UTC, microseconds) -> value in thousandths. Raises NotationError.

    >>> read_series("2025-01-01 08:00 2x1.5 -", 900_000_000)
    {1735689600000000: 1500, 1735690500000000: 1500}
    """
    found: dict[int, int] = {}
    for part in text.split(";"):
        start = _START.match(part)
        if start is None:
            raise NotationError(text=text)
        try:
            us = round(parse_instant(f"{start[1]} {start[2] or '00:00'}").timestamp()) * 1_000_000
        except GongzhiError as error:
            raise NotationError(text=text) from error
        for number, value in enumerate(_values(part[start.end() :], text)):
            if number >= MOST:
                raise NotationError(text=text)
            if value is not None:
                found[us + number * step] = value
    return found


def _values(body: str, whole: str) -> Iterator[int | None]:
    #: one list per open bracket, and how often it is repeated
    open_: list[tuple[int, list[int | None]]] = [(1, [])]
    at = 0
    while body[at:].strip():
        part = _PART.match(body, at)
        if part is None or (part["end"] and len(open_) == 1):
            raise NotationError(text=whole)
        at = part.end()
        if part["times"]:
            open_.append((int(part["times"]), []))
        elif part["end"]:
            times, inner = open_.pop()
            if times * len(inner) > MOST:
                raise NotationError(text=whole)
            open_[-1][1].extend(inner * times)
        else:
            value = None if part["value"] == "-" else milli(float(part["value"]))
            if int(part["n"] or 1) > MOST:
                raise NotationError(text=whole)
            open_[-1][1].extend([value] * int(part["n"] or 1))
    if len(open_) != 1 or not open_[0][1]:
        raise NotationError(text=whole)
    yield from open_[0][1]


__all__ = ["read_series"]
