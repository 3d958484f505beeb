"""An appeal that was decided on the page of its case counts as if it had been decided here."""

from __future__ import annotations

from uuid import UUID

from gongzhi.city.journal.models import Entry
from gongzhi.city.journal.reactions import reactions
from gongzhi.city.kernel.references import Standing, split_subject
from gongzhi.city.scorecards.actions.appealing import decide_appeal, scorers
from gongzhi.city.scorecards.models import Appeal

DECISIONS = {"uphold": True, "reject": False}


@reactions.register("scorecards", kinds=["chosen"])
def follow_case(entry: Entry) -> None:
    """Take over the decision of the case, unless the person had a hand in the figures: then it stays open for another."""
    if entry.step != "decide" or entry.choice not in DECISIONS:
        return
    kind, key = split_subject(entry.subject)
    found = (
        Appeal.objects.filter(case_id=UUID(key), state=Appeal.State.OPEN).first() if kind == "case" else None
    )
    if found is None or entry.person in scorers(found.result.reckoning) | {found.submitted_by}:
        return
    by = Standing(person=entry.person, role=entry.role, name=entry.name, office=entry.office, area=entry.area)
    words = str((entry.data.get("values") or {}).get("decision", "")) or "见办件里的决定"
    decide_appeal(found.pk, upheld=DECISIONS[entry.choice], decision=words, by=by)
