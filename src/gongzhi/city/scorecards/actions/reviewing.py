"""The human look at who stands last."""

from __future__ import annotations

from django.db import transaction

from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import Standing
from gongzhi.city.scorecards.actions.appealing import scorers
from gongzhi.city.scorecards.actions.recording import record
from gongzhi.city.scorecards.errors import AlreadyDecided, NoSuchScheme, NothingNamed, SameHands
from gongzhi.city.scorecards.models import LastBand

#: what a reviewer may find: the gap is real, or it comes from something else
FINDINGS = ("gap", "volume", "difficulty", "staff", "data")


def review_bottom(review_id: int, *, finding: str, opinion: str, by: Standing) -> LastBand:
    """Write down what the look at a unit found. No consequence is named or follows.

    Raises NotAllowed, NoSuchScheme, SameHands, NothingNamed, AlreadyDecided.
    """
    check(by, "score.review")
    with transaction.atomic():
        found = (
            LastBand.objects.select_for_update(of=("self",))
            .select_related("result__reckoning__scheme")
            .filter(pk=review_id)
            .first()
        )
        if found is None:
            raise NoSuchScheme(which=review_id)
        if found.reviewed_at:
            raise AlreadyDecided(what="复核", who=found.reviewed_by_name)
        reckoning = found.result.reckoning
        if by.person in scorers(reckoning):
            raise SameHands(what="末档复核")
        if finding not in FINDINGS or not opinion.strip():
            raise NothingNamed(what="复核要选一项结论并写明理由")
        found.finding, found.opinion = finding, opinion.strip()
        found.reviewed_by, found.reviewed_by_name, found.reviewed_at = by.person, by.name, clock.now()
        found.save()
        record(by, "bottom_reviewed", reckoning.scheme, unit=found.result.unit, finding=finding)
    return found
