"""A running pilot whose area is merged away or split: the successor goes on with it, and the result is told both ways.

What lies below an area that ended stays below it until somebody moves it, so its own placement stays open as well. A successor
that belongs to both sides (a trial area and a comparison area became one) runs the usual version, and takes part in neither.
"""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, split_subject, subject
from gongzhi.city.mechanisms import placing
from gongzhi.city.mechanisms.errors import PlacedAlready
from gongzhi.city.mechanisms.models import Placement
from gongzhi.city.mechanisms.succession import area_heirs
from gongzhi.city.pilots.models import Pilot, PilotArea
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area


@reactions.register("pilots", kinds=("area_split", "area_merged"))
def heard(entry: Entry) -> None:
    """An area of a pilot has ended, or will: those whose day has come are followed at once, the others by the daily look."""
    follow_all(code=split_subject(entry.subject)[1])


def follow_all(code: str = "") -> int:
    """Follow every area of a running pilot that has ended by today; gives how many. Safe to repeat."""
    ended = PilotArea.objects.filter(
        pilot__state=Pilot.State.RUNNING, area__ends__lte=clock.today(), followed_at=None
    )
    if code:
        ended = ended.filter(area__code=code)
    return sum(_follow(pk) for pk in ended.order_by("id").values_list("pk", flat=True))


def _follow(pk: int) -> bool:
    with transaction.atomic():
        row = PilotArea.objects.select_for_update().select_related("pilot", "area").get(pk=pk)
        if row.followed_at is not None:
            return False
        heirs = [area for area in area_heirs(row.area) if area.pk != row.area_id]
        taken = [area for area in heirs if _taken_in(row, area)]
        row.followed_at = clock.now()
        row.save(update_fields=["followed_at"])
        record(
            SYSTEM,
            "pilot_area_followed",
            "pilot",
            row.pilot_id,
            area=row.area.code,
            into=[area.code for area in taken],
            left=[area.code for area in heirs if area not in taken],
        )
    return True


def _taken_in(row: PilotArea, area: Area) -> bool:
    """Whether the successor takes part from now on, on the side of the area that ended."""
    other_side = row.pilot.areas.exclude(side=row.side)
    mixed = (
        other_side.filter(area=area).exists()
        or other_side.filter(area__successions__new_area=area).exists()
        or Placement.objects.filter(mechanism=row.pilot.mechanism, area_path=area.path, until=None)
        .exclude(source=subject("pilot", row.pilot_id))
        .exists()
    )
    PilotArea.objects.get_or_create(
        pilot=row.pilot, unit=row.unit, area=area, defaults={"side": row.side, "mixed": mixed}
    )
    if mixed or row.side != PilotArea.Side.TREATED:
        return not mixed
    source, at = subject("pilot", row.pilot_id), clock.now()
    if not Placement.objects.filter(area_path=area.path, source=source, until=None).exists():
        try:
            placing.place(row.pilot.mechanism, row.pilot.version, [area], source=source, by=SYSTEM, at=at)
        except PlacedAlready:
            PilotArea.objects.filter(pilot=row.pilot, unit=row.unit, area=area).update(mixed=True)
            return False
    return True
