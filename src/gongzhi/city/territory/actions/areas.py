"""Areas come, are split and merged. The old area stays as history and names its successors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.errors import AlreadyEnded
from gongzhi.city.territory.models import Area, Succession


@transaction.atomic
def add_area(
    actor: Standing,
    *,
    code: str,
    name: str,
    level: str,
    parent: Area | None = None,
    short_name: str = "",
    lon: float | None = None,
    lat: float | None = None,
    position_source: str = "",
    starts: date | None = None,
) -> Area:
    """A new area below ``parent``; self-governance units are areas of the level ``unit`` below a village.

    Right ``territory.change``. IntegrityError when the code is taken.
    """
    check(actor, "territory.change")
    area = Area(
        code=code,
        name=name,
        short_name=short_name or name,
        level=level,
        parent=parent,
        lon=lon,
        lat=lat,
        position_source=position_source,
        path=child_path(parent),
        **({"starts": starts} if starts else {}),
    )
    area.save(force_insert=True)
    record(actor, "area_added", "area", code, name=name, level=level, parent=parent.code if parent else "")
    return area


@transaction.atomic
def split_area(
    actor: Standing, old: Area, parts: Sequence[tuple[str, str]], *, on: date, basis: str
) -> list[Area]:
    """End ``old`` on the day and put new areas (code, name) in its place; what lay below it is moved by hand."""
    check(actor, "territory.change")
    _end(old, on)
    made = [
        add_area(actor, code=code, name=name, level=old.level, parent=old.parent, starts=on)
        for code, name in parts
    ]
    Succession.objects.bulk_create(Succession(old_area=old, new_area=new, on=on, basis=basis) for new in made)
    record(actor, "area_split", "area", old.code, into=[new.code for new in made], on=on, basis=basis)
    return made


@transaction.atomic
def merge_areas(
    actor: Standing,
    old: Sequence[Area],
    *,
    code: str,
    name: str,
    on: date,
    basis: str,
    into: Area | None = None,
) -> Area:
    """End the areas ``old`` and let a new one, or the existing ``into``, take their place."""
    check(actor, "territory.change")
    first = old[0]
    new = into or add_area(actor, code=code, name=name, level=first.level, parent=first.parent, starts=on)
    for area in old:
        _end(area, on)
        record(actor, "area_merged", "area", area.code, into=new.code, on=on, basis=basis)
    Succession.objects.bulk_create(
        Succession(old_area=area, new_area=new, on=on, basis=basis) for area in old
    )
    return new


def child_path(parent: Area | None) -> str:
    """The next free path below the parent, whose row is locked so that two children never get one path."""
    if parent:
        Area.objects.select_for_update().get(pk=parent.pk)
    siblings = Area.objects.filter(parent=parent).values_list("path", flat=True)
    return paths.next_child(parent.path if parent else "", siblings)


def _end(area: Area, on: date) -> None:
    if not Area.objects.filter(pk=area.pk, ends__isnull=True).update(ends=on):
        raise AlreadyEnded(what=area.name, on=area.ends or on)
    area.ends = on
