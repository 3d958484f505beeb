"""The city as the engine asks for it, remembered for a short while: which office acts, what lies within what.

Codes and paths of areas and offices never change while their rows exist, so these are remembered for good; who holds
which role does change, so that is asked again after ``FRESH`` seconds.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models.signals import post_migrate, post_save

from gongzhi.city.cases import files, lookups
from gongzhi.city.cases.files.errors import FileMissing
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock, paths
from gongzhi.city.territory.models import Area, Office, Post, valid
from gongzhi.city.territory.queries import heirs
from gongzhi.engine.instants import SHANGHAI

FRESH = 30.0

_areas: dict[str, tuple[str, str]] = {}
_offices: dict[str, tuple[str, str, str, date | None]] = {}
_roles: dict[tuple[str, str, str], tuple[float, str]] = {}
_told: dict[str, Mapping[str, Any]] = {}
_leaves: dict[str, tuple[float, bool]] = {}
_home: list[str] = []


def forget(**kwargs: Any) -> None:
    """Drop what is remembered (tests, and after the territory was loaded anew)."""
    for memory in (_areas, _offices, _roles, _leaves, _home, _told):
        memory.clear()


def area_path(code: str) -> str:
    """Path of an area; empty for an unknown code."""
    return _area(code)[0]


def area_name(code: str) -> str:
    """Short name of an area; the code itself where it is unknown."""
    return _area(code)[1] or code


def _area(code: str) -> tuple[str, str]:
    if not code:
        return "", ""
    if code not in _areas:
        found = Area.objects.filter(code=code).values_list("path", "short_name").first()
        if found is None:
            return "", ""
        _areas[code] = found
    return _areas[code]


def office_path(code: str) -> str:
    """Path of an office; empty for an unknown code."""
    return _office(code)[0]


def office_name(code: str) -> str:
    """Short name of an office; the code itself where it is unknown."""
    return _office(code)[1] or code


def office_area(code: str) -> str:
    """Code of the area of an office."""
    return _office(code)[2]


def _office(code: str) -> tuple[str, str, str, date | None]:
    if not code:
        return "", "", "", None
    if code not in _offices:
        columns = ("path", "short_name", "area__code", "ends")
        found = Office.objects.filter(code=code).values_list(*columns).first()
        if found is None:
            return "", "", "", None
        _offices[code] = found
    return _offices[code]


def living_office(code: str) -> str:
    """The office itself, or who goes on with the matters of one that has ended; empty for an unknown code."""
    path, _name, _area, ends = _office(code)
    if not path:
        return ""
    if ends is None or ends > clock.today():
        return code
    found = heirs(Office.objects.get(code=code))
    return found[0].code if found else code


def home_area() -> str:
    """Code of the area of the whole city: that of the first root office. A case without a place lies there."""
    if not _home:
        root = Office.objects.filter(parent=None).order_by("path").values_list("area__code", "code").first()
        if root is None:
            return ""
        _home.extend(root)
    return _home[0]


def home_office() -> str:
    """Code of the first root office; empty in a city that has none yet."""
    home_area()
    return _home[1] if _home else ""


def is_leaf(path: str) -> bool:
    """Whether no office lies below this path: its lists are then one value of an index, not a range."""
    known = _leaves.get(path)
    if known is None or time.monotonic() - known[0] > FRESH:
        below = Office.objects.filter(paths.within(path)).exclude(path=path).exists()
        known = _leaves[path] = (time.monotonic(), not below)
    return known[1]


class CityWorld:
    """The city's answers to the engine (``engine.cases.World``)."""

    def office_for(self, role: str, scope: str, value: str) -> str:
        """Code of the office whose ``role`` acts: of the whole city, of the office named, or for the area named."""
        if scope == "office":
            return living_office(value)
        key = (role, scope, value)
        known = _roles.get(key)
        if known is None or time.monotonic() - known[0] > FRESH:
            found = _of_city(role) if scope == "county" else _of_area(role, value)
            if not found:
                return ""
            known = _roles[key] = (time.monotonic(), found)
        return known[1]

    def is_within(self, office: str, ancestor: str) -> bool:
        """Whether ``office`` is ``ancestor`` or lies below it."""
        return paths.is_within(office_path(office), office_path(ancestor))

    def office_name(self, office: str) -> str:
        """Short name to show."""
        return office_name(office)

    def record(self, register: str, key: str) -> Mapping[str, Any] | None:
        """The values of a record that a case may name."""
        return lookups.record(register, key)

    def all_records(self, register: str) -> Sequence[Mapping[str, Any]]:
        """All usable records of a small register."""
        return lookups.all_records(register)

    def known_cells(self) -> Sequence[Mapping[str, str]]:
        """Every column of every register of the city."""
        return lookups.known_cells()

    def matter(self, number: str) -> Mapping[str, Any] | None:
        """What another case says of itself; who may name it is asked before (``naming.check_named``)."""
        return lookups.matter(number)

    def office(self, code: str) -> Mapping[str, Any] | None:
        """What an office is, with the codes of itself and of all above it, the nearest first."""
        if code not in _told and (found := _told_of(code)) is not None:
            _told[code] = found
        return _told.get(code)

    def household_of(self, person: str) -> str:
        """Number of the household that a person's account belongs to."""
        return lookups.household_of(person)

    def balance(self, ledger: str, of: str, area: str) -> Decimal:
        """What an account of a ledger holds now."""
        return lookups.balance(ledger, of, area)

    def digest(self, sha256: str) -> str:
        """SHA-256 of the stored content of a file, computed anew; empty where it is gone."""
        try:
            with files.open_file(sha256) as stream:
                counted = hashlib.sha256()
                while piece := stream.read(1 << 20):
                    counted.update(piece)
                return counted.hexdigest()
        except FileMissing:
            return ""

    def times_posted(self, ledger: str, of: str, tag: str) -> int:
        """How often something of this tag was posted this season."""
        return lookups.times_posted(ledger, of, tag)

    def entitled(self, person: str, programme: str) -> bool:
        """Whether a person of the people register has a benefit today."""
        return lookups.entitled(person, programme)

    def would_get(self, person: str, programme: str) -> Mapping[str, Any] | None:
        """What the registers say that the person would get of it today."""
        return lookups.would_get(person, programme)

    def times_named(self, register: str, key: str, area: str, year: int) -> int:
        """How many cases opened in the year (of Shanghai) for the area name the record; withdrawn ones don't count."""
        first, last = (datetime(each, 1, 1, tzinfo=SHANGHAI) for each in (year, year + 1))
        named = Case.objects.filter(records__register=register, records__key=key, area_id=area)
        opened = named.filter(opened_at__gte=first, opened_at__lt=last)
        return opened.exclude(ended="withdrawn").count()


