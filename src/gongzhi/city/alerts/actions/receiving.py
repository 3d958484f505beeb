"""Taking in what a provider sends: kept on disk first, then one row; judged and stored behind that, once."""

from __future__ import annotations

import hashlib
import io
from typing import Any, BinaryIO

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from gongzhi.city.alerts import catalogue, keeping
from gongzhi.city.alerts.actions.storing import landed, store_feed
from gongzhi.city.alerts.errors import NotForReadings, TooLarge, TooMuchWaiting, WrongShape
from gongzhi.city.alerts.models import Batch
from gongzhi.city.alerts.parsing import readings_of
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact

Channel = Batch.Channel
#: bytes that a push or a message may hold
LARGEST_PUSH = 16 * 2**20
#: bytes of a file in the browser
LARGEST_FILE = 64 * 2**20


def receive(
    by: Standing,
    feed: str,
    *,
    content: bytes | BinaryIO,
    name: str = "",
    channel: str = Channel.FILE,
    key: str = "",
    later: bool = True,
) -> Batch:
    """Take in a file (CSV, also .gz, XLSX, Parquet) or a JSON list of readings.

    When this returns, nothing of it can be lost. The same ``key`` (of a file without one: the same content) gives the batch
    of the first time. ``later``: it is stored by a job; otherwise the caller calls ``store``. An extract lands in its
    register at once. Right ``feed.push``. Raises NoSuchFeed, TooLarge, TooMuchWaiting.
    """
    check(by, "feed.push")
    declared = catalogue.one(feed)
    if channel in (Channel.PUSH, Channel.MQTT):
        _may_push(declared, channel)
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    digest, size = keeping.keep(feed, stream)
    key = (key or ("" if channel == Channel.MQTT else digest))[:160]
    if key and (before := Batch.objects.filter(feed=feed, key=key).first()):
        return before
    try:
        with transaction.atomic():
            made = _written(by, declared, name, channel, key, digest, size)
            if declared.spec.kind == "series" and later:
                store_feed.using(dedupe_key=f"feed:{feed}").enqueue(feed)  # type: ignore[call-arg]
    except IntegrityError:
        # another one brought the same at the same time
        return Batch.objects.get(feed=feed, key=key)
    if declared.spec.kind == "extract":
        return landed(made, by)
    return made


def push(by: Standing, feed: str, body: bytes, *, key: str = "") -> Batch:
    """Take in readings that a program sends: a JSON list, which is read once here so that it hears at once what is wrong.

    A ``key`` is the caller's own; with other readings than the first time it is refused, since those would be lost.
    Raises WrongShape and what ``receive`` raises.
    """
    if len(body) > LARGEST_PUSH:
        raise TooLarge(limit=f"{LARGEST_PUSH >> 20} MB")
    require_readings(body)
    own = hashlib.sha256(f"{by.person}\n{key}".encode()).hexdigest()
    made = receive(by, feed, content=body, channel=Channel.PUSH, key=f"push:{own}" if key else "")
    if made.digest != hashlib.sha256(body).hexdigest():
        raise WrongShape(why="这个 Idempotency-Key 已经用来送过另一批数")
    return made


def require_readings(body: bytes) -> int:
    """How many readings a JSON list holds. Raises WrongShape."""
    try:
        found = len(readings_of(body))
    except msgspec.DecodeError as error:
        raise WrongShape(why=str(error)[:200]) from error
    if not found:
        raise WrongShape(why="readings 是空的")
    return found


def _may_push(declared: catalogue.Declared, channel: str) -> None:
    if declared.spec.kind != "series":
        raise NotForReadings(feed=declared.spec.title)
    waiting = Batch.objects.filter(feed=declared.name, state=Batch.State.WAITING)[
        : settings.GONGZHI_FEEDS_WAITING
    ].count()
    if channel == Channel.PUSH and waiting >= settings.GONGZHI_FEEDS_WAITING:
        raise TooMuchWaiting(waiting=waiting)


def _written(
    by: Standing, declared: catalogue.Declared, name: str, channel: str, key: str, digest: str, size: int
) -> Batch:
    made = Batch.objects.create(
        feed=declared.name,
        mechanism=declared.mechanism,
        channel=channel,
        name=name[:200],
        size=size,
        digest=digest,
        key=key,
        received_at=clock.now(),
        by=by.person,
        who=by.name[:60],
    )
    data: dict[str, Any] = {"batch": made.pk, "channel": channel, "digest": digest, "size": size}
    fact = Fact(kind="received", at=made.received_at, by=by, data=data)
    journal.append(subject("feed", made.feed), [fact])
    return made


__all__ = ["LARGEST_FILE", "LARGEST_PUSH", "push", "receive", "require_readings"]
