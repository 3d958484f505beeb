"""Sending: leased, with ids, again and again a little later; what could not be sent is seen, and somebody else is called.

Nobody is told twice what they read once: the gateway gets the same id with every attempt.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from gongzhi.city.jobs.tasks import task
from gongzhi.city.journal.actions import append
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.messages import channels
from gongzhi.city.messages.channels import Undelivered
from gongzhi.city.messages.errors import NotFailed
from gongzhi.city.messages.models import Message, Summons
from gongzhi.engine.cases.model import Fact

#: waits between attempts; after them the message has failed: somebody at the duty desk should know within two minutes
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 30, 60))
#: longer than a gateway may take to answer
LEASE = timedelta(seconds=20)
BATCH = 100
#: how long a number is kept with a message, for questions to the gateway
KEEP_NUMBERS = timedelta(days=30)


@task()
def deliver_one(key: str) -> bool:
    """Send one message; gives whether it went out."""
    return deliver(key)


def send_soon(message: Message) -> None:
    """Send it as soon as what it is about is written for good."""
    transaction.on_commit(partial(_enqueue, str(message.pk)))


def _enqueue(key: str) -> None:
    deliver_one.enqueue(key)


def deliver(key: str, at: datetime | None = None) -> bool:
    """Take the message under a lease, hand it to the gateway, write down what became of it. Gives whether it went out.

    Killed in between, it is sent again when the lease is over, with the same id.
    """
    at = at or clock.now()
    message = claim(key, at)
    if message is None:
        return False
    try:
        found = channels.gateway()
        if found is None or not channels.known(message.channel):
            raise Undelivered("没有接通这个渠道", final=True)
        letter = channels.letter(
            str(message.pk), message.channel, message.to, message.summons.plain, message.created_at
        )
        receipt = found.deliver(letter)
    except Undelivered as failure:
        _not_sent(message, failure, at)
        return False
    mine = Message.objects.filter(pk=message.pk, holder=message.holder, state=Message.State.WAITING)
    return bool(
        mine.update(
            state=Message.State.SENT, sent_at=at, receipt=receipt, holder="", lease_until=None, error=""
        )
    )


def claim(key: str, at: datetime) -> Message | None:
    """The message, held by us alone for ``LEASE``; None when somebody else has it or it is not due."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    holder = secrets.token_hex(12)
    due = Message.objects.filter(free, pk=key, state=Message.State.WAITING, run_after__lte=at)
    if not due.update(holder=holder, lease_until=at + LEASE):
        return None
    return Message.objects.select_related("summons").get(pk=key)


@transaction.atomic
def _not_sent(message: Message, failure: Undelivered, at: datetime) -> None:
    attempts = message.attempts + 1
    ended = failure.final or attempts > len(BACKOFF)
    mine = Message.objects.filter(pk=message.pk, holder=message.holder, state=Message.State.WAITING)
    written = mine.update(
        state=Message.State.FAILED if ended else Message.State.WAITING,
        attempts=attempts,
        run_after=at if ended else at + BACKOFF[attempts - 1],
        error=str(failure)[:300],
        holder="",
        lease_until=None,
    )
    if not (written and ended):
        return
    append(
        subject("summons", message.summons_id),
        [
            Fact(
                kind="message_failed",
                at=at,
                by=SYSTEM,
                data={"channel": message.channel, "why": str(failure)[:100]},
            )
        ],
    )
    # whoever could not be reached does not keep the next one from being called
    Summons.objects.filter(pk=message.summons_id, state=Summons.State.OPEN, rung=message.rung).update(
        next_at=at
    )


def deliver_due(at: datetime | None = None) -> int:
    """Send everything that is due; gives how many went out. The periodic work that finds what a dead process left."""
    at = at or clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    due = Message.objects.filter(free, state=Message.State.WAITING, run_after__lte=at)
    return sum(
        deliver(str(key), at) for key in due.order_by("run_after").values_list("pk", flat=True)[:BATCH]
    )


def forget_numbers(at: datetime | None = None) -> int:
    """Erase the phone numbers of messages that were settled long ago; who was reached and when stays. Gives how many."""
    before = (at or clock.now()) - KEEP_NUMBERS
    old = Message.objects.filter(created_at__lt=before, to__blank=False).exclude(state=Message.State.WAITING)
    return old.update(to="")


@transaction.atomic
def send_again(by: Standing, message: Message) -> Message:
    """Try a failed message once more. Right ``message.send``; NotFailed."""
    check(by, "message.send", message)
    failed = Message.objects.filter(pk=message.pk, state=Message.State.FAILED)
    if not failed.update(state=Message.State.WAITING, attempts=0, run_after=clock.now(), error=""):
        raise NotFailed
    append(
        subject("summons", message.summons_id),
        [Fact(kind="message_sent_again", at=clock.now(), by=by, data={"channel": message.channel})],
    )
    message.refresh_from_db()
    send_soon(message)
    return message
