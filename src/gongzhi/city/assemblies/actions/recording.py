"""How the room's actions find their rows under lock, and write to the journal."""

from __future__ import annotations

from typing import Any

from gongzhi.city.assemblies.errors import NoSuchMeeting
from gongzhi.city.assemblies.models import Meeting, Topic
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases.model import Fact


def record(by: Standing, kind: str, row: Meeting | Topic, **data: Any) -> None:
    """Append the fact ``kind`` to the chain of the meeting or topic."""
    name = "meeting" if isinstance(row, Meeting) else "topic"
    append(subject(name, row.pk), [Fact(kind=kind, at=clock.now(), by=by, data=data)])


def held_meeting(pk: int) -> Meeting:
    """The meeting, locked until the transaction ends. NoSuchMeeting."""
    row = Meeting.objects.select_for_update(of=("self",)).select_related("area").filter(pk=pk).first()
    if row is None:
        raise NoSuchMeeting
    return row


def held_topic(pk: int) -> Topic:
    """The topic, locked until the transaction ends. NoSuchMeeting."""
    rows = Topic.objects.select_for_update(of=("self",)).select_related("area")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NoSuchMeeting
    return row


def meeting_of(topic: Topic) -> Meeting:
    """The meeting that has the topic. NoSuchMeeting while it waits for one."""
    if topic.meeting is None:
        raise NoSuchMeeting
    return topic.meeting
