"""What ``gongzhi doctor`` asks this room."""

from __future__ import annotations

from django.db.models import Count, Q

from gongzhi.city.assemblies.models import Ballot, Mark, Topic
from gongzhi.city.assemblies.queries.lists import published_ballots
from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.engine.assemblies import RecountDiffers, recount

#: newest results that are counted again in a short check
RECENT = 50


@checks.register("assemblies ballots")
def check_ballots(full: bool) -> Finding:
    """Published lists give their root and their sums, and nobody's vote is in a mark of a secret ballot."""
    title = "表决名单"
    topics = Topic.objects.exclude(root="").order_by("-closed_at")
    for topic in topics if full else topics[:RECENT]:
        try:
            recount(published_ballots(topic), root=topic.root, topic=topic.list_name)
        except RecountDiffers as error:
            remedy = f"议题{topic.pk}“{topic}”：{error.data['what']}。请与公布时的表格核对，从备份恢复。"
            return Finding(ok=False, title=title, remedy=remedy)
    told = (
        Mark.objects.filter(topic__is_secret=True).exclude(choice="").values_list("topic", flat=True).first()
    )
    if told is not None:
        return Finding(
            ok=False, title=title, remedy=f"议题{told}是无记名的，却记下了谁投了什么。请清掉并查原因。"
        )
    return Finding(ok=True, title=title)


@checks.register("assemblies open ballots")
def check_open(full: bool) -> Finding:
    """While a secret ballot is open, as many ballots are filled as phones have voted."""
    title = "正在表决的票"
    for topic in Topic.objects.filter(state=Topic.State.VOTING, is_secret=True):
        voted = Mark.objects.filter(topic=topic, channel=Mark.Channel.PHONE).count()
        found = Ballot.objects.filter(topic=topic).aggregate(
            filled=Count("pk", filter=~Q(choice="")), all=Count("pk")
        )
        if found["filled"] != voted:
            remedy = f"议题{topic.pk}：手机投了{voted}票，票箱里有{found['filled']}张。请停止表决，查记录。"
            return Finding(ok=False, title=title, remedy=remedy)
    return Finding(ok=True, title=title)
