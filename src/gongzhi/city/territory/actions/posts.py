"""People are appointed to posts and leave them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, knows_role
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import guarding
from gongzhi.city.territory.actions.recording import record
from gongzhi.city.territory.errors import AlreadyEnded, RoleUnknown
from gongzhi.city.territory.models import Area, Office, Post


@transaction.atomic
def appoint(
    actor: Standing,
    user: Any,
    role: str,
    *,
    office: Office | None = None,
    area: Area | None = None,
    mechanism: str = "",
    title: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> Post:
    """Appoint ``user`` to a role at an office, for an area, or both (one is needed).

    Right ``post.appoint``. RoleUnknown for a role that nobody declared; RolesConflict where it must not meet with a role that
    the person holds; IntegrityError when the person holds it already.
    """
    check(actor, "post.appoint")
    if not knows_role(role):
        raise RoleUnknown(role=role)
    post = Post(
        user=user,
        role=role,
        office=office,
        area=area,
        mechanism=mechanism,
        title=title,
        starts=starts or clock.today(),
        ends=ends,
    )
    # two appointments of one person at the same moment: the second sees the first
    list(type(user).objects.select_for_update().filter(pk=user.pk).values_list("pk"))
    guarding.require(post)
    post.save(force_insert=True)
    record(
        actor,
        "appointed",
        "post",
        post.pk,
        person=user.person,
        role=role,
        office=office.code if office else "",
        area=area.code if area else "",
        starts=post.starts,
    )
    return post


@transaction.atomic
def end_post(actor: Standing, post: Post, *, on: date | None = None, reason: str = "") -> None:
    """End a post on a day (default: today, so it gives no right any more). AlreadyEnded when it has an end."""
    check(actor, "post.appoint")
    on = max(on or clock.today(), post.starts)
    if not Post.objects.filter(pk=post.pk, ends__isnull=True).update(ends=on):
        raise AlreadyEnded(what=str(post), on=post.ends or on)
    post.ends = on
    record(actor, "dismissed", "post", post.pk, person=post.user.person, on=on, reason=reason)
