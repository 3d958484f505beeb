"""Somebody has read it: nobody else need be called."""

from __future__ import annotations

from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.city.messages.errors import NoSuchMessage
from gongzhi.city.messages.models import Message, Summons
from gongzhi.engine.cases.model import Fact


@transaction.atomic
def read(by: Standing, message: Message) -> Message:
    """I have read what was said to me; my other copies of it are read as well. NoSuchMessage for somebody else's."""
    if not by.person or message.person != by.person:
        raise NoSuchMessage
    answered(by, message.summons)
    message.refresh_from_db()
    return message


@transaction.atomic
def answered(by: Standing, summons: Summons) -> bool:
    """Somebody has taken the matter on (read it, opened the case, was reached by phone): the calling ends. Gives whether it
    was this one who ended it; a second answer changes nothing but the own copies."""
    now = clock.now()
    mine = Message.objects.filter(summons=summons, person=by.person, state=Message.State.SENT)
    # a clock that was set back must not make a message read before it was sent
    mine.update(
        state=Message.State.READ, read_at=Greatest(Value(now, output_field=DateTimeField()), F("sent_at"))
    )
    first = Summons.objects.filter(pk=summons.pk).exclude(state=Summons.State.ANSWERED)
    if not first.update(
        state=Summons.State.ANSWERED,
        next_at=None,
        answered_by=by.person,
        answered_name=by.name[:40],
        answered_at=now,
    ):
        return False
    append(subject("summons", summons.pk), [Fact(kind="answered", at=now, by=by)])
    return True
