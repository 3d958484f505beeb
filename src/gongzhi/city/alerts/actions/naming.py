"""A provider's name for a series that we know by another key; and looking again at rows that were kept apart."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.alerts import catalogue
from gongzhi.city.alerts.actions.storing import store_feed
from gongzhi.city.alerts.errors import NoSuchBatch, NothingApart, UnknownSeries
from gongzhi.city.alerts.models import Alias, Batch
from gongzhi.city.journal import actions as journal
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing, subject
from gongzhi.engine.cases import Fact


def name_series(by: Standing, feed: str, given: str, series: str) -> Alias:
    """From now on, what the provider calls ``given`` is the series ``series`` of the register.

    Right ``feed.push``. Raises NoSuchFeed, UnknownSeries.
    """
    check(by, "feed.push")
    declared = catalogue.one(feed)
    given, series = given.strip()[:120], series.strip()[:120]
    known = catalogue.series_of(declared)
    if not given or not series or (known is not None and series not in known):
        raise UnknownSeries(series=series)
    at = clock.now()
    with transaction.atomic():
        made, _new = Alias.objects.update_or_create(
            feed=feed,
            given=given,
            defaults={
                "series": series,
                "mechanism": declared.mechanism,
                "by": by.person,
                "who": by.name[:60],
                "at": at,
            },
        )
        fact = Fact(kind="series_named", at=at, by=by, data={"given": given, "series": series})
        journal.append(subject("feed", feed), [fact])
    return made


def retry(by: Standing, batch_id: int, *, later: bool = True) -> Batch:
    """Look again at the rows of a batch that were kept apart, with the names and the register of today.

    What is good now comes in as a batch of its own; the rest is kept apart there. Right ``feed.push``. Raises NoSuchBatch,
    NothingApart.
    """
    check(by, "feed.push")
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise NoSuchBatch(batch=batch_id)
    if not batch.apart or catalogue.one(batch.feed).spec.kind != "series":
        raise NothingApart()
    at = clock.now()
    with transaction.atomic():
        made = Batch.objects.create(
            feed=batch.feed,
            mechanism=batch.mechanism,
            channel=Batch.Channel.RETRY,
            name=batch.name,
            size=0,
            digest=batch.digest,
            of=batch,
            # late is what came late, not what was looked at late
            received_at=batch.received_at,
            by=by.person,
            who=by.name[:60],
        )
        fact = Fact(kind="retried", at=at, by=by, data={"batch": made.pk, "of": batch.pk})
        journal.append(subject("feed", batch.feed), [fact])
        if later:
            store_feed.using(dedupe_key=f"feed:{batch.feed}").enqueue(batch.feed)  # type: ignore[call-arg]
    return made


__all__ = ["name_series", "retry"]
