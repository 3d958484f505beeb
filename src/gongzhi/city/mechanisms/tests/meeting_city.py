"""A hamlet in the city of the cases room: six households, three council members and their chair, one topic."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import gongzhi.mechanisms
from gongzhi.city.assemblies import actions as assemblies
from gongzhi.city.assemblies.models import Meeting, Topic
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock, paths
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import meetings
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine import cases as engine

JINHU = "420281001000"
FORM = {"area": JINHU, "lead": "cgj", "kind": "产业发展", "subject": "散养鸡集中养", "text": "鸡粪满路"}


def build_hamlet() -> None:
    """Six households, three council members, a chair; 金湖 is the hamlet here."""
    house = Path(gongzhi.mechanisms.__path__[0])
    for name in ("people_places", "village_assembly", "sunshine_hall"):
        install(house / name, by=SYSTEM)
    above, place = Office.objects.get(code="gov"), Area.objects.get(code=JINHU)
    siblings = list(Office.objects.filter(parent=above).values_list("path", flat=True))
    council = Office.objects.create(
        code="council",
        name="湾组理事会",
        short_name="理事会",
        kind="village",
        area=place,
        parent=above,
        path=paths.next_child(above.path, siblings),
    )
    Post.objects.create(
        user=User.objects.create(username="chair", name="杨理"), role="council_chair", office=council
    )
    for n in range(1, 7):
        records.put(
            "households", f"H{n}", {"head": "陈大山", "unit": JINHU, "source": "cgj", "members": 2}, by=SYSTEM
        )
    for n in range(1, 4):
        values = {"body": "理事会", "name": f"杨{n}", "area": JINHU, "source": "cgj", "person": f"user:{n}"}
        records.put("assembly_members", f"L{n}", values, by=SYSTEM)


def chair() -> Standing:
    return territory.standing(Post.objects.get(role="council_chair"))


def opened(subject: str = "散养鸡集中养") -> str:
    """The topic has been taken up by the chair: the council must meet."""
    receipt = cases.open_case("sunshine_hall", "hall_topic", {**FORM, "subject": subject}, by=chair())
    react_to_all()
    cases.choose(receipt.case, "take", "accept", {"opened_topic": "公开栏"}, by=chair())
    react_to_all()
    return receipt.case


def topic(case: str) -> Topic:
    return meetings.topics_of(case)[0]


def step(case: str) -> str:
    state = engine.load_case(Case.every.get(pk=case).state)
    return state.ended or state.tasks[0].step


def held(row: Topic, *units: str, days: int = 3) -> None:
    """The meeting of the topic: these units agree by phone, the result stands when its window is over."""
    meeting = meetings.call(chair(), [row.pk], starts_at=clock.now() + timedelta(days=days), venue="祠堂")
    with clock.frozen(meeting.starts_at):
        assemblies.open_ballot(chair(), row.pk)
        for unit in units:
            assemblies.cast(resident(f"user:{unit}"), row.pk, unit, "agree")
        assemblies.close_ballot(chair(), row.pk)
        react_to_all()
    with clock.frozen(meeting.starts_at + timedelta(days=8)):
        assemblies.settle_due()
        react_to_all()


def household_meeting(subject: str = "散养鸡集中养", *, secret: bool = True) -> tuple[str, Topic, Meeting]:
    """The council has agreed; the households are called for three days later."""
    case = opened(subject)
    held(topic(case), "L1", "L2")
    cases.choose(case, "settle", "households", {}, by=chair())
    react_to_all()
    row = topic(case)
    starts = clock.now() + timedelta(days=3)
    return case, row, meetings.call(chair(), [row.pk], starts_at=starts, venue="祠堂", secret=secret)
