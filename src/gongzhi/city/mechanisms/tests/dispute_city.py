"""A small city with a centre, two mediators and a dispute over wages; for the tests of several rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case
from gongzhi.city.cases.sight import reporter_of
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.models import Child
from gongzhi.city.people.actions import remember_resident
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
WORKER, FIRM = "李小工", "宏达建筑公司"
#: username -> (name, role, office)
POSTS = {
    "zhong": ("钟心", "centre_clerk", "zzzx"),
    "tian": ("田杰", "mediator", "zzzx"),
    "heping": ("和平", "mediator", "zzzx"),
}
DECLARED = ["我不是当事人也不是当事人的近亲属", "我和处理结果没有利害关系", "我不收钱不收礼"]


def order_city() -> dict[str, Standing]:
    """The centre, its people, the mechanisms and the register of mediators, beside the cast of the cases room."""
    for name in ("judicial_links", "mediation", "dispute_centre", "risk_control"):
        install(FOLDERS / name, by=SYSTEM)
    gov = Office.objects.get(code="gov")
    territory.add_office(SYSTEM, code="zzzx", name="综治中心", kind="department", area=gov.area, parent=gov)
    people = {}
    for username, (name, role, code) in POSTS.items():
        user = User.objects.create_user(username, name=name)
        post = Post.objects.create(user=user, role=role, office=Office.objects.get(code=code))
        people[username] = territory_queries.standing(post)
    world.forget()
    for key, who, unit in (("M1", "tian", "司法局"), ("M2", "heping", FIRM)):
        values = {
            "name": POSTS[who][0],
            "person": people[who].person,
            "home": "zzzx",
            "unit": unit,
            "kind": "专职",
            "skills": ["劳动人事"],
        }
        records.put("mediators", key, values, by=SYSTEM, because="试验")
    return people


def dispute(**more: Any) -> Case:
    """A worker says what his firm owes him."""
    person = remember_resident(phone="13907230001", name=WORKER)
    form = {
        "subject": "三个月工资没有发",
        "kind": "劳动人事",
        "text": "说好月底发，一直没有发",
        "area": "420281001000",
        "applicant": WORKER,
        "applicant_phone": "13907230001",
        "respondent": FIRM,
        **more,
    }
    receipt = actions.open_case(
        "dispute_centre", "dispute", form, by=resident(f"resident:{person.pk}"), reporter=person.pk
    )
    return Case.objects.get(pk=receipt.case)


def mediated(people: dict[str, Standing], row: Case) -> Case:
    """The mediation of a dispute that the centre took and sent to its committee."""
    actions.choose(row.pk, "receive", "take", {"heat": "没有", "people": 1}, by=people["zhong"])
    actions.choose(row.pk, "sort", "mediate", {"committee": "zzzx"}, by=people["zhong"])
    react_to_all()
    return Child.objects.get(parent=row).case


def appointed(people: dict[str, Standing], row: Case, mediator: str = "M1") -> Case:
    """Both want mediation, and this mediator."""
    actions.choose(row.pk, "ask", "both", {"asked_how": "电话"}, by=people["zhong"])
    actions.choose(row.pk, "pick", "leave", {}, by=reporter_of(row))
    actions.choose(
        row.pk, "appoint", "appoint", {"mediator": mediator, "chosen_how": "双方选的"}, by=people["zhong"]
    )
    return Case.objects.get(pk=row.pk)
