"""Counts for watches of kind ``surge``: cases by area and category and local day, or rows of a register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from gongzhi.city.cases.models import Case
from gongzhi.city.kernel import clock, paths
from gongzhi.city.mechanisms.library import Held
from gongzhi.city.territory.models import Area, Level
from gongzhi.engine.watches import Counts, Records, WatchSpec, counted, parameters
from gongzhi.engine.watches.counting import BETWEEN

_EPOCH = date(1970, 1, 1)


def counts_of(
    held: Held, spec: WatchSpec, records: Records, first: date, last: date
) -> tuple[Counts, Mapping[str, str]]:
    """``area|category`` -> local day -> how many, for the days that the windows of ``first`` to ``last`` need; and how each is
    called. Confined cases are not counted: nobody learns of them by a sum."""
    if spec.over.register_:
        counts = counted(spec, records, clock.today())
        return counts, _called(counts)
    params = parameters(spec, clock.today())
    since = first - timedelta(days=int(params["days"]) + 7 * int(params["weeks"]) + 1)
    made: dict[str, dict[int, int]] = {}
    level = _areas(spec.over.level) if "area" in spec.over.by else {}
    for path, category, day, number in _rows(held, spec, since, last):
        area = next((level[each] for each in reversed([*paths.ancestors(path), path]) if each in level), "")
        subject = f"{area}{BETWEEN}{category if 'category' in spec.over.by else ''}"
        days = made.setdefault(subject, {})
        number_of = (day - _EPOCH).days
        days[number_of] = days.get(number_of, 0) + number
    return made, _called(made)


def _rows(held: Held, spec: WatchSpec, since: date, last: date) -> list[tuple[str, str, date, int]]:
    zone = timezone.get_default_timezone()
    types: dict[str, list[str]] = {}
    for name in spec.over.cases:
        mechanism, _dot, type_id = name.rpartition(".")
        types.setdefault(mechanism or held.mechanism.id, []).append(type_id)
    found: list[tuple[str, str, date, int]] = []
    for mechanism, ids in types.items():
        rows = Case.objects.filter(
            mechanism=mechanism,
            type__in=ids,
            opened_at__gte=datetime.combine(since, time(), zone),
            opened_at__lt=datetime.combine(last + timedelta(days=1), time(), zone),
        )
        days = rows.annotate(day=TruncDate("opened_at", tzinfo=zone)).order_by()
        found += days.values_list("area_path", "category", "day").annotate(number=Count("id"))
    return found


def _areas(level: str) -> dict[str, str]:
    """Path -> code of every area of a level."""
    return dict(Area.objects.filter(level=Level(level)).values_list("path", "code"))


def _called(counts: Counts) -> dict[str, str]:
    """``洪山街道 噪声`` for each that is counted."""
    codes = {subject.partition(BETWEEN)[0] for subject in counts}
    names = dict(Area.objects.filter(code__in=codes - {""}).values_list("code", "name"))
    made = {}
    for subject in counts:
        area, _, category = subject.partition(BETWEEN)
        words = (names.get(area, ""), category.replace("/", "·"))
        made[subject] = " ".join(word for word in words if word)
    return made


__all__ = ["counts_of"]
