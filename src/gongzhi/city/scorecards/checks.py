"""What the scorecards room can prove about itself."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gongzhi.city.kernel.doctor import Finding, checks
from gongzhi.city.scorecards import facts, gathering, marking, standards
from gongzhi.city.scorecards.models import Reckoning, Result, Scheme

NEWEST = 20


@checks.register("scorecards")
def check_scorecards(full: bool) -> Finding:
    """Published standards are what they were; published cards come out of their counts again; in full, out of the facts."""
    wrong = [
        f"{each}的标准被改过"
        for each in Scheme.objects.filter(published_on__isnull=False)
        if standards.digest_of(each) != each.digest
    ]
    rows = Reckoning.objects.filter(published_at__isnull=False).select_related("scheme").order_by("-id")
    for found in rows if full else rows[:NEWEST]:
        if why := wrong_with(found, from_facts=full):
            wrong.append(f"{found}{why}")
    remedy = f"{'；'.join(wrong[:5])}。请从备份核对，查日志 scheme:<编号>。" if wrong else ""
    return Finding(ok=not wrong, title="考核结果可以重算", remedy=remedy)


def wrong_with(found: Reckoning, *, from_facts: bool) -> str:
    """What does not agree; empty when everything does."""
    rows = list(found.results.all())
    if marking.digest_of(rows) != found.digest:
        return "的结果被改过"
    again = marking.results(found.scheme, found, [marking.sheet_of(row) for row in rows])
    if marking.digest_of(again) != found.digest:
        return "按存下的数重算，得分不同"
    if from_facts and marking.digest_of(from_the_journal(found)) != found.digest:
        return "按办件记录重算，得数不同"
    return ""


def from_the_journal(found: Reckoning) -> list[Result]:
    """The cards once more, from the journal alone: no file that lies about is used. Long for a large city."""
    scheme = found.scheme
    asks = standards.asks_of(scheme)
    with tempfile.TemporaryDirectory(prefix="gongzhi-scores-") as place:
        house = Path(place)
        facts.refresh(scheme, "now", (scheme.starts, scheme.ends), found.upto, asks, house=house)
        start = standards.midnight(scheme.starts)
        facts.refresh(scheme, "before", standards.before(scheme), start, asks, house=house)
        sheets = gathering.sheets(found, house=house)
    return marking.results(scheme, found, sheets)
