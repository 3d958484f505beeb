"""Whoever may object to an appointment, beside the matrix of rights: rooms above register here.

Two roles that watch each other must not meet in one person (deciding, carrying out, supervising); which ones, a register of
the city says, and registers stand above this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gongzhi.city.territory.errors import RolesConflict
from gongzhi.city.territory.models import Post, valid

#: (role held, its office, role to be held, its office) -> why the two must not meet, or empty; offices by code
Guard = Callable[[str, str, str, str], str]

_guards: list[Guard] = []


def register(guard: Guard) -> None:
    """Ask this one at every appointment. The same one twice is one."""
    if guard not in _guards:
        _guards.append(guard)


def objections(post: Post, others: list[Post]) -> Iterator[tuple[Post, str]]:
    """Each other post of the same person that must not meet with ``post``, with the reason."""
    own = (post.role, post.office.code if post.office else "")
    for other in others:
        held = (other.role, other.office.code if other.office else "")
        for guard in _guards:
            if why := guard(*held, *own):
                yield other, why


def require(post: Post) -> None:
    """Raise RolesConflict where a post about to be given must not meet with one that the person holds at its time."""
    held = Post.objects.filter(valid(post.starts), user=post.user).select_related("office")
    for other, why in objections(post, list(held)):
        raise RolesConflict(person=post.user.name, held=other.role, role=post.role, why=why)
