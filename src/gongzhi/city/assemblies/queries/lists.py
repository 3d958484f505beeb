"""What pages show: topics that wait, meetings, results; and what anybody may see of a published result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet

from gongzhi.city.assemblies.errors import NoSuchMeeting
from gongzhi.city.assemblies.models import Ballot, Meeting, Topic, Voter
from gongzhi.city.assemblies.slips import hash_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import scope
from gongzhi.city.kernel.references import Standing

#: rows of a list
MOST = 50
#: how long a code or an account still finds its meeting after it has closed
LATER = timedelta(days=30)
SETTLED = (Topic.State.PUBLISHED, Topic.State.DECIDED)


def waiting(by: Standing) -> QuerySet[Topic]:
    """Topics that wait for a meeting, the oldest first."""
    rows = scope(by, "assembly.read", Topic.objects.filter(state=Topic.State.WAITING))
    return rows.select_related("area").order_by("raised_at", "pk")[:MOST]


def meetings(by: Standing) -> QuerySet[Meeting]:
    """Meetings that this post may see, the newest first."""
    rows = scope(by, "assembly.read", Meeting.objects.all())
    return rows.select_related("area").order_by("-starts_at", "-pk")[:MOST]


def to_file(by: Standing) -> QuerySet[Topic]:
    """Decisions that are still to be filed with the township, the most urgent first."""
    rows = scope(by, "assembly.read", Topic.objects.filter(file_by__isnull=False, filed_at=None))
    return rows.select_related("area", "meeting").order_by("file_by", "pk")[:MOST]


def meeting(by: Standing, pk: int) -> Meeting:
    """One meeting. NoSuchMeeting for one that this post may not see."""
    row = scope(by, "assembly.read", Meeting.objects.all()).select_related("area").filter(pk=pk).first()
    if row is None:
        raise NoSuchMeeting
    return row


def results() -> QuerySet[Topic]:
    """What is decided or hangs out, for everybody, the newest first; a vote that had too few people is shown as such."""
    rows = Topic.objects.filter(state__in=SETTLED, closed_at__isnull=False)
    return rows.select_related("area", "meeting").order_by("-closed_at", "-pk")[:MOST]


def result(pk: int) -> Topic:
    """One result, for everybody. NoSuchMeeting before it is counted."""
    rows = Topic.objects.filter(pk=pk, state__in=SETTLED, closed_at__isnull=False)
    row = rows.select_related("area", "meeting").first()
    if row is None:
        raise NoSuchMeeting
    return row


def published_ballots(topic: Topic) -> Sequence[tuple[str, str]]:
    """(number, choice) of every secret ballot by phone, in order of the numbers."""
    if not topic.is_secret or not topic.root:
        return ()
    return list(Ballot.objects.filter(topic=topic).order_by("receipt").values_list("receipt", "choice"))


def notices() -> QuerySet[Meeting]:
    """Meetings to come and under way, for everybody: when, where, about what."""
    rows = Meeting.objects.filter(closed_at=None, starts_at__gte=clock.now() - LATER)
    return rows.select_related("area").prefetch_related("topics").order_by("starts_at")[:MOST]


def voters_called(rows: QuerySet[Voter]) -> QuerySet[Voter]:
    """Those lines of a roll whose meeting is not long over."""
    recent = Q(meeting__closed_at=None) | Q(meeting__closed_at__gte=clock.now() - LATER)
    return rows.filter(recent).select_related("meeting__area").order_by("-meeting__starts_at")


def voter_by_code(code: str) -> Voter:
    """The line of the roll to which a printed slip belongs. NoSuchMeeting for a code that is unknown or void."""
    row = voters_called(Voter.objects.filter(code_hash=hash_of(code))).first()
    if row is None:
        raise NoSuchMeeting
    return row


__all__ = [
    "meeting",
    "meetings",
    "notices",
    "published_ballots",
    "result",
    "results",
    "to_file",
    "voter_by_code",
    "voters_called",
    "waiting",
]
