"""A case as it was when a fact was written: what follows from a fact may be made a little later, and must not say more."""

from __future__ import annotations

from gongzhi.city.cases.checks import FOLDED
from gongzhi.city.journal.models import Entry
from gongzhi.engine import cases as engine
from gongzhi.engine.cases import CaseType


def case_then(entry: Entry, case_type: CaseType, now: engine.Case) -> engine.Case:
    """The case right after the entry; ``now`` is the case as it is, and is given back where nothing has happened since.

    The first report of an emergency says what was known when it went out, also when its paper is made after the second one.
    """
    folded = Entry.objects.filter(subject=entry.subject, kind__in=FOLDED)
    if not folded.filter(seq__gt=entry.seq).exists():
        return now
    facts = [each.fact() for each in folded.filter(seq__lte=entry.seq).order_by("seq")]
    return engine.replay_facts(case_type, facts) or now
