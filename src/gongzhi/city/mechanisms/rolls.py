"""Who has a vote: the roll of a meeting, as the registers say on the day of the notice.

    households   every household that lives in the area (register ``households``)
    adults       everybody of eighteen years on that day who lives there (register ``residents``; villagers' committee law, art. 21)
    members      the members of a body, from the register that the kind of meeting names

Names come masked: the roll is for finding a line, the number is what counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from gongzhi.city.assemblies.actions import RollLine
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import subject
from gongzhi.city.people.models import SealedValue
from gongzhi.city.records import catalogue
from gongzhi.city.records.models import Record
from gongzhi.engine.forms.masking import mask
from gongzhi.engine.mechanisms.assemblies import AssemblySpec

HOUSEHOLDS, RESIDENTS = "households", "residents"
#: a person has a vote from this age on (villagers' committee law, art. 13)
OF_AGE = 18
#: rows whose sealed values are read at once
BATCH = 400


def roll_of(spec: AssemblySpec, area_path: str) -> list[RollLine]:
    """The lines of the roll for an area, in the order of their numbers; empty where nobody is registered."""
    if spec.roll == "households":
        return [_household(key, data) for key, data in _lines(HOUSEHOLDS, area_path, ("head",))]
    if spec.roll == "adults":
        today = clock.today()
        rows = _lines(RESIDENTS, area_path, ("name", "born_on"))
        return [_resident(key, data) for key, data in rows if is_of_age(data.get("born_on"), today)]
    rows = _lines(spec.members, area_path, ("name",))
    return [_member(key, data) for key, data in rows if data.get("body") == spec.body]


def is_of_age(born_on: Any, today: date) -> bool:
    """Eighteen years old today; whose birthday nobody knows is not on the roll before somebody has looked.

    >>> is_of_age("2006-03-01", date(2024, 3, 1)), is_of_age("2006-03-02", date(2024, 3, 1))
    (True, False)
    """
    try:
        born = date.fromisoformat(str(born_on))
    except ValueError:
        return False
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday) >= OF_AGE


def _household(key: str, data: Mapping[str, Any]) -> RollLine:
    return RollLine(unit=key, name=_masked(data.get("head")), household=key)


def _resident(key: str, data: Mapping[str, Any]) -> RollLine:
    return RollLine(unit=key, name=_masked(data.get("name")), household=str(data.get("household") or ""))


def _member(key: str, data: Mapping[str, Any]) -> RollLine:
    household, person = str(data.get("household") or ""), str(data.get("person") or "")
    return RollLine(unit=key, name=_masked(data.get("name")), household=household, person=person)


def _masked(name: Any) -> str:
    return mask(name, "identity") if isinstance(name, str) else ""


def _lines(register: str, area_path: str, sealed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(key, values) of the usable records of an area and below, the named private values in clear. A query per 400 rows."""
    declared = catalogue.known(register)
    if declared is None:
        return
    rows = Record.objects.filter(paths.within(area_path, "area_path"), register=register)
    rows = rows.exclude(published_state="").select_related("published").order_by("key")
    held: list[Record] = []
    for row in rows.iterator(chunk_size=BATCH):
        if row.published is not None and declared.register.is_usable(row.published_state):
            held.append(row)
        if len(held) == BATCH:
            yield from _opened(held, sealed)
            held = []
    yield from _opened(held, sealed)


def _opened(rows: Iterable[Record], sealed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    held = list(rows)
    found = SealedValue.objects.filter(
        subject__in=[subject("record", row.pk) for row in held], field__in=list(sealed)
    )
    clear = {f"sealed:{each.pk}": json.loads(each.value) for each in found if each.value}
    for row in held:
        data = row.published.data if row.published else {}
        yield (
            row.key,
            {name: clear.get(value, value) if name in sealed else value for name, value in data.items()},
        )


__all__ = ["is_of_age", "roll_of"]
