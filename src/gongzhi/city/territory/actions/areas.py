"""Areas come, are split and merged. The old area stays as history and names its successors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.actions.succeeding import carry_duties, carry_posts, still_held
from gongzhi.city.territory.errors import AlreadyDivided, AlreadyEnded, NotDivisible
from gongzhi.city.territory.models import Area, DutyEntry, Level, Office, Post, Succession


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
def divide_village(
    actor: Standing, village: Area, names: Sequence[str], *, on: date, basis: str
) -> list[Area]:
    """Units of self-governance below a village, which goes on above them; their codes are the village's with two digits.

    Right ``territory.change``. NotDivisible for another level or names that are missing or double; AlreadyDivided.
    """
    check(actor, "territory.change")
    if village.level != Level.VILLAGE:
        raise NotDivisible(what=village.name, why=_("只有村（社区）可以划分自治单元"))
    _distinct(village.name, names, 2)
    Area.objects.select_for_update().get(pk=village.pk)
    if count := Area.objects.filter(still_held(on), parent=village, level=Level.UNIT).count():
        raise AlreadyDivided(village=village.name, count=count)
    made = [
        add_area(actor, code=code, name=name, level=Level.UNIT, parent=village, starts=on)
        for code, name in zip(free_codes(village, len(names)), names, strict=True)
    ]
    into = [new.code for new in made]
    record(actor, "area_divided", "area", village.code, into=into, on=on, basis=basis)
    return made


@transaction.atomic
def split_area(
    actor: Standing, old: Area, parts: Sequence[tuple[str, str]], *, on: date, basis: str
) -> list[Area]:
    """End ``old`` on the day and put new areas (code, name) in its place; an empty code is given out for a unit.

    People and lines of the directory go on in every part; cases and records by a job (``mechanisms.succession``). What
    lay below it stays below it until somebody moves it.
    """
    check(actor, "territory.change")
    _end(old, on)
    _distinct(old.name, [name for _code, name in parts], 2)
    given = iter(free_codes(old.parent, len(parts)) if old.level == Level.UNIT and old.parent else ())
    made = [
        add_area(
            actor, code=code or next(given, ""), name=name, level=old.level, parent=old.parent, starts=on
        )
        for code, name in parts
    ]
    Succession.objects.bulk_create(Succession(old_area=old, new_area=new, on=on, basis=basis) for new in made)
    _carry(actor, old, made, on, basis)
    record(actor, "area_split", "area", old.code, into=[new.code for new in made], on=on, basis=basis)
    return made


@transaction.atomic
def merge_areas(
    actor: Standing,
    old: Sequence[Area],
    *,
    code: str = "",
    name: str,
    on: date,
    basis: str,
    into: Area | None = None,
) -> Area:
    """End the areas ``old`` and let a new one, or the existing ``into``, take their place. What hangs on them goes along.

    An empty ``code`` is given out for a unit. NotDivisible for less than two areas, or areas of different parents or levels.
    """
    check(actor, "territory.change")
    kinds = {(area.parent_id, area.level) for area in old}
    if len({area.pk for area in old} | ({into.pk} if into else set())) < 2 or len(kinds) != 1:
        raise NotDivisible(what="、".join(area.name for area in old), why=_("合并的应是同一处的两个以上区域"))
    first = old[0]
    for area in old:
        _end(area, on)
    if not code and first.parent and into is None:
        [code] = free_codes(first.parent, 1)
    new = into or add_area(actor, code=code, name=name, level=first.level, parent=first.parent, starts=on)
    Succession.objects.bulk_create(
        Succession(old_area=area, new_area=new, on=on, basis=basis) for area in old
    )
    for area in old:
        _carry(actor, area, [new], on, basis)
        record(actor, "area_merged", "area", area.code, into=new.code, on=on, basis=basis)
    return new


def free_codes(village: Area, count: int) -> list[str]:
    """The next codes of units below a village: numbers that were given once are never given again."""
    codes = Area.objects.filter(parent=village, code__startswith=f"{village.code}-").values_list(
        "code", flat=True
    )
    taken = [int(tail) for code in codes if (tail := code.rpartition("-")[2]).isascii() and tail.isdigit()]
    last = max(taken, default=0)
    return [f"{village.code}-{number:02}" for number in range(last + 1, last + 1 + count)]


def child_path(parent: Area | None) -> str:
    """The next free path below the parent, whose row is locked so that two children never get one path."""
    if parent:
        Area.objects.select_for_update().get(pk=parent.pk)
    siblings = Area.objects.filter(parent=parent).values_list("path", flat=True)
    return paths.next_child(parent.path if parent else "", siblings)


def _carry(actor: Standing, old: Area, made: Sequence[Area], on: date, basis: str) -> None:
    """People, lines of the directory and seats of offices go on in the successors."""
    carry_posts(
        actor, Post.objects.filter(still_held(on), area=old).select_related("user", "office"), made, on
    )
    carry_duties(DutyEntry.objects.filter(still_held(on), area=old), on, basis, areas=made)
    for office in Office.objects.filter(still_held(on), area=old, is_backstop=False):
        office.area = made[0]
        office.save(update_fields=["area"])


def _distinct(what: str, names: Sequence[str], least: int) -> None:
    if (
        len(names) < least
        or len({name.strip() for name in names}) < len(names)
        or not all(map(str.strip, names))
    ):
        raise NotDivisible(what=what, why=_("至少要分成两个，名称不能空、不能重"))


def _end(area: Area, on: date) -> None:
    locked = Area.objects.select_for_update().get(pk=area.pk)
    if locked.ends is not None:
        raise AlreadyEnded(what=area.name, on=locked.ends)
    if on < locked.starts:
        raise NotDivisible(what=area.name, why=_("生效日期早于它自己的生效日期"))
    area.ends = on
    area.save(update_fields=["ends"])
