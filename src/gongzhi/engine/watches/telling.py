"""What was found as an alert tells it: numbers in the feed's unit, words, and the declaration that explains it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from gongzhi.engine.watches.counting import BETWEEN
from gongzhi.engine.watches.covering import Covers, WhyNot, show_us, told
from gongzhi.engine.watches.kinds import KINDS, MINUTE_US, day_of, start_of
from gongzhi.engine.watches.plain import Found, Number, once
from gongzhi.engine.watches.spec import WatchSpec
from gongzhi.engine.watches.subjects import Records, Subject, Subjects, instant_us, subjects_of, value

_PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_.]*)\s*\}\}")
#: names that ``says`` may use beside the kind's numbers and ``also``
BASE = ("name", "subject", "area", "from", "to", "day")
#: numbers that were computed in thousandths
_MILLI = ("target", "source", "value", "night", "daytime", "used")


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An alert as the engine knows it. Times are microseconds since 1970 UTC, the end not included."""

    watch: str
    subject: str
    name: str
    area: str
    since: int
    until: int
    numbers: Mapping[str, Any] = field(default_factory=dict)
    says: str = ""
    #: key of the declaration that explains it
    covered: str = ""
    why_not: tuple[WhyNot, ...] = ()
    #: why no declaration covered it, in words
    why: str = ""


def warned(
    spec: WatchSpec,
    watched: Subjects,
    found: Iterable[Found],
    records: Records,
    *,
    step: int = 0,
    called: Mapping[str, str] | None = None,
) -> list[Warned]:
    """The alerts of what a watch found. ``step``: of the series, in microseconds; ``called``: names of what is counted."""
    known = {each.key: each for each in watched.subjects}
    covers = Covers(spec.covered_by, records)
    made = []
    for each in found:
        subject = known.get(each.subject) or _counted(each.subject, (called or {}).get(each.subject, ""))
        numbers = {**shown(spec, each, step), **_json(subject.also)}
        covered = covers.of(subject, each.since, each.until)
        made.append(
            Warned(
                watch=spec.id,
                subject=each.subject,
                name=subject.name,
                area=subject.area,
                since=each.since,
                until=each.until,
                numbers=numbers,
                says=_says(spec, subject, each, numbers),
                covered=covered.declaration,
                why_not=covered.why_not,
                why="" if covered.declaration else told(covered.why_not, asked=bool(spec.covered_by)),
            )
        )
    return made


def rows(spec: WatchSpec, records: Records, today: date) -> tuple[Subjects, list[Found]]:
    """What a ``record`` watch sees: rows for which ``when`` is true; one alert per subject and day."""
    watched = subjects_of(spec, records, today)
    seen: dict[str, Subject] = {}
    found = []
    for subject in watched.subjects:
        if value(spec.when, subject.names) is not True:
            continue
        at = value(spec.at, subject.names) if spec.at else today
        if at is None:
            continue
        day = day_of(instant_us(at, spec.over.register_, subject.key))
        found.append(Found(subject=subject.key, since=start_of(day), until=start_of(day + 1), numbers={}))
        seen.setdefault(subject.key, subject)
    kept = Subjects(subjects=tuple(seen.values()), unwatched=watched.unwatched)
    return kept, once(found)


def shown(spec: WatchSpec, found: Found, step: int) -> dict[str, Any]:
    """The numbers of a window in the unit of the feed."""
    raw = found.numbers
    made: dict[str, Any] = {name: plain(int(raw[name]), 1000) for name in _MILLI if name in raw}
    made |= {name: round(float(raw[name]), 4) for name in ("ratio", "baseline") if name in raw}
    for name in ("points", "starts", "stops", "days", "count", "what", "order"):
        if name in raw:
            made[name] = raw[name]
    if "points" in raw and step:
        made["minutes"] = int(raw["points"]) * step // MINUTE_US
    if spec.kind == "limit_order":
        made["reference"] = plain(int(raw["reference"]), 1000 * int(raw["weeks"]))
        made["allowed"] = round(made["reference"] * (1 - float(raw["cut"])), 3)
    if spec.kind == "surge":
        made["usual"] = plain(int(raw["usual"]), int(raw["weeks"]))
        made["times"] = (
            round(int(raw["count"]) * int(raw["weeks"]) / int(raw["usual"]), 1) if raw["usual"] else 0
        )
        made["category"] = found.subject.partition(BETWEEN)[2]
    return made


def plain(amount: int, parts: int) -> int | float:
    """A whole number where it is one, else rounded to three places.

    >>> plain(12500, 1000), plain(12000, 1000)
    (12.5, 12)
    """
    return amount // parts if amount % parts == 0 else round(amount / parts, 3)


def names_of(spec: WatchSpec) -> tuple[str, ...]:
    """Every name that ``says`` may use."""
    return (*BASE, *KINDS[spec.kind].numbers, *spec.also)


def placeholders(text: str) -> tuple[str, ...]:
    """Names in ``{{ }}``."""
    return tuple(_PLACE.findall(text))


def _says(spec: WatchSpec, subject: Subject, found: Found, numbers: Mapping[str, Any]) -> str:
    names = {
        **numbers,
        "name": subject.name,
        "subject": found.subject,
        "area": subject.area,
        "from": show_us(found.since),
        "to": show_us(found.until),
        "day": show_us(found.since)[:10],
    }
    return _PLACE.sub(lambda match: _word(names.get(match[1])), spec.says)


def _word(found: Any) -> str:
    if found is None:
        return ""
    return ("是" if found else "否") if isinstance(found, bool) else str(found)


def _counted(key: str, name: str) -> Subject:
    """The subject of a count: its key says area and category."""
    area, _, category = key.partition(BETWEEN)
    return Subject(key=key, name=name or category or key, area=area)


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, found in values.items():
        if isinstance(found, Decimal):
            made[name] = int(found) if found == found.to_integral_value() else float(found)
        elif found is None or isinstance(found, bool | int | float | str | list):
            made[name] = found
        else:
            made[name] = str(found)
    return made


__all__ = ["BASE", "Number", "Warned", "names_of", "placeholders", "plain", "rows", "shown", "warned"]
