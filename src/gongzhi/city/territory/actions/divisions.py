"""Loading areas from a file of division codes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.errors import BadDivisions
from gongzhi.city.territory.models import Area, Level

#: what official names of committees end with; people drop it
_COMMITTEE = re.compile(r"(?<=.)(居民委员会|村民委员会|居委会|村委会)$")
_CHANGEABLE = ("name", "short_name", "lon", "lat", "position_source")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many areas a file added, changed and left as they were."""

    added: int
    changed: int
    same: int


@transaction.atomic
def load_divisions(actor: Standing, lines: Iterable[str]) -> Loaded:
    """Load a CSV with the columns code, name, level, parent and, where known, short_name, lon, lat, position.

    Parents come before their children or exist already. Idempotent: a second run of the same file changes nothing, a
    newer edition changes names and positions and adds what is new; what it leaves out stays (end it by an action).
    BadDivisions with the line when a row can't be read; then nothing is loaded.
    """
    check(actor, "territory.change")
    known = {area.code: area for area in Area.objects.all()}
    last_child: dict[str, str] = {}
    for area in sorted(known.values(), key=lambda area: area.path):
        last_child[area.path[: -paths.STEP]] = area.path
    added: list[Area] = []
    changed: list[Area] = []
    same = 0
    for line, row in enumerate(csv.DictReader(lines), start=2):
        read = _read(line, row, known)
        found = known.get(read.code)
        if found is None:
            above = read.parent.path if read.parent else ""
            read.path = last_child[above] = paths.next_child(above, filter(None, [last_child.get(above)]))
            known[read.code] = read
            added.append(read)
        elif any(getattr(found, name) != getattr(read, name) for name in _CHANGEABLE):
            for name in _CHANGEABLE:
                setattr(found, name, getattr(read, name))
            changed.append(found)
        else:
            same += 1
    _write(added, changed)
    loaded = Loaded(len(added), len(changed), same)
    if added or changed:
        record(
            actor, "divisions_loaded", "territory", "divisions", added=loaded.added, changed=loaded.changed
        )
    return loaded


def _read(line: int, row: dict[str, str], known: dict[str, Area]) -> Area:
    code, name, level = (str(row.get(column) or "").strip() for column in ("code", "name", "level"))
    parent = str(row.get("parent") or "").strip()
    if not (code and name):
        raise BadDivisions(line=line, why="缺少 code 或 name")
    if level not in Level.values:
        raise BadDivisions(line=line, why=f"层级“{level}”不在 {'、'.join(Level.values)} 之中")
    if parent and parent not in known:
        raise BadDivisions(line=line, why=f"上级 {parent} 不存在")
    try:
        lon, lat = (float(row[column]) if row.get(column) else None for column in ("lon", "lat"))
    except ValueError as error:
        raise BadDivisions(line=line, why="经纬度不是数字") from error
    return Area(
        code=code,
        name=name,
        short_name=row.get("short_name") or _COMMITTEE.sub("", name),
        level=level,
        parent=known.get(parent),
        lon=lon,
        lat=lat,
        position_source=row.get("position") or "",
    )


def _write(added: list[Area], changed: list[Area]) -> None:
    """Level by level: a child needs its parent's key."""
    for depth in sorted({len(area.path) for area in added}):
        layer = [area for area in added if len(area.path) == depth]
        for area in layer:
            area.parent = area.parent  # takes over the key that the parent got when it was written
        Area.objects.bulk_create(layer, batch_size=500)
    Area.objects.bulk_update(changed, _CHANGEABLE, batch_size=200)
