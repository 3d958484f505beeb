"""Loading boundaries of areas from a file: all of it or nothing, again and again without doubling."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.boundaries import Read, points_of, read_features, thinned
from gongzhi.city.territory.models import Area, Boundary, valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a file of boundaries did: names of areas that have one now, and what belongs to no area of ours."""

    matched: tuple[str, ...]
    #: how many of them are new or changed
    changed: int
    #: (number in the file, name or code, why)
    unmatched: tuple[tuple[int, str, str], ...]


@transaction.atomic
def load_boundaries(actor: Standing, text: bytes, *, source: str, gcj02: bool = False) -> Drawn:
    """Give areas the boundaries of a GeoJSON file, matched by division code, else by a name that only one area has.

    Right ``territory.change``. Raises BadBoundaries; then nothing is loaded.
    """
    check(actor, "territory.change")
    features = read_features(text, gcj02=gcj02)
    areas = list(Area.objects.filter(valid()).only("pk", "code", "name", "short_name"))
    by_code = {area.code.rstrip("0"): area for area in areas}
    names = Counter(name for area in areas for name in {area.name, area.short_name})
    by_name = {name: area for area in areas for name in (area.name, area.short_name) if names[name] == 1}
    matched: dict[int, tuple[Area, Read]] = {}
    unmatched: list[tuple[int, str, str]] = []
    for each in features:
        area = by_code.get(each.code) if each.code else by_name.get(each.name)
        if area is None:
            why = "名称有几处相同，请写代码" if names[each.name] > 1 and not each.code else "本市没有这个区域"
            unmatched.append((each.number, each.name or each.code, why))
        elif area.pk in matched:
            unmatched.append((each.number, each.name or each.code, "文件里写了两次，用了前一个"))
        else:
            matched[area.pk] = (area, each)
    changed = _keep(matched, source)
    if changed:
        record(actor, "boundaries_loaded", "territory", "boundaries", source=source, changed=changed)
    return Drawn(
        matched=tuple(area.name for area, _ in matched.values()), changed=changed, unmatched=tuple(unmatched)
    )


def _keep(matched: dict[int, tuple[Area, Read]], source: str) -> int:
    """Write the boundaries that are new or different; gives how many."""
    known = {row.area_id: row for row in Boundary.objects.filter(area__in=list(matched))}
    changed = 0
    for key, (_area, feature) in matched.items():
        shape = thinned(feature.shape)
        old = known.get(key)
        if old is not None and old.shape == shape:
            continue
        lons, lats = zip(*points_of(shape), strict=True)
        values = {
            "shape": shape,
            "west": min(lons),
            "south": min(lats),
            "east": max(lons),
            "north": max(lats),
            "source": source[:80],
            "loaded_at": clock.now(),
        }
        Boundary.objects.update_or_create(area_id=key, defaults=values)
        changed += 1
    return changed


__all__ = ["Drawn", "load_boundaries"]
