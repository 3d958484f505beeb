"""The nightly match: whoever meets the conditions has the benefit, without applying."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongzhi.city.benefits import catalogue, people
from gongzhi.city.benefits.actions.granting import grant
from gongzhi.city.benefits.catalogue import Known
from gongzhi.city.benefits.models import Entitlement
from gongzhi.city.jobs.tasks import task
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.engine.benefits import HasItAlready, NotEntitled, Overlapping, facts_of


def match(known: Known, today: date | None = None) -> int:
    """Give a proactive programme to everybody who is entitled and does not have it. May be killed and called again.

    Whoever had it and was stopped by a person's decision does not get it back by itself.
    """
    if not known.spec.proactive:
        return 0
    today = today or clock.today()
    programme = known.programme
    facts, barred = people.reckoned(programme), people.barred(programme)
    had = set(Entitlement.objects.filter(**known.rows).values_list("person", flat=True))
    made = 0
    for person in people.everybody(programme):
        if person["key"] in had or person["key"] in barred:
            continue
        assessed = programme.assess(person, facts_of(programme, person, facts), today)
        if not assessed.entitled:
            continue
        try:
            grant(SYSTEM, known, person, assessed)
            made += 1
        except (HasItAlready, Overlapping, NotEntitled):  # somebody was faster
            continue
    return made


@task(queue_name="slow")
def match_job(programme: str = "") -> dict[str, Any]:
    """Match one programme, or all that are proactive."""
    return {
        known.name: match(known)
        for known in list(catalogue.programmes())
        if known.spec.proactive and programme in ("", known.name)
    }
