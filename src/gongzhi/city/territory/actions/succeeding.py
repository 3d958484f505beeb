"""What hangs on an office or area that ends goes on at its successor: posts, lines of the directory, subordination.

Cases, tasks and records follow by a job (``mechanisms.succession``); what is here is little and goes in the same
transaction, so that nobody is without rights for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max, Q

from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.models import Area, DutyEntry, Office, OfficeLink, Post


def still_held(on: date) -> Q:
    """Rows that would hold on the day or later."""
    return Q(ends__isnull=True) | Q(ends__gt=on)


def carry_posts(actor: Standing, posts: Iterable[Post], places: Sequence[Office | Area], on: date) -> int:
    """End the posts on the day and appoint the same people at every one of ``places``; gives how many posts ended.

    Somebody who holds the role there already keeps that post.
    """
    count = 0
    for post in posts:
        count += 1
        starts, until = max(on, post.starts), post.ends
        post.ends = starts
        post.save(update_fields=["ends"])
        for place in places:
            area = place if isinstance(place, Area) else post.area
            office = place if isinstance(place, Office) else post.office
            same = Post.objects.filter(
                still_held(on),
                user=post.user,
                role=post.role,
                office=office,
                area=area,
                mechanism=post.mechanism,
            )
            if same.exists():
                continue
            heir = Post.objects.create(
                user=post.user,
                role=post.role,
                office=office,
                area=area,
                mechanism=post.mechanism,
                title=post.title,
                starts=starts,
                ends=until,
            )
            record(
                actor, "appointed", "post", heir.pk, person=post.user.person, follows=post.pk, starts=starts
            )
        record(actor, "dismissed", "post", post.pk, person=post.user.person, on=starts, reason="succession")
    return count


def carry_duties(
    entries: Iterable[DutyEntry],
    on: date,
    basis: str,
    *,
    office: Office | None = None,
    areas: Sequence[Area] = (),
) -> int:
    """End lines of the directory and enter them anew for the successor; a line that the successor has already stays.

    ``office``: the office that answers from now on; ``areas``: where it holds from now on, one line for each.
    """
    held = list(entries)
    DutyEntry.objects.filter(pk__in=[entry.pk for entry in held]).update(ends=on)
    for entry in held:
        for area in areas or (entry.area,):
            same = DutyEntry.objects.filter(category=entry.category, area=area)
            if same.filter(ends__isnull=True).exists():
                continue
            last = same.aggregate(last=Max("version"))["last"] or 0
            DutyEntry.objects.create(
                category=entry.category,
                area=area,
                office=office or entry.office,
                basis=f"{entry.basis};{basis}"[:200],
                source=entry.source,
                ruling=entry.ruling,
                version=last + 1,
                starts=max(on, entry.starts),
            )
    return len(held)


def carry_links(old: Office, heir: Office, on: date, basis: str) -> None:
    """Who answered to the old office by direct or dual subordination answers to its first heir."""
    for link in OfficeLink.objects.filter(still_held(on)).filter(Q(office=old) | Q(superior=old)):
        link.ends = max(on, link.starts)
        link.save(update_fields=["ends"])
        below, above = (heir, link.superior) if link.office_id == old.pk else (link.office, heir)
        same = OfficeLink.objects.filter(office=below, superior=above, kind=link.kind, ends__isnull=True)
        if below.pk != above.pk and not same.exists():
            OfficeLink.objects.create(
                office=below,
                superior=above,
                kind=link.kind,
                basis=(link.basis or basis)[:200],
                starts=link.ends,
            )


def place_below(old: Office, heir: Office, on: date, basis: str) -> None:
    """Offices in the tree below the old one answer to its first heir from now on: paths never change, links do."""
    below = Office.objects.filter(still_held(on), parent=old).exclude(pk=heir.pk)
    for office in below:
        OfficeLink.objects.get_or_create(
            office=office,
            superior=heir,
            kind=OfficeLink.Kind.DIRECT,
            ends=None,
            defaults={"basis": basis[:200], "starts": on},
        )
