"""Messages between two browsers, kept for as long as they need them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from gongzhi.city.counters.actions.calling import is_fresh
from gongzhi.city.counters.actions.recording import locked
from gongzhi.city.counters.errors import BadSignal, TooManySignals
from gongzhi.city.counters.models import Seat, Signal, VideoSession
from gongzhi.city.kernel import clock

#: who may say what: the seat offers, the caller answers, both name their addresses
KINDS: Mapping[str, frozenset[str]] = {
    "seat": frozenset({"offer", "candidate"}),
    "caller": frozenset({"answer", "candidate"}),
}
#: a session description with video and audio is about 6 kB
LARGEST = 24_000
#: messages of one side in one round; browsers send about twenty
MOST = 120


@transaction.atomic
def say(session: VideoSession, side: str, kind: str, data: Any, round_: int) -> Signal:
    """Leave a message for the other side. ``side`` is told by the door, never by the browser.

    BadSignal (kind, size, a round that is over, a call that isn't live), TooManySignals.
    """
    if kind not in KINDS[side]:
        raise BadSignal(why=f"{side} · {kind[:20]}")
    text = json.dumps(data, ensure_ascii=False)
    if len(text.encode()) > LARGEST:
        raise BadSignal(why=f"> {LARGEST} B")
    held = locked(session)
    if held.state not in VideoSession.LIVE or round_ != held.round:
        raise BadSignal(why=f"round {round_} ≠ {held.round} · {held.state}")
    if Signal.objects.filter(session=held, round=held.round, side=side).count() >= MOST:
        raise TooManySignals
    return Signal.objects.create(
        session=held, round=held.round, side=side, kind=kind, data=text, at=clock.now()
    )


@transaction.atomic
def begin_page(session: VideoSession, side: str) -> VideoSession:
    """A page of this side was loaded. When an earlier one had begun to connect, both sides begin a new round: what the
    other side knows belongs to a page that is gone."""
    held = locked(session)
    said = Signal.objects.filter(session=held, round=held.round, side=side)
    if held.state in VideoSession.LIVE and said.exists():
        held.round += 1
        held.save(update_fields=["round"])
        Signal.objects.filter(session=held).delete()
    return held


def heard(session: VideoSession, side: str, after: int) -> list[dict[str, Any]]:
    """What the other side has said in this round since message ``after``."""
    found = Signal.objects.filter(session=session, round=session.round, pk__gt=after).exclude(side=side)
    return [
        {"id": each.pk, "kind": each.kind, "data": json.loads(each.data)}
        for each in found.order_by("pk")[:MOST]
    ]


def seat_is_here(seat: Seat, session: VideoSession | None = None) -> None:
    """A sign of life of a seat, in a call or not."""
    now = clock.now()
    if not is_fresh(seat.seen_at, now):
        Seat.objects.filter(pk=seat.pk).update(seen_at=now)
    if session is not None and not is_fresh(session.seat_seen, now):
        VideoSession.objects.filter(pk=session.pk, state__in=VideoSession.HELD).update(seat_seen=now)
