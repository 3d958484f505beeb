"""Questions about messages."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.messages import channels
from gongzhi.city.messages.errors import NoSuchMessage
from gongzhi.city.messages.models import Message, Summons

MOST = 50


def mine(by: Standing) -> list[Message]:
    """What was said to me and I have not read, newest first. One query."""
    if not by.person:
        return []
    rows = Message.objects.filter(person=by.person, channel=channels.IN_APP, state=Message.State.SENT)
    return list(rows.select_related("summons").order_by("-id")[:MOST])


def my_message(by: Standing, key: UUID | str) -> Message:
    """One of mine, with what it is about. NoSuchMessage."""
    found = Message.objects.select_related("summons").filter(pk=key, person=by.person).first()
    if found is None or not by.person:
        raise NoSuchMessage
    return found


def message_of(by: Standing, key: UUID | str) -> Message:
    """One that I may see, right ``message.read``. NoSuchMessage."""
    rows = scope(by, "message.read", Message.objects.select_related("summons__office__area"))
    found = rows.filter(pk=key).first()
    if found is None:
        raise NoSuchMessage
    return found


def unanswered(by: Standing) -> list[Summons]:
    """Calls that nobody has answered, with every message and its state; right ``message.read``. Two queries."""
    rows = scope(by, "message.read", Summons.objects.exclude(state=Summons.State.ANSWERED))
    sent = Prefetch("messages", queryset=Message.objects.order_by("id"))
    return list(rows.prefetch_related(sent).order_by("-created_at")[:MOST])


def about(reference: str) -> list[Summons]:
    """What was said about a case or a shift, newest first, with its messages. Two queries."""
    sent = Prefetch("messages", queryset=Message.objects.order_by("id"))
    return list(Summons.objects.filter(about=reference).prefetch_related(sent).order_by("-created_at")[:MOST])


def is_anything_due() -> bool:
    """Whether a message waits whose time has come."""
    return Message.objects.filter(state=Message.State.WAITING, run_after__lte=clock.now()).exists()
