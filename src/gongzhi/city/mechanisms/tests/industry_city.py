"""A small city with a bid that five experts score, and with what is kept about a cadre; for the tests of several rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import gongzhi.mechanisms
from gongzhi.city.cases import actions, world
from gongzhi.city.cases.models import Case
from gongzhi.city.journal.reactions import react_to_all
from gongzhi.city.kernel.references import SYSTEM
from gongzhi.city.mechanisms.actions import install
from gongzhi.city.mechanisms.tests.test_projects import children, standing, step
from gongzhi.city.people.models import User
from gongzhi.city.records import actions as records
from gongzhi.city.territory import actions as territory
from gongzhi.city.territory.models import Office, Post

FOLDERS = Path(gongzhi.mechanisms.__path__[0])
TEAM, HEAD, NUMBER = "武汉某理工大学", "周立新", "13800138111"
CADRE = "李长江"
PANEL = ("jia", "yi", "bing", "ding", "wu2")


def office(code: str, name: str) -> None:
    gov = Office.objects.get(code="gov")
    territory.add_office(SYSTEM, code=code, name=name, kind="partner", area=gov.area, parent=gov)


def posted(username: str, role: str, code: str) -> None:
    user, _new = User.objects.get_or_create(username=username, defaults={"name": username})
    Post.objects.create(user=user, role=role, office=Office.objects.get(code=code))


def scored_bid(cast: Any) -> tuple[Case, list[Case]]:
    """A bid of 王秀英's team for a bounty of 城管局, as it lies with five experts: the bid and what they hold."""
    install(FOLDERS / "open_bounty", by=SYSTEM)
    for code in PANEL:
        office(code, f"{code}研究所")
        posted(f"expert-{code}", "expert", code)
    world.forget()
    listed = {
        "title": "刀片涂层起皮",
        "firm": "某刀具公司",
        "need": "四十五分钟不起皮",
        "until": "2024-11-30",
    }
    records.put("bounties", "JB1", {**listed, "lead": "cgj"}, by=SYSTEM, because="试验")
    form = {"bounty": "JB1", "team_unit": TEAM, "team_leader": HEAD, "phone": NUMBER, "plan": "梯度涂层"}
    reporter = UUID(cast.wang.person.removeprefix("resident:"))
    receipt = actions.open_case(
        "open_bounty", "bid", {**form, "price": "800000.00", "months": 6}, by=cast.wang, reporter=reporter
    )
    react_to_all()
    bid = Case.objects.get(pk=receipt.case)
    step(bid, "check", "pass", {"alias": "甲"})
    step(bid, "draw", "send", {"panel": list(PANEL)})
    return bid, children(bid)


def kept_cadre() -> Case:
    """A secondment that 组织部 keeps: in the register, and a case that waits for the receiving office."""
    install(FOLDERS / "secondment", by=SYSTEM)
    office("zzb", "组织部")
    posted("hemin", "org_officer", "zzb")
    world.forget()
    about = {"person": "lisi", "name": CADRE, "post_title": "镇长助理", "kind": "下派", "kept_by": "zzb"}
    records.put("secondments", "GZ1", about, by=SYSTEM, because="试验")
    form = {"person": "wangwu", "name": CADRE, "unit": "hbj", "host": "cgj", "lead": "zzb", "kind": "下派"}
    more = {"post_title": "副局长", "months": 12, "talked_on": "2024-10-11", "kin": False}
    receipt = actions.open_case(
        "secondment", "secondment", {**form, **more}, by=standing("org_officer", "zzb")
    )
    react_to_all()
    return Case.objects.get(pk=receipt.case)
