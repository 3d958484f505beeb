"""One comparison of lists for the visitor: who was paid after death, asked by the discipline post of the demonstration."""

from __future__ import annotations

from gongzhi.city.comparisons import actions
from gongzhi.city.comparisons.models import ComparisonRun
from gongzhi.city.mechanisms import library
from gongzhi.city.territory import queries
from gongzhi.city.territory.models import Post

ASKED_BY, MECHANISM, COMPARISON = "jijian", "supervision_tap", "paid_after_death"
PURPOSE = "惠民补贴发放核查"


def compare_lists() -> ComparisonRun | None:
    """Ask for the comparison; a job makes it. Nothing where the mechanism is not installed."""
    posts = Post.objects.select_related("user", "office__area", "area")
    post = posts.filter(user__username=ASKED_BY).first()
    if post is None or MECHANISM not in library.LIBRARY.active_versions():
        return None
    return actions.ask(queries.standing(post), MECHANISM, COMPARISON, purpose=PURPOSE)
