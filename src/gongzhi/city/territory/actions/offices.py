"""Offices come, are subordinated to others, and are succeeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.errors import AlreadyEnded
from gongzhi.city.territory.models import Area, DutyEntry, Office, OfficeLink, Succession, valid


@transaction.atomic
def add_office(
    actor: Standing,
    *,
    code: str,
    name: str,
    kind: str,
    area: Area,
    parent: Office | None = None,
    short_name: str = "",
    is_backstop: bool = False,
    starts: date | None = None,
) -> Office:
    """A new office. Right ``territory.change``; IntegrityError when the code is taken or the area has a backstop."""
    check(actor, "territory.change")
    if parent:
        Office.objects.select_for_update().get(pk=parent.pk)
    siblings = Office.objects.filter(parent=parent).values_list("path", flat=True)
    office = Office(
        code=code,
        name=name,
        short_name=short_name or name,
        kind=kind,
        area=area,
        parent=parent,
        is_backstop=is_backstop,
        path=paths.next_child(parent.path if parent else "", siblings),
        **({"starts": starts} if starts else {}),
    )
    office.save(force_insert=True)
    record(
        actor, "office_added", "office", code, name=name, area=area.code, parent=parent.code if parent else ""
    )
    return office


@transaction.atomic
def link_offices(
    actor: Standing,
    office: Office,
    superior: Office,
    kind: str,
    *,
    basis: str = "",
    starts: date | None = None,
) -> OfficeLink:
    """Put ``office`` under a second superior (``direct`` line or ``dual`` command)."""
    check(actor, "territory.change")
    link = OfficeLink(
        office=office, superior=superior, kind=kind, basis=basis, starts=starts or clock.today()
    )
    link.save(force_insert=True)
    record(actor, "office_linked", "office", office.code, superior=superior.code, how=kind, basis=basis)
    return link


@transaction.atomic
def succeed_office(actor: Standing, old: Office, heirs: Sequence[Office], *, on: date, basis: str) -> None:
    """End an office; its heirs go on with its open matters, the first one takes over its lines in the directory.

    Open tasks follow through the journal's fact ``office_succeeded``: contexts react to it.
    """
    check(actor, "territory.change")
    if not Office.objects.filter(pk=old.pk, ends__isnull=True).update(ends=on):
        raise AlreadyEnded(what=old.name, on=old.ends or on)
    old.ends = on
    Succession.objects.bulk_create(
        Succession(old_office=old, new_office=heir, on=on, basis=basis) for heir in heirs
    )
    _hand_over_duties(old, heirs[0], on, basis)
    record(
        actor, "office_succeeded", "office", old.code, heirs=[heir.code for heir in heirs], on=on, basis=basis
    )


def _hand_over_duties(old: Office, heir: Office, on: date, basis: str) -> None:
    held = list(DutyEntry.objects.filter(valid(on), office=old, ends__isnull=True))
    DutyEntry.objects.filter(pk__in=[entry.pk for entry in held]).update(ends=on)
    DutyEntry.objects.bulk_create(
        DutyEntry(
            category=entry.category,
            area=entry.area,
            office=heir,
            basis=f"{entry.basis};{basis}"[:200],
            source=entry.source,
            ruling=entry.ruling,
            version=entry.version + 1,
            starts=on,
        )
        for entry in held
    )
