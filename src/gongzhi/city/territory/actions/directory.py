"""The duty directory is written from lists and learns from rulings."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area, DutyEntry, Office


@transaction.atomic
def enter_duty(
    actor: Standing,
    *,
    category: str,
    office: Office,
    basis: str,
    area: Area | None = None,
    starts: date | None = None,
) -> DutyEntry:
    """Enter one line of a list: category × area → office. The line that held before ends the same day."""
    check(actor, "directory.change")
    entry = _replace(category, area, office, basis, DutyEntry.Source.LIST, "", starts or clock.today())
    _record(actor, "duty_entered", entry)
    return entry


@transaction.atomic
def learn_from_ruling(
    actor: Standing, *, category: str, office: Office, ruling: str, basis: str, area: Area | None = None
) -> DutyEntry:
    """A quarrel about whose matter it is was decided: from now on such matters go there at once.

    ``ruling`` names the matter (``case:…``). Right ``directory.learn``. The next version of the line, with the ruling as
    its basis; the old one stays readable with its dates.
    """
    check(actor, "directory.learn")
    entry = _replace(category, area, office, basis, DutyEntry.Source.RULING, ruling, clock.today())
    _record(actor, "duty_learned", entry)
    return entry


def _replace(
    category: str, area: Area | None, office: Office, basis: str, source: str, ruling: str, starts: date
) -> DutyEntry:
    lines = DutyEntry.objects.select_for_update().filter(category=category, area=area)
    last = lines.order_by("-version").first()
    if last and last.ends is None:
        last.ends = max(starts, last.starts)
        last.save(update_fields=["ends"])
    entry = DutyEntry(
        category=category,
        area=area,
        office=office,
        basis=basis,
        source=source,
        ruling=ruling,
        version=last.version + 1 if last else 1,
        starts=starts,
    )
    entry.save(force_insert=True)
    return entry


def _record(actor: Standing, kind: str, entry: DutyEntry) -> None:
    record(
        actor,
        kind,
        "duty",
        entry.pk,
        category=entry.category,
        area=entry.area.code if entry.area else "",
        office=entry.office.code,
        version=entry.version,
        basis=entry.basis,
        ruling=entry.ruling,
    )
