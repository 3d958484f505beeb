"""Offices come, are subordinated to others, and are succeeded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.actions.succeeding import (
    carry_duties,
    carry_links,
    carry_posts,
    place_below,
    still_held,
)
from gongzhi.city.territory.errors import AlreadyEnded, NoHeir
from gongzhi.city.territory.models import Area, DutyEntry, Office, OfficeLink, Post, Succession


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
    """End an office; its heirs go on with its open matters, its people and its lines in the directory go to the first one.

    Right ``territory.change``; NoHeir, AlreadyEnded. Cases, tasks and records follow through the journal's fact
    ``office_succeeded``: a job moves them in batches (``mechanisms.succession``), on the day when it lies ahead.
    """
    check(actor, "territory.change")
    if not heirs or any(heir.pk == old.pk or not heir.is_valid(on) for heir in heirs):
        raise NoHeir(what=old.name)
    locked = Office.objects.select_for_update(of=("self",)).get(pk=old.pk)
    if locked.ends is not None:
        raise AlreadyEnded(what=old.name, on=locked.ends)
    first = heirs[0]
    backstop, old.is_backstop, old.ends = locked.is_backstop, locked.is_backstop, on
    old.save(update_fields=["ends"])
    if backstop and not Office.objects.filter(still_held(on), is_backstop=True, area=old.area).exclude(
        pk=old.pk
    ):
        first.is_backstop = True
        first.save(update_fields=["is_backstop"])
    Succession.objects.bulk_create(
        Succession(old_office=old, new_office=heir, on=on, basis=basis) for heir in heirs
    )
    posts = carry_posts(
        actor, Post.objects.filter(still_held(on), office=old).select_related("user", "area"), [first], on
    )
    lines = carry_duties(DutyEntry.objects.filter(still_held(on), office=old), on, basis, office=first)
    carry_links(old, first, on, basis)
    place_below(old, first, on, basis)
    codes = [heir.code for heir in heirs]
    record(
        actor,
        "office_succeeded",
        "office",
        old.code,
        heirs=codes,
        on=on,
        basis=basis,
        posts=posts,
        lines=lines,
    )
