"""Calling people: one rung after the other, until somebody has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.messages import channels
from gongzhi.city.messages.actions.delivering import send_soon
from gongzhi.city.messages.errors import NobodyToCall, NotPlain, UnknownChannel
from gongzhi.city.messages.models import Message, Summons
from gongzhi.city.people.models import User
from gongzhi.city.territory.models import Office
from gongzhi.engine.cases.model import Fact
from gongzhi.engine.texts.redaction import spans

#: one text message of a Chinese network
SHORT = 70
BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person to be reached; who has no account has no place inside the site, and who has no phone no text message."""

    name: str
    person: str = ""
    phone: str = ""


#: everybody who is called at once, and by which channel
Rung = Sequence[tuple[Somebody, str]]


def ladder(*people: Sequence[Somebody]) -> list[list[tuple[Somebody, str]]]:
    """The usual order: each group inside the site and by the first way out, then by every other way out, then the next group."""
    rungs: list[list[tuple[Somebody, str]]] = []
    outside = channels.outside()
    for group in people:
        first = [(each, channels.IN_APP) for each in group if each.person]
        rungs.append(first + [(each, channel) for channel in outside[:1] for each in group if each.phone])
        rungs += [[(each, channel) for each in group if each.phone] for channel in outside[1:]]
    return [rung for rung in rungs if rung]


@transaction.atomic
def call(
    key: str,
    rungs: Sequence[Rung],
    text: str,
    plain: str,
    *,
    by: Standing = SYSTEM,
    office: Office | None = None,
    about: str = "",
    number: str = "",
    wait: int = 0,
) -> Summons:
    """Call the people of the first rung now, and those of the next after ``wait`` minutes in which nobody read it (0: only
    when a message could not be sent). The same ``key`` is called once, however often somebody asks.

    ``text`` is read inside the site; ``plain`` leaves the house. NotPlain, NobodyToCall, UnknownChannel.
    """
    check_plain(plain)
    rungs = [rung for rung in rungs if rung]
    if not rungs:
        raise NobodyToCall
    for _somebody, channel in (pair for rung in rungs for pair in rung):
        if not channels.known(channel):
            raise UnknownChannel(channel=channel, known="、".join([channels.IN_APP, *channels.outside()]))
    now = clock.now()
    summons, created = Summons.objects.get_or_create(
        key=key[:160],
        defaults={
            "office": office,
            "about": about,
            "number": number,
            "text": text[:600],
            "plain": plain,
            "wait": wait,
            "rungs": [[_kept(*pair) for pair in rung] for rung in rungs],
            "next_at": _next(now, wait, more=len(rungs) > 1),
            "created_at": now,
        },
    )
    if created:
        _send(summons, [(somebody, channel) for somebody, channel in rungs[0]])
        append(
            subject("summons", summons.pk),
            [Fact(kind="called", at=now, by=by, data={"about": about, "people": len(rungs[0])})],
        )
    return summons


@transaction.atomic
def climb(summons: Summons, at: datetime | None = None) -> bool:
    """Call the next rung; gives whether there was one. Answered or climbed meanwhile: nothing happens."""
    at = at or clock.now()
    held = Summons.objects.select_for_update().get(pk=summons.pk)
    if held.state != Summons.State.OPEN or held.next_at is None or held.next_at > at:
        return False
    more = held.rung + 1 < len(held.rungs)
    if more:
        held.rung += 1
        held.next_at = _next(at, held.wait, more=True)
        _send(held, [(_found(each), each["channel"]) for each in held.rungs[held.rung]])
    else:
        held.state, held.next_at = Summons.State.EXHAUSTED, None
    held.save(update_fields=["rung", "next_at", "state"])
    kind = "called_next" if more else "nobody_answered"
    append(subject("summons", held.pk), [Fact(kind=kind, at=at, by=SYSTEM, data={"rung": held.rung})])
    return more


def climb_due(at: datetime | None = None) -> int:
    """Go on with every call that nobody has answered in time; gives how many."""
    at = at or clock.now()
    due = Summons.objects.filter(state=Summons.State.OPEN, next_at__lte=at).order_by("next_at")
    waiting = list(due[:BATCH])
    for summons in waiting:
        climb(summons, at)
    return len(waiting)


def check_plain(plain: str) -> None:
    """Only what a stranger who finds the phone may read. NotPlain."""
    if not plain.strip() or len(plain) > SHORT:
        raise NotPlain(why=f"{len(plain)}/{SHORT}")
    if spans(plain):
        raise NotPlain(why="电话、证件号、卡号或车牌")


def _next(at: datetime, wait: int, *, more: bool) -> datetime | None:
    # the last rung waits as well: then it is known that nobody answered
    return at + timedelta(minutes=wait) if wait else None


def _kept(somebody: Somebody, channel: str) -> dict[str, str]:
    """A rung as it is stored: without phone numbers, which are looked up when their turn comes."""
    return {"person": somebody.person, "name": somebody.name, "channel": channel}


def _found(rung: dict[str, str]) -> Somebody:
    kind, _colon, key = rung["person"].partition(":")
    user = User.objects.filter(pk=key).first() if kind == "user" and key.isdecimal() else None
    return Somebody(name=rung["name"], person=rung["person"], phone=user.phone if user else "")


def _send(summons: Summons, pairs: Sequence[tuple[Somebody, str]]) -> None:
    now = clock.now()
    for somebody, channel in dict.fromkeys(pairs):
        inside = channel == channels.IN_APP
        state = Message.State.SENT if inside else Message.State.WAITING
        error = ""
        if not inside and not somebody.phone:
            state, error = Message.State.FAILED, "没有登记号码"
        message, created = Message.objects.get_or_create(
            summons=summons,
            rung=summons.rung,
            person=somebody.person,
            name=somebody.name,
            channel=channel,
            defaults={
                "to": "" if inside else somebody.phone,
                "state": state,
                "sent_at": now if inside else None,
                "created_at": now,
                "run_after": now,
                "error": error,
            },
        )
        if created and message.state == Message.State.WAITING:
            send_soon(message)
