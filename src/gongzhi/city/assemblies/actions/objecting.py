"""Objections while a result hangs out, and filing it with the township."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gongzhi.city.assemblies.actions.closing import settle
from gongzhi.city.assemblies.actions.recording import held_topic, meeting_of, record
from gongzhi.city.assemblies.errors import (
    CountedYourself,
    NoSuchMeeting,
    NotUnderstood,
    WindowOver,
    WrongMoment,
)
from gongzhi.city.assemblies.models import Objection, Topic
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing


@transaction.atomic
def object_to(by: Standing, topic_id: int, text: str) -> Objection:
    """Object to a published result. The last minute is in time, the one after it is not (WindowOver).

    The same words again are the same objection. Raises WrongMoment, NotUnderstood, NotAllowed.
    """
    topic = held_topic(topic_id)
    check(by, "assembly.vote")
    words = text.strip()[:1000]
    if not words or not by.person:
        raise NotUnderstood(why=_("请写明对什么有异议、为什么"))
    if topic.open_until is None or topic.state not in (Topic.State.PUBLISHED, Topic.State.DECIDED):
        raise WrongMoment(deed=_("提异议"), why=_("结果还没有公示"))
    if clock.now() >= topic.open_until or topic.state == Topic.State.DECIDED:
        raise WindowOver(until=localtime(topic.open_until).strftime("%Y-%m-%d %H:%M"))
    row, made = Objection.objects.get_or_create(
        topic=topic, person=by.person, text=words, defaults={"name": by.name, "at": clock.now()}
    )
    if made:
        record(by, "objected", topic, objection=row.pk)
    return row


@transaction.atomic
def answer_objection(by: Standing, objection_id: int, *, upheld: bool, answer: str) -> Objection:
    """Answer an objection with reasons; not by who called the meeting. The last answer after the window lets the result stand.

    Raises NoSuchMeeting, WrongMoment, NotUnderstood, CountedYourself, NotAllowed.
    """
    row = Objection.objects.select_for_update().filter(pk=objection_id).first()
    if row is None:
        raise NoSuchMeeting
    topic = held_topic(row.topic_id)
    check(by, "assembly.count", topic)
    if meeting_of(topic).called_by == by.person or row.person == by.person:
        raise CountedYourself
    if row.state != Objection.State.OPEN:
        raise WrongMoment(deed=_("答复异议"), why=_("已经答复过"))
    if not answer.strip():
        raise NotUnderstood(why=_("请写明查了什么、为什么成立或不成立"))
    row.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    row.answer, row.answered_at = answer.strip(), clock.now()
    row.answered_by, row.answered_name = by.person, by.name[:40]
    row.save()
    record(by, "objection_answered", topic, objection=row.pk, upheld=upheld)
    settle(topic.pk)
    return row


@transaction.atomic
def file_result(by: Standing, topic_id: int, filed_as: str) -> Topic:
    """The township has received a decision (villagers' committee law, art. 27). Raises WrongMoment, NotUnderstood, NotAllowed."""
    topic = held_topic(topic_id)
    check(by, "assembly.file", topic)
    if topic.state != Topic.State.DECIDED or topic.file_by is None:
        raise WrongMoment(deed=_("备案"), why=_("没有要备案的决定"))
    if not filed_as.strip():
        raise NotUnderstood(why=_("请写备案号"))
    topic.filed_at, topic.filed_as = clock.now(), filed_as.strip()[:80]
    topic.save(update_fields=["filed_at", "filed_as"])
    record(by, "topic_filed", topic, filed_as=topic.filed_as)
    return topic
