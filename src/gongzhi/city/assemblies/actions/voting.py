"""Opening a ballot, and casting one vote exactly once: by phone, by a show of hands, or as a paper ballot.

What counts a vote once is one conditional update of its mark. Everything that a vote writes is one transaction of four
statements; a process that dies leaves all of it or nothing, and a repeated request finds its own receipt.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.assemblies.actions.recording import held_topic, meeting_of, record
from gongzhi.city.assemblies.errors import (
    AlreadyVoted,
    NotEnoughThere,
    NotOnRoll,
    NotUnderstood,
    NotVoting,
    WrongMoment,
)
from gongzhi.city.assemblies.models import Ballot, Mark, Topic, Voter
from gongzhi.city.assemblies.queries.presence import quorum_of
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.engine.assemblies import CHOICES, new_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """What the voter is told. ``again``: the same vote had arrived before; it counts once."""

    receipt: str = ""
    again: bool = False


@transaction.atomic
def open_ballot(by: Standing, topic_id: int) -> Topic:
    """Begin the vote on a topic: a mark per voter, and for a secret ballot an empty ballot per voter.

    Where nobody votes by phone enough must be there now (NotEnoughThere). Raises WrongMoment, NotAllowed.
    """
    topic = held_topic(topic_id)
    meeting = meeting_of(topic)
    check(by, "assembly.hold", topic)
    if topic.state != Topic.State.CALLED or not meeting.is_open:
        raise WrongMoment(deed=_("开始表决"), why=_("这个议题不在等表决"))
    now = clock.now()
    if now < meeting.starts_at:
        raise WrongMoment(deed=_("开始表决"), why=_("还没到开会时间"))
    there = quorum_of(meeting)
    if not meeting.by_phone and not there.enough:
        raise NotEnoughThere(entitled=there.entitled, present=there.present, missing=there.missing)
    voters = list(meeting.roll.values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(voters)
    Mark.objects.bulk_create([Mark(topic=topic, voter_id=each) for each in voters], batch_size=2000)
    if topic.is_secret:
        empty = [Ballot(key=secrets.token_hex(16), topic=topic) for _each in voters]
        Ballot.objects.bulk_create(empty, batch_size=2000)
    topic.state, topic.opened_at = Topic.State.VOTING, now
    topic.save(update_fields=["state", "opened_at"])
    if meeting.opened_at is None:
        meeting.opened_at = now
        meeting.save(update_fields=["opened_at"])
    record(by, "ballot_opened", topic, present=there.present, entitled=there.entitled)
    return topic


@transaction.atomic
def cast(by: Standing, topic_id: int, unit: str, choice: str, *, receipt: str = "") -> Cast:
    """Cast the vote of a line of the roll by phone. The door has made sure that ``by`` speaks for ``unit``.

    ``receipt`` is the number that the voter was shown beside the ballot; the same one again finds its own vote.
    Raises NotVoting, NotOnRoll, AlreadyVoted, NotUnderstood.
    """
    if choice not in CHOICES:
        raise NotUnderstood(why=_("请选同意、反对或弃权"))
    topic = _voting(topic_id)
    voter = _voter(topic, unit)
    if not _take(topic, voter, Mark.Channel.PHONE, "" if topic.is_secret else choice):
        return _again(topic, voter, choice, receipt)
    if not topic.is_secret:
        record(by, "voted", topic, unit=unit, choice=choice, channel="phone")
        return Cast()
    return Cast(receipt=_drop(topic, choice, receipt))


@transaction.atomic
def enter_hand(by: Standing, topic_id: int, unit: str, choice: str) -> None:
    """A vote by show of hands in an open ballot, entered by who holds the meeting. Raises as ``cast``, and NotAllowed."""
    topic = _voting(topic_id)
    check(by, "assembly.hold", topic)
    if topic.is_secret or choice not in CHOICES:
        raise NotUnderstood(why=_("无记名表决不能逐户登记选了什么"))
    voter = _voter(topic, unit)
    if not _take(topic, voter, Mark.Channel.HAND, choice):
        raise AlreadyVoted(way=_way(topic, voter))
    record(by, "voted", topic, unit=unit, choice=choice, channel="hand")


@transaction.atomic
def hand_out_paper(by: Standing, topic_id: int, unit: str) -> None:
    """A paper ballot is handed to a household or person: from now on their phone can't vote. AlreadyVoted if it has."""
    topic = _voting(topic_id)
    check(by, "assembly.hold", topic)
    voter = _voter(topic, unit)
    if not _take(topic, voter, Mark.Channel.PAPER, ""):
        raise AlreadyVoted(way=_way(topic, voter))
    record(by, "paper_handed_out", topic, unit=unit)


