"""Which two roles one person must not hold: the register ``role_conflicts``, asked at every appointment and by the doctor.

Deciding, carrying out and supervising are kept apart by the city's own list, not by code; where no mechanism with the register
is installed, or nothing is in it, every appointment goes on as before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gongzhi.city.cases import lookups
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.kernel.permissions import role_title
from gongzhi.city.territory import guarding
from gongzhi.city.territory.models import Post, valid

# what the mechanism calls its register and columns (org_reform)
RULES, FIRST, SECOND, SCOPE, WHY, BASIS = (
    "role_conflicts",
    "first_role",
    "second_role",
    "scope",
    "why",
    "basis",
)
SAME_OFFICE = "同一单位"
#: findings that one line of the doctor tells
TOLD = 5


def guard(held: str, held_office: str, wanted: str, wanted_office: str) -> str:
    """Why the two roles must not meet in one person; empty where they may. Roles in the register stand by title or by id."""
    pair = {*_names(held)}, {*_names(wanted)}
    for rule in lookups.all_records(RULES):
        first, second = rule.get(FIRST), rule.get(SECOND)
        meets = (first in pair[0] and second in pair[1]) or (second in pair[0] and first in pair[1])
        if meets and (rule.get(SCOPE) != SAME_OFFICE or held_office == wanted_office):
            return f"{rule.get(WHY) or ''}（{rule.get(BASIS) or RULES}）"
    return ""


def _names(role: str) -> tuple[str, str]:
    return role, str(role_title(role))


def conflicts() -> Iterator[tuple[Post, Post, str]]:
    """Pairs of posts held today by one person that must not meet, with the reason; each pair once."""
    if not lookups.all_records(RULES):
        return
    held: dict[object, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(valid()).select_related("office", "user").order_by("pk"):
        held[post.user_id].append(post)
    for posts in held.values():
        for number, post in enumerate(posts):
            for other, why in guarding.objections(post, posts[number + 1 :]):
                yield post, other, why


@checks.register("role conflicts")
def check_roles(full: bool) -> Finding:
    """Nobody holds two roles that the city's list keeps apart."""
    found = [
        f"{post.user.name}：{role_title(post.role)}、{role_title(other.role)}"
        for post, other, _why in conflicts()
    ]
    more = f"等{len(found)}处" if len(found) > TOLD else ""
    remedy = f"{'；'.join(found[:TOLD])}{more}，按角色冲突表不能由一个人担任，请调整岗位。" if found else ""
    return Finding(ok=not found, title="角色冲突", remedy=remedy)
