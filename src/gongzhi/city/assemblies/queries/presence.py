"""Who is there, who has voted, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from gongzhi.city.assemblies.models import Mark, Meeting, Topic, Voter
from gongzhi.engine.assemblies import Standing, quorum

#: signed in and not gone
THERE = Q(came_at__isnull=False, left_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many of the roll have voted so far, and how; nothing of what."""

    entitled: int
    phone: int = 0
    paper: int = 0
    hand: int = 0

    @property
    def voted(self) -> int:
        """By every way."""
        return self.phone + self.paper + self.hand


def quorum_of(meeting: Meeting, topic: Topic | None = None) -> Standing:
    """Who counts as there now; for a topic also who has voted on it and gone. Two queries."""
    there = THERE
    if topic is not None:
        voted = Mark.objects.filter(topic=topic).exclude(channel=Mark.Channel.NONE)
        there = THERE | Q(pk__in=voted.values("voter"))
    entitled, households = _counts(meeting.roll.all())
    present, households_present = _counts(meeting.roll.filter(there))
    by_household = meeting.rules.unit == "household"
    return quorum(
        meeting.rules,
        entitled=entitled,
        present=present,
        households=entitled if by_household else households,
        households_present=present if by_household else households_present,
    )


def _counts(rows: QuerySet[Voter]) -> tuple[int, int]:
    found = rows.aggregate(
        lines=Count("pk"), households=Count("household", distinct=True, filter=~Q(household=""))
    )
    return found["lines"], found["households"]


def turnout(topic: Topic) -> Turnout:
    """How many have voted, by channel. Two queries."""
    rows = Mark.objects.filter(topic=topic).exclude(channel=Mark.Channel.NONE)
    by_channel = dict(rows.values_list("channel").annotate(Count("pk")).order_by())
    entitled = Voter.objects.filter(meeting=topic.meeting_id).count()
    return Turnout(entitled=entitled, **by_channel)


__all__ = ["THERE", "Turnout", "quorum_of", "turnout"]
