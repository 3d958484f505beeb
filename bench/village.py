"""A village of so many households whose secret ballot is open, and afterwards the count. Run in a process of its own:

python -m bench.village open 10000      prints {"topic", "codes"}
python -m bench.village count           closes the ballot, prints the figures and what lies in the tables
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from fractions import Fraction

import django

django.setup()

from gongzhi.city.assemblies import actions  # noqa: E402
from gongzhi.city.assemblies.actions import RollLine  # noqa: E402
from gongzhi.city.assemblies.models import Ballot, Mark, Topic  # noqa: E402
from gongzhi.city.assemblies.queries.lists import published_ballots  # noqa: E402
from gongzhi.city.kernel import clock  # noqa: E402
from gongzhi.city.kernel.references import Standing  # noqa: E402
from gongzhi.city.territory.models import Area  # noqa: E402
from gongzhi.engine.assemblies import Rules, Threshold, recount  # noqa: E402

RULES = Rules(
    id="household_meeting",
    title="户主会",
    unit="household",
    quorum=(Threshold(of="households", share=Fraction(2, 3)),),
    passes=Threshold(of="present", share=Fraction(1, 2), over=True),
)


def chair(area: Area) -> Standing:
    return Standing(
        person="user:chair", name="杨理", role="council_chair", area=area.code, area_path=area.path
    )


def open_for(households: int) -> None:
    area = Area.objects.create(
        code="420281105205", name="杨文昌湾", short_name="杨文昌湾", level="village", path="0001"
    )
    topic = actions.raise_topic(RULES, area, "散养鸡集中养", asked_by="case:bench")
    roll = [RollLine(unit=f"H{n:05}", household=f"H{n:05}") for n in range(1, households + 1)]
    now = clock.now()
    with clock.frozen(now - timedelta(hours=1)):
        starts = now - timedelta(minutes=30)
        meeting = actions.call_meeting(
            chair(area), [topic.pk], roll, starts_at=starts, venue="祠堂", secret=True
        )
        slips = actions.print_slips(chair(area), meeting.pk)
    actions.open_ballot(chair(area), topic.pk)
    print(json.dumps({"topic": topic.pk, "codes": [code for _voter, code in slips]}))


def count() -> None:
    topic = Topic.objects.get()
    cast = Ballot.objects.exclude(choice="").count()
    marks = Mark.objects.exclude(channel="").count()
    topic = actions.close_ballot(chair(topic.area), topic.pk)
    counted = recount(published_ballots(topic), root=topic.root, topic=topic.list_name)
    print(
        json.dumps(
            {
                "cast": cast,
                "marks": marks,
                "recount": counted,
                "figures": topic.figures,
                "outcome": topic.outcome,
            }
        )
    )


if __name__ == "__main__":
    if sys.argv[1] == "open":
        open_for(int(sys.argv[2]))
    else:
        count()
