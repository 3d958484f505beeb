"""The standard: drafted by one, published by another, before the period begins."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.scorecards import standards
from gongzhi.city.scorecards.actions.recording import record
from gongzhi.city.scorecards.errors import AlreadyDecided, NoSuchScheme, SameHands, TooLate
from gongzhi.city.scorecards.models import Scheme


def draft_scheme(mechanism: str, card: str, starts: date, *, by: Standing) -> Scheme:
    """Draft the standard of a period from an installed scorecard.

    Raises NotAllowed, NotInstalled, NoSuchScorecard, BadPeriod.
    """
    check(by, "score.scheme")
    version, spec = standards.card_of(mechanism, card)
    first, after = standards.period(spec, starts)
    scheme = Scheme(
        mechanism=mechanism,
        version=version,
        card=card,
        title=spec.title,
        starts=first,
        ends=after,
        spec=spec.model_dump(mode="json", by_alias=True),
        measures=standards.measures_for(spec, mechanism),
        units=standards.units_for(spec, first),
        drafted_by=by.person,
        drafted_by_name=by.name,
        drafted_at=clock.now(),
    )
    standards.engine_scheme(scheme)  # refuses what can't be computed
    scheme.digest = standards.digest_of(scheme)
    with transaction.atomic():
        scheme.save()
        record(by, "scheme_drafted", scheme, digest=scheme.digest, starts=f"{first}", units=len(scheme.units))
    return scheme


def publish_scheme(scheme_id: int, *, by: Standing) -> Scheme:
    """Publish the standard: from now on every unit may read it, and nobody may change it.

    Raises NotAllowed, NoSuchScheme, SameHands (the drafter may not), TooLate, AlreadyDecided.
    """
    check(by, "score.publish")
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update().filter(pk=scheme_id).first()
        if scheme is None:
            raise NoSuchScheme(which=scheme_id)
        if scheme.published_on:
            raise AlreadyDecided(what="方案", who=scheme.published_by_name)
        if scheme.drafted_by == by.person:
            raise SameHands(what="公布标准")
        latest = standards.latest_day(scheme)
        if clock.today() > latest:
            raise TooLate(by=f"{latest}", starts=f"{scheme.starts}")
        taken = Scheme.objects.filter(
            mechanism=scheme.mechanism, card=scheme.card, starts=scheme.starts, published_on__isnull=False
        ).first()
        if taken:
            raise AlreadyDecided(what="方案", who=taken.published_by_name)
        scheme.published_on, scheme.published_at = clock.today(), clock.now()
        scheme.published_by, scheme.published_by_name = by.person, by.name
        scheme.save()
        record(by, "scheme_published", scheme, digest=scheme.digest)
    return scheme
