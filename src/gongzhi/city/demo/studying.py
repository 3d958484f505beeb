"""What the demo's reform office asked of its own history: a simulation, and the appraisal of the last quarter.

The standard is drafted and published before the quarter by two people, the results are reckoned from the played matters and
published; whoever disagrees may appeal in the demo.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from gongzhi.city.demo.piloting import AUTHOR, CHIEF, of_person
from gongzhi.city.kernel import clock
from gongzhi.city.mechanisms import library
from gongzhi.city.scorecards.actions import reckoning, standard
from gongzhi.city.scorecards.models import Reckoning
from gongzhi.city.simulations import actions as simulations
from gongzhi.city.simulations import asking
from gongzhi.engine.instants import SHANGHAI

APPRAISAL, CARD = "appraisal", "quarterly"
#: days before the quarter on which the standard is drafted; it is published a day later
AHEAD = 20


def ask_simulation() -> str:
    """The chief's question about two more dispatchers; the title, empty where nobody can ask. The job computes it later."""
    chief = of_person(CHIEF)
    if chief is None or "daye_minqing" not in library.LIBRARY.active_versions():
        return ""
    question = asking.prepare(chief, "daye_minqing", "appeal")
    spec = asking.answer(question, {"more1-dispatcher": "2"})
    made = simulations.start(
        chief,
        title="再多两名派单员会怎样？",
        mechanism="daye_minqing",
        case_type="appeal",
        spec=spec,
        fits=question.fits,
    )
    return made.title


def appraise() -> int:
    """The last whole quarter, from standard to published results; how many units have one."""
    author, chief = of_person(AUTHOR), of_person(CHIEF)
    if author is None or chief is None or APPRAISAL not in library.LIBRARY.active_versions():
        return 0
    first = last_quarter(clock.today())
    with clock.frozen(_morning(first - timedelta(days=AHEAD))):
        scheme = standard.draft_scheme(APPRAISAL, CARD, first, by=author)
    with clock.frozen(_morning(first - timedelta(days=AHEAD - 1))):
        standard.publish_scheme(scheme.pk, by=chief)
    made = reckoning.start_reckoning(scheme.pk, by=author)
    reckoning.reckon(Reckoning.objects.get(pk=made.pk))
    reckoning.publish_results(made.pk, by=chief)
    return made.results.count()


def last_quarter(today: date) -> date:
    """The first day of the quarter before the one of ``today``."""
    month = 3 * ((today.month - 1) // 3) + 1
    return date(today.year, month - 3, 1) if month > 3 else date(today.year - 1, 10, 1)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI)
