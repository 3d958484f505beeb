"""What may be read: standards by everybody who may read scores, results once they are published, the rows behind by right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from gongzhi.city.analytics.running import session
from gongzhi.city.kernel import paths
from gongzhi.city.kernel.permissions import check, may, scope
from gongzhi.city.kernel.references import Standing
from gongzhi.city.scorecards import facts, gathering, standards
from gongzhi.city.scorecards.errors import NoSuchScheme
from gongzhi.city.scorecards.models import Appeal, LastBand, Reckoning, Result, Scheme


def keeps(by: Standing) -> bool:
    """Whether the post drafts, computes or publishes: it also sees what is not out yet."""
    return any(may(by, right) for right in ("score.scheme", "score.publish", "score.review"))


def schemes(by: Standing) -> QuerySet[Scheme]:
    """Standards, newest period first: the published ones, for those who keep them also drafts. Raises NotAllowed."""
    check(by, "score.read")
    rows = Scheme.objects.order_by("-starts", "-id")
    return rows if keeps(by) else rows.filter(published_on__isnull=False)


def scheme(by: Standing, scheme_id: int) -> Scheme:
    """One of them. Raises NotAllowed, NoSuchScheme."""
    found = schemes(by).filter(pk=scheme_id).first()
    if found is None:
        raise NoSuchScheme(which=scheme_id)
    return found


def reckonings(by: Standing, scheme: Scheme) -> QuerySet[Reckoning]:
    """Versions, newest first: the published ones, for those who keep them all."""
    check(by, "score.read")
    rows = scheme.reckonings.order_by("-number")
    return rows if keeps(by) else rows.filter(published_at__isnull=False)


def current(by: Standing, scheme: Scheme) -> Reckoning | None:
    """The version in force: the newest that is published; before that, for those who keep them, the newest done."""
    rows = reckonings(by, scheme)
    return rows.filter(published_at__isnull=False).first() or rows.filter(state=Reckoning.State.DONE).first()


def result(by: Standing, result_id: int) -> Result:
    """A card: published for everybody who may read scores. Raises NotAllowed, NoSuchScheme."""
    check(by, "score.read")
    rows = scope(by, "score.read", Result.objects.select_related("reckoning__scheme"))
    if not keeps(by):
        rows = rows.filter(reckoning__published_at__isnull=False)
    found = rows.filter(pk=result_id).first()
    if found is None:
        raise NoSuchScheme(which=result_id)
    return found


def mine(by: Standing, reckoning: Reckoning) -> Result | None:
    """The card of the unit in whose subtree the post stands: the deepest."""
    # paths of offices are prefixes of each other: the last in order is the deepest
    rows = light(reckoning.results.filter(office_path__in=paths.ancestors(by.office_path)))
    return rows.order_by("-office_path").first()


def light(rows: QuerySet[Result]) -> QuerySet[Result]:
    """Cards without what was counted: for lists."""
    return rows.defer("observed", "awards", "cells", "bonus", "deductions")


def trend(row: Result) -> list[Result]:
    """The cards of the same unit in earlier periods of the same scorecard, oldest first: published ones only."""
    same = Result.objects.filter(
        unit=row.unit,
        reckoning__scheme__mechanism=row.reckoning.scheme.mechanism,
        reckoning__scheme__card=row.reckoning.scheme.card,
        reckoning__scheme__starts__lt=row.reckoning.scheme.starts,
        reckoning__published_at__isnull=False,
    ).select_related("reckoning__scheme")
    newest: dict[int, Result] = {}
    for each in light(same).order_by("reckoning__scheme__starts", "reckoning__number"):
        newest[each.reckoning.scheme_id] = each
    return list(newest.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One case behind a figure."""

    case_id: str
    hit: bool
    value: float | None
    excluded: bool
    stratum: str
    counted: bool


def rows_behind(row: Result, criterion: str) -> list[Behind]:
    """The cases behind a figure of a card, decisions on appeals applied as they stood in that version.

    Raises NoSuchScheme for a criterion that the card does not have.
    """
    scheme = row.reckoning.scheme
    spec = standards.spec_of(scheme)
    pairs = [
        (each, each.by or by or spec.classes[row.class_id].by)
        for path, each, by in spec.criteria()
        if path[0] != "classes" or path[1] == row.class_id
    ]
    named = next(((each, by) for each, by in pairs if each.name == criterion), None)
    if named is None:
        raise NoSuchScheme(which=criterion)
    each, by = named
    ask = standards.ask_of(scheme, each)
    if not facts.files(scheme, "now"):
        days = (scheme.starts, scheme.ends)
        facts.refresh(scheme, "now", days, row.reckoning.upto, standards.asks_of(scheme))
    stand = gathering.decisions(row.reckoning)
    decided = {str(one.case_id): one.out for one in stand if one.criterion == criterion}
    finder = gathering.Finder(standards.units_of(scheme), by)
    made = []
    with session("duckdb") as opened:
        opened.files("score_rows", facts.files(scheme, "now"), gathering.ROWS)
        for found in opened.rows("score_rows_of", {"ask": ask.id}):
            if row.unit not in finder[found["lead_path"] if by == "lead" else found["area_path"]]:
                continue
            out = bool(decided.get(found["case_id"], found["excluded"]))
            made.append(
                Behind(
                    case_id=found["case_id"],
                    hit=found["hit"],
                    value=found["value"],
                    excluded=out,
                    stratum=found["stratum"],
                    counted=found["den"] and not out,
                )
            )
    return made


def appeals(by: Standing) -> QuerySet[Appeal]:
    """Appeals that a post may see: all for those who review, else the own unit's."""
    check(by, "score.read")
    rows = Appeal.objects.select_related("result__reckoning__scheme").order_by("-submitted_at")
    if keeps(by):
        return rows
    return rows.filter(office_path__in=_above(by.office_path))


def _above(path: str) -> list[str]:
    return paths.ancestors(path)


def bottoms(by: Standing) -> QuerySet[LastBand]:
    """Reviews of the newest versions, for those who review. Raises NotAllowed."""
    check(by, "score.review")
    return LastBand.objects.select_related("result__reckoning__scheme").order_by("reviewed_at", "-id")
