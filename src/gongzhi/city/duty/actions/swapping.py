"""Somebody stands in for somebody else, when a leader agrees."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.duty.actions.recording import is_on, locked, names, places, record, said
from gongzhi.city.duty.actions.rosters import Seat, check_free, seat
from gongzhi.city.duty.errors import NotOnShift, OwnSwap, ShiftGone, SwapDecided
from gongzhi.city.duty.models import Place, Shift, Swap
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check, may
from gongzhi.city.kernel.references import Standing
from gongzhi.city.people.models import User


@transaction.atomic
def ask_swap(by: Standing, giving: Place, user: User, reason: str, *, taking: Place | None = None) -> Swap:
    """Ask that ``user`` stands in for a place; ``taking`` is a place of theirs that goes the other way.

    Whoever has the place asks, or a post with the right ``duty.plan``. ShiftGone (it has begun), NotOnShift, TwiceOnDuty,
    SwapDecided (another one waits), WordsMissing.
    """
    check(by, "duty.work", giving)
    locked(giving.shift.room)
    if giving.left_at or giving.shift.state != Shift.State.PLANNED or giving.shift.starts <= clock.now():
        raise ShiftGone(shift=giving.shift.title)
    if by.person != giving.person and not may(by, "duty.plan", giving):
        raise NotOnShift(shift=giving.shift.title, who=names(places(giving.shift)))
    if taking is not None and (taking.user_id != user.pk or taking.left_at):
        raise NotOnShift(shift=taking.shift.title, who=names(places(taking.shift)))
    if Swap.objects.filter(giving=giving, state=Swap.State.ASKED).exists():
        raise SwapDecided
    check_free(user.name, user, giving.shift, leaving=taking)
    swap = Swap.objects.create(
        giving=giving,
        taking=taking,
        user=user,
        name=user.name or user.username,
        reason=said(reason, "原因", 200),
        asked_by=by.person,
        asked_name=by.name[:40],
        asked_at=clock.now(),
    )
    record(by, "swap_asked", swap, shift=giving.shift_id)
    return swap


@transaction.atomic
def approve_swap(by: Standing, swap: Swap, words: str = "") -> Swap:
    """Agree: the places change hands; the old ones stay to be seen. Right ``duty.approve``; OwnSwap, SwapDecided, TwiceOnDuty."""
    held = _decidable(by, swap)
    now = clock.now()
    pairs = [(held.giving, held.user, held.name)]
    if held.taking is not None:
        pairs.append((held.taking, held.giving.user, held.giving.name))
    if any(place.left_at or place.shift.starts <= now for place, _user, _name in pairs):
        raise SwapDecided
    for place, _user, _name in pairs:
        place.left_at = now
        place.save(update_fields=["left_at"])
    for place, user, name in pairs:
        seat(place.shift, Seat(name=name, part=place.part, user=user))
    return _decided(by, held, Swap.State.APPROVED, words)


@transaction.atomic
def decline_swap(by: Standing, swap: Swap, words: str) -> Swap:
    """Say no, and why. Right ``duty.approve``; OwnSwap, SwapDecided, WordsMissing."""
    return _decided(by, _decidable(by, swap), Swap.State.DECLINED, said(words, "意见", 200))


def _decidable(by: Standing, swap: Swap) -> Swap:
    check(by, "duty.approve", swap)
    locked(swap.giving.shift.room)
    rows = Swap.objects.select_related("giving__shift__room", "giving__user", "taking__shift__room", "user")
    held = rows.get(pk=swap.pk)
    if held.state != Swap.State.ASKED:
        raise SwapDecided
    own = {held.asked_by, held.giving.person, f"user:{held.user_id}"}
    if by.person in own or is_on(by, [held.giving]):
        raise OwnSwap
    return held


def _decided(by: Standing, swap: Swap, state: str, words: str) -> Swap:
    swap.state, swap.words = state, said(words, "意见", 200, need=False)
    swap.decided_by, swap.decided_name, swap.decided_at = by.person, by.name[:40], clock.now()
    swap.save()
    record(by, f"swap_{state}", swap, shift=swap.giving.shift_id)
    return swap
