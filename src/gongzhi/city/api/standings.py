"""The posts of a caller, remembered for a moment: every request of a program asks for them, and they change by the month.

A token is looked up on every request, so that a revoked one ends at once; a change of posts is followed within ``FRESH``
seconds, at once in the process that made it.
"""

from __future__ import annotations

import time
from typing import Any, Final

from django.db.models.signals import post_migrate, post_save

from gongzhi.city.kernel.references import Standing
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post

FRESH: Final = 10.0
MOST: Final = 10_000

#: user id -> (when asked, [(post id, its words, standing), the oldest first])
_known: dict[int, tuple[float, list[tuple[str, str, Standing]]]] = {}


def standings(user: Any) -> list[tuple[str, str, Standing]]:
    """(post id, words, standing) of each valid post of the user, the oldest first. At most one query."""
    found = _known.get(user.pk)
    if found is not None and time.monotonic() - found[0] < FRESH and found[1]:
        return found[1]
    made = [(str(post.pk), str(post), territory.standing(post)) for post in territory.posts_of(user)]
    if len(_known) >= MOST:
        _known.clear()
    _known[user.pk] = (time.monotonic(), made)
    return made


def forget(**kwargs: Any) -> None:
    """Drop what is remembered."""
    _known.clear()


# memory only: nothing reacts to a signal here
post_migrate.connect(forget, dispatch_uid="api.standings.forget")
for remembered in (Area, Office, Post):
    post_save.connect(forget, sender=remembered, dispatch_uid=f"api.standings.forget.{remembered.__name__}")