@transaction.atomic
def take_paper_back(by: Standing, topic_id: int, unit: str) -> None:
    """An unused paper ballot comes back to the table before the count; its household may vote by phone again."""
    topic = _voting(topic_id)
    check(by, "assembly.hold", topic)
    voter = _voter(topic, unit)
    if topic.paper_counts.exists():
        raise WrongMoment(deed=_("收回空白票"), why=_("已经开始数纸质票"))
    taken = Mark.objects.filter(topic=topic, voter=voter, channel=Mark.Channel.PAPER)
    if not taken.update(channel=Mark.Channel.NONE):
        raise WrongMoment(deed=_("收回空白票"), why=_("没有发过纸质票"))
    record(by, "paper_taken_back", topic, unit=unit)


def _voting(topic_id: int) -> Topic:
    """The topic, locked: no vote arrives while the ballot is being closed and counted."""
    topic = held_topic(topic_id)
    if topic.state != Topic.State.VOTING:
        raise NotVoting(topic=topic.title, state=topic.get_state_display())
    return topic


def _voter(topic: Topic, unit: str) -> int:
    found = Voter.objects.filter(meeting=topic.meeting_id, unit=unit).values_list("pk", flat=True).first()
    if found is None:
        raise NotOnRoll
    return found


def _take(topic: Topic, voter: int, channel: str, choice: str) -> bool:
    """Take the one vote; only one of any number of attempts gets it, and none after the ballot has closed."""
    free = Mark.objects.filter(
        topic=topic, voter=voter, channel=Mark.Channel.NONE, topic__state=Topic.State.VOTING
    )
    return free.update(channel=channel, choice=choice) == 1


def _again(topic: Topic, voter: int, choice: str, receipt: str) -> Cast:
    """The same vote a second time is the same vote; any other one is refused."""
    if (
        topic.is_secret
        and receipt
        and Ballot.objects.filter(topic=topic, receipt=receipt, choice=choice).exists()
    ):
        return Cast(receipt=receipt, again=True)
    mark = Mark.objects.filter(topic=topic, voter=voter).first()
    if mark is not None and mark.channel == Mark.Channel.NONE:  # it closed while the vote was on its way
        raise NotVoting(topic=topic.title, state=_("已经停止投票"))
    if (
        not topic.is_secret
        and mark is not None
        and (mark.channel, mark.choice) == (Mark.Channel.PHONE, choice)
    ):
        return Cast(again=True)
    raise AlreadyVoted(way=_way(topic, voter))


def _way(topic: Topic, voter: int) -> str:
    mark = Mark.objects.filter(topic=topic, voter=voter).first()
    return mark.get_channel_display() if mark is not None else ""


def _drop(topic: Topic, choice: str, receipt: str) -> str:
    """Fill an empty ballot picked at random. A number that is taken (a page shown to two people) is replaced."""
    number = receipt or new_receipt()
    if Ballot.objects.filter(topic=topic, receipt=number).exists():
        number = new_receipt()
    empty = Ballot.objects.filter(topic=topic, choice="")
    while True:
        start = secrets.token_hex(16)
        key = (
            empty.filter(key__gte=start).order_by("key").values_list("key", flat=True).first()
            or empty.order_by("key").values_list("key", flat=True).first()
        )
        if key is None:  # as many ballots as marks were written: never
            raise NotVoting(topic=topic.title, state=_("票箱已满"))
        if Ballot.objects.filter(pk=key, choice="").update(choice=choice, receipt=number):
            return number