def _told_of(code: str) -> Mapping[str, Any] | None:
    row = Office.objects.filter(code=code).values_list("short_name", "kind", "area__code", "path").first()
    if row is None:
        return None
    name, kind, area, path = row
    above = Office.objects.filter(path__in=paths.ancestors(path)).order_by("-path")
    line = list(above.values_list("code", flat=True))
    return {"code": code, "name": name, "kind": kind, "area": area, "line": line}


def _of_city(role: str) -> str:
    """The highest office that holds the role; where nobody holds it yet, the city's root office."""
    held = Post.objects.filter(valid(), role=role, office__isnull=False)
    found = held.order_by("office__path").values_list("office__code", "office__path")[:200]
    if found:
        return min(found, key=lambda each: (len(each[1]), each[1]))[0]
    root = Office.objects.filter(valid(), parent=None).order_by("path").first()
    return root.code if root else ""


def _of_area(role: str, area: str) -> str:
    """The office with the role that answers for the area, or for the nearest area around it."""
    above = paths.ancestors(area_path(area))
    if not above:
        return ""
    by_post = Post.objects.filter(valid(), role=role, area__path__in=above, office__isnull=False)
    by_seat = Post.objects.filter(valid(), role=role, office__area__path__in=above)
    found = [
        *by_post.values_list("area__path", "office__path", "office__code"),
        *by_seat.values_list("office__area__path", "office__path", "office__code"),
    ]
    if found:
        return max(found, key=lambda each: (len(each[0]), -len(each[1]), each[1]))[2]
    backstop = (
        Office.objects.filter(valid(), is_backstop=True, area__path__in=above).order_by("-area__path").first()
    )
    return backstop.code if backstop else ""


WORLD = CityWorld()

# memory only: nothing reacts to a signal here
post_migrate.connect(forget, dispatch_uid="cases.world.forget")
for remembered in (Area, Office, Post):
    post_save.connect(forget, sender=remembered, dispatch_uid=f"cases.world.forget.{remembered.__name__}")
