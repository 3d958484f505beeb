"""A small city with two discipline posts and a clue that names somebody; for the tests of several rooms."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case
from gongzhi.city.kernel.references import SYSTEM, Standing, resident
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory import queries as territory_queries
from gongzhi.city.territory.models import Office, Post

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
ACCUSED, FACT, WHERE, PHONE = "赵德贵", "低保名单里有三户早已搬走还在领钱", "上冯村委会二楼", "13971770093"
#: nothing of this may be read by anybody but the post
SECRETS = (ACCUSED, FACT, WHERE, PHONE, "早已搬走")
FORM = {
    "source": "网格员反映",
    "matter": "虚报冒领",
    "about_us": False,
    "accused": ACCUSED,
    "accused_unit": "上冯村",
    "happened_on": "2024-09-20",
    "place": WHERE,
    "fact": FACT,
    "known_by": "亲眼看到",
    "contact": PHONE,
}
#: username -> (name, role, office)
POSTS = {
    "ji": ("纪明", "discipline_officer", "jw"),
    "lu": ("陆清", "discipline_officer", "jw"),
    "qing": ("清风", "discipline_officer", "pjw"),
    "shen": ("申计", "audit_officer", "sjj"),
    "root": ("管理员", "admin", "gov"),
    "shi": ("市长", "leader", "gov"),
}


def clean_city() -> dict[str, Standing]:
    """Offices, posts and the mechanism, beside the cast of the cases room."""
    install(FOLDERS / "clues", by=SYSTEM)
    gov = Office.objects.get(code="gov")
    for code, name in (("jw", "纪委监委"), ("pjw", "派出纪工委"), ("sjj", "审计局")):
        territory.add_office(SYSTEM, code=code, name=name, kind="department", area=gov.area, parent=gov)
    people = {}
    for username, (name, role, code) in POSTS.items():
        user = User.objects.create_user(username, name=name)
        post = Post.objects.create(user=user, role=role, office=Office.objects.get(code=code))
        people[username] = territory_queries.standing(post)
    world.forget()
    for key, unit, office, who, main in (
        ("P1", "纪委监委", "jw", "纪明、陆清", True),
        ("P2", "派出纪工委", "pjw", "清风", False),
    ):
        values = {"unit": unit, "office": office, "people": who, "main": main}
        records.put("discipline_posts", key, values, by=SYSTEM, because="试验")
    return people


def clue(by: Standing | None = None, **more: Any) -> Case:
    """A clue as it lies in the city."""
    receipt = actions.open_case("clues", "clue", {**FORM, **more}, by=by or resident(""))
    return Case.every.get(pk=receipt.case)


def dismissed(people: dict[str, Standing], row: Case) -> Case:
    """The same, screened and not accepted."""
    actions.choose(row.pk, "screen", "dismiss", {"screen_note": "没有具体事实"}, by=people["ji"])
    row.refresh_from_db()
    return row


#: how long the mechanism keeps what was dismissed
KEPT = timedelta(days=180)
