"""Lines, windows and seats go on at the office that succeeds the one that has ended."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.counters.actions.recording import record
from gongzhi.city.counters.models import Line, Seat, Window
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory.models import Office, valid


def move_counters(by: Standing, old: Office, heir: Office) -> int:
    """Hand every line, window and seat of ``old`` on to ``heir``; gives how many. Right ``counter.manage``. Safe to repeat.

    A window at which somebody sits in a post that has ended is free again: they sit down in their new post.
    """
    check(by, "counter.manage")
    count = 0
    for model in (Line, Window, Seat):
        for key in list(model._default_manager.filter(office=old).values_list("pk", flat=True)):
            with transaction.atomic():
                row = model._default_manager.select_for_update(of=("self",)).get(pk=key)
                if row.office_id != old.pk:
                    continue
                changed = ["office"]
                row.office = heir
                if isinstance(row, Seat) and Seat.objects.filter(office=heir, title=row.title).exists():
                    row.title = f"{old.short_name}{row.title}"[:40]
                    changed.append("title")
                row.save(update_fields=changed)
                record(by, f"{row._meta.model_name}_moved", row, office=heir.code, old=old.code)
                count += 1
    idle = Window.objects.filter(office=heir, post__isnull=False).exclude(valid(prefix="post__"))
    idle.update(post=None, state=Window.State.CLOSED)
    return count
