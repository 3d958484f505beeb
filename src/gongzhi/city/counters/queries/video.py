"""Questions about calls: my place, the calls that wait and those that are owed, the seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from gongzhi.city.counters.errors import NoSuchSession
from gongzhi.city.counters.models import Seat, VideoSession
from gongzhi.city.kernel import ids
from gongzhi.city.kernel.permissions import check, scope
from gongzhi.city.kernel.references import Standing

State = VideoSession.State


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatBoard:
    """What a seat sees: its own call, who waits, and who must be called back."""

    seat: Seat
    current: VideoSession | None
    waiting: Sequence[VideoSession]
    owed: Sequence[VideoSession]


def session_by_code(code: str) -> VideoSession:
    """The session of the code that its caller holds. NoSuchSession."""
    read = ids.read_tracking_code(code)
    found = VideoSession.objects.filter(code=read).select_related("seat__office").first() if read else None
    if found is None:
        raise NoSuchSession(which=code.strip()[:24])
    return found


def session_of_seat(by: Standing, key: UUID) -> VideoSession:
    """A session for the seat that has taken it. NoSuchSession for anybody else, as if it did not exist."""
    found = VideoSession.objects.filter(pk=key).select_related("seat__office").first()
    if found is None or found.seat is None or not by.post or str(found.seat.post_id) != by.post:
        raise NoSuchSession(which=str(key)[:8])
    check(by, "video.answer", found.seat)
    return found


def place_of(session: VideoSession) -> int:
    """How many wait before this caller and want the same help, or any."""
    before = VideoSession.objects.filter(state=State.WAITING).filter(
        Q(ready_at__lt=session.ready_at) | Q(ready_at=session.ready_at, pk__lt=session.pk)
    )
    if session.skill:
        before = before.filter(skill__in=("", session.skill))
    return before.count()


def seats_for(skill: str) -> int:
    """Seats at which somebody sits now who could help: free or in a call."""
    present = Seat.objects.exclude(state=Seat.State.AWAY)
    return sum(1 for seat in present if seat.fits(skill))


def seat_of(by: Standing) -> Seat | None:
    """The seat at which this person sits."""
    return Seat.objects.filter(post=int(by.post)).select_related("office").first() if by.post else None


def seats(by: Standing) -> QuerySet[Seat]:
    """The seats that this post may take or look at: title, office, state; no figures per person, no order of merit."""
    action = "video.answer" if by.role in ("seat", "officer") else "video.read"
    return scope(by, action, Seat.objects.select_related("office", "post__user")).order_by(
        "office__path", "title"
    )


def skills() -> list[str]:
    """What the seats can help with: what a caller chooses from."""
    found: dict[str, None] = {}
    for words in Seat.objects.values_list("skills", flat=True):
        found |= dict.fromkeys(words)
    return sorted(found)


def seat_board(by: Standing, seat: Seat) -> SeatBoard:
    """The seat's desk. Three queries."""
    check(by, "video.answer", seat)
    current = (
        VideoSession.objects.filter(seat=seat, state__in=VideoSession.HELD).select_related("seat").first()
    )
    waiting = VideoSession.objects.filter(state=State.WAITING).order_by("ready_at", "pk")[:100]
    owed = VideoSession.objects.filter(state__in=VideoSession.OWED).order_by("ready_at", "pk")[:100]
    return SeatBoard(
        seat=seat,
        current=current,
        waiting=[each for each in waiting if seat.fits(each.skill)],
        owed=[each for each in owed if seat.fits(each.skill)],
    )
