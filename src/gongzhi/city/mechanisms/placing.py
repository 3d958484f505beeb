"""Which version runs where: placing a version in some areas, taking it away again, following areas that end.

Below every right and plan: whoever tries a version (``city/pilots``) has checked both. Cases that were opened under a placed
version stay on it to their end, whatever becomes of the placement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.mechanisms import library
from gongzhi.city.mechanisms.errors import NotInstalled, PlacedAlready
from gongzhi.city.mechanisms.models import Placement
from gongzhi.city.territory.models import Area
from gongzhi.engine.cases import Fact


def place(
    mechanism: str, version: str, areas: Iterable[Area], *, source: str, by: Standing, at: datetime
) -> list[Placement]:
    """Run this installed version in the areas from ``at`` on, for new cases. Raises NotInstalled; PlacedAlready where an
    area runs another one, also when two do it at the same moment."""
    if library.LIBRARY.version(mechanism, version) is None:
        raise NotInstalled(mechanism=f"{mechanism} {version}")
    made = []
    with transaction.atomic():
        for area in areas:
            made.append(_place(mechanism, version, area, source, at))
        _tell(
            "placed",
            mechanism,
            by,
            at,
            version=version,
            areas=[each.area_path for each in made],
            source=source,
        )
    return made


def _place(mechanism: str, version: str, area: Area, source: str, at: datetime) -> Placement:
    open_ones = Placement.objects.filter(mechanism=mechanism, area_path=area.path, until=None)
    try:
        with transaction.atomic():
            return Placement.objects.create(
                mechanism=mechanism, version=version, area_path=area.path, since=at, source=source
            )
    except IntegrityError as error:
        known = open_ones.first()
        if known is None:
            raise
        raise PlacedAlready(
            area=area.short_name, mechanism=mechanism, version=known.version, source=known.source
        ) from error


def take_away(source: str, *, by: Standing, at: datetime, areas: Iterable[str] | None = None) -> int:
    """End what ``source`` placed (in the areas of these paths, or everywhere); gives how many areas go back to the active
    version. Ending twice ends once."""
    rows = Placement.objects.filter(source=source, until=None)
    if areas is not None:
        rows = rows.filter(area_path__in=list(areas))
    with transaction.atomic():
        ended = list(rows.select_for_update().order_by("id"))
        for row in ended:
            row.until = max(at, row.since)
            row.save(update_fields=["until"])
        if ended:
            paths = [each.area_path for each in ended]
            _tell(
                "taken_away", ended[0].mechanism, by, at, version=ended[0].version, areas=paths, source=source
            )
    return len(ended)


def placed(mechanism: str) -> list[Placement]:
    """What runs in single areas now, in the order of the tree. One query."""
    return list(Placement.objects.filter(mechanism=mechanism, until=None).order_by("area_path"))


def _tell(kind: str, mechanism: str, by: Standing, at: datetime, **data: Any) -> None:
    append(subject("mechanism", mechanism), [Fact(kind=kind, at=at, by=by, data=data)])
    transaction.on_commit(library.LIBRARY.forget)
    library.LIBRARY.forget()
