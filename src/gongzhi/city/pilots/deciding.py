"""What becomes of a version after its pilot, and what is kept of it: a row of evidence, also of "no effect"."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongzhi.city.cases import actions as cases
from gongzhi.city.cases import matters
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.permissions import check
from gongzhi.city.kernel.references import SYSTEM, Standing, subject
from gongzhi.city.mechanisms.actions import activate
from gongzhi.city.mechanisms.library import LIBRARY
from gongzhi.city.mechanisms.models import Evidence
from gongzhi.city.pilots.actions import held
from gongzhi.city.pilots.errors import NoResult, SamePerson, SayWhy, VersionChanged
from gongzhi.city.pilots.models import Analysis, Pilot
from gongzhi.city.pilots.words import told
from gongzhi.city.territory.actions.recording import record


def decide(by: Standing, pilot: int, decision: str, reason: str) -> Pilot:
    """Promote city-wide, adapt and try again, or withdraw: with a reason, on a result, by another person than the author.

    Right ``pilot.start``. Promoting opens new cases everywhere under the version that was tried; running ones stay on theirs.
    Raises NoResult, SamePerson, SayWhy, NotNow; VersionChanged when another version is active by now.
    """
    check(by, "pilot.start")
    with transaction.atomic():
        row = held(pilot, _("做决定"), Pilot.State.ENDED)
        result = row.analyses.filter(look=Analysis.FINAL, state=Analysis.State.DONE).first()
        if result is None:
            raise NoResult
        if by.person == row.author:
            raise SamePerson(what=_("做决定"))
        if decision not in Pilot.Decision.values:
            raise SayWhy(what=_("推广、改进再试还是退出"))
        if not reason.strip():
            raise SayWhy(what=_("决定的理由"))
        if decision == Pilot.Decision.PROMOTED:
            active = LIBRARY.active_version(row.mechanism)
            if active not in (row.base, row.version):
                raise VersionChanged(base=row.base, active=active or _("（已停用）"))
            activate(row.mechanism, row.version, by=by)
        row.state, row.decision, row.reason = Pilot.State.DECIDED, decision, reason.strip()[:1000]
        row.decided_at, row.decided_name = clock.now(), by.name[:60]
        row.save()
        Evidence.objects.create(
            mechanism=row.mechanism,
            version=row.version,
            kind=Evidence.Kind.PILOT,
            title=row.title,
            at=row.decided_at,
            source=subject("pilot", row.pk),
            data=found(row, result),
        )
        facts = {"decision": decision, "reason": row.reason, "hash": row.plan_hash}
        record(by, "pilot_decided", "pilot", row.pk, **facts)
        _tell_the_idea(row, result)
    return row


def _tell_the_idea(row: Pilot, result: Analysis) -> None:
    """The idea behind the pilot hears what came of it; one whose number names nothing hears nothing."""
    idea = matters.by_name(row.idea) if row.idea else None
    if idea is None:
        return
    outcome = result.data["outcomes"][0]
    words = told(outcome)
    said = {
        "title": row.title,
        "decision": row.get_decision_display(),
        "verdict": words.verdict,
        "figures": "".join(words.sentences[:2]),
    }
    text = _("试点“%(title)s”的结论：%(verdict)s。%(figures)s决定：%(decision)s。") % said
    cases.act(idea.pk, "note", {"text": text}, by=SYSTEM, at=row.decided_at)


def found(row: Pilot, result: Analysis) -> dict[str, Any]:
    """What travels with the mechanism: figures with intervals, n, places, period, fingerprint, verdict, decision."""
    data = result.data
    members = list(row.areas.select_related("area").order_by("id"))
    names = {side: [each.area.name for each in members if each.side == side and each.unit == each.area.code]
             for side in ("treated", "comparison")}  # fmt: skip
    return {
        "figures": [_figure(each) for each in data["outcomes"]],
        "n": data["cases"],
        "period": {name: data[name] for name in ("since", "start", "until")},
        "places": names,
        "verdict": data["outcomes"][0]["verdict"],
        "decision": row.decision,
        "reason": row.reason,
        "base": row.base,
        "plan_hash": row.plan_hash,
        "followed": data["followed"],
        "amendments": row.amendments.count(),
    }


def _figure(outcome: dict[str, Any]) -> dict[str, Any]:
    effect = outcome["effect"] or {}
    kept = {
        name: effect.get(name)
        for name in ("value", "low", "high", "confidence", "chance", "n", "treated", "comparison", "means")
    }
    trend = (effect.get("trend") or {}).get("likeness", "unclear")
    named = {name: outcome[name] for name in ("measure", "title", "unit", "better", "smallest", "verdict")}
    return {**named, **kept, "trend": trend, "without": (outcome.get("without") or {}).get("verdict")}
