"""Raising topics, calling meetings with their roll, closing them with minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from gongzhi.city.assemblies.actions.closing import seal_ballots
from gongzhi.city.assemblies.actions.recording import held_meeting, record
from gongzhi.city.assemblies.errors import EmptyRoll, NoSuchMeeting, NotUnderstood, WrongMoment
from gongzhi.city.assemblies.models import Meeting, Topic, Voter
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.territory.models import Area
from gongzhi.engine.assemblies import Rules, check_notice, dump_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """Who is entitled, as the registers say on the day of the notice."""

    #: household number, or key of the person
    unit: str
    name: str = ""
    household: str = ""
    #: account, where one is known
    person: str = ""


@transaction.atomic
def raise_topic(
    rules: Rules, area: Area, title: str, *, asked_by: str, token: str = "", text: str = ""
) -> Topic:
    """A question waits for a meeting; raised twice by the same asker it is one. For the running floor."""
    row = Topic.objects.filter(asked_by=asked_by, token=token).exclude(state=Topic.State.WITHDRAWN).first()
    if row is not None:
        return row
    row = Topic.objects.create(
        kind=rules.id,
        rules_data=dump_rules(rules),
        area=area,
        title=title[:200],
        text=text,
        asked_by=asked_by,
        token=token,
        is_secret=rules.ballot == "secret",
    )
    record(SYSTEM, "topic_raised", row, title=row.title, sort=rules.id)
    return row


@transaction.atomic
def withdraw_topic(asked_by: str, token: str = "") -> None:
    """Whoever asked does not wait any longer; ballots in the box are destroyed, what is already decided stays."""
    for row in Topic.objects.select_for_update().filter(asked_by=asked_by, token=token):
        if row.state not in (Topic.State.DECIDED, Topic.State.WITHDRAWN):
            seal_ballots(row, publish=False)
            row.state = Topic.State.WITHDRAWN
            row.save(update_fields=["state"])
            record(SYSTEM, "topic_withdrawn", row)


@transaction.atomic
def call_meeting(
    by: Standing,
    topics: Sequence[int],
    roll: Iterable[RollLine],
    *,
    starts_at: datetime,
    venue: str,
    secret: bool = False,
    by_phone: bool = True,
) -> Meeting:
    """Call a meeting on topics of one kind and place that wait; its roll is fixed now.

    Raises NotUnderstood, WrongMoment, EmptyRoll, NoticeTooShort (AS003), NotAllowed.
    """
    rows = list(Topic.objects.select_for_update(of=("self",)).select_related("area").filter(pk__in=topics))
    first = _same_kind(rows, topics)
    check(by, "assembly.call", first)
    now = clock.now()
    rules = first.rules
    if starts_at < now:
        raise NotUnderstood(why=_("开会时间已经过去了"))
    if not venue.strip():
        raise NotUnderstood(why=_("请写开会的地点"))
    check_notice(now, starts_at, rules.notice)
    lines = {each.unit: each for each in roll}
    if not lines:
        raise EmptyRoll(area=first.area.name, title=rules.title)
    meeting = Meeting.objects.create(
        kind=first.kind,
        rules_data=first.rules_data,
        title=rules.title,
        area=first.area,
        starts_at=starts_at,
        venue=venue.strip()[:120],
        by_phone=by_phone,
        number=_number(first.area, now),
        called_at=now,
        called_by=by.person,
        called_name=by.name[:40],
    )
    voters = [
        Voter(meeting=meeting, unit=each.unit, name=each.name, household=each.household, person=each.person)
        for each in lines.values()
    ]
    Voter.objects.bulk_create(voters, batch_size=500)
    for row in rows:
        row.state, row.meeting = Topic.State.CALLED, meeting
        row.is_secret = {"secret": True, "open": False}.get(rules.ballot, secret)
        row.save(update_fields=["state", "meeting", "is_secret"])
    told = [row.title for row in rows]
    record(by, "meeting_called", meeting, topics=told, starts_at=starts_at.isoformat(), roll=len(voters))
    return meeting


def _same_kind(rows: Sequence[Topic], asked: Sequence[int]) -> Topic:
    if not rows or len(rows) != len(set(asked)):
        raise NoSuchMeeting
    if any(row.state != Topic.State.WAITING for row in rows):
        raise WrongMoment(deed=_("召集会议"), why=_("有议题已经不在等开会"))
    first = rows[0]
    if any(
        (row.kind, row.area_id, row.rules_data) != (first.kind, first.area_id, first.rules_data)
        for row in rows
    ):
        raise NotUnderstood(why=_("一次会议只能议同一个地方、同一种会的议题"))
    return first


def _number(area: Area, at: datetime) -> str:
    """Gap-free per area and year: the area's row is the lock."""
    year = localdate(at).year
    Area.objects.select_for_update().get(pk=area.pk)
    head = f"HY{year}-{area.code}-"
    held = Meeting.objects.filter(area=area, number__startswith=head).count()
    return f"{head}{held + 1:02d}"


@transaction.atomic
def cancel_meeting(by: Standing, meeting_id: int, because: str) -> Meeting:
    """Call a meeting off before its first ballot; its topics wait again. Raises WrongMoment, NotUnderstood, NotAllowed."""
    meeting = held_meeting(meeting_id)
    check(by, "assembly.call", meeting)
    if not meeting.is_open or meeting.opened_at is not None:
        raise WrongMoment(deed=_("取消会议"), why=_("已经表决过或已经散会"))
    if not because.strip():
        raise NotUnderstood(why=_("请写取消的原因"))
    meeting.closed_at, meeting.cancelled_because = clock.now(), because.strip()[:200]
    meeting.save(update_fields=["closed_at", "cancelled_because"])
    _back_to_waiting(meeting)
    record(by, "meeting_cancelled", meeting, because=meeting.cancelled_because)
    return meeting


@transaction.atomic
def close_meeting(by: Standing, meeting_id: int, minutes: str) -> Meeting:
    """The meeting is over: its minutes are written, topics that were not voted on wait for the next one.

    Raises WrongMoment while a ballot is open, NotUnderstood without minutes, NotAllowed.
    """
    meeting = held_meeting(meeting_id)
    check(by, "assembly.hold", meeting)
    if not meeting.is_open:
        raise WrongMoment(deed=_("散会"), why=_("会议已经结束"))
    if meeting.topics.filter(state=Topic.State.VOTING).exists():
        raise WrongMoment(deed=_("散会"), why=_("还有议题在表决，请先计票"))
    if not minutes.strip():
        raise NotUnderstood(why=_("请写会议记录：谁说了什么、定了什么"))
    meeting.closed_at, meeting.minutes, meeting.minuted_name = clock.now(), minutes.strip(), by.name[:40]
    meeting.save(update_fields=["closed_at", "minutes", "minuted_name"])
    _back_to_waiting(meeting)
    record(by, "meeting_closed", meeting, minutes=len(meeting.minutes))
    return meeting


def _back_to_waiting(meeting: Meeting) -> None:
    meeting.topics.filter(state=Topic.State.CALLED).update(state=Topic.State.WAITING, meeting=None)
