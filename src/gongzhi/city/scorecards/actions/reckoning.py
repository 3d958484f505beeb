"""Reckoning: a job that brings the facts up to date, marks every unit and keeps the cards; publishing what came out."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing
from gongzhi.city.scorecards import facts, gathering, marking, standards
from gongzhi.city.scorecards.actions.recording import record
from gongzhi.city.scorecards.bottoms import look_at_the_bottom
from gongzhi.city.scorecards.errors import AlreadyDecided, NoSuchScheme, NotYet, SameHands
from gongzhi.city.scorecards.models import Appeal, Reckoning, Result, Scheme
from gongzhi.engine.errors import GongzhiError


def start_reckoning(scheme_id: int, *, by: Standing) -> Reckoning:
    """Begin to compute a published scheme on the facts up to now, or to the end of its period; goes on as a job.

    Raises NotAllowed, NoSuchScheme, NotYet (not published, or the period has not begun).
    """
    check(by, "score.scheme")
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update().filter(pk=scheme_id).first()
        if scheme is None:
            raise NoSuchScheme(which=scheme_id)
        if not scheme.published_on:
            raise NotYet(what="核算", why="标准还没有公布")
        if clock.today() < scheme.starts:
            raise NotYet(what="核算", why=f"这一期从{scheme.starts}开始")
        found = begin(scheme, by=by, because="按期核算")
        record(by, "reckoning_started", scheme, number=found.number)
        go(found)
    return found


def begin(scheme: Scheme, *, by: Standing, because: str, follows_appeal: bool = False) -> Reckoning:
    """A waiting reckoning, in the caller's transaction, the scheme's row locked; ``go`` sends it off, when all is written."""
    last = scheme.reckonings.aggregate(last=Max("number"))["last"] or 0
    return Reckoning.objects.create(
        scheme=scheme,
        number=last + 1,
        because=because,
        upto=min(clock.now(), standards.midnight(scheme.ends)),
        made_by=by.person,
        made_by_name=by.name,
        made_at=clock.now(),
        follows_appeal=follows_appeal,
    )


def go(found: Reckoning) -> None:
    """Its job, in the caller's transaction; where jobs run at once it runs here."""
    job = reckon_job.using(dedupe_key=f"reckoning:{found.pk}")  # type: ignore[call-arg]
    job.enqueue(found.pk)


@task(queue_name="slow")
def reckon_job(reckoning_id: int) -> dict[str, Any]:
    """Compute one reckoning. May be killed and called again: it goes on with the cases that it has, and starts the sums anew."""
    found = Reckoning.objects.select_related("scheme").get(pk=reckoning_id)
    if found.state == Reckoning.State.DONE:
        return {"units": found.total}
    try:
        units = reckon(found)
    except GongzhiError as error:
        Reckoning.objects.filter(pk=found.pk).update(
            state=Reckoning.State.FAILED, said=f"{error.sentence % error.data}"[:300]
        )
        return {"failed": error.code}
    return {"units": units}


def reckon(found: Reckoning) -> int:
    """Facts, sums, cards; the number of units."""
    scheme = found.scheme

    def tell(done: int, total: int) -> None:
        Reckoning.objects.filter(pk=found.pk).update(state=Reckoning.State.RUNNING, done=done, total=total, said="正在读办件")  # fmt: skip

    tell(0, 0)
    asks = standards.asks_of(scheme)
    facts.refresh(scheme, "now", (scheme.starts, scheme.ends), found.upto, asks, tell)
    if any(each.type == "trend" for _, each, _ in standards.spec_of(scheme).criteria()):
        facts.refresh(
            scheme, "before", standards.before(scheme), standards.midnight(scheme.starts), asks, tell
        )
    return finish(found, gathering.sheets(found))


def finish(found: Reckoning, sheets: list[Any]) -> int:
    """Mark and keep; what follows an appeal is published with it."""
    scheme = found.scheme
    rows = marking.results(scheme, found, sheets)
    with transaction.atomic():
        Result.objects.filter(reckoning=found).delete()
        Result.objects.bulk_create(rows, batch_size=500)
        found.state, found.done, found.total, found.said = Reckoning.State.DONE, len(rows), len(rows), ""
        found.digest, found.done_at = marking.digest_of(rows), clock.now()
        found.save()
        record(SYSTEM, "reckoning_done", scheme, number=found.number, digest=found.digest)
        if found.follows_appeal:
            appeal = Appeal.objects.filter(reckoning=found).order_by("id").first()
            name = appeal.decided_by_name if appeal else ""
            person = appeal.decided_by if appeal else ""
            _publish(found, Standing(person=person, role="reform_chief", name=name))
    return len(rows)


def publish_results(reckoning_id: int, *, by: Standing) -> Reckoning:
    """Publish what came out, with the window for appeals; who stands last is put before people at once.

    Raises NotAllowed, NoSuchScheme, SameHands (who computed it may not), NotYet (the period runs on, or it is not done),
    AlreadyDecided.
    """
    check(by, "score.publish")
    with transaction.atomic():
        found = (
            Reckoning.objects.select_for_update(of=("self",))
            .select_related("scheme")
            .filter(pk=reckoning_id)
            .first()
        )
        if found is None:
            raise NoSuchScheme(which=reckoning_id)
        if found.published_at:
            raise AlreadyDecided(what="结果", who=found.published_by_name)
        if found.made_by == by.person:
            raise SameHands(what="公布结果")
        if found.state != Reckoning.State.DONE:
            raise NotYet(what="公布结果", why="还没有算出来")
        if found.upto < standards.midnight(found.scheme.ends):
            raise NotYet(what="公布结果", why=f"这一期到{found.scheme.ends}才结束，算的只是到中途")
        newer = found.scheme.reckonings.filter(published_at__isnull=False, number__gt=found.number)
        if newer.exists():
            raise NotYet(what="公布结果", why="已经公布了更新的一版")
        _publish(found, by)
    return found


def _publish(found: Reckoning, by: Standing) -> None:
    found.published_at, found.published_by, found.published_by_name = clock.now(), by.person, by.name
    found.save(update_fields=["published_at", "published_by", "published_by_name"])
    record(by, "results_published", found.scheme, number=found.number, digest=found.digest)
    look_at_the_bottom(found)


__all__ = ["begin", "finish", "go", "publish_results", "reckon", "reckon_job", "start_reckoning"]
