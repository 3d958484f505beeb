"""杨文昌湾 in the city of the cases room: sixteen households, their chair, a supervisor; free-range poultry is to be penned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.assemblies import actions as assemblies
from gongzhi.city.cases import actions as cases
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.numbering import number_all
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel import clock
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms import library, meetings
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.meeting_city import JINHU
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import queries as territory
from gongzhi.city.territory.models import Area, Office, Post
from gongzhi.engine import cases as engine

HOUSES = [f"H{number}" for number in range(1, 17)]
#: sixteen do not divide it: five households pay a cent more
COST = "16000.05"
FORM = {"unit": JINHU, "subject": "散养家禽圈起来", "kind": "产业养殖", "text": "鸡鸭到处跑，邻居有意见"}
SCHEME = {
    "plan": "四片树林下建圈舍，统一喂养",
    "pieces": 16,
    "measure": "个",
    "cost": COST,
    "village_pays": "0",
    "sharing": "平均出资",
    "day_rate": "100",
    "keepers": [{"house": house, "parts": 1} for house in HOUSES],
}
PROMISE = {
    "unit": JINHU,
    "subject": "鸡鸭圈养",
    "promise": "我家的鸡鸭进圈养，轮到我家就去喂",
    "check_days": 30,
}


def build_hamlet(name: str = "杨文昌湾") -> None:
    """The office of the hamlet, its people, its households; 金湖 is the hamlet here."""
    for mechanism in ("people_places", "self_units", "five_together", "covenants"):
        install(Path(gongzhi.mechanisms.__path__[0]) / mechanism, by=SYSTEM)
    library.LIBRARY.registers()
    office, place = Office.objects.get(code="cgj"), Area.objects.get(code=JINHU)
    for role, who in (("council_chair", "杨理"), ("village_supervisor", "柯监"), ("officer", "刘镇")):
        user = User.objects.create(username=role.split("_")[-1], name=who)
        Post.objects.create(user=user, role=role, office=office, area=place)
    common = {"office": "cgj", "town_office": "cgj", "households": len(HOUSES), "setting": "农村"}
    records.put("villages", JINHU, {**common, "name": "金湖"}, by=SYSTEM, because="试验")
    records.put("units", JINHU, {**common, "name": name, "of_village": JINHU}, by=SYSTEM, because="试验")
    for house in HOUSES:
        records.put("households", house, {"head": "杨家", "unit": JINHU, "source": "cgj"}, by=SYSTEM)


def post(role: str) -> Standing:
    """Who holds the role in the hamlet."""
    held = Post.objects.filter(role=role, user__username=role.split("_")[-1])
    return territory.standing(held.get())


def act(case: str, step: str, choice: str, values: dict[str, Any] | None = None, *, by: str) -> None:
    cases.choose(case, step, choice, values or {}, by=post(by))
    react_to_all()


def data(case: str) -> dict[str, Any]:
    return dict(engine.load_case(Case.every.get(pk=case).state).data)


def proposed() -> str:
    """A villager proposes it, and the council's scheme goes to the households."""
    receipt = cases.open_case("five_together", "project", FORM, by=post("council_chair"))
    number_all()  # numbers are given after the commit, which a test has not
    react_to_all()
    act(receipt.case, "scheme", "propose", SCHEME, by="council_chair")
    return receipt.case


def voted(case: str, agree: int = 12) -> None:
    """The households meet: so many agree, one is against; nobody objects for a week."""
    row = meetings.topics_of(case)[0]
    chair = post("council_chair")
    meeting = meetings.call(chair, [row.pk], starts_at=clock.now() + timedelta(days=4), venue="祠堂")
    with clock.frozen(meeting.starts_at):
        assemblies.open_ballot(chair, row.pk)
        for house in HOUSES[:agree]:
            assemblies.cast(resident(f"user:{house}"), row.pk, house, "agree")
        assemblies.cast(resident("user:x"), row.pk, HOUSES[-1], "against")
        assemblies.close_ballot(chair, row.pk)
        react_to_all()
    with clock.frozen(meeting.starts_at + timedelta(days=8)):
        assemblies.settle_due()
        react_to_all()


def built(case: str) -> None:
    """Everybody pays or works, the pens are built, the supervisor accepts them, the township awards."""
    act(case, "collect", "tell_shares", by="council_chair")
    paid = [
        {"house": each["house"], "paid": each["due"], "days": 0, "covered": "0"}
        for each in data(case)["shares"]
    ]
    act(case, "collect", "collected", {"receipts": paid}, by="council_chair")
    spent = [{"what": "圈舍十六个", "money": "16000.05"}]
    today = clock.today().isoformat()
    act(case, "build", "built", {"spent": spent, "built_on": today}, by="council_chair")
    act(case, "accept", "pass", {"works": "十六个圈舍，票据对得上"}, by="village_supervisor")
    act(case, "ask_award", "grant", {"award_use": "留作管护"}, by="officer")


def pledged(houses: list[str]) -> str:
    """These households are asked for their pledge."""
    until = (clock.today() + timedelta(days=365)).isoformat()
    form = {**PROMISE, "until": until, "houses": houses}
    receipt = cases.open_case("covenants", "pledge_drive", form, by=post("council_chair"))
    number_all()
    react_to_all()
    act(receipt.case, "ready", "send", by="council_chair")
    return receipt.case
