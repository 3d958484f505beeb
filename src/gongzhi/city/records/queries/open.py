"""What anybody may read: the versions in force of public records, and of them the public fields only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.pagination import Page, page
from gongzhi.city.records import catalogue, sight
from gongzhi.city.records.errors import NoSuchRecord
from gongzhi.city.records.models import Record
from gongzhi.city.records.queries.lists import ORDER, hits
from gongzhi.city.records.queries.lookups import name_in_force
from gongzhi.engine.registers import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A record as the public sees it."""

    register: Register
    key: str
    name: str
    state: str
    #: public fields of the version in force
    values: Mapping[str, Any]
    #: number of that version, and since when it stands
    version: int
    since: Any


def public_search(register: str, text: str = "", after: str = "", *, size: int = 20) -> Page[Record]:
    """Public records in order of key, or what everyday words find, the closest first. Put each through ``opened_to_all``."""
    found = catalogue.one(register).register
    rows = sight.public(found)
    if text.strip():
        return hits(rows, found, text, public=True, after=after, size=size)
    return page(rows, ORDER, cursor=after, size=size)


def public_one(register: str, key: str, *, today: date | None = None) -> Open:
    """A public record. Raises NoSuchRegister, NoSuchRecord."""
    found = catalogue.one(register).register
    row = sight.public(found).filter(key=key).first()
    if row is None:
        raise NoSuchRecord(which=key[:64])
    return opened_to_all(row, today=today)


def opened_to_all(row: Record, *, today: date | None = None) -> Open:
    """What the public sees of a row of ``public_search``. No query."""
    found = catalogue.one(row.register).register
    version = row.published
    if version is None:
        raise NoSuchRecord(which=row.key)
    return Open(
        register=found,
        key=row.key,
        name=name_in_force(found, row, outside=True),
        state=version.state,
        values=found.public_values(version.data, version.state, today=today or clock.today()),
        version=version.number,
        since=version.at,
    )
